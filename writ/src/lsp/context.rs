//! Where in the text the cursor stands: which block, which line of it, which word.

use grammar::layout::{Node, PieceKind, layout};

/// The surroundings of an offset.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Context {
    /// First word of the block that the offset is in: `policy`, or `message` inside of a test.
    pub(super) block: Option<String>,
    /// The words of the statement before the one that is being written.
    pub(super) before: Vec<String>,
    /// The word at the offset, as far as the offset.
    pub(super) typed: String,
    /// All of the word at the offset.
    pub(super) word: String,
    /// Where it begins.
    pub(super) word_start: usize,
    /// Whether the offset is in a comment, a text or a regular expression.
    pub(super) is_prose: bool,
}

impl Context {
    /// The line of the block that the statement is, by its first words.
    pub(super) fn key(&self) -> Option<&'static str> {
        let keys = grammar::vocabulary::lines(self.block.as_deref()?);
        let words: Vec<&str> = self.before.iter().map(String::as_str).collect();
        let begun = |key: &&&'static str| {
            let key: Vec<&str> = key.split(' ').collect();
            words.get(..key.len()) == Some(key.as_slice())
        };
        keys.iter().filter(begun).max_by_key(|it| it.len()).copied()
    }
}

/// The surroundings of an offset.
pub(super) fn at(text: &str, offset: usize) -> Context {
    let layout = layout(text);
    let mut context = Context { word_start: offset, ..Context::default() };
    let mut nodes = layout.nodes.as_slice();
    loop {
        let inside = nodes.iter().find_map(|it| match it {
            Node::Block(block) => {
                let open = layout.pieces.get(block.open?)?.end;
                let close = block
                    .close
                    .and_then(|it| layout.pieces.get(it))
                    .map_or(text.len(), |it| it.start);
                (open <= offset && offset <= close).then_some(block)
            }
            Node::Line(_) => None,
        });
        let Some(block) = inside else { break };
        let head = block.head.and_then(|it| layout.pieces.get(it.first));
        context.block = head.map(|it| it.of(text).to_owned());
        nodes = &block.body;
    }
    let last = layout.pieces.partition_point(|it| it.start < offset);
    for piece in layout.pieces.get(..last).unwrap_or_default().iter().rev() {
        let is_under = offset <= piece.end;
        match piece.kind {
            PieceKind::Word if is_under => {
                context.word_start = piece.start;
                context.word = piece.of(text).to_owned();
                context.typed = text.get(piece.start..offset).unwrap_or_default().to_owned();
            }
            PieceKind::Comment | PieceKind::CommentForeign | PieceKind::Doc if is_under => {
                context.is_prose = true;
            }
            PieceKind::Text | PieceKind::TextForeign | PieceKind::Regex if offset < piece.end => {
                context.is_prose = true;
            }
            PieceKind::TextUnclosed | PieceKind::RegexUnclosed => context.is_prose |= is_under,
            PieceKind::Newline if context.continues(&layout.pieces, piece.start, text) => {}
            PieceKind::Close | PieceKind::Newline | PieceKind::Open => break,
            PieceKind::Comma => context.before.push(",".to_owned()),
            PieceKind::Regex | PieceKind::Text | PieceKind::TextForeign | PieceKind::Word => {
                context.before.push(piece.of(text).to_owned());
            }
            PieceKind::Comment | PieceKind::CommentForeign | PieceKind::Doc | PieceKind::Space => {}
        }
    }
    context.before.reverse();
    // The cursor may stand before the word that it touches.
    if context.word.is_empty() {
        let next =
            layout.pieces.get(last).filter(|it| it.start == offset && it.kind == PieceKind::Word);
        context.word = next.map(|it| it.of(text).to_owned()).unwrap_or_default();
    }
    context
}

impl Context {
    /// Whether the statement goes on over a line break: the line before ends with a comma.
    fn continues(&self, pieces: &[grammar::layout::Piece], newline: usize, text: &str) -> bool {
        let before = pieces.partition_point(|it| it.start < newline);
        let mut line = pieces.get(..before).unwrap_or_default().iter().rev();
        let last = line.find(|it| it.kind.is_significant() || it.kind == PieceKind::Newline);
        last.is_some_and(|it| it.of(text) == ",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The context at the bar.
    fn context(text: &str) -> Context {
        let offset = text.find('|').unwrap();
        at(&text.replace('|', ""), offset)
    }

    #[test]
    fn blocks_lines_and_words_are_told() {
        let found = context("writ 1\npolicy p {\n  from internal, ext|ernal\n}\n");
        assert_eq!(found.block.as_deref(), Some("policy"));
        assert_eq!(found.before, ["from", "internal", ","]);
        assert_eq!((found.typed.as_str(), found.word.as_str()), ("ext", "external"));
        assert_eq!(found.key(), Some("from"));
    }

    #[test]
    fn a_list_goes_on_in_the_next_line() {
        let found = context("policy p {\n  to a,\n    b,\n    |\n}\n");
        assert_eq!(found.key(), Some("to"));
    }

    #[test]
    fn a_message_is_a_block_of_its_own_and_a_text_is_prose() {
        let found = context("test \"t\" {\n  message {\n    subject \"a|b\"\n  }\n}\n");
        assert_eq!(found.block.as_deref(), Some("message"));
        assert!(found.is_prose);
        assert_eq!(context("policy p {\n}\n|").block, None);
        assert_eq!(context("policy p {\n  |").block.as_deref(), Some("policy"));
    }
}
