//! Detectors on their own: what the patterns of a tree and of libraries find in a text, without
//! policies or a message. Each pattern is an examination of its own, found as in a message.

use std::{ops::Range, sync::Arc};

use grammar::{
    diagnostic::Diagnostic,
    tree::{CountsAs, Scope},
};

use crate::{
    Library, SourceFile, check,
    facts::{Content, Segment},
    normal,
    scan::{
        Scanner,
        examination::{Count, Examination, Findable},
    },
};

/// A pattern that can be asked on its own.
#[derive(Clone, Debug)]
pub struct Detector {
    /// As rules refer to it, such as `std.iban`.
    pub name: String,
    /// Its doc comment; empty when it has none.
    pub about: String,
    /// Any one of these words must stand close by; normalised. Empty when nothing must.
    pub near: Vec<String>,
    weight: u32,
}

/// What was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Detected {
    /// The number of the detector in [`Detectors::all`].
    pub detector: usize,
    /// Which octets of the text.
    pub range: Range<usize>,
}

/// Everything that was found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Findings {
    /// By place, then by detector.
    pub found: Vec<Detected>,
    /// Detectors that found more than is told.
    pub more: Vec<usize>,
}

/// All patterns of a tree and of libraries, compiled.
#[derive(Clone, Debug)]
pub struct Detectors {
    all: Vec<Detector>,
    scanner: Scanner,
}

impl Detectors {
    /// Compiles every pattern, used or not. What cannot be compiled is left out and told.
    #[must_use]
    pub fn load(files: &[SourceFile], libraries: &[Library<'_>]) -> (Self, Vec<Diagnostic>) {
        let (patterns, findings) = check::patterns(files, libraries);
        let mut all = Vec::new();
        let mut examinations = Vec::new();
        for (pattern, about) in patterns {
            let (name, near) = (pattern.label.to_string(), pattern.near.clone());
            all.push(Detector { name, about, near, weight: pattern.weight });
            let findable = Findable { terms: Vec::new(), patterns: vec![Arc::new(pattern)] };
            examinations.push(alone(findable));
        }
        (Self { all, scanner: Scanner::new(&examinations) }, findings)
    }

    /// The detectors, in the order of the files.
    #[must_use]
    pub fn all(&self) -> &[Detector] {
        &self.all
    }

    /// What the wanted detectors find.
    #[must_use]
    pub fn find(&self, text: &str, wanted: impl Fn(&Detector) -> bool) -> Findings {
        let mapped = normal::normalise_mapped(text);
        let end = mapped.text.len();
        let segment = Segment { scope: Scope::Body, start: 0, end, part: 0, alternative: None };
        let cased = vec![normal::normalise_keeping_case(text)];
        let content = Content {
            text: mapped.text.clone(),
            segments: vec![segment],
            cased,
            ..Content::default()
        };
        let mut scan = self.scanner.open(&content);
        let mut findings = Findings::default();
        for (number, detector) in self.all.iter().enumerate().filter(|it| wanted(it.1)) {
            let Some(examined) = scan.examine(number) else { continue };
            let hits = examined.result.hits;
            let told = u32::try_from(hits.len()).unwrap_or(u32::MAX);
            if examined.result.over_limit
                || told.saturating_mul(detector.weight) < examined.result.score
            {
                findings.more.push(number);
            }
            findings.found.extend(hits.iter().map(|hit| {
                let after = if hit.end < end { mapped.source_offset(hit.end) } else { text.len() };
                Detected { detector: number, range: mapped.source_offset(hit.start)..after }
            }));
        }
        findings.found.sort_by_key(|it| (it.range.start, it.range.end, it.detector));
        findings
    }
}

/// An examination that counts one thing.
fn alone(what: Findable) -> Examination {
    Examination {
        name: String::new(),
        look_in: [Scope::Body].into(),
        counts: vec![Count { what, distinct: false, cap: None }],
        requires: Vec::new(),
        vetoes: Vec::new(),
        less: Vec::new(),
        ignores: std::collections::BTreeSet::new(),
        activates_at: 1,
        unreadable: CountsAs::Clear,
        ambiguous: CountsAs::Clear,
        over_limit: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detectors() -> Detectors {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: format!("writ 1\n{text}"),
        };
        let own = [file(
            "a.writ",
            "pattern vat {\n  match /[0-9]{8}/\n  near \"vat\" within 3 words, whole word\n}\n",
        )];
        let library = [file(
            "l.writ",
            "## A card.\npattern card {\n  match /\\b[0-9]{4}( ?[0-9]{4}){3}\\b/\n  check luhn\n}\n",
        )];
        let (detectors, findings) =
            Detectors::load(&own, &[Library { name: "std", files: &library }]);
        assert!(findings.is_empty(), "{findings:?}");
        detectors
    }

    #[test]
    fn places_are_those_of_the_text_as_it_was_written() {
        let detectors = detectors();
        let names: Vec<&str> = detectors.all().iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["vat", "std.card"]);
        assert_eq!(detectors.all()[1].about, "A card.");
        let text = "é\u{200b} ４012  8888\u{ad} 8888\r\n1881 VAT 12345678";
        let findings = detectors.find(text, |_| true);
        let values: Vec<&str> =
            findings.found.iter().map(|it| text.get(it.range.clone()).unwrap()).collect();
        assert_eq!(values, ["４012  8888\u{ad} 8888\r\n1881", "12345678"]);
        assert!(findings.more.is_empty());
        assert_eq!(detectors.find(text, |it| it.name == "vat").found.len(), 1);
        assert!(detectors.find("private 12345678", |_| true).found.is_empty());
    }

    #[test]
    fn what_is_not_told_is_said() {
        let detectors = detectors();
        let many = "4012888888881881 ".repeat(1_200);
        let findings = detectors.find(&many, |_| true);
        assert_eq!((findings.found.len(), findings.more), (1_000, vec![1]));
    }
}
