//! `compare`: every way of training on one set of patterns.

use crate::folder::Folder;

fn with_patterns() -> Folder {
    let folder = Folder::new();
    folder.ok("data random --shape 1x60 --count 6 --seed 1 -o x.csv");
    folder
}

#[test]
fn all_rules_are_compared_on_one_set() {
    let folder = with_patterns();
    let line = "compare x.csv --rule exact,hebbian,pseudo-inverse --flips 0:8:4 --repeats 3 -o c.csv --picture c.svg";
    let said = folder.run(line).stdout;
    for name in [
        "exact-default",
        "hebbian",
        "pseudo-inverse",
        "dense-exponential",
        "nearest-pattern",
    ] {
        assert!(said.contains(name), "{said}");
    }
    let table = String::from_utf8(folder.read("c.csv")).expect("text");
    assert_eq!(table.lines().count(), 1 + 5 * 3, "{table}");
    assert!(table.contains("nearest-pattern,0,1.0000"), "{table}");
    assert!(folder.read("c.svg").starts_with(b"<svg"));
    // The same again, but for seconds.
    folder.ok(&line.replace("c.csv", "again.csv").replace("c.svg", "d.svg"));
    let cut = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .map(|line| line.rsplit_once(',').map_or("", |cut| cut.0));
        lines.map(str::to_owned).collect()
    };
    let again = String::from_utf8(folder.read("again.csv")).expect("text");
    assert_eq!(cut(&table), cut(&again));
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let folder = with_patterns();
    for (line, words) in [
        ("compare x.csv --flips 0:61", "60 entries"),
        ("compare x.csv --flips 4:0", "FROM:TO"),
        ("compare x.csv --rule nonsense", "nonsense"),
        ("compare x.csv --rule hebbian,hebbian", "twice"),
        ("compare x.csv --rule exact-receptive", "--shape"),
        ("compare x.csv --rule hebbian --radius 2", "--radius"),
        ("compare x.csv --shape 2x2", "--shape 2x2"),
        ("compare x.csv --repeats 0", "--repeats"),
        ("compare missing.csv", "missing.csv"),
    ] {
        folder.refused(line, &[words]);
    }
}
