//! The text of a regular expression between its slashes.
//!
//! A slash inside is written `\/`. The text is kept as written, `\/` included, so that a place in it is
//! the same place in the file; to the expression `\/` means a slash. What the expression says is checked
//! by the engine, which knows what can be matched in linear time.

use nom::{
    branch::alt,
    character::complete::{anychar, char, none_of},
    combinator::{recognize, rest},
    multi::many0_count,
    sequence::delimited,
};

use super::{refusal::refusal, whole::whole};

/// The text between the slashes, as written.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RegexText(String);

refusal! {
    /// Why a text is not a regular expression between slashes.
    RegexTextError
}

impl RegexText {
    /// Reads `/…/`.
    ///
    /// # Errors
    ///
    /// [`RegexTextError`] when a slash is missing, nothing is between them, or something follows.
    pub fn parse(text: &str) -> Result<Self, RegexTextError> {
        if let Some((single, is_even)) = with_single_slashes(text) {
            let offer = Self::parse(&single).is_ok().then_some(single);
            let message = "one slash stands before a regular expression, and one behind it";
            return Err(RegexTextError::new(message, offer).certain_if(is_even));
        }
        let escaped = recognize((char('\\'), anychar));
        let inner = recognize(many0_count(alt((escaped, recognize(none_of("/\\"))))));
        if let Some((inner, after)) = whole((delimited(char('/'), inner, char('/')), rest), text) {
            return match (inner.is_empty(), after.is_empty()) {
                (false, true) => Ok(Self(inner.to_owned())),
                (true, _) => Err(RegexTextError::new("there is nothing between the slashes", None)),
                (false, false) => Err(after_the_slash(inner, after)),
            };
        }
        if text.starts_with('/') {
            return Err(RegexTextError::new(
                "the regular expression does not end with `/` on its line",
                None,
            ));
        }
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        if bare != text && bare.starts_with('/') && bare.len() > 2 {
            return Err(in_quotes(bare));
        }
        // Where a text doubles its backslashes, those of the expression are probably half of them.
        let is_doubled = bare.contains("\\\\");
        let meant = bare.replace("\\\\", "\\").replace('/', "\\/");
        // `*.exe` is a form of names, and `/*` begins a comment in other languages.
        let offer = (!meant.is_empty() && !meant.starts_with('*')).then(|| format!("/{meant}/"));
        Err(RegexTextError::new(BETWEEN_SLASHES, offer).certain_if(!is_doubled))
    }

    /// The text between the slashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const BETWEEN_SLASHES: &str = "a regular expression stands between slashes, such as `/[0-9]{4}/`";

/// An expression that has more slashes than one before it or behind it, with one; and whether they are as
/// many on both sides.
fn with_single_slashes(text: &str) -> Option<(String, bool)> {
    let inner = text.trim_start_matches('/');
    let before = text.len().checked_sub(inner.len())?;
    let mut bare = inner.trim_end_matches('/');
    let mut behind = inner.len().checked_sub(bare.len())?;
    // The first of them may be a letter of the expression: `\/`.
    if bare.ends_with('\\') && behind > 0 {
        bare = inner.get(..bare.len().checked_add(1)?)?;
        behind = behind.checked_sub(1)?;
    }
    let doubled = before > 1 || before == 1 && behind > 1;
    (doubled && !bare.is_empty()).then(|| {
        let end = if behind > 0 { "/" } else { "" };
        (format!("/{bare}{end}"), before == behind)
    })
}

/// `"/…/"`: an expression between its slashes, and quotes round it.
fn in_quotes(bare: &str) -> RegexTextError {
    match RegexText::parse(bare) {
        Ok(_) => {
            let message = "a regular expression has slashes round it, and no quotes";
            RegexTextError::new(message, Some(bare.to_owned())).certain_if(true)
        }
        Err(error) => RegexTextError::new(BETWEEN_SLASHES, error.offer().map(str::to_owned)),
    }
}

fn after_the_slash(inner: &str, after: &str) -> RegexTextError {
    let next = after.trim_start_matches([' ', ',', '|']);
    let next = next.strip_prefix("or ").unwrap_or(next).trim_start();
    let other = RegexText::parse(next).ok();
    if let Some(other) = other.as_ref().filter(|_| next != after) {
        let message = "one regular expression stands on a line; `|` stands between two ways";
        return RegexTextError::new(message, Some(format!("/{inner}|{}/", other.as_str())));
    }
    if !after.is_empty() && after.chars().all(|character| "imsuxgU".contains(character)) {
        let known: String = after.chars().filter(|character| "imsx".contains(*character)).collect();
        let offer = (!known.is_empty()).then(|| format!("/(?{known}){inner}/"));
        return RegexTextError::new(
            format!("`{after}` stands after the closing slash; flags go inside"),
            offer,
        )
        .certain_if(known == after);
    }
    let escaped = |it: &str| it.replace("\\/", "/").replace('/', "\\/");
    let offer =
        after.strip_suffix('/').map(|rest| format!("/{inner}{}/", escaped(&format!("/{rest}"))));
    RegexTextError::new(
        format!("`{after}` stands after the closing slash; a slash inside is written `\\/`"),
        offer,
    )
    // Nobody else knows whether it is one expression or two.
    .certain_if(other.is_none())
}
