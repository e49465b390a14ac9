//! Words whose pieces stand in blocks of their own, and together on the page.
//!
//! No page is laid out. Where the layout may set two blocks on one line, or let two pieces change
//! places, the words that stand there are told joined as well.

use std::collections::BTreeSet;

use crate::limits::HTML_OPEN_LOOK_MAX;

/// What styles say of the place of an element.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Layout {
    /// Whether it stands on a line with its neighbours.
    pub(super) beside: bool,
    /// Whether what it holds stands on one line.
    pub(super) row: bool,
    /// Whether it may change places with its neighbours.
    pub(super) moved: bool,
    /// Whether a number says which place it has.
    pub(super) ordered: bool,
    /// Whether its lines go from the right to the left.
    pub(super) turned: bool,
    /// Whether its cells have no space at their sides.
    pub(super) tight: bool,
}

impl Layout {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            beside: self.beside || other.beside,
            row: self.row || other.row,
            moved: self.moved || other.moved,
            ordered: self.ordered || other.ordered,
            turned: self.turned || other.turned,
            tight: self.tight || other.tight,
        }
    }
}

/// An open element.
#[derive(Debug)]
struct Open {
    name: String,
    layout: Layout,
    /// Its row, in `Joints::rows`.
    row: usize,
    /// Where its text begins.
    from: usize,
    /// Whether text in it stands where a table has none, and is shown before the table.
    misplaces: bool,
    /// For a table: the text that is shown before it.
    misplaced: String,
}

/// The cells of a row.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    cells: u32,
    /// Whether some cell has more than letters of a word broken up.
    is_long: bool,
    has_several: bool,
    has_letters: bool,
}

impl Row {
    /// Notes the text of a cell.
    fn note(&mut self, text: &str) {
        // Longer is no short cell, whatever white space is in it.
        const OCTETS_MAX: usize = 64;
        const CELL_MAX: usize = 3;
        let text = if text.len() <= OCTETS_MAX { text.trim() } else { text };
        let length = text.chars().take(CELL_MAX + 1).count();
        self.cells = self.cells.saturating_add(u32::from(length != 0));
        self.is_long |= CELL_MAX < length;
        self.has_several |= 1 < length;
        self.has_letters |= text.chars().take(CELL_MAX).any(char::is_alphabetic);
    }

    /// Whether figures in its cells may be one number: those of tables and calendars are none.
    fn is_number(self) -> bool {
        4 <= self.cells && (self.has_letters || !self.has_several)
    }
}

/// A place where two pieces may meet.
#[derive(Clone, Copy, Debug)]
struct Joint {
    from: usize,
    to: usize,
    /// Whether blocks may stand on one line.
    beside: bool,
    /// The row whose cells it parts.
    row: Option<usize>,
    tight: bool,
    turns: bool,
    ordered: bool,
}

/// Places where two pieces may meet, found while the page is read.
#[derive(Debug, Default)]
pub(super) struct Joints {
    open: Vec<Open>,
    found: Vec<Joint>,
    rows: Vec<Row>,
    lines: BTreeSet<String>,
}

impl Joints {
    /// Notes an element; `shown` is what stands before it, its break included.
    pub(super) fn start(&mut self, name: &str, layout: Layout, is_void: bool, shown: &str) {
        self.end_implied(name, shown);
        let above = self.open.last();
        let parent = above.map(|it| it.layout).unwrap_or_default();
        let turned = layout.turned || parent.turned;
        let is_cell = matches!(name, "td" | "th");
        let tight = layout.tight || parent.tight;
        let row = match name {
            "table" | "tr" => {
                self.rows.push(Row::default());
                self.rows.len().saturating_sub(1)
            }
            _ => above.map_or(0, |it| it.row),
        };
        let misplaces = match name {
            "table" | "tbody" | "tfoot" | "thead" | "tr" => true,
            "td" | "th" | "caption" => false,
            _ => above.is_some_and(|it| it.misplaces),
        };
        let beside = layout.beside || parent.row;
        let moved = layout.moved || layout.ordered || name == "bdi";
        if is_cell || beside || moved {
            self.found.push(Joint {
                from: shown.len(),
                to: shown.len(),
                beside: beside || moved,
                row: is_cell.then_some(row),
                tight,
                turns: turned || layout.moved || layout.ordered,
                ordered: layout.ordered,
            });
        }
        if !is_void {
            // Only rows hand on that nothing parts their cells.
            let of_table = matches!(name, "table" | "tbody" | "tfoot" | "thead" | "tr");
            let layout = Layout { turned, tight: of_table && tight, ..layout };
            let (name, misplaced) = (name.to_owned(), String::new());
            self.open.push(Open { name, layout, row, from: shown.len(), misplaces, misplaced });
        }
    }

    /// Ends what the start of an element ends.
    fn end_implied(&mut self, name: &str, shown: &str) {
        let around: &[&str] = match name {
            "td" | "th" => &["tr", "tbody", "thead", "tfoot", "table"],
            "tr" => &["tbody", "thead", "tfoot", "table"],
            "p" | "li" | "dd" | "dt" if self.open.last().is_some_and(|it| it.name == name) => {
                return self.close(self.open.len().saturating_sub(1), shown);
            }
            _ => return,
        };
        if let Some(at) = self.near(|it| around.contains(&it)) {
            self.close(at.saturating_add(1), shown);
        }
    }

    /// The nearest open element of those that are looked at.
    fn near(&self, is: impl Fn(&str) -> bool) -> Option<usize> {
        let from = self.open.len().saturating_sub(HTML_OPEN_LOOK_MAX);
        let at = self.open.get(from..)?.iter().rposition(|it| is(&it.name))?;
        Some(from.saturating_add(at))
    }

    pub(super) fn end(&mut self, name: &str, shown: &str) {
        if let Some(at) = self.near(|it| it == name) {
            self.close(at, shown);
        }
    }

    /// Notes text, before it is added to what is shown.
    pub(super) fn text(&mut self, text: &str) {
        if self.open.last().is_some_and(|it| it.misplaces)
            && !text.trim().is_empty()
            && let Some(table) = self.near(|it| it == "table").and_then(|it| self.open.get_mut(it))
        {
            table.misplaced.push_str(text);
        }
    }

    fn close(&mut self, to: usize, shown: &str) {
        while to < self.open.len() {
            let Some(Open { name, layout, row, from, misplaced, .. }) = self.open.pop() else {
                return;
            };
            let text = shown.get(from..).unwrap_or_default();
            let parent = self.open.last().map(|it| it.layout).unwrap_or_default();
            if matches!(name.as_str(), "td" | "th")
                && let Some(row) = self.rows.get_mut(row)
            {
                row.note(text);
            }
            if !misplaced.is_empty() {
                let before = last_word(end_of(shown.get(..from).unwrap_or_default()).trim_end());
                let behind = start_of(text).trim_start();
                let behind = if layout.beside { first_word(behind) } else { "" };
                let words = misplaced.split_whitespace().collect::<Vec<_>>().join(" ");
                self.lines.insert([before, &words, behind].concat());
            }
            let moved = layout.moved || layout.ordered || name == "bdi";
            if layout.beside || parent.row || moved {
                self.found.push(Joint {
                    from: shown.len(),
                    to: shown.len(),
                    beside: true,
                    row: None,
                    tight: false,
                    turns: layout.turned || moved,
                    ordered: layout.ordered,
                });
            }
        }
    }

    /// The joined words, each on its line, and whether more pieces stand in an order of their own
    /// than are told in each.
    pub(super) fn told(mut self, shown: &str) -> (BTreeSet<String>, bool) {
        self.close(0, shown);
        let joints = merged(std::mem::take(&mut self.found), shown);
        let mut chain = Chain::default();
        let mut is_lost = false;
        let mut from = 0;
        let ends = joints.iter().skip(1).map(|it| it.from).chain([shown.len()]);
        for (joint, end) in joints.iter().zip(ends) {
            let left = shown.get(from..joint.from).unwrap_or_default().trim_end();
            let right = shown.get(joint.to..end).unwrap_or_default().trim();
            from = joint.to;
            if chain.pieces.is_empty() {
                chain.pieces.push(last_word(left));
            }
            if self.joins(joint, left, right) {
                let head = first_word(right);
                chain.pieces.push(head);
                chain.turns |= joint.turns;
                chain.ordered |= joint.ordered;
                if head.len() == right.len() {
                    continue;
                }
            }
            is_lost |= std::mem::take(&mut chain).tell(&mut self.lines);
        }
        is_lost |= chain.tell(&mut self.lines);
        (self.lines, is_lost)
    }

    /// Whether a word may go on over the joint.
    fn joins(&self, joint: &Joint, left: &str, right: &str) -> bool {
        let (Some(left), Some(right)) = (left.chars().next_back(), right.chars().next()) else {
            return false;
        };
        let of_words = is_of_word(left) && is_of_word(right);
        // Figures beside figures are the columns of tables.
        let are_figures = left.is_numeric() && right.is_numeric();
        let row = joint.row.and_then(|it| self.rows.get(it)).copied().unwrap_or_default();
        let of_letters = 3 <= row.cells && !row.is_long;
        of_letters && (!are_figures || row.is_number())
            || (joint.beside || joint.tight) && of_words && !are_figures
    }
}

/// Pieces that may stand together.
#[derive(Debug, Default)]
struct Chain<'s> {
    pieces: Vec<&'s str>,
    turns: bool,
    ordered: bool,
}

impl Chain<'_> {
    /// Tells its word; whether its pieces may stand in more orders than are told.
    fn tell(mut self, lines: &mut BTreeSet<String>) -> bool {
        if self.pieces.len() < 2 {
            return false;
        }
        lines.insert(self.pieces.concat());
        if self.turns {
            self.pieces.reverse();
            lines.insert(self.pieces.concat());
        }
        self.ordered && 2 < self.pieces.len()
    }
}

/// Joints with nothing but white space between them are one.
fn merged(joints: Vec<Joint>, shown: &str) -> Vec<Joint> {
    let mut merged: Vec<Joint> = Vec::new();
    for joint in joints {
        let between = |it: &Joint| shown.get(it.to..joint.from).unwrap_or_default().trim();
        match merged.last_mut() {
            Some(last) if between(last).is_empty() => {
                last.to = last.to.max(joint.to);
                last.beside |= joint.beside;
                last.row = joint.row.or(last.row);
                last.tight |= joint.tight;
                last.turns |= joint.turns;
                last.ordered |= joint.ordered;
            }
            _ => merged.push(joint),
        }
    }
    merged
}

/// Whether a word may go on with the character, from the block before.
fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '@' | '#' | '/' | '&' | '+')
}

/// The octets that are looked at for a word beside a table: many tables may have one before them.
const NEAR_OCTETS: usize = 128;

fn end_of(text: &str) -> &str {
    let from = text.len().saturating_sub(NEAR_OCTETS);
    (from..=text.len()).find_map(|it| text.get(it..)).unwrap_or_default()
}

fn start_of(text: &str) -> &str {
    let to = text.len().min(NEAR_OCTETS);
    (0..=to).rev().find_map(|it| text.get(..it)).unwrap_or_default()
}

fn last_word(text: &str) -> &str {
    text.rsplit(char::is_whitespace).next().unwrap_or_default()
}

fn first_word(text: &str) -> &str {
    text.split(char::is_whitespace).next().unwrap_or_default()
}
