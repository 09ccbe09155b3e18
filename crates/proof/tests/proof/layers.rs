//! What must be trusted stands in one folder: `check` imports nothing of `build`, and `format` nothing of either.

use std::fs;
use std::path::{Path, PathBuf};

/// Every source file of one folder of the crate.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

/// The names that stand right after `crate::` in a file, comments apart.
fn imported(text: &str) -> Vec<String> {
    let code = text.lines().filter(|l| !l.trim_start().starts_with("//"));
    let after = code.flat_map(|line| line.split("crate::").skip(1));
    let name = |rest: &str| {
        let end = |c: char| !(c.is_alphanumeric() || c == '_');
        rest.split(end).next().unwrap_or("").to_owned()
    };
    after.map(name).collect()
}

fn foreign_imports(folder: &str, allowed: &[&str]) -> Vec<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&source.join(folder));
    assert!(files.len() > 5, "{folder} has no sources");
    let mut foreign = Vec::new();
    for file in files {
        for name in imported(&fs::read_to_string(&file).unwrap()) {
            // An empty name is a list in braces, which would hide what it imports.
            if !allowed.contains(&name.as_str()) {
                foreign.push(format!("{}: crate::{name}", file.display()));
            }
        }
    }
    foreign
}

#[test]
fn the_checker_imports_nothing_of_the_builder() {
    assert_eq!(foreign_imports("check", &["check", "format"]), [""; 0]);
}

#[test]
fn the_format_imports_nothing_of_the_checker_or_the_builder() {
    assert_eq!(foreign_imports("format", &["format"]), [""; 0]);
}
