//! Both checkers over one folder of certificates, `tests/conformance`, whose README says how it is made.

use crate::folder::{folder, subject, verdict};
use attractor_proof::{Certificate, verify};
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A line of `expected.tsv`.
struct Expected {
    name: String,
    about: String,
    /// `proven`, `unreadable`, or how the refusal begins.
    verdict: String,
    /// The script's, where it is another one.
    of_script: Option<String>,
}

impl Expected {
    /// The exit code of the script.
    fn code(&self) -> &'static str {
        match self.of_script.as_deref().unwrap_or(&self.verdict) {
            "proven" => "0",
            "unreadable" => "2",
            "undecided" => "3",
            _ => "1",
        }
    }
}

fn expected() -> Vec<Expected> {
    let text = std::fs::read_to_string(folder().join("expected.tsv")).unwrap();
    let line = |line: &str| {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next();
        Expected {
            name: next().unwrap(),
            about: next().unwrap(),
            verdict: next().unwrap(),
            of_script: next(),
        }
    };
    text.lines().map(line).collect()
}

#[test]
fn the_crate_says_what_is_expected_of_every_file() {
    let mut failures = String::new();
    for Expected {
        name,
        about,
        verdict: expected,
        ..
    } in expected()
    {
        let (network, patterns) = subject(&about);
        let bytes = std::fs::read(folder().join(format!("{name}.json"))).unwrap();
        let found = verdict(&bytes, &network, &patterns);
        if !found.starts_with(&expected) {
            let _ = writeln!(failures, "{name}: expected `{expected}`, found `{found}`");
        }
    }
    assert!(failures.is_empty(), "{failures}");
    let entries = std::fs::read_dir(folder()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|e| e == "json"));
    assert_eq!(files.count(), expected().len());
}

/// The second checker, written from the specification, says the same of every file, and draws the same conclusion.
#[test]
fn the_script_says_the_same_of_every_file() {
    let said = script_verdicts();
    assert_eq!(said.lines().count(), expected().len(), "{said}");
    let mut failures = String::new();
    for (expected, line) in expected().iter().zip(said.lines()) {
        let mut fields = line.split('\t');
        let (name, code, last) = (fields.next(), fields.next(), fields.next().unwrap_or(""));
        assert_eq!(name, Some(&expected.name[..]));
        if code != Some(expected.code()) {
            let _ = writeln!(failures, "expected exit code {}: {line}", expected.code());
        } else if code == Some("0") && last != conclusion(expected) {
            let _ = writeln!(failures, "expected `{}`: {line}", conclusion(expected));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// The last line that the crate says of a certificate that is proven.
fn conclusion(expected: &Expected) -> String {
    let (network, patterns) = subject(&expected.about);
    let bytes = std::fs::read(folder().join(format!("{}.json", expected.name))).unwrap();
    let certificate = Certificate::read(&bytes[..]).unwrap();
    let proven = verify(&certificate, &network, &patterns).unwrap();
    proven.to_string().lines().last().unwrap().to_owned()
}

/// A line a file: its name, the script's exit code, and the last line that it printed.
fn script_verdicts() -> String {
    const LOOP: &str = "
import contextlib, io, sys
sys.path.insert(0, sys.argv[1])
import verify
for line in sys.stdin:
    name, about = line.split()
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        code = verify.main([f'{about}.safetensors', '--patterns', f'{about}.csv', '--proof', f'{name}.json'])
    print(name, code, out.getvalue().strip().split('\\n')[-1][:200], sep='\\t')
";
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools");
    let mut python = Command::new("python3")
        .args(["-B", "-c", LOOP])
        .arg(&tools)
        .current_dir(folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs the second checker, tools/verify.py");
    let mut lines = String::new();
    for Expected { name, about, .. } in expected() {
        let _ = writeln!(lines, "{name} {about}");
    }
    std::io::Write::write_all(&mut python.stdin.take().unwrap(), lines.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
