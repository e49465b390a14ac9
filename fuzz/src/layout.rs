//! The layout of any text: no octet is lost, no line is in two blocks.

use grammar::layout::{Node, layout, pieces};

/// Runs the target on one input.
pub(crate) fn run(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let pieces = pieces(text);
    let joined: String = pieces.iter().map(|it| it.of(text)).collect();
    assert_eq!(joined, text);
    assert!(pieces.iter().all(|it| it.start < it.end));
    let layout = layout(text);
    let mut lines = Vec::new();
    let mut nodes: Vec<&Node> = layout.nodes.iter().collect();
    while let Some(node) = nodes.pop() {
        lines.extend(node.line());
        if let Node::Block(block) = node {
            nodes.extend(&block.body);
        }
    }
    lines.sort_by_key(|it| it.first);
    assert!(lines.is_sorted_by(|one, other| one.last < other.first));
}
