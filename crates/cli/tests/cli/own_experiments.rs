//! Experiments of one's own: `reproduce NAME --config FILE` with own data, plain sizes and lists.

use crate::folder::Folder;

const STORAGE: &str = r#"
kind = "storage"
[full]
data = ["random", "own.npy"]
neurons = 12
patterns = [2, 4, { from = 8, to = 10, step = 2 }]
repeats = 2
seed = 1
methods = ["hebbian", "exact-directed"]
"#;

const RECALL: &str = r#"
kind = "gallery"
[full]
data = "own.npy"
neurons = 12
patterns = 3
methods = ["pseudo-inverse"]
controls = ["nearest"]
noise-percent = [10, 20]
repeats = 2
seed = 1
"#;

const NOVELTY: &str = r#"
kind = "novelty"
[full]
data = "own.npy"
neurons = 12
patterns = [2, 5]
noise-percent = 10
repeats = 2
seed = 1
methods = ["pseudo-inverse"]
"#;

const CLASSIFY: &str = r#"
kind = "classify"
[full]
data = ["zoo", "own.csv"]
class = "kind"
examples = 2
missing-percent = 50
missing-examples = 2
repeats = 2
seed = 1
methods = ["pseudo-inverse"]
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.ok("data random --shape 1x12 --count 20 -o own.npy");
    let row = |k: usize| format!("{},{},{}\n", k, (k * k) % 7, ["a", "b"][k % 2]);
    let rows: String = (0..24).map(row).collect();
    folder.write("own.csv", format!("size,rest,kind\n{rows}"));
    folder
}

fn text(folder: &Folder, name: &str) -> String {
    String::from_utf8(folder.read(name)).expect("UTF-8")
}

#[test]
fn own_data_sizes_and_lists_make_a_report_without_the_papers_claims() {
    let folder = folder();
    folder.write("storage.toml", STORAGE);
    let said = folder.ok("reproduce sizes --config storage.toml -o out");
    // 2 sources, 4 numbers of patterns, 2 methods, 2 repeats.
    assert!(said.contains("sizes: 32 of 32 cells"), "{said}");
    assert!(
        said.contains("Storage: random patterns, own, N = 12"),
        "{said}"
    );
    folder.write("recall.toml", RECALL);
    folder.ok("reproduce recall --config recall.toml -o out");
    folder.write("novelty.toml", NOVELTY);
    folder.ok("reproduce novelty --config novelty.toml -o out");
    folder.write("classify.toml", CLASSIFY);
    let said = folder.ok("reproduce tables --config classify.toml -o out");
    assert!(said.contains("Classification: zoo, own.csv"), "{said}");
    for file in [
        "sizes-own.svg",
        "recall-exact.svg",
        "novelty-pseudo-inverse.svg",
    ] {
        assert!(
            text(&folder, &format!("out/{file}")).contains("<svg"),
            "{file}"
        );
    }
    assert!(text(&folder, "out/tables.csv").contains("tables-examples,pseudo-inverse,own,"));
    let report = text(&folder, "out/report.html");
    assert!(report.contains("Recall under noise: own, N = 12, P = 3"));
    assert!(!report.contains("The paper&#39;s claims") && !report.contains("The paper's claims"));
    assert!(!report.contains("id=\"claims\""));
}

#[test]
fn parts_are_joined_and_other_patterns_are_refused() {
    let folder = folder();
    folder.write("own.toml", NOVELTY);
    folder.ok("reproduce mine --config own.toml -o whole");
    for part in ["1", "2"] {
        folder.ok(&format!(
            "reproduce mine --config own.toml --shard {part}/2 -o part{part}"
        ));
    }
    folder.ok("reproduce mine --config own.toml --merge part1 --merge part2 -o joined");
    // Everything but seconds and version.
    let cut = |name: &str| -> Vec<String> {
        let line = |line: &str| line.rsplitn(3, ',').last().unwrap_or_default().to_owned();
        text(&folder, name).lines().map(line).collect()
    };
    assert_eq!(cut("joined/mine.csv"), cut("whole/mine.csv"));
    folder.ok("data random --shape 1x12 --count 20 --seed 9 -o own.npy --force");
    folder.refused("reproduce mine --config own.toml -o whole", &["whole"]);
}

#[test]
fn own_files_that_do_not_fit_are_named() {
    let folder = folder();
    let refused = |text: String, words: &[&str]| {
        folder.write("own.toml", text);
        folder.refused("reproduce mine --config own.toml -o out", words);
    };
    refused(
        NOVELTY.replace("own.npy", "minst"),
        &["minst", "nor a file"],
    );
    refused(NOVELTY.replace("= 12", "= 13"), &["own.npy", "12 neurons"]);
    refused(NOVELTY.replace("[2, 5]", "[2, 6]"), &["20 patterns", "24"]);
    refused(NOVELTY.replace("own.npy", "mnist"), &["mnist", "shape"]);
    refused(STORAGE.replace("neurons = 12", ""), &["shapes", "neurons"]);
    refused(
        STORAGE.replace("neurons = 12", "neurons = []"),
        &["shapes", "neurons"],
    );
    refused(STORAGE.replace("[2, 4,", "[4, 2,"), &["patterns", "beyond"]);
    refused(
        CLASSIFY.replace("own.csv", "none.csv"),
        &["none.csv", "wine"],
    );
    refused(
        CLASSIFY.replace("class = \"kind\"", "class = \"sort\""),
        &["own.csv", "sort"],
    );
    folder.write("own.toml", STORAGE);
    folder.refused(
        "reproduce mine --quick --config own.toml -o out",
        &["[quick]"],
    );
    folder.refused(
        "reproduce a/b --config own.toml -o out",
        &["a/b", "letters"],
    );
    folder.refused("reproduce mine -o out", &["mine", "--config"]);
}
