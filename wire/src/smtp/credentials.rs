//! A user name and a password, as they cross the wire once.

use std::fmt;

/// What a peer gave, or what we give, to authenticate. `Debug` shows neither part.
#[derive(Clone, Eq, PartialEq)]
pub struct Credentials {
    user: String,
    password: String,
}

impl Credentials {
    /// Puts a user name and a password together.
    #[must_use]
    pub const fn new(user: String, password: String) -> Self {
        Self { user, password }
    }

    /// The user name.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The password, in clear.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Credentials::new("bob".to_owned(), "tulip".to_owned());
        assert_eq!(format!("{secret:?}"), "Credentials(..)");
    }
}
