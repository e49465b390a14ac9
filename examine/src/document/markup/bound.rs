//! Data that controls of a document show in place of what is stored in them.

use std::collections::{BTreeMap, BTreeSet};

use super::unescaped;

/// The texts of all data of a document, by the local name of the element that they stand in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bound {
    texts: BTreeMap<String, BTreeSet<String>>,
}

impl Bound {
    /// Adds the texts of a file.
    pub(crate) fn gather(&mut self, xml: &str) {
        let plain = xml.replace("<![CDATA[", "").replace("]]>", "");
        for element in plain.split('<') {
            let Some((tag, text)) = element.split_once('>') else { continue };
            let name = tag.split(|it: char| it.is_whitespace() || it == '/').next();
            let text = words(&unescaped(text));
            if !text.is_empty() {
                let name = local(name.unwrap_or_default()).to_owned();
                self.texts.entry(name).or_default().insert(text);
            }
        }
    }

    /// Whether the data at a path may be something else than what is stored.
    pub(super) fn differs(&self, path: &str, stored: &str) -> bool {
        let path = path.trim().trim_end_matches("/text()");
        let step = path.rsplit('/').next().unwrap_or_default();
        let name = local(step.split('[').next().unwrap_or_default());
        if !name.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '-' | '.')) {
            return true;
        }
        let stored = words(stored);
        self.texts.get(name).is_some_and(|it| !it.contains(&stored))
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or_default()
}

/// A text without its spaces.
fn words(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_compared_by_the_name_of_its_element() {
        let mut bound = Bound::default();
        bound.gather(
            "<?xml version='1.0'?><r><x:v a='b'>A &amp; B</x:v><w/><c><![CDATA[zeb]]></c></r>",
        );
        for (path, stored, differs) in [
            ("/r/x:v", "A&B", false),
            ("/r[1]/y:v[1]/text()", "x", true),
            ("/r/w", "placeholder", false),
            ("/r/c", "", true),
            ("/r/@v", "A&B", true),
            ("/r/*[2]", "A&B", true),
        ] {
            assert_eq!(bound.differs(path, stored), differs, "{path}");
        }
    }
}
