//! What is told to Prometheus.
//!
//! # Source
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>

use super::{Count, Status};
use crate::{
    audit::outcome,
    protocol::exam::Disposition,
    role::{master::RoleState, now_ms, spool::UNDECIDED},
    tally::{Counter, RANGES_MS, Tally, Timer, Times},
};

/// Labels, and the value.
type Value = (String, String);

/// What can be decided; all are told, so that a first one is an increase.
const OUTCOMES: [Disposition; 6] = [
    Disposition::Deliver,
    Disposition::VerifiedTls,
    Disposition::Secure,
    Disposition::Hold,
    Disposition::Bounce,
    Disposition::Reject,
];

#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str, values: &[Value]) {
        let head = format!("# HELP chancery_{name} {help}\n# TYPE chancery_{name} {kind}\n");
        let lines =
            values.iter().map(|(labels, value)| format!("chancery_{name}{labels} {value}\n"));
        self.0.push_str(&head);
        self.0.extend(lines);
    }

    fn gauge(&mut self, name: &str, help: &str, values: &[Value]) {
        self.family(name, "gauge", help, values);
    }

    /// A counter by one label; `known` are told from the beginning.
    fn counter(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        known: &[&str],
        counted: &[(&str, u64)],
    ) {
        let new = known.iter().filter(|it| !counted.iter().any(|(kind, _)| *kind == **it));
        let zeros = new.map(|it| ((*it).to_owned(), 0));
        let all = counted.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).chain(zeros);
        let labelled = |kind: &str| match label {
            "" => String::new(),
            _ => format!("{{{label}=\"{kind}\"}}"),
        };
        let values: Vec<Value> =
            all.map(|(kind, count)| (labelled(&kind), count.to_string())).collect();
        self.family(name, "counter", help, &values);
    }

    fn histogram(&mut self, name: &str, help: &str, times: &Times) {
        let head = format!("# HELP chancery_{name} {help}\n# TYPE chancery_{name} histogram\n");
        self.0.push_str(&head);
        let mut sum = 0_u64;
        let ends = RANGES_MS.iter().map(|it| seconds(*it)).chain(["+Inf".to_owned()]);
        for (end, count) in ends.zip(times.ranges.iter().chain(std::iter::repeat(&0))) {
            sum = sum.saturating_add(*count);
            self.0 += &format!("chancery_{name}_bucket{{le=\"{end}\"}} {sum}\n");
        }
        let total = seconds(times.sum_ms);
        self.0 += &format!("chancery_{name}_sum {total}\nchancery_{name}_count {sum}\n");
    }
}

/// What was counted, by kind.
type Counted<'t> = Vec<(&'t str, u64)>;

/// The text form of all that is known.
pub(super) fn text(status: &Status) -> String {
    let mut out = Text::default();
    now(&mut out, status);
    roles(&mut out, status);
    if let Some(told) = &status.told {
        let age = |at_ms: i64| u64::try_from(now_ms().saturating_sub(at_ms) / 1000).unwrap_or(0);
        out.gauge("uptime_seconds", "Since the master was started.", &one(age(told.since_ms)));
        let loaded = age(told.rules_since_ms);
        out.gauge("rules_age_seconds", "Since the rules were loaded.", &one(loaded));
        let info = format!("{{rules=\"{}\",version=\"{}\"}}", told.rules, told.version);
        out.gauge("info", "The rules in force and the version.", &[(info, "1".to_owned())]);
        counted(&mut out, &told.tally);
    }
    out.0
}

fn one(value: u64) -> Vec<Value> {
    vec![(String::new(), value.to_string())]
}

/// What is so at the moment.
fn now(out: &mut Text, status: &Status) {
    out.gauge("up", "Whether a master runs.", &one(u64::from(status.running)));
    out.gauge("ready", "Whether every role waits for work.", &one(u64::from(status.ready)));
    let answers = u64::from(status.database_away.is_none());
    out.gauge("database_up", "Whether the database can be asked.", &one(answers));
    let counts = |counts: &[Count]| -> Vec<Value> {
        let value = |it: &Count| (format!("{{state=\"{}\"}}", it.state), it.count.to_string());
        counts.iter().map(value).collect()
    };
    out.gauge("deliveries", "Deliveries that are not done, by state.", &counts(&status.deliveries));
    out.gauge("messages", "Messages that are kept, by state.", &counts(&status.messages));
    let oldest = status.oldest.iter();
    let oldest: Vec<Value> =
        oldest.map(|it| (format!("{{state=\"{}\"}}", it.state), it.seconds.to_string())).collect();
    out.gauge("oldest_seconds", "Since the oldest message came that waits so.", &oldest);
    let untold = status.told_of_held.iter().filter(|it| it.state.is_untold()).count();
    let help = "Those who should be told what is held and cannot be reached.";
    out.gauge("hold_untold", help, &one(u64::try_from(untold).unwrap_or(u64::MAX)));
    if let Some(note) = &status.shadow {
        let value = |way: &str, count: u64| (format!("{{way=\"{way}\"}}"), count.to_string());
        let decided = [("messages", note.messages), ("recipients", note.recipients)];
        for (name, count) in decided {
            let help = format!("{name} that the rules beside those in force decided.");
            out.gauge(&format!("shadow_{name}"), &help, &one(count));
        }
        let ways = [("more", note.more), ("less", note.less), ("otherwise", note.beside)];
        let help = "Recipients for whom they would have decided otherwise.";
        out.gauge("shadow_changed", help, &ways.map(|(way, count)| value(way, count)));
    }
    out.gauge("free_bytes", "Free space where messages are kept.", &one(status.free_octets));
    out.gauge("free_bytes_min", "Below this nothing is accepted.", &one(status.free_octets_min));
}

fn roles(out: &mut Text, status: &Status) {
    let roles = status.told.iter().flat_map(|it| &it.roles);
    let by_role = |value: fn(&RoleState) -> u64| -> Vec<Value> {
        let roles = roles.clone();
        roles.map(|it| (format!("{{role=\"{}\"}}", it.role), value(it).to_string())).collect()
    };
    out.gauge("role_ready", "Whether a role waits for work.", &by_role(|it| u64::from(it.ready)));
    out.gauge("role_starts", "How often a role was started.", &by_role(|it| it.starts));
    let sandboxes = roles.filter(|it| !it.sandbox.is_empty()).map(|it| {
        let level = it.sandbox.split(',').next().unwrap_or_default();
        let user = it.sandbox.rsplit(", ").next().unwrap_or_default();
        let level = level.trim_start_matches("landlock ");
        let role = &it.role;
        (format!("{{role=\"{role}\",landlock=\"{level}\",user=\"{user}\"}}"), "1".to_owned())
    });
    let sandboxes: Vec<Value> = sandboxes.collect();
    out.gauge("role_sandbox", "How a role is confined.", &sandboxes);
}

/// What the roles counted since the master was started.
fn counted(out: &mut Text, tally: &Tally) {
    let of = |counter: Counter| -> Counted<'_> {
        let kinds = tally.counts.get(&counter).into_iter().flatten();
        kinds.map(|(kind, count)| (kind.as_str(), *count)).collect()
    };
    let help = "Messages that were answered 250 over SMTP.";
    out.counter("messages_accepted_total", help, "", &[""], &of(Counter::Accepted));
    let help = "Replies over SMTP that refuse, for now or for good, by their codes.";
    out.counter("refusals_total", help, "code", &[], &of(Counter::Refused));
    let mut outcomes = OUTCOMES.map(outcome).to_vec();
    outcomes.push(UNDECIDED);
    let help = "Recipients for whom was decided, by outcome; undecided counts messages.";
    out.counter("decisions_total", help, "outcome", &outcomes, &of(Counter::Decided));
    let help = "Attempts to deliver, by result.";
    let results = ["deferred", "failed", "sent"];
    out.counter("attempts_total", help, "result", &results, &of(Counter::Delivered));
    let none = Times::default();
    let times = |timer| tally.times.get(&timer).unwrap_or(&none);
    let help = "From the end of a message to the reply.";
    out.histogram("accept_seconds", help, times(Timer::Accept));
    let help = "From asking for a decision to having it, the wait for an examiner included.";
    out.histogram("examine_seconds", help, times(Timer::Examine));
    out.histogram("deliver_seconds", "An attempt to deliver.", times(Timer::Deliver));
}

/// Milliseconds as seconds, without trailing zeros.
fn seconds(ms: u64) -> String {
    let text = format!("{}.{:03}", ms / 1000, ms % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_what_is_below() {
        let mut out = Text::default();
        let mut ranges = vec![0; RANGES_MS.len() + 1];
        (ranges[0], ranges[2], ranges[12]) = (1, 2, 4);
        out.histogram("x_seconds", "Help.", &Times { ranges, sum_ms: 61_020 });
        let lines: Vec<&str> = out.0.lines().collect();
        assert_eq!(
            lines[..3],
            [
                "# HELP chancery_x_seconds Help.",
                "# TYPE chancery_x_seconds histogram",
                "chancery_x_seconds_bucket{le=\"0.005\"} 1",
            ]
        );
        assert_eq!(lines[4], "chancery_x_seconds_bucket{le=\"0.025\"} 3");
        assert_eq!(
            lines[14..],
            [
                "chancery_x_seconds_bucket{le=\"+Inf\"} 7",
                "chancery_x_seconds_sum 61.02",
                "chancery_x_seconds_count 7",
            ]
        );
    }

    #[test]
    fn what_was_never_counted_is_none_so_far() {
        let mut out = Text::default();
        out.counter("x_total", "Help.", "kind", &["a", "b"], &[("b", 2)]);
        assert!(
            out.0.ends_with("chancery_x_total{kind=\"b\"} 2\nchancery_x_total{kind=\"a\"} 0\n")
        );
        assert_eq!([0, 5, 1_000, 30_000, 2_500].map(seconds), ["0", "0.005", "1", "30", "2.5"]);
    }
}
