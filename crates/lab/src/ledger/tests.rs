use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    let mut reference = Ledger::open(whole.path(), "t", "x = 1").unwrap();
    reference
        .run(&cells, Shard::WHOLE, |c| Some(measure(c)), |_| {})
        .unwrap();
    reference.put_in_order(&cells).unwrap();

    let started = AtomicUsize::new(0);
    let stop_after_five =
        |c: &Cell| (started.fetch_add(1, Ordering::Relaxed) < 5).then(|| measure(c));
    let mut first = Ledger::open(torn.path(), "t", "x = 1").unwrap();
    first
        .run(&cells, Shard::WHOLE, stop_after_five, |_| {})
        .unwrap();
    assert_eq!(first.entries().len(), 5);
    let path = torn.path().join("t.csv");
    let text = fs::read(&path).unwrap();
    fs::write(&path, &text[..text.len() - 9]).unwrap();

    let mut second = Ledger::open(torn.path(), "t", "x = 1").unwrap();
    assert_eq!(second.entries().len(), 4);
    second
        .run(&cells, Shard::WHOLE, |c| Some(measure(c)), |_| {})
        .unwrap();
    second.put_in_order(&cells).unwrap();
    assert!(second.is_complete(&cells));
    assert_eq!(timeless(&second), timeless(&reference));
    let reread = Ledger::open(torn.path(), "t", "x = 1").unwrap();
    assert_eq!(reread.entries(), second.entries());
}

#[test]
fn shards_merge_into_the_whole() {
    let folders: Vec<_> = (0..4).map(|_| tempfile::tempdir().unwrap()).collect();
    let cells = cells(10);
    let shards: Vec<Ledger> = (0..3)
        .map(|index| {
            let mut ledger = Ledger::open(folders[index].path(), "t", "x = 1").unwrap();
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
    let mut merged = Ledger::open(folders[3].path(), "t", "x = 1").unwrap();
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
    let mut liar = Ledger {
        path: shards[0].path.clone(),
        entries: shards[0].entries.clone(),
    };
    liar.entries[0].measured.wrong_bits = Some(1);
    assert!(matches!(
        merged.merge(&[liar], &cells),
        Err(LedgerError::Contradiction { .. })
    ));
}

#[test]
fn other_settings_and_other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let cells = cells(2);
    Ledger::open(folder.path(), "t", "x = 1")
        .unwrap()
        .run(&cells, Shard::WHOLE, |c| Some(measure(c)), |_| {})
        .unwrap();
    let before = fs::read(folder.path().join("t.csv")).unwrap();
    assert!(matches!(
        Ledger::open(folder.path(), "t", "x = 2"),
        Err(LedgerError::OtherConfiguration { .. })
    ));
    fs::write(folder.path().join("u.csv"), "precious").unwrap();
    assert!(matches!(
        Ledger::open(folder.path(), "u", "x = 1"),
        Err(LedgerError::OtherConfiguration { .. })
    ));
    assert_eq!(fs::read(folder.path().join("t.csv")).unwrap(), before);
    fs::write(folder.path().join("t.csv"), "a,b\n1,2\n").unwrap();
    assert!(matches!(
        Ledger::open(folder.path(), "t", "x = 1"),
        Err(LedgerError::Broken { .. })
    ));
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
