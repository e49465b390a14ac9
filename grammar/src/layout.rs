//! The first pass: cuts any text into pieces, and groups the pieces into lines and blocks.
//!
//! # Invariants
//!
//! - Total: every text has a layout; what is wrong with it is a [`Fault`].
//! - Lossless: the pieces, one after the other, are the text.
//! - Linear: each piece is looked at a bounded number of times, and nothing recurses.
//!
//! # The rules
//!
//! - A line ends with LF, CR LF or a CR alone; the last is reported.
//! - A statement is one line; after a comma at its end it goes on in the next line that is not empty.
//! - `#` outside of a text or a regular expression begins a comment, wherever it stands.
//! - `##` and a space at the start of a line is a doc comment: it belongs to the next item.
//! - A text stands between `"` on one line. A `/` that begins a word begins a regular expression.
//! - A block is a statement followed by `{`, which may stand on the next line, up to its `}`.
//! - An item keyword at the start of a line, inside a block, begins a new item if the line is not indented
//!   or ends with `{`: the block before it was left open. (`domains` is also a line of an organisation; it
//!   begins an item only if its line ends with `{`.)

mod build;
pub(crate) mod foreign;
mod pieces;

pub use self::{
    build::layout,
    pieces::{Piece, PieceKind, pieces},
};

/// What a text consists of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layout {
    /// All of the text, in order.
    pub pieces: Vec<Piece>,
    /// The lines and blocks outside of any block.
    pub nodes: Vec<Node>,
    /// What is wrong with its braces, quotes and commas, in the order found.
    pub faults: Vec<Fault>,
}

/// A line, or a line with a block.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Node {
    /// A statement.
    Line(Line),
    /// A statement with a block.
    Block(Block),
}

/// The pieces of a statement: the first and the last that mean something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Line {
    /// Index of the first piece.
    pub first: usize,
    /// Index of the last piece.
    pub last: usize,
}

/// A statement with a block.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Block {
    /// The statement before the brace; absent when the brace stands alone.
    pub head: Option<Line>,
    /// Index of the `{`; absent when it was forgotten.
    pub open: Option<usize>,
    /// What is inside.
    pub body: Vec<Node>,
    /// Index of the `}`; absent when it was forgotten.
    pub close: Option<usize>,
}

/// Something wrong with the layout; each index is that of a piece.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// A `}` that closes nothing.
    CloseWithoutOpen(usize),
    /// A comma at the end of a line, and no line for it to go on in.
    CommaBeforeNothing(usize),
    /// A `{` inside more blocks than there can be.
    Deep(usize),
    /// A statement that goes on in the next line without a comma, as a sentence would.
    LineBroken {
        /// The last piece before the break.
        before: usize,
        /// The first piece after it.
        after: usize,
    },
    /// An item whose `{` was forgotten.
    OpenMissing(Line),
    /// A `{` without a statement before it.
    OpenWithoutHead(usize),
    /// A block that was still open where the next item began, or at the end of the text.
    Unclosed {
        /// The statement of the block, or its brace.
        head: Line,
        /// The first piece of the next item; absent at the end of the text.
        before: Option<usize>,
    },
}

impl Node {
    /// The statement, with or without a block.
    #[must_use]
    pub fn line(&self) -> Option<Line> {
        match self {
            Self::Line(line) => Some(*line),
            Self::Block(block) => block.head,
        }
    }
}
