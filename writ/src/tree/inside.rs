//! Paths that rule files write: they stay in the folder of their tree.

use std::path::{Component, Path, PathBuf};

use crate::plain::reason;

/// Where `written` is, a path from the folder of the tree; it may not lead out of it, by `..`, as an
/// absolute path, or through a link.
pub(super) fn resolve(root: &Path, written: &str) -> Result<PathBuf, String> {
    let path = Path::new(written);
    let plain = |it: Component<'_>| matches!(it, Component::Normal(_) | Component::CurDir);
    if written.is_empty() || written.contains('\\') || !path.components().all(plain) {
        return Err(format!("`{written}` is not a path inside the folder of the rules"));
    }
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let failed = |error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            return format!("`{written}` is not there");
        }
        format!("cannot read `{written}`: {}", reason(&error))
    };
    let root = root.canonicalize().map_err(failed)?;
    let found = root.join(path).canonicalize().map_err(failed)?;
    if found.starts_with(&root) {
        return Ok(found);
    }
    Err(format!("`{written}` leads out of the folder of the rules"))
}

/// That a rule file is of its tree: a link does not lead out of the folder.
///
/// # Errors
///
/// A sentence: it leads out, or nowhere.
pub(super) fn resolve_link(root: &Path, below: &Path) -> Result<(), String> {
    let is_link = root.join(below).symlink_metadata().is_ok_and(|it| it.is_symlink());
    if is_link { resolve(root, &below.to_string_lossy()).map(drop) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_in_its_tree() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("tree");
        std::fs::create_dir_all(root.join("samples")).unwrap();
        std::fs::write(outer.path().join("secret"), "").unwrap();
        std::fs::write(root.join("samples/a.eml"), "").unwrap();
        assert!(resolve(&root, "samples/a.eml").is_ok());
        assert!(resolve(&root, "./samples/a.eml").is_ok());
        for (written, words) in [
            ("../secret", "not a path inside"),
            ("samples/../../secret", "not a path inside"),
            ("/etc/passwd", "not a path inside"),
            ("..\\secret", "not a path inside"),
            ("", "not a path inside"),
            ("samples/b.eml", "is not there"),
        ] {
            let error = resolve(&root, written).unwrap_err();
            assert!(error.contains(words), "{written}: {error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_lead_out() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("tree");
        std::fs::create_dir(&root).unwrap();
        std::fs::write(outer.path().join("secret"), "").unwrap();
        std::os::unix::fs::symlink("../secret", root.join("a.eml")).unwrap();
        assert!(resolve(&root, "a.eml").unwrap_err().contains("leads out"));
    }
}
