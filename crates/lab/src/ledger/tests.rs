use super::*;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Opens the ledger for reading: tests look at folders in which another ledger is still open.
fn open(folder: &Path, name: &str, configuration: &str) -> Result<Ledger, LedgerError> {
    Ledger::open(&Folder::read(folder)?, name, configuration)
}

fn cells(count: usize) -> Vec<Cell> {
    let cell = |repeat| Cell {
        figure: "figX".into(),
        method: "hebbian".into(),
        data: "a,\"b\"".into(),
        neurons: 3,
        patterns: 4,
        level: 0.1,
        repeat,
        seed: 10 + repeat as u64,
    };
    (0..count).map(cell).collect()
}

fn measure(cell: &Cell) -> Measured {
    Measured {
        wrong_bits: Some(cell.repeat * 7),
        zero_share: Some(1.0 / (cell.repeat as f64 + 3.0)),
        status: "optimal".into(),
        ..Measured::default()
    }
}

fn timeless(ledger: &Ledger) -> Vec<(Cell, Measured)> {
    ledger
        .entries()
        .iter()
        .map(|e| (e.cell.clone(), e.measured.clone()))
        .collect()
}

#[test]
fn stopped_torn_and_resumed_gives_the_same_table() {
    let (whole, torn) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cells = cells(20);
    let mut reference = open(whole.path(), "t", "x = 1").unwrap();
    reference
        .run(&cells, Shard::WHOLE, |c| Some(measure(c)), |_| {})
        .unwrap();
    reference.put_in_order(&cells).unwrap();

    let started = AtomicUsize::new(0);
    let stop_after_five =
        |c: &Cell| (started.fetch_add(1, Ordering::Relaxed) < 5).then(|| measure(c));
    let mut first = open(torn.path(), "t", "x = 1").unwrap();
    first
        .run(&cells, Shard::WHOLE, stop_after_five, |_| {})
        .unwrap();
    assert_eq!(first.entries().len(), 5);
    let path = torn.path().join("t.csv");
    let text = fs::read(&path).unwrap();
    fs::write(&path, &text[..text.len() - 9]).unwrap();

    let mut second = open(torn.path(), "t", "x = 1").unwrap();
    assert_eq!(second.entries().len(), 4);
    second
        .run(&cells, Shard::WHOLE, |c| Some(measure(c)), |_| {})
        .unwrap();
    second.put_in_order(&cells).unwrap();
    assert!(second.is_complete(&cells));
    assert_eq!(timeless(&second), timeless(&reference));
    let reread = open(torn.path(), "t", "x = 1").unwrap();
    assert_eq!(reread.entries(), second.entries());
}

#[test]
fn shards_merge_into_the_whole() {
    let folders: Vec<_> = (0..4).map(|_| tempfile::tempdir().unwrap()).collect();
    let cells = cells(10);
    let shards: Vec<Ledger> = (0..3)
        .map(|index| {
            let mut ledger = open(folders[index].path(), "t", "x = 1").unwrap();
            ledger
                .run(
                    &cells,
                    Shard { index, count: 3 },
                    |c| Some(measure(c)),
                    |_| {},
                )
                .unwrap();
            ledger
        })
        .collect();
    let mut merged = open(folders[3].path(), "t", "x = 1").unwrap();
    merged.merge(&shards, &cells).unwrap();
    assert!(merged.is_complete(&cells));
    assert_eq!(
        merged
            .entries()
            .iter()
            .map(|e| e.cell.repeat)
            .collect::<Vec<_>>(),
        (0..10).collect::<Vec<_>>()
    );
    let mut liar = open(folders[0].path(), "t", "x = 1").unwrap();
    liar.entries[0].measured.wrong_bits = Some(1);
    assert!(matches!(
        merged.merge(&[liar], &cells),
        Err(LedgerError::Contradiction { .. })
    ));
}

#[test]
fn who_measured_is_kept_and_joined() {
    let folders: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let cells = cells(4);
    let half = |index: usize| {
        let mut ledger = open(folders[index].path(), "t", "x = 1").unwrap();
        let shard = Shard { index, count: 2 };
        let run = |c: &Cell| Some(measure(c));
        ledger.run(&cells, shard, run, |_| {}).unwrap();
        // Nothing is left: no run is recorded that measured nothing.
        ledger.run(&cells, shard, run, |_| {}).unwrap();
        drop(ledger);
        let path = folders[index].path().join("t.runs.csv");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        let elsewhere =
            text.replace(",linux", ",beos")
                .replacen("\n2", &format!("\n{}2", 1 - index), 1);
        fs::write(&path, elsewhere).unwrap();
        open(folders[index].path(), "t", "x = 1").unwrap()
    };
    let parts = [half(0), half(1)];
    let mut whole = open(folders[2].path(), "t", "x = 1").unwrap();
    assert!(whole.runs().is_empty());
    whole.merge(&parts, &cells).unwrap();
    whole.merge(&parts, &cells).unwrap();
    let started: Vec<&str> = whole.runs().iter().map(|run| &run.started[..2]).collect();
    assert_eq!(started, ["02", "12"]);
    fs::write(folders[2].path().join("t.runs.csv"), "when\nnow\n").unwrap();
    let refused = open(folders[2].path(), "t", "x = 1")
        .unwrap_err()
        .to_string();
    assert!(refused.contains("t.runs.csv"), "{refused}");
}

#[test]
fn other_settings_and_other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let cells = cells(2);
    open(folder.path(), "t", "x = 1")
        .unwrap()
        .run(&cells, Shard::WHOLE, |c| Some(measure(c)), |_| {})
        .unwrap();
    let before = fs::read(folder.path().join("t.csv")).unwrap();
    assert!(matches!(
        open(folder.path(), "t", "x = 2"),
        Err(LedgerError::OtherConfiguration { .. })
    ));
    fs::write(folder.path().join("u.csv"), "precious").unwrap();
    assert!(matches!(
        open(folder.path(), "u", "x = 1"),
        Err(LedgerError::OtherConfiguration { .. })
    ));
    assert_eq!(fs::read(folder.path().join("t.csv")).unwrap(), before);
    fs::write(folder.path().join("t.csv"), "a,b\n1,2\n").unwrap();
    assert!(matches!(
        open(folder.path(), "t", "x = 1"),
        Err(LedgerError::Broken { .. })
    ));
}

#[test]
fn one_run_writes_to_a_folder() {
    let made = tempfile::tempdir().unwrap();
    let path = made.path().join("results");
    assert!(Folder::read(&path).is_ok(), "nobody has begun there");
    let first = Folder::claim(&path).unwrap();
    let in_use = |found: Result<Folder, LedgerError>| match found {
        Err(LedgerError::InUse { folder }) => folder == path,
        _ => false,
    };
    assert!(in_use(Folder::claim(&path)) && in_use(Folder::read(&path)));
    let ledger = Ledger::open(&first, "t", "x = 1").unwrap();
    drop(first);
    assert!(in_use(Folder::claim(&path)), "the ledger is still open");
    drop(ledger);
    let readers = (Folder::read(&path).unwrap(), Folder::read(&path).unwrap());
    assert!(in_use(Folder::claim(&path)), "it is being read");
    drop(readers);
    assert!(Folder::claim(&path).is_ok());
}

#[test]
fn a_merge_that_fails_leaves_no_trace() {
    let folders: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let cells = cells(4);
    let run = |index: usize, factor: usize| {
        let mut ledger = open(folders[index].path(), "t", "x = 1").unwrap();
        let measure = |cell: &Cell| {
            Some(Measured {
                wrong_bits: Some(cell.repeat * factor),
                ..Measured::default()
            })
        };
        ledger.run(&cells, Shard::WHOLE, measure, |_| {}).unwrap();
        ledger
    };
    let mut whole = open(folders[2].path(), "t", "x = 1").unwrap();
    assert!(whole.merge(&[run(0, 1), run(1, 2)], &cells).is_err());
    assert_eq!(fs::read_dir(folders[2].path()).unwrap().count(), 0);
}

#[test]
fn files_of_others_are_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let theirs = ["t.csv.partial", "t.toml.partial"].map(|name| folder.path().join(name));
    for path in &theirs {
        fs::write(path, "precious").unwrap();
    }
    let cells = cells(2);
    let mut ledger = open(folder.path(), "t", "x = 1").unwrap();
    ledger
        .run(&cells, Shard::WHOLE, |c| Some(measure(c)), |_| {})
        .unwrap();
    ledger.put_in_order(&cells).unwrap();
    for path in &theirs {
        assert_eq!(fs::read(path).unwrap(), b"precious");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
}

#[test]
fn what_is_left_is_judged_method_by_method() {
    let mut all = cells(6);
    for cell in &mut all[3..] {
        cell.method = "exact-directed".into();
    }
    let entry = |cell: &Cell, seconds| Entry {
        cell: cell.clone(),
        measured: Measured::default(),
        seconds,
        version: String::new(),
    };
    let open: Vec<&Cell> = all[1..].iter().collect();
    let mut pace = Pace::new(&[&entry(&all[0], 1.0)], &open, 2);
    let left = |pace: &Pace| pace.tally().left.unwrap().as_secs_f64();
    assert_eq!((pace.tally().done, pace.tally().all), (1, 6));
    assert!(pace.tally().left.is_none());
    pace.count(&entry(&all[3], 9.0));
    assert_eq!(pace.tally().done, 2);
    // Two more of each method, 1 and 9 seconds each, by two workers.
    assert_eq!(left(&pace), 1.0 + 9.0);
    assert!(Pace::new(&[], &open, 2).tally().left.is_none());
}

#[test]
fn doubled_foreign_and_contradictory_lines_are_refused() {
    let (own, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cells = cells(3);
    for folder in [&own, &other] {
        let mut ledger = open(folder.path(), "t", "x = 1").unwrap();
        let run = |c: &Cell| Some(measure(c));
        ledger.run(&cells, Shard::WHOLE, run, |_| {}).unwrap();
    }
    let ledger = open(own.path(), "t", "x = 1").unwrap();
    ledger.check_cells(&cells).unwrap();
    let foreign = ledger.check_cells(&cells[1..]).unwrap_err();
    assert!(matches!(foreign, LedgerError::Foreign { .. }), "{foreign}");

    let path = other.path().join("t.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(",14,", ",15,")).unwrap();
    let liar = open(other.path(), "t", "x = 1").unwrap();
    let lie = Ledger::check_agreement([&ledger, &liar]).unwrap_err();
    assert!(matches!(lie, LedgerError::Contradiction { .. }), "{lie}");

    let last = text.lines().last().unwrap();
    fs::write(&path, format!("{text}{last}\n")).unwrap();
    let doubled = open(other.path(), "t", "x = 1").unwrap_err().to_string();
    assert!(doubled.contains("lines 4 and 5"), "{doubled}");
}
