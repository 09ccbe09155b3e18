//! Numbers that nobody can mean: exit code 2 with a reason, before any work.

use crate::folder::Folder;

const HUGE: &str = "18446744073709551615";

#[test]
fn absurd_numbers_are_refused_before_any_work() {
    let folder = Folder::new();
    folder.write("x.csv", "1,1,-1,-1\n1,-1,1,-1\n");
    folder.ok("train x.csv --rule hebbian -o net.safetensors");
    let train = "train x.csv -o n.safetensors";
    let big_m = "train x.csv -o n.safetensors --formulation big-m";
    let recall = "recall net.safetensors x.csv -o r.csv";
    let data = "data mnist --shape 4x4 -o y.npy";
    let capacity = "capacity random --shape 2x2 -o c.csv";
    let field = "--shape 2x2 --receptive-field";
    for (line, word) in [
        (format!("{train} --seed -1"), "--seed"),
        (format!("{train} --seed {HUGE}0"), "--seed"),
        (format!("{train} --threads -1"), "--threads"),
        (format!("{train} {field} nan"), "radius"),
        (format!("{train} {field} inf"), "radius"),
        (format!("{train} --shape {HUGE}x{HUGE}"), "--shape"),
        (format!("{train} --sparse=nan"), "--sparse"),
        (format!("{train} --sparse=1e400"), "--sparse"),
        (format!("{train} --weights integer:{HUGE}"), "--weights"),
        (format!("{train} --weights integer:128"), "127"),
        (format!("{big_m} --epsilon nan"), "epsilon"),
        (format!("{big_m} --epsilon 0"), "epsilon"),
        (format!("{big_m} --big-m inf"), "M must be"),
        (format!("{big_m} --big-m -5"), "M must be"),
        (format!("{big_m} --sparse=-1"), "--sparse"),
        (format!("{recall} --max-steps 0"), "--max-steps"),
        (format!("{recall} --max-steps -1"), "--max-steps"),
        (format!("{data} --count 0"), "no pattern"),
        (format!("{data} --count {HUGE}"), "10000"),
        (format!("{data} --skip {HUGE}"), "leaves none"),
        (format!("{data} --flip {HUGE}"), "--flip"),
        (format!("{data} --class -1"), "--class"),
        (format!("{data} --binarise nan"), "--binarise"),
        (
            "data random --shape 1x65536 --count 1000000 -o y.npy".to_owned(),
            "65.5 GB",
        ),
        (
            "data random --shape 1x1000 --count 1000000 -o y.csv".to_owned(),
            ".npy",
        ),
        ("demo --count 0".to_owned(), "--count"),
        ("demo --count -1".to_owned(), "--count"),
        (format!("demo --count {HUGE}"), "at most"),
        ("demo --shape 256x256".to_owned(), "65536 pixels"),
        ("demo --seed -1".to_owned(), "--seed"),
        (format!("{capacity} --repeats -1"), "--repeats"),
        (format!("{capacity} --patterns {HUGE}:{HUGE}"), "too large"),
        (
            format!("{capacity} --radius nan --rule exact-receptive"),
            "--radius",
        ),
        (format!("reproduce fig3 -o r --shard {HUGE}/2"), "--shard"),
    ] {
        folder.refused(&line, &[word]);
    }
}

#[test]
fn one_place_has_many_names() {
    let folder = Folder::new();
    folder.write("x.csv", "1,1,-1,-1\n1,-1,1,-1\n");
    folder.refused("train x.csv -o net --report ./net", &["two results"]);
    folder.refused("data x.csv -o ./x.csv", &["input"]);
    for line in ["demo -o -", "reproduce fig3 -o -"] {
        folder.refused(line, &["folder", "-o"]);
    }
}

#[test]
fn exact_is_the_name_in_experiments_too() {
    let folder = Folder::new();
    let rule = |flags: &str| {
        let line = "capacity random --shape 2x2 --patterns 2:2 --repeats 1 -o -";
        let table = folder.ok(&format!("{line} {flags}"));
        let row = table.lines().nth(1).expect("a row").to_owned();
        row.split(',').next().expect("a method").to_owned()
    };
    assert_eq!(rule(""), "exact-symmetric");
    assert_eq!(rule("--rule exact"), "exact-symmetric");
    assert_eq!(rule("--rule exact --couplings directed"), "exact-directed");
    assert_eq!(rule("--rule exact-directed"), "exact-directed");
    let capacity = "capacity random --shape 2x2 -o c.csv";
    folder.refused(
        &format!("{capacity} --rule hebbian --couplings directed"),
        &["--couplings", "--rule exact"],
    );
    folder.refused(
        &format!("{capacity} --rule exact,exact-symmetric"),
        &["twice"],
    );
    folder.refused(
        &format!("{capacity} --rule best"),
        &["best", "exact, hebbian"],
    );
}

#[test]
fn a_pseudo_inverse_of_too_many_patterns_says_why_nothing_is_left() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x10 --count 14 -o x.csv");
    let said = folder.ok("train x.csv --rule pseudo-inverse -o n.safetensors");
    for words in ["no weight is left", "at most 9 independent patterns"] {
        assert!(said.contains(words), "no `{words}` in {said}");
    }
}

#[test]
fn more_trainings_than_anyone_waits_for() {
    let folder = Folder::new();
    let capacity = "capacity random --shape 2x3 --rule hebbian -o c.csv";
    let most = u64::MAX;
    folder.refused(
        &format!("{capacity} --patterns 1:{most}"),
        &["numbers of patterns", "fewer"],
    );
    folder.refused(&format!("{capacity} --repeats {most}"), &["repeats"]);
    folder.refused(
        &format!("{capacity} --patterns 1:1000 --repeats 1001"),
        &["1000", "1001"],
    );
}
