//! Runs the real binary in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder to run in, removed at the end.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), bytes).expect("a file in the temporary folder");
        self
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Every name in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the temporary folder");
        let mut names: Vec<String> = entries
            .map(|e| {
                e.expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("UTF-8")
            })
            .collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attractor"));
        command
            .args(line.split_whitespace())
            .current_dir(self.0.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs `attractor LINE`.
    pub(crate) fn run(&self, line: &str) -> Ran {
        Ran::from(
            self.command(line).output().expect("the binary starts"),
            line,
        )
    }

    /// Runs `attractor LINE`, which must succeed; returns standard output.
    pub(crate) fn ok(&self, line: &str) -> String {
        let ran = self.run(line);
        assert_eq!(ran.code, Some(0), "attractor {line}\n{}", ran.stderr);
        ran.stdout
    }

    /// Runs `attractor LINE`, which must end with exit code 2, nothing on standard output and every one of `words` in
    /// the message; no panic, and nothing new in the folder.
    pub(crate) fn refused(&self, line: &str, words: &[&str]) {
        let before = self.names();
        let ran = self.run(line);
        assert_eq!(ran.code, Some(2), "attractor {line}\n{}", ran.stderr);
        assert!(ran.stdout.is_empty(), "attractor {line}\n{}", ran.stdout);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        for word in words {
            assert!(
                ran.stderr.contains(word),
                "attractor {line}\nno `{word}` in: {}",
                ran.stderr
            );
        }
        assert_eq!(
            self.names(),
            before,
            "attractor {line} left something behind"
        );
    }
}

/// What a run of the binary gave.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn from(output: Output, line: &str) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap_or_else(|_| panic!("{line}: no UTF-8"));
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// A bundled data file of the repository.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../lab/data")
        .join(name)
}
