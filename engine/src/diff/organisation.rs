//! Who we are: what all rules lean on.

use grammar::tree::{self, OnError, Source, Span};

use super::{List, Told, Version, people::networks_cover, sets::words};
use crate::{
    Organisation,
    model::{
        clause::{BypassAct, Validity},
        outcome::Outcome,
    },
};

impl List<'_> {
    /// Every line of the organisation that means something else.
    pub(super) fn add_organisation(&mut self) {
        let (old, new) =
            (self.old.model().organisation.clone(), self.new.model().organisation.clone());
        self.add_domains(&old, &new);
        self.add_relays(&old, &new);
        self.add_limits(&old, &new);
        self.add_people(&old, &new);
        if old.time_zone != new.time_zone {
            let models = [self.old.model(), self.new.model()];
            let mut clauses = models.iter().flat_map(|it| it.clauses());
            let told = if clauses.any(|it| matches!(it.validity, Validity::Range { .. })) {
                Told::may_lower("rules with a date begin and end at another hour")
            } else {
                Told::neutral("no rule has a date")
            };
            let change =
                format!("`time zone {}` is now `time zone {}`", old.time_zone, new.time_zone);
            self.organisation_line(change, told, |it| it.time_zone.as_ref().map(|it| it.span));
        }
    }

    fn add_domains(&mut self, old: &Organisation, new: &Organisation) {
        let list = |it: &Organisation| {
            let mut all: Vec<String> = it.domains.iter().map(ToString::to_string).collect();
            all.sort();
            all.dedup();
            all
        };
        let (had, has) = (list(old), list(new));
        let minus = |one: &[String], other: &[String]| {
            one.iter().filter(|it| !other.contains(it)).cloned().collect::<Vec<_>>()
        };
        let (gained, lost) = (minus(&has, &had), minus(&had, &has));
        if gained.is_empty() && lost.is_empty() {
            return;
        }
        let told = Told::may_lower(
            "who is `internal` and who is `external` differs, for every rule that says so",
        );
        let change = format!("its domains: {}", words(&gained, &lost));
        self.organisation_line(change, told, |it| it.domains.first().map(|it| it.span));
    }

    fn add_relays(&mut self, old: &Organisation, new: &Organisation) {
        let (before, after) = (&old.relay_networks, &new.relay_networks);
        let (grown, shrunk) = (!networks_cover(before, after), !networks_cover(after, before));
        let shields = [self.old, self.new]
            .iter()
            .flat_map(|it| &it.model().bypasses)
            .any(|it| it.does == BypassAct::TakeNoAction);
        let told = match (grown, shrunk) {
            (false, false) => return,
            (true, _) => Told::lowers(
                "more peers are believed when they name one of us as the sender, and get our bypasses",
            ),
            (false, true) if shields => Told::may_lower(
                "a bypass that keeps others off no longer applies to what these peers send",
            ),
            (false, true) => Told::raises("fewer peers are believed"),
        };
        let minus = |one: &[grammar::literal::Network], other: &[grammar::literal::Network]| {
            let lost = one.iter().filter(|it| !other.contains(it));
            lost.map(ToString::to_string).collect::<Vec<_>>()
        };
        let change =
            format!("`relay networks`: {}", words(&minus(after, before), &minus(before, after)));
        self.organisation_line(change, told, |it| it.relay_networks.first().map(source));
    }

    fn add_limits(&mut self, old: &Organisation, new: &Organisation) {
        if old.on_error != new.on_error {
            let rank = |it: OnError| match it {
                OnError::Hold => (0, "hold"),
                OnError::Bounce => (1, "bounce"),
                OnError::Reject => (2, "reject"),
            };
            let (was, is) = (rank(old.on_error), rank(new.on_error));
            let told = if is.0 < was.0 {
                Told::lowers("what cannot be decided is protected less")
            } else {
                Told::raises("what cannot be decided is protected more")
            };
            let change = format!("`on error {}` is now `on error {}`", was.1, is.1);
            self.organisation_line(change, told, |it| it.on_error.as_ref().map(|it| it.span));
        }
        if old.retention_secs != new.retention_secs {
            let days = |it: &Organisation| it.retention_secs.div_ceil(86_400);
            let told = if old.retention_secs < new.retention_secs {
                Told::lowers("secured messages that never expire can be read for longer")
            } else {
                Told::raises("messages are kept for less long")
            };
            let change = format!("`retention` is at most {} days, it was {}", days(new), days(old));
            self.organisation_line(change, told, |it| it.retention.as_ref().map(|it| it.span));
        }
        if old.message_size_octets != new.message_size_octets {
            let told = if old.message_size_octets < new.message_size_octets {
                Told::may_lower(
                    "messages that were over the limit, and decided as such, are decided by what they hold",
                )
            } else {
                Told::may_lower("larger messages are not read to the end")
            };
            let change = format!(
                "`message size` is at most {} octets, it was {}",
                new.message_size_octets, old.message_size_octets
            );
            self.organisation_line(change, told, |it| it.message_size.as_ref().map(|it| it.span));
        }
    }

    fn add_people(&mut self, old: &Organisation, new: &Organisation) {
        if old.postmaster != new.postmaster {
            let models = [self.old.model(), self.new.model()];
            let mut outcomes = models.iter().flat_map(|it| {
                it.policies.iter().map(|it| &it.then).chain(it.requests.iter().map(|it| &it.then))
            });
            let told = if outcomes.any(|it| *it == Outcome::Hold(None)) {
                Told::may_lower("somebody else may release what is held for nobody in particular")
            } else {
                Told::neutral("nothing is held for the postmaster by a rule")
            };
            let change = format!("`postmaster {}` is now {}", old.postmaster, new.postmaster);
            self.organisation_line(change, told, |it| it.postmaster.as_ref().map(|it| it.span));
        }
        if old.help_desk != new.help_desk {
            let told = Told::neutral("recipients are sent to somebody else with questions");
            let change = format!("`help desk {}` is now {}", old.help_desk, new.help_desk);
            self.organisation_line(change, told, |it| it.help_desk.as_ref().map(|it| it.span));
        }
        if old.name != new.name {
            let told = Told::neutral("what happens to messages stays");
            let change = format!("is called `{}`, it was `{}`", new.name, old.name);
            self.organisation_line(change, told, |it| Some(it.name.span));
        }
    }

    fn organisation_line(
        &mut self,
        change: String,
        told: Told,
        of: impl Fn(&tree::Organisation) -> Option<Span>,
    ) {
        let place = |version: Version<'_>| {
            let written = version.outline().organisation()?;
            version.place(of(written).unwrap_or(written.name.span))
        };
        let places = (place(self.old), place(self.new));
        self.add("organisation", change, told, places);
    }
}

fn source(source: &Source) -> Span {
    match source {
        Source::Named(reference) => reference.name.span,
        Source::Network(network) => network.span,
    }
}
