//! What was decided to go over verified TLS alone, where the recipient's domain proves it; what is to
//! happen otherwise where it does not.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    time::Duration,
};

use super::{Spool, outbound};
use crate::protocol::exam::{Decided, Disposition};

/// How long the domains of one message may take; those that take longer prove nothing.
const PATIENCE: Duration = Duration::from_secs(15);

impl Spool {
    /// Puts what is to happen otherwise in the place of each delivery over verified TLS that the
    /// recipient's domain does not prove.
    pub(super) async fn prove(&self, decided: &mut Decided) {
        let wants = |it: Disposition| it == Disposition::VerifiedTls;
        if !decided.verdicts.iter().any(|it| wants(it.disposition) && !it.internal) {
            return;
        }
        let mut proved: BTreeMap<String, bool> = BTreeMap::new();
        let asked = async {
            for verdict in decided.verdicts.iter().filter(|it| wants(it.disposition)) {
                let Some(domain) = outbound::domain(&verdict.recipient) else { continue };
                if let Entry::Vacant(place) = proved.entry(domain) {
                    let proves = outbound::proves(self, place.key()).await;
                    place.insert(proves);
                }
            }
        };
        if tokio::time::timeout(PATIENCE, asked).await.is_err() {
            tracing::warn!(event = "tls.not-proved", "the name servers are slow");
        }
        for verdict in decided.verdicts.iter_mut().filter(|it| wants(it.disposition)) {
            let domain = outbound::domain(&verdict.recipient);
            let is_proved = domain.and_then(|it| proved.get(&it).copied()).unwrap_or_default();
            if !is_proved && !verdict.internal {
                // Without another word it waits.
                verdict.disposition = verdict.otherwise.take().unwrap_or(Disposition::Hold);
            }
        }
    }
}
