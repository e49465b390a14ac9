//! What every refused literal can say: what is wrong, and what to write instead.

/// A refused literal.
pub trait Refusal: std::error::Error {
    /// What to write instead, where it can be known.
    fn offer(&self) -> Option<&str>;

    /// Whether the offer means exactly what was written, so that a tool may write it unasked.
    fn is_certain(&self) -> bool;
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
            certain: bool,
        }

        impl $name {
            /// A refusal whose offer is a guess: the author must choose it.
            pub(in crate::literal) fn new(message: impl Into<String>, offer: Option<String>) -> Self {
                Self { message: message.into(), offer, certain: false }
            }

            /// Says whether the offer means exactly what was written.
            pub(in crate::literal) fn certain_if(self, certain: bool) -> Self {
                Self { certain, ..self }
            }

            /// What to write instead, where it can be known.
            #[must_use]
            pub fn offer(&self) -> Option<&str> {
                self.offer.as_deref()
            }

            /// Whether the offer means exactly what was written.
            #[must_use]
            pub fn is_certain(&self) -> bool {
                self.certain
            }
        }

        impl crate::literal::Refusal for $name {
            fn offer(&self) -> Option<&str> {
                self.offer.as_deref()
            }

            fn is_certain(&self) -> bool {
                self.certain
            }
        }
    };
}

pub(in crate::literal) use refusal;
