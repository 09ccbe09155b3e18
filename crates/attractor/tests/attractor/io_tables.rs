//! Patterns and cues through their file formats: round trips, and every input that must be refused with its reason.

use attractor::io::{
    Data, ReadError, TableFormat, encode_cues, encode_patterns, read_cues, read_patterns,
    write_cues, write_patterns,
};
use attractor::{Binarisation, Cues, Patterns};
use proptest::prelude::*;

const FORMATS: [TableFormat; 3] = [TableFormat::Npy, TableFormat::Csv, TableFormat::Txt];

fn read(bytes: &[u8]) -> Result<Patterns, ReadError> {
    Data::from_reader("input", bytes)?.patterns(&Binarisation::default())
}

fn cues(bytes: &[u8]) -> Result<Cues, ReadError> {
    Data::from_reader("input", bytes)?.cues(&Binarisation::default())
}

fn refusal(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

proptest! {
    #[test]
    fn patterns_survive_every_format(count in 1usize..7, neurons in 1usize..90, seed in any::<u64>()) {
        let patterns = Patterns::random(count, neurons, seed).unwrap();
        for format in FORMATS {
            let bytes = encode_patterns(&patterns, format);
            prop_assert_eq!(&read(&bytes).unwrap(), &patterns);
        }
    }

    #[test]
    fn cues_survive_every_format_or_are_refused(values in prop::collection::vec(-1i8..=1, 1..40), rows in 1usize..4) {
        let values = values.repeat(rows);
        let written = Cues::from_values(rows, values.len() / rows, &values).unwrap();
        for format in FORMATS {
            match encode_cues(&written, format) {
                Ok(bytes) => prop_assert_eq!(&cues(&bytes).unwrap(), &written),
                Err(_) => prop_assert!(format == TableFormat::Npy && !values.contains(&-1)),
            }
        }
    }
}

#[test]
fn values_mean_what_the_whole_file_says() {
    let signs = |text: &str| read(text.as_bytes()).unwrap().signs(0).collect::<Vec<_>>();
    assert_eq!(signs("0,1,1\n"), [-1, 1, 1]);
    assert_eq!(signs("-1,1,1\n"), [-1, 1, 1]);
    assert_eq!(signs("1 1 +1"), [1, 1, 1]);
    assert_eq!(signs("-1.0\t1e0\t1"), [-1, 1, 1]);
    assert_eq!(signs("\u{feff}a;b;c\r\n0;1;0\r\n\r\n"), [-1, 1, -1]);
    assert_eq!(signs("# made by hand\n\n  1   0  1  \n"), [1, -1, 1]);
    let unknown = cues(b"0,1\n-1,1\n").unwrap();
    assert_eq!((unknown.value(0, 0), unknown.value(1, 0)), (0, -1));
    let unknown = cues(b"0,1\n?,1\n").unwrap();
    assert_eq!((unknown.value(0, 0), unknown.value(1, 0)), (-1, 0));
}

#[test]
fn refusals_say_what_and_where() {
    assert!(refusal(b"").contains("input: is empty"));
    assert!(refusal(b"\n \n# nothing\n").contains("is empty"));
    assert!(refusal(b"a,b\n").contains("is empty"));
    let ragged = refusal(b"a,b\n1,0\n\n1,0,1\n");
    assert!(
        ragged.contains("line 4 has 3 values, the first row has 2"),
        "{ragged}"
    );
    let value = refusal(b"# x\n1,0\n\n1,2\n");
    assert!(value.contains("line 4, column 2: `2`"), "{value}");
    for bad in ["NaN", "inf", "-0.5", "", "1e400", "x", "0x1"] {
        let text = format!("1,0\n{bad},1\n");
        assert!(
            refusal(text.as_bytes()).contains("line 2, column 1"),
            "{bad}"
        );
    }
    assert!(refusal(b"1,-1\n0,1\n").contains("row 2, column 1 is 0, which is unknown"));
    assert!(refusal(b"1,?\n0,1\n").contains("row 1, column 2 is ?"));
    assert!(refusal(b"1,0\n\xff,1\n").contains("line 2 is no UTF-8"));
    assert!(refusal(b"\xff\xfe1\0,\0").contains("UTF-16"));
    assert!(refusal(b"1,0\n\0\x01\n").contains("no format"));
    assert!(refusal(b"PK\x03\x04....").contains("zip"));
    assert!(refusal(b"\xff\xd8\xff\xe0").contains("JPEG"));
    assert!(refusal(b"\x1f\x8b\x08").contains("cannot be read"));
}

#[test]
fn files_are_written_whole_and_by_extension() {
    let folder = tempfile::tempdir().unwrap();
    let patterns = Patterns::random(3, 70, 1).unwrap();
    let damaged = Cues::from(&patterns).erase(3..9);
    for name in ["x.npy", "x.CSV", "x.txt"] {
        let path = folder.path().join(name);
        write_patterns(&path, &patterns).unwrap();
        assert_eq!(read_patterns(&path).unwrap(), patterns);
        write_cues(&path, &damaged).unwrap();
        assert_eq!(read_cues(&path).unwrap(), damaged);
        assert!(read_patterns(&path).is_err());
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    let refused = |name: &str| {
        write_patterns(&folder.path().join(name), &patterns)
            .unwrap_err()
            .to_string()
    };
    assert!(refused("x.mat").contains("extension"));
    assert!(refused("missing/x.npy").contains("cannot be written"));
    std::fs::create_dir(folder.path().join("d.npy")).unwrap();
    assert!(refused("d.npy").contains("is a directory"));
    assert!(
        read_patterns(&folder.path().join("none.npy"))
            .unwrap_err()
            .to_string()
            .contains("none.npy: cannot be read")
    );
    assert!(
        read_patterns(folder.path())
            .unwrap_err()
            .to_string()
            .contains("holds no image")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_failed_write_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.csv");
    std::fs::write(&path, "old").unwrap();
    let error = attractor::io::write_atomically(&path, |file| {
        file.write_all(b"half")?;
        Err(std::io::Error::other("interrupted"))
    });
    assert!(error.unwrap_err().to_string().contains("interrupted"));
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let link = folder.path().join("link.csv");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let patterns = Patterns::random(1, 3, 1).unwrap();
    write_patterns(&link, &patterns).unwrap();
    assert!(link.is_symlink());
    assert_eq!(read_patterns(&path).unwrap(), patterns);
    let full = attractor::io::write_atomically(std::path::Path::new("/dev/full"), |file| {
        file.write_all(b"x")
    });
    assert!(
        full.unwrap_err()
            .to_string()
            .contains("/dev/full: cannot be written")
    );
}

#[test]
fn bits_without_separators_are_read() {
    let patterns = read(b"0101\n1100\n").unwrap();
    assert_eq!((patterns.count(), patterns.neurons()), (2, 4));
    assert_eq!(patterns.signs(0).collect::<Vec<_>>(), [-1, 1, -1, 1]);
    assert!(refusal(b"0101\n110\n").contains("line 2 has 3 values"));
    assert!(refusal(b"0101\n1 0 0 1\n").contains("line 2"));
}

#[test]
fn text_without_values_is_quoted() {
    for line in ["<html>", "#.#", "[ones;zeros]"] {
        let message = refusal(format!("{line}\n").as_bytes());
        assert!(
            message.contains(line) && message.contains("101"),
            "{message}"
        );
    }
}
