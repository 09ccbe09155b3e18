//! Temporary files whose process was killed before it could remove them.
//!
//! A temporary file's name tells the process that writes it: `.attractor-SYSTEM-PID-START-RANDOM.part`. SYSTEM stands for
//! the running system and its process namespace, START for the time at which the process began: process numbers are given
//! again, and folders are shared between machines. Where `/proc` does not tell these, nothing is removed.

use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use std::process;

/// How the names of temporary files end.
pub(super) const SUFFIX: &str = ".part";

/// A process, as the names of its temporary files tell it.
#[derive(Debug, PartialEq, Eq)]
struct Writer {
    pid: u32,
    start: u64,
}

/// How the names of this process's temporary files begin.
pub(super) fn prefix() -> String {
    let pid = process::id();
    match (system(), start_of(pid)) {
        (Some(system), Some(start)) => format!("{}{pid}-{start}-", prefix_on(&system)),
        _ => ".attractor-".to_owned(),
    }
}

fn prefix_on(system: &str) -> String {
    format!(".attractor-{system}-")
}

/// The running system and its process namespace, as eight hexadecimal digits.
fn system() -> Option<String> {
    let boot = fs::read("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    let mut hash = Sha256::new();
    hash.update(boot);
    hash.update(namespace.as_os_str().as_encoded_bytes());
    let digest = hash.finalize();
    let first = digest.first_chunk::<4>()?;
    Some(format!("{:08x}", u32::from_be_bytes(*first)))
}

/// When a process began, in clock ticks since the system did; `None` if there is no such process.
fn start_of(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field, the program's name in brackets, may hold anything. The start is the 22nd field.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19)?.parse().ok()
}

/// The writer that a file name tells.
fn writer(name: &str, system: &str) -> Option<Writer> {
    let rest = name.strip_prefix(&prefix_on(system))?;
    let mut parts = rest.strip_suffix(SUFFIX)?.splitn(3, '-');
    let writer = Writer {
        pid: parts.next()?.parse().ok()?,
        start: parts.next()?.parse().ok()?,
    };
    parts.next().map(|_| writer)
}

/// Removes the temporary files in a folder whose processes are no more. What cannot be removed stays.
pub(super) fn remove(folder: &Path) {
    let (Some(system), Ok(entries)) = (system(), fs::read_dir(folder)) else {
        return;
    };
    // This process's own start must be seen, or others' would be missed as well.
    if start_of(process::id()).is_none() {
        return;
    }
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(writer) = name.to_str().and_then(|name| writer(name, &system)) else {
            continue;
        };
        let lives = fs::exists(format!("/proc/{}", writer.pid)).unwrap_or(true);
        let reused = start_of(writer.pid).is_some_and(|start| start != writer.start);
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && (!lives || reused) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_processes_that_are_no_more_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = process::Command::new("sleep").arg("1000").spawn().unwrap();
        let system = system().unwrap();
        let own = (process::id(), start_of(process::id()).unwrap());
        let theirs = (child.id(), start_of(child.id()).unwrap());
        let name =
            |(pid, start): (u32, u64)| format!("{}{pid}-{start}-a-b{SUFFIX}", prefix_on(&system));
        assert!(name(own).starts_with(&prefix()));
        // The number of a process that lives, of one that began at another time, and of none.
        let kept = [
            name(own),
            name(theirs),
            name(theirs).replace(&system, "0123abcd"),
            ".attractor-Xy12Zw.part".to_owned(),
            "network.safetensors".to_owned(),
            format!("{}{SUFFIX}", prefix_on(&system)),
        ];
        let removed = [name((own.0, own.1 + 1)), name((u32::MAX, 7))];
        for name in kept.iter().chain(&removed) {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        remove(folder.path());
        assert!(kept.iter().all(|name| folder.path().join(name).exists()));
        assert!(
            removed
                .iter()
                .all(|name| !folder.path().join(name).exists())
        );
        child.kill().unwrap();
        child.wait().unwrap();
        remove(folder.path());
        assert!(!folder.path().join(name(theirs)).exists());
        assert!(folder.path().join(name(own)).exists());
    }
}
