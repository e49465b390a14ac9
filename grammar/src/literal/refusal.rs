//! What every refused literal can say: what is wrong, and what to write instead.

/// A refused literal.
pub trait Refusal: std::error::Error {
    /// What to write instead, where it can be known.
    fn offer(&self) -> Option<&str>;
}

/// Declares the error type of one literal: a message in the author's words and an offer.
macro_rules! refusal {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
        #[error("{message}")]
        pub struct $name {
            message: String,
            offer: Option<String>,
        }

        impl $name {
            pub(in crate::literal) fn new(message: impl Into<String>, offer: Option<String>) -> Self {
                Self { message: message.into(), offer }
            }

            /// What to write instead, where it can be known.
            #[must_use]
            pub fn offer(&self) -> Option<&str> {
                self.offer.as_deref()
            }
        }

        impl crate::literal::Refusal for $name {
            fn offer(&self) -> Option<&str> {
                self.offer.as_deref()
            }
        }
    };
}

pub(in crate::literal) use refusal;
