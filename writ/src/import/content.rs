//! Content definitions as examinations, and what happens when one activates.

use super::{
    Options,
    change::{Changes, Class},
    clause::Then,
    definition::Definitions,
    field::{Field, plain},
    naming::{Names, Space},
    policy::addresses,
    record::Record,
    value::yes,
    words::{self, Sample, Source, Words},
};
use crate::plain::plain_line;

/// An examination.
#[derive(Clone, Debug)]
pub(crate) struct Examination {
    pub(crate) name: String,
    pub(crate) called: String,
    id: Option<String>,
    /// Absent for a dictionary, which does nothing by itself.
    record: Option<Record>,
    item: String,
    /// Texts with which a message activates it; several to try.
    pub(crate) triggers: Vec<String>,
}

/// All of them, with the dictionaries that they count.
#[derive(Debug, Default)]
pub(crate) struct Examinations {
    all: Vec<Examination>,
    /// Terms and patterns.
    words: Vec<String>,
}

/// A dictionary or content definition before what it includes is known.
struct Draft {
    called: String,
    place: String,
    id: Option<String>,
    record: Option<Record>,
    activates_at: Option<u32>,
    is_reference: bool,
    words: Words,
}

/// A file that is a dictionary: what it is called, its name, its text.
#[derive(Debug)]
pub(crate) struct DictionaryFile {
    pub(crate) called: String,
    pub(crate) place: String,
    pub(crate) text: String,
}

impl Examinations {
    /// Brings dictionaries and content definitions over.
    pub(crate) fn bring(
        records: &[Record],
        files: &[DictionaryFile],
        options: &Options,
        names: &mut Names,
        changes: &mut Changes,
    ) -> Self {
        let mut drafts: Vec<Draft> = Vec::new();
        for record in records {
            drafts.push(of_record(record, options, names, changes));
        }
        for file in files {
            let source = Source {
                called: &file.called,
                place: &file.place,
                text: &file.text,
                whole_words: options.whole_words,
            };
            let words = words::bring(source, names, changes);
            drafts.push(Draft {
                called: file.called.clone(),
                place: file.place.clone(),
                id: None,
                record: None,
                activates_at: options.activates_at,
                is_reference: false,
                words,
            });
        }
        let included: Vec<String> =
            drafts.iter().flat_map(|it| &it.words.includes).map(|it| plain(it)).collect();
        let mut done = Self::default();
        for draft in &drafts {
            done.words.extend(draft.words.items.iter().cloned());
            let is_part = draft.record.is_none() && included.contains(&plain(&draft.called));
            if draft.is_reference || is_part {
                continue;
            }
            done.all.extend(examination(draft, &drafts, options, names, changes));
        }
        done
    }

    /// The examination of a content definition, by what it is called or its identity.
    pub(crate) fn find(&self, called: &str) -> Option<&Examination> {
        let wanted = plain(called);
        let same =
            |it: &&Examination| it.id.as_deref() == Some(called) || plain(&it.called) == wanted;
        self.all.iter().find(same).filter(|_| !wanted.is_empty())
    }

    /// Every examination.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Examination> {
        self.all.iter()
    }

    /// The items: dictionaries, then examinations.
    pub(crate) fn items(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str).chain(self.all.iter().map(|it| it.item.as_str()))
    }

    /// What a policy with this examination does, and whom it tells.
    pub(crate) fn act(
        &self,
        found: &Examination,
        asker: (&str, &str),
        definitions: &mut Definitions,
        names: &mut Names,
        changes: &mut Changes,
    ) -> (Then, Vec<String>) {
        let Some(record) = &found.record else {
            changes.add(
                Class::Stricter,
                asker.0,
                asker.1,
                "the dictionary does not say what is done: hold",
            );
            return (Then::Hold, Vec::new());
        };
        let (notify, odd) = addresses(record.get(Field::Notify).unwrap_or_default());
        if odd {
            changes.add(
                Class::Weaker,
                &record.place,
                &found.called,
                "only addresses can be notified; what is none was left out",
            );
        }
        if let Some(definition) =
            record.get(Field::SecureWith).filter(|it| yes(Some(it)) != Some(false))
        {
            let name = definitions.find(definition, (&record.place, &found.called), names, changes);
            let action = record.word(Field::Action);
            let harmless = ["", "none", "noaction", "securemessaging", "securedelivery"];
            if !harmless.contains(&action.as_str()) {
                let then = of_action(&action, record, &found.called, changes);
                if then.rank() > 3 {
                    changes.add(
                        Class::Same,
                        &record.place,
                        &found.called,
                        format!(
                            "it secures and its action protects more: `{}` is written",
                            then.words()
                        ),
                    );
                    return (then, notify);
                }
            }
            return (Then::Secure(name), notify);
        }
        (of_action(&record.word(Field::Action), record, &found.called, changes), notify)
    }
}

fn of_action(action: &str, record: &Record, called: &str, changes: &mut Changes) -> Then {
    let mut note = |class, said: &str| changes.add(class, &record.place, called, said);
    let text = format!("This message was refused: {}", plain_line(called));
    match action {
        "" => {
            note(Class::Stricter, "the export does not say what is done when it activates: hold");
            Then::Hold
        }
        "none" | "noaction" | "takenoaction" | "monitor" | "log" => Then::Deliver,
        "hold" | "holdforreview" | "administratorhold" | "adminhold" => Then::Hold,
        "bounce" => Then::Bounce(text),
        "reject" | "block" => Then::Reject(text),
        "delete" | "drop" | "deletemessage" => {
            note(
                Class::Stricter,
                "nothing is deleted without a word: the message is rejected, and its sender is told",
            );
            Then::Reject(text)
        }
        "securedelivery" | "tls" | "enforcetls" | "encrypt" => {
            note(
                Class::Stricter,
                "delivery over TLS demands a proof of the recipient's server, and holds the message where there is none",
            );
            Then::VerifiedTls
        }
        "moderatorhold" | "userhold" => {
            note(Class::Same, "the postmaster releases what is held: say who with `hold for NAME`");
            Then::Hold
        }
        _ => {
            note(
                Class::Stricter,
                &format!(
                    "the action `{}` is not known: hold",
                    plain_line(record.get(Field::Action).unwrap_or_default())
                ),
            );
            Then::Hold
        }
    }
}

fn of_record(
    record: &Record,
    options: &Options,
    names: &mut Names,
    changes: &mut Changes,
) -> Draft {
    let called = record.called();
    let text = record.get(Field::MatchList).unwrap_or_default();
    let source =
        Source { called: &called, place: &record.place, text, whole_words: options.whole_words };
    let words = words::bring(source, names, changes);
    let activates_at = record
        .get(Field::ActivationScore)
        .and_then(|it| it.trim().parse::<u32>().ok())
        .filter(|it| *it > 0);
    let is_reference = record.word(Field::DefinitionType).contains("reference");
    Draft {
        place: record.place.clone(),
        id: record.get(Field::Id).map(str::to_owned),
        record: Some(record.clone()),
        called,
        activates_at,
        is_reference,
        words,
    }
}

fn examination(
    draft: &Draft,
    all: &[Draft],
    options: &Options,
    names: &mut Names,
    changes: &mut Changes,
) -> Option<Examination> {
    let mut note = |class, said: String| changes.add(class, &draft.place, &draft.called, said);
    let words = with_included(draft, all, &mut note);
    let lines_with =
        |word: &str| words.lines.iter().filter(|it| it.trim_start().starts_with(word)).count();
    let required = lines_with("require ");
    if required > 1 {
        note(
            Class::Weaker,
            format!(
                "all {required} required lines must be met here; if any one suffices where you come from, make an examination of each"
            ),
        );
    }
    if lines_with("count ") == 0 {
        let said = "nothing that adds points is left, so there is no examination";
        note(Class::Weaker, said.to_owned());
        return None;
    }
    let activates_at = activates_at(draft, words.reach, &mut note);
    let unreadable = if options.is_unreadable_clear { "clear" } else { "activated" };
    let class = if options.is_unreadable_clear { Class::Same } else { Class::Stricter };
    note(
        class,
        format!(
            "what cannot be read, such as an encrypted attachment, counts as {unreadable}; `--unreadable` says otherwise"
        ),
    );
    let look_in = draft.record.as_ref().map(|it| look_in(it, &mut note)).unwrap_or_default();
    let name = names.give(Space::Examinations, &draft.called);
    let item = format!(
        "## {}\nexamination {name} {{\n{look_in}{}  activates at {activates_at}\n  unreadable counts as {unreadable}\n}}\n",
        plain_line(&draft.called),
        words.lines.concat(),
    );
    let triggers = triggers(&words.samples, u64::from(activates_at));
    Some(Examination {
        name,
        called: draft.called.clone(),
        id: draft.id.clone(),
        record: draft.record.clone(),
        item,
        triggers,
    })
}

/// What a definition counts, with the dictionaries that it includes.
fn with_included(draft: &Draft, all: &[Draft], note: &mut impl FnMut(Class, String)) -> Words {
    let mut words = draft.words.clone();
    for called in &draft.words.includes {
        let wanted = plain(called);
        let named = |it: &&Draft| plain(&it.called) == wanted || it.id.as_deref() == Some(called);
        let shown = plain_line(called);
        let Some(found) = all.iter().find(named) else {
            note(
                Class::Weaker,
                format!("the dictionary `{shown}` is not in the export and was left out"),
            );
            continue;
        };
        if !found.words.includes.is_empty() {
            note(
                Class::Weaker,
                format!("the dictionary `{shown}` includes others, which were left out"),
            );
        }
        words.lines.extend(found.words.lines.iter().cloned());
        words.reach =
            words.reach.zip(found.words.reach).map(|(one, other)| one.saturating_add(other));
        words.samples.extend(found.words.samples.iter().cloned());
    }
    words
}

/// The score at which it activates: one that its lines can make.
fn activates_at(draft: &Draft, reach: Option<u64>, note: &mut impl FnMut(Class, String)) -> u32 {
    let said = draft.activates_at.unwrap_or_else(|| {
        note(Class::Stricter, "the export does not say at which score it activates: 1".to_owned());
        1
    });
    let Some(reach) = reach.filter(|it| *it < u64::from(said)) else { return said };
    note(
        Class::Stricter,
        format!(
            "its lines make {reach} points at most, so it activates at {reach} and not at {said}"
        ),
    );
    u32::try_from(reach).unwrap_or(1).max(1)
}

/// The line that says where an examination looks; none where it looks everywhere.
fn look_in(record: &Record, note: &mut impl FnMut(Class, String)) -> String {
    const PLACES: [(Field, &str); 5] = [
        (Field::ScanSubject, "subject"),
        (Field::ScanBody, "body"),
        (Field::ScanHeaders, "headers"),
        (Field::ScanNames, "attachment names"),
        (Field::ScanAttachments, "attachment text"),
    ];
    let said = PLACES.iter().any(|it| record.get(it.0).is_some());
    let mut places = Vec::new();
    for (field, place) in PLACES {
        match (record.get(field), yes(record.get(field))) {
            (_, Some(true)) => places.push(place),
            (Some(other), None) => {
                note(
                    Class::Stricter,
                    format!(
                        "`{}` is neither yes nor no: it looks in the {place}",
                        plain_line(other)
                    ),
                );
                places.push(place);
            }
            (None, _) | (_, Some(false)) => {}
        }
    }
    if places.is_empty() {
        let why = if said {
            "it looks nowhere in the export"
        } else {
            "the export does not say where it looks"
        };
        note(Class::Stricter, format!("{why}: everywhere"));
        return String::new();
    }
    format!("  look in {}\n", places.join(", "))
}

/// Texts that should make enough points.
fn triggers(samples: &[Sample], points: u64) -> Vec<String> {
    let mut parts: Vec<String> =
        samples.iter().filter(|it| it.required).map(|it| it.text.clone()).collect();
    let mut made = 0_u64;
    let mut by_points: Vec<&Sample> = samples.iter().filter(|it| it.points > 0).collect();
    by_points.sort_by_key(|it| std::cmp::Reverse((it.points_max.is_none(), it.points)));
    for sample in by_points {
        let wanted = points.saturating_sub(made).min(sample.points_max.unwrap_or(points));
        let times = wanted.div_ceil(sample.points).min(REPEATS_MAX);
        for _ in 0..times {
            parts.push(sample.text.clone());
            made = made.saturating_add(sample.points);
        }
        if made >= points {
            break;
        }
    }
    let own = parts.join(" . ");
    let enough = EXAMPLES_OF_VALUES.repeat(usize::try_from(points.min(8)).unwrap_or(1));
    let both = format!("{own} . {enough}");
    if made >= points { vec![own, both] } else { vec![both] }
}

/// How often a test says one text.
const REPEATS_MAX: u64 = 100;

/// What patterns are usually after, for those whose texts alone do not activate.
const EXAMPLES_OF_VALUES: &str = "Card 4012 8888 8888 1881, 4012888888881881, 5555555555554444, 5555-5555-5555-4444. \
     Account 12345678, sort code 12-34-56, GB82 WEST 1234 5698 7654 32. Insurance AB123456C, AB 12 34 56 C, \
     536-22-8145. Number 1234567890, 123456, AC-104233. Born 02/03/1964, 1964-03-02. Patient 943 476 5919. \
     Password: secret. someone@customer.example. ";
