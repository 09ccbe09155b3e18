//! Experiments on the real binary: they survive `kill -9`, share out and join, and refuse what makes no sense.

use crate::folder::{Folder, data};
use std::time::{Duration, Instant};

/// Some hundred cells that take a moment each.
const STORAGE: &str = r#"
kind = "storage"
title = "test"
[full]
data = ["random", "mnist"]
shapes = ["4x5", "9x9"]
patterns = { from = 1, to = 24, step = 1 }
repeats = 2
seed = 1
methods = ["hebbian", "pseudo-inverse", "gradient"]
[quick]
data = ["random"]
shapes = ["4x5"]
patterns = { from = 5, to = 20, step = 5 }
repeats = 2
seed = 1
methods = ["hebbian", "pseudo-inverse"]
"#;

/// A table but for the seconds, which stand in the column before the last.
fn timeless(folder: &Folder, name: &str) -> Vec<String> {
    let text = String::from_utf8(folder.read(name)).expect("UTF-8");
    let cut = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        fields[..fields.len() - 2].join(",")
    };
    text.lines().map(cut).collect()
}

#[test]
fn killed_and_resumed_is_the_same_table() {
    let folder = Folder::new();
    folder.write("own.toml", STORAGE);
    let line = |out: &str| format!("reproduce fig3 --config own.toml -o {out}");
    folder.ok(&line("whole"));
    let mut kills = 0;
    for _ in 0..3 {
        let mut child = folder
            .command(&line("killed"))
            .spawn()
            .expect("the binary starts");
        let started = Instant::now();
        let table = folder.path("killed/fig3.csv");
        let before = std::fs::metadata(&table).map_or(0, |found| found.len());
        while started.elapsed() < Duration::from_secs(20)
            && std::fs::metadata(&table).map_or(0, |found| found.len()) < before + 2000
        {
            std::thread::sleep(Duration::from_millis(2));
        }
        if child.try_wait().expect("its status").is_none() {
            child.kill().expect("it can be killed");
            kills += 1;
        }
        child.wait().expect("its end");
    }
    assert!(kills > 0, "it was always faster");
    let said = folder.ok(&line("killed"));
    assert!(said.contains("576 of 576 cells"), "{said}");
    assert_eq!(
        timeless(&folder, "killed/fig3.csv"),
        timeless(&folder, "whole/fig3.csv")
    );
    let report = String::from_utf8(folder.read("killed/report.html")).expect("UTF-8");
    assert!(report.contains("<svg") && report.contains("N = 81"));
}

#[test]
fn a_folder_in_use_is_refused() {
    let folder = Folder::new();
    folder.write("own.toml", STORAGE);
    let line = "reproduce fig3 --quick --config own.toml";
    folder.ok(&format!("{line} -o busy"));
    let table = folder.read("busy/fig3.csv");
    let lock = std::fs::File::open(folder.path("busy/.lock")).expect("the lock file");
    lock.lock().expect("a lock");
    let said = ["busy", "in use by another run", "another folder"];
    folder.refused(&format!("{line} -o busy"), &said);
    folder.refused(&format!("{line} --merge busy -o whole"), &said);
    assert_eq!(folder.read("busy/fig3.csv"), table);
    drop(lock);
    folder.ok(&format!("{line} -o busy"));
}

#[test]
fn shards_join_into_the_whole() {
    let folder = Folder::new();
    folder.write("own.toml", STORAGE);
    let line = "reproduce fig3 --quick --config own.toml";
    folder.ok(&format!("{line} -o whole"));
    folder.ok(&format!("{line} --shard 1/2 -o one"));
    folder.ok(&format!("{line} --shard 2/2 -o two"));
    folder.ok(&format!("{line} --merge one --merge two -o joined"));
    assert_eq!(
        timeless(&folder, "joined/fig3.csv"),
        timeless(&folder, "whole/fig3.csv")
    );
    folder.refused(
        &format!("{line} --merge one --merge nowhere -o joined"),
        &["nowhere", "no results"],
    );
    folder.refused(
        &format!("{line} --merge nowhere -o fresh"),
        &["nowhere", "no results"],
    );
    assert!(!folder.path("fresh/fig3.toml").exists());
    folder.refused(&format!("{line} --merge one -o one"), &["one of the parts"]);
    folder.refused(&format!("{line} --shard 3/2 -o x"), &["3/2"]);
}

#[test]
fn bad_settings_change_nothing() {
    let folder = Folder::new();
    folder.write("key.toml", STORAGE.replace("repeats", "repeat"));
    folder.refused(
        "reproduce fig3 --config key.toml -o out",
        &["key.toml", "repeat"],
    );
    folder.write("method.toml", STORAGE.replace("hebbian", "hebian"));
    folder.refused(
        "reproduce fig3 --config method.toml -o out",
        &["method.toml", "hebian"],
    );
    folder.refused("reproduce fig9 -o out", &["fig9", "fig2"]);
    folder.refused(
        "reproduce all --config key.toml -o out",
        &["--config", "one figure"],
    );
    folder.write("file", "precious");
    folder.refused("reproduce fig3 --quick -o file", &["file", "no folder"]);

    folder.write("own.toml", STORAGE);
    folder.ok("reproduce fig3 --quick --config own.toml -o out");
    let table = folder.read("out/fig3.csv");
    folder.refused(
        "reproduce fig3 --config own.toml -o out",
        &["another configuration", "nothing was changed"],
    );
    assert_eq!(folder.read("out/fig3.csv"), table);
}

#[test]
fn absurd_settings_are_refused_before_any_work() {
    let folder = Folder::new();
    let endless = "{ from = 1, to = 9223372036854775807, step = 1 }";
    let range = "{ from = 5, to = 20, step = 5 }";
    for (found, instead, word) in [
        ("seed = 1\n", "seed = 1\ny-max = nan\n", "y-max"),
        ("seed = 1\n", "seed = 1\ndetail = inf\n", "detail"),
        (
            "seed = 1\n",
            "seed = 1\nzero-share = \"../../x\"\n",
            "zero-share",
        ),
        ("seed = 1\n", "seed = 1\ntime-limit = 1e300\n", "time-limit"),
        ("repeats = 2", "repeats = 18446744073709551615", "repeats"),
        ("repeats = 2", "repeats = 9223372036854775807", "repeats"),
        ("\"4x5\"", "\"256x256\"", "256x256"),
        (range, endless, "patterns"),
        (range, "{ from = 1, to = 900000, step = 1 }", "trainings"),
    ] {
        folder.write("own.toml", STORAGE.replace(found, instead));
        let line = "reproduce fig3 --quick --config own.toml -o out";
        folder.refused(line, &["own.toml", word]);
    }
}

#[test]
fn results_that_are_foreign_doubled_or_contradictory_are_refused() {
    let folder = Folder::new();
    folder.write("own.toml", STORAGE);
    let line = "reproduce fig3 --quick --config own.toml";
    folder.ok(&format!("{line} -o one"));
    folder.ok(&format!("{line} -o two"));
    let table = String::from_utf8(folder.read("two/fig3.csv")).expect("UTF-8");
    let last = table.lines().last().expect("a line");
    let mut fields: Vec<String> = last.split(',').map(str::to_owned).collect();
    fields[8] = "999".to_owned();
    let lie = fields.join(",");
    fields[6] = "77".to_owned();
    let foreign = fields.join(",");
    for (text, words) in [
        (
            table.replace(last, &lie),
            vec!["one/fig3.csv", "two/fig3.csv", "different results"],
        ),
        (
            format!("{table}{last}\n"),
            vec!["two/fig3.csv", "the same cell", "lines"],
        ),
        (
            format!("{table}{lie}\n"),
            vec!["two/fig3.csv", "the same cell", "lines"],
        ),
        (
            format!("{table}{foreign}\n"),
            vec!["two/fig3.csv", "has no cell", "77"],
        ),
    ] {
        folder.write("two/fig3.csv", &text);
        folder.refused(&format!("{line} --merge one --merge two -o joined"), &words);
        if !text.contains(&lie) || text.contains(last) {
            folder.refused(&format!("{line} -o two"), &words[..1]);
        }
        assert_eq!(folder.read("two/fig3.csv"), text.as_bytes());
    }
}

#[test]
fn a_table_is_learnt_and_predicted() {
    let folder = Folder::new();
    let votes = data("house_votes84.csv");
    let iris = data("iris.csv");
    let (votes, iris) = (votes.display(), iris.display());
    let rule = "--rule pseudo-inverse";
    let said = folder.ok(&format!(
        "classify fit {iris} --class class {rule} -o iris.safetensors"
    ));
    assert!(
        said.contains("150 rows of 3 classes; 4 features as 12 neurons"),
        "{said}"
    );
    let said = folder.ok(&format!(
        "classify predict iris.safetensors {iris} --class class -o answers.csv"
    ));
    assert!(said.contains("of 150 rows are right"), "{said}");
    let answers = String::from_utf8(folder.read("answers.csv")).expect("UTF-8");
    assert_eq!(answers.lines().count(), 151);
    let seen = folder.ok("inspect iris.safetensors");
    assert!(
        seen.contains("12 neurons") && !seen.contains("encoder"),
        "{seen}"
    );
    let said = folder.ok(&format!(
        "classify cross-validate {votes} --class class {rule} --missing 20"
    ));
    assert!(
        said.contains("5 parts") && said.contains("nearest stored row alone"),
        "{said}"
    );
}

#[test]
fn bad_tables_are_refused() {
    let folder = Folder::new();
    let fit = "-o m.safetensors --class class --rule hebbian";
    folder.write("plain.csv", "x,y\n1,2\n3,4\n");
    folder.refused(
        &format!("classify fit plain.csv {fit}"),
        &["plain.csv", "no column `class`", "x, y"],
    );
    folder.write("missing.csv", "x,y,class\n?,,a\n,?,b\n");
    folder.refused(
        &format!("classify fit missing.csv {fit}"),
        &["missing.csv", "two different values"],
    );
    folder.write("one.csv", "x,class\n1,a\n2,a\n");
    folder.refused(
        &format!("classify fit one.csv {fit}"),
        &["one.csv", "only the class `a`"],
    );
    folder.write("ragged.csv", "x,y,class\n1,2,a\n1,b\n");
    folder.refused(&format!("classify fit ragged.csv {fit}"), &["ragged.csv"]);
    folder.refused(&format!("classify fit nowhere.csv {fit}"), &["nowhere.csv"]);
    folder.write("x.csv", "1,1,-1,-1\n1,-1,1,-1\n");
    folder.ok("train x.csv --rule hebbian -o net.safetensors");
    folder.refused(
        "classify predict net.safetensors plain.csv",
        &["no classifier"],
    );
    folder.write("good.csv", "x,y,class\n1,2,a\n3,4,b\n");
    folder.ok(&format!("classify fit good.csv {fit}"));
    folder.write("other.csv", "u,v\n1,2\n");
    folder.refused(
        "classify predict m.safetensors other.csv",
        &["other.csv", "lacks the columns `x`, `y`", "u, v"],
    );
    folder.refused(
        "classify cross-validate good.csv --folds 9 --class class",
        &["--folds 9"],
    );
}

#[test]
fn capacity_finds_the_half() {
    let folder = Folder::new();
    let said = folder.ok(
        "capacity random --shape 1x24 --rule pseudo-inverse,hebbian --patterns 4:32:4 --repeats 4 -o c.csv --picture c.svg",
    );
    assert!(
        said.contains("pseudo-inverse: half of the instances"),
        "{said}"
    );
    let table = String::from_utf8(folder.read("c.csv")).expect("UTF-8");
    assert_eq!(table.lines().count(), 1 + 2 * 8);
    assert!(folder.read("c.svg").starts_with(b"<svg"));
    folder.refused("capacity random -o c2.csv", &["--shape"]);
    folder.refused(
        "capacity mnist --shape 9x9 --rule best -o c2.csv",
        &["best", "hebbian"],
    );
    folder.refused(
        "capacity random --shape 1x9 --patterns 9:3 -o c2.csv",
        &["FROM:TO"],
    );
    folder.refused(
        "capacity random --shape 1x9 -o c2.csv --picture p.jpg",
        &["p.jpg", ".svg or .png"],
    );
}
