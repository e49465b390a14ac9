//! A page cut at its headings.

/// A heading and what stands under it, up to the next heading that is as high.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section<'p> {
    /// 1 for the title of the page.
    pub(crate) level: usize,
    /// Without the marks.
    pub(crate) heading: &'p str,
    /// The whole section, its heading and what is below included.
    pub(crate) text: &'p str,
}

impl<'p> Section<'p> {
    /// Words in back-quotes in the heading.
    pub(crate) fn quoted(&self) -> impl Iterator<Item = &'p str> {
        self.heading.split('`').skip(1).step_by(2)
    }
}

/// Every section of a page, in order.
pub(crate) fn sections(text: &str) -> Vec<Section<'_>> {
    let headings: Vec<(usize, usize, &str)> = headings(text).collect();
    let mut sections = Vec::new();
    for (at, (start, level, heading)) in headings.iter().enumerate() {
        let mut after = headings.iter().skip(at.saturating_add(1));
        let end = after.find(|it| it.1 <= *level).map_or(text.len(), |it| it.0);
        let text = text.get(*start..end).unwrap_or_default();
        sections.push(Section { level: *level, heading, text });
    }
    sections
}

/// Offset, level and words of each heading; a `#` in a block of code is none.
fn headings(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let (mut offset, mut in_code) = (0_usize, false);
    text.split_inclusive('\n').filter_map(move |line| {
        let start = offset;
        offset = offset.saturating_add(line.len());
        if line.starts_with("```") {
            in_code = !in_code;
        }
        let words = line.trim_start_matches('#');
        let level = line.len().saturating_sub(words.len());
        let is_heading = !in_code && level > 0 && words.starts_with(' ');
        is_heading.then(|| (start, level, words.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_holds_those_below_it() {
        let text = "# A\nx\n## `b c`, `d`\n```\n# no\n```\n### e\ny\n## f\nz\n";
        let found = sections(text);
        let headings: Vec<&str> = found.iter().map(|it| it.heading).collect();
        assert_eq!(headings, ["A", "`b c`, `d`", "e", "f"]);
        assert_eq!(found[0].text, text);
        assert!(found[1].text.ends_with("### e\ny\n"));
        assert_eq!(found[1].quoted().collect::<Vec<_>>(), ["b c", "d"]);
    }
}
