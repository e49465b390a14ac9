//! Entities of HTML, read and written.

use std::{borrow::Cow, cell::RefCell};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Token as RawToken, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::{RawData, Rcdata},
    },
};

/// Text with its entities decoded, as a browser decodes them.
pub(crate) fn decode_entities(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    if let Some(decoded) = with_usual_entities(text) {
        return Cow::Owned(decoded);
    }
    Cow::Owned(tokenized(text))
}

fn tokenized(text: &str) -> String {
    let options = TokenizerOpts {
        initial_state: Some(RawData(Rcdata)),
        discard_bom: false,
        ..TokenizerOpts::default()
    };
    let tokenizer = Tokenizer::new(Characters::default(), options);
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(text));
    // Nothing in this state can suspend the tokenizer.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.text.into_inner()
}

/// Entities that pages are full of: a tokenizer costs far more than they do.
const USUAL: [(&str, &str); 7] = [
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&nbsp;", "\u{a0}"),
    ("&#39;", "'"),
    ("&#160;", "\u{a0}"),
];

/// Text with its entities decoded, if it has only usual ones.
fn with_usual_entities(text: &str) -> Option<String> {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, behind)) = rest.split_once('&') {
        let entity = rest.get(plain.len()..).unwrap_or_default();
        let (name, meant) = USUAL.iter().find(|it| entity.starts_with(it.0))?;
        decoded.push_str(plain);
        decoded.push_str(meant);
        rest = behind.get(name.len().saturating_sub(1)..).unwrap_or_default();
    }
    // A tokenizer makes one line end of these.
    decoded.push_str(rest);
    Some(decoded).filter(|it| !it.contains(['\r', '\0']))
}

/// Text so that HTML shows it as it is.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character => escaped.push(character),
        }
    }
    escaped
}

#[derive(Default)]
struct Characters {
    text: RefCell<String>,
}

impl TokenSink for Characters {
    type Handle = ();

    fn process_token(&self, token: RawToken, _line: u64) -> TokenSinkResult<()> {
        if let RawToken::CharacterTokens(characters) = token {
            self.text.borrow_mut().push_str(&characters);
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_entities_are_what_the_tokenizer_makes_of_them() {
        for text in [
            "&lt;b&gt; &amp;amp; &quot;&#39;",
            "&nbsp;&#160;x",
            "&lt",
            "a & b",
            "&amp;\r\n",
            "&lt;\0",
            "&#391;",
            "</p>&lt;",
        ] {
            assert_eq!(decode_entities(text), tokenized(text), "{text:?}");
        }
        assert_eq!(with_usual_entities("&lt;b").as_deref(), Some("<b"));
        assert_eq!(with_usual_entities("&eacute;"), None);
    }
}
