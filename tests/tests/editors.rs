//! The highlighting of editors, by the engine that they use.

use std::io::Write as _;

use anyhow::{Context, ensure};
use tests::{program::workspace, textmate::tokenise};

/// Lines with the scope of a text in them: the last that the engine gives.
const CASES: &[(&str, &str, &str)] = &[
    ("writ 1", "writ", "keyword.declaration.writ"),
    ("writ 1", "1", "constant.numeric.writ"),
    ("## Who we are.", "## Who we are.", "comment.block.documentation.writ"),
    ("use std # the library", "# the library", "comment.line.number-sign.writ"),
    ("policy cards-leave {", "policy", "keyword.declaration.writ"),
    ("policy cards-leave {", "cards-leave", "entity.name.type.writ"),
    ("definition deal-room based on confidential {", "confidential", "entity.name.type.writ"),
    ("group finance from directory \"f\"", "finance", "entity.name.type.writ"),
    ("  from internal", "internal", "support.constant.people.writ"),
    ("  to external except partners", "except", "keyword.operator.logical.writ"),
    ("  then secure with confidential", "secure", "support.function.outcome.writ"),
    ("  print denied", "denied", "constant.language.writ"),
    ("  192.0.2.0/24", "192.0.2.0/24", "constant.numeric.network.writ"),
    ("  2001:db8:40::/48", "2001:db8:40::/48", "constant.numeric.network.writ"),
    ("  valid until 2099-06-30", "2099-06-30", "constant.numeric.date.writ"),
    ("  *.supplier.example", "*.supplier.example", "string.unquoted.domain.writ"),
    ("  owner dlp@acme.example", "dlp@acme.example", "string.unquoted.address.writ"),
    ("  match /\\b[0-9]{4} # \\/ x\\b/", "/\\b[0-9]{4} # \\/ x\\b/", "string.regexp.writ"),
    ("  why \"not \\\" # a comment\"", "not ", "string.quoted.double.writ"),
    ("  why \"not \\\" # a comment\"", "\\\"", "constant.character.escape.writ"),
];

#[test]
fn each_part_of_a_line_has_its_colour() -> anyhow::Result<()> {
    let mut file = tempfile::NamedTempFile::new()?;
    for (line, _, _) in CASES {
        writeln!(file, "{line}")?;
    }
    let grammar = workspace().join("editors/vscode/writ.tmLanguage.json");
    let lines = tokenise(&grammar, file.path())?;
    for ((line, part, scope), tokens) in CASES.iter().zip(&lines) {
        let found = tokens.iter().find(|it| it.0 == *part);
        let (_, scopes) =
            found.with_context(|| format!("`{part}` is no token of `{line}`: {tokens:?}"))?;
        ensure!(
            scopes.last().is_some_and(|it| it == scope),
            "`{part}` of `{line}` is {scopes:?}, not {scope}"
        );
    }
    Ok(())
}

#[test]
fn every_word_of_the_sample_is_known_or_a_name() -> anyhow::Result<()> {
    let grammar = workspace().join("editors/vscode/writ.tmLanguage.json");
    let lines = tokenise(&grammar, &workspace().join("grammar/src/tests/sample.writ"))?;
    let plain = lines.iter().flatten().filter(|it| it.1.len() == 1 && !it.0.trim().is_empty());
    // What has no scope of its own is a name that some item of the sample, or a library, declares.
    for (text, _) in plain {
        for word in text.split_whitespace() {
            let is_name = word
                .chars()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || "-.<".contains(it));
            ensure!(is_name || word == "/" || word.contains('/'), "`{word}` has no colour");
        }
    }
    Ok(())
}
