//! Why mail for a domain goes nowhere, in the words of a server.

use crate::{protocol::route::Route, role::resolve::lookup::Failure};

/// Why there is no server to go to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Refusal {
    /// What it is told with is no domain.
    IsNone,
    /// There is no such domain, or it has neither servers nor an address.
    Unknown,
    /// It says that it takes no mail (RFC 7505).
    TakesNoMail,
    /// Its servers have no addresses.
    WithoutAddress,
    /// Its servers have addresses that are none of the internet.
    Elsewhere,
    /// None of its servers is one that its policy names (RFC 8461 §5).
    AgainstPolicy,
    /// The nearest of its servers is this gateway.
    LeadsToUs,
    /// What its names say was not found out.
    Failed(Failure),
    /// It takes too long to find out.
    Late,
}

impl Refusal {
    /// The same as an answer about a domain.
    ///
    /// # Source
    ///
    /// RFC 3463 §3, RFC 7505 §4.1; 4.7.0 for what is forged (RFC 7672 has no word for it).
    pub(super) fn route(self, domain: &str) -> Route {
        let (status, why) = match self {
            Self::IsNone => ("550 5.1.2", "this is no domain of the internet"),
            Self::Unknown => ("550 5.1.2", "there is no such domain, or it has no mail server"),
            Self::TakesNoMail => ("556 5.1.10", "the domain says that it takes no mail"),
            Self::WithoutAddress => ("550 5.4.4", "its mail servers have no addresses"),
            Self::Elsewhere => ("550 5.4.4", "its mail servers are not on the internet"),
            Self::AgainstPolicy => ("451 4.7.5", "its policy (MTA-STS) names other mail servers"),
            Self::LeadsToUs => ("554 5.4.6", "its nearest mail server is this gateway"),
            Self::Failed(Failure::Unanswered) => ("451 4.4.3", "the name servers do not answer"),
            Self::Failed(Failure::Bogus) => ("451 4.7.0", "the signatures of its names are wrong"),
            Self::Late => ("451 4.4.3", "its names were not found out in time"),
        };
        // What is written in an address does not end the line of a reply.
        let shown: String =
            domain.chars().filter(|it| !it.is_control()).take(DOMAIN_SHOWN_MAX).collect();
        let reply = format!("{status} {shown}: {why}");
        match self {
            Self::Failed(_) | Self::Late | Self::AgainstPolicy => Route::Later { reply },
            Self::IsNone
            | Self::Unknown
            | Self::TakesNoMail
            | Self::WithoutAddress
            | Self::Elsewhere
            | Self::LeadsToUs => Route::Never { reply },
        }
    }
}

/// Letters of a domain that are shown.
const DOMAIN_SHOWN_MAX: usize = 255;
