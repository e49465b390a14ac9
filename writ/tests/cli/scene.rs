//! A folder with files, and the program run in it.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A folder of its own.
pub(crate) struct Scene {
    folder: tempfile::TempDir,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

impl Scene {
    /// A folder with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            scene.write(path, text.as_bytes());
        }
        scene
    }

    pub(crate) fn write(&self, path: &str, octets: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, octets).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs the program in the folder.
    pub(crate) fn writ(&self, arguments: &[&str]) -> Run {
        run(self.folder.path(), arguments, b"")
    }

    /// The same with something on standard input.
    pub(crate) fn writ_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        run(self.folder.path(), arguments, input)
    }
}

impl Run {
    /// That it ended with this code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out:\n{}\nerr:\n{}", self.out, self.err);
        self
    }
}

/// Runs the program in a folder.
pub(crate) fn run(folder: &Path, arguments: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_writ"))
        .current_dir(folder)
        .args(arguments)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends before it reads all has its reasons, which its output tells.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Run {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

/// The tree of the language's manual: its sample, with the files that it names.
pub(crate) fn sample() -> Scene {
    Scene::new(&[
        ("rules/sample.writ", SAMPLE),
        ("rules/banking-terms.writ", include_str!("../sample/banking-terms.writ")),
        ("rules/samples/nightjar.eml", include_str!("../sample/samples/nightjar.eml")),
        ("rules/writ.toml", include_str!("../sample/writ.toml")),
    ])
}

/// The sample of the language's manual.
pub(crate) const SAMPLE: &str = include_str!("../../../grammar/src/tests/sample.writ");

/// A tree as small as one can be.
pub(crate) const SMALL: &str = "writ 1\n\norganisation acme {\n  domains acme.example\n}\n";
