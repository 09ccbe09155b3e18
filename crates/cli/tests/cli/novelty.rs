//! Known or unknown: measured, kept as a threshold, and obeyed by `recall` and `classify predict`.

use crate::folder::Folder;

/// A network that stores ten patterns, cues of these and of others.
fn with_network() -> Folder {
    let folder = Folder::new();
    folder.ok("data random --shape 1x60 --count 10 -o x.csv");
    folder.ok("data x.csv --flip 3 --seed 1 -o known.csv");
    folder.ok("data random --shape 1x60 --count 12 --seed 9 -o unknown.csv");
    folder.ok("train x.csv --rule pseudo-inverse -o net.safetensors");
    folder
}

const NOVELTY: &str = "novelty net.safetensors --known known.csv --unknown unknown.csv";

#[test]
fn a_network_knows_what_it_stores() {
    let folder = with_network();
    let said = folder.ok(&format!(
        "{NOVELTY} --patterns x.csv -o roc.csv --picture roc.svg --save d.json"
    ));
    assert!(
        said.contains("10 known and 12 unknown cues of 60 neurons"),
        "{said}"
    );
    for statistic in ["energy", "first-step", "second-step", "nearest"] {
        let line = said.lines().find(|line| line.starts_with(statistic));
        assert!(
            line.is_some_and(|line| line.contains("1.000 (")),
            "{statistic}: {said}"
        );
    }
    let roc = String::from_utf8(folder.read("roc.csv")).expect("UTF-8");
    assert!(
        roc.starts_with("statistic,threshold,false_alarms,found\nenergy,"),
        "{roc}"
    );
    assert!(folder.read("roc.svg").starts_with(b"<svg"));
    // Without the stored patterns there is no control.
    assert!(!folder.ok(NOVELTY).contains("nearest"));
    let again = folder.read("d.json");
    folder.ok(&format!("{NOVELTY} --save d.json --threads 1"));
    assert_eq!(folder.read("d.json"), again);
}

#[test]
fn recall_leaves_unknown_cues_unanswered() {
    let folder = with_network();
    folder.ok(&format!("{NOVELTY} --save d.json"));
    let recall = "recall net.safetensors cues.csv -o r.csv --novelty d.json --report r.json";
    let text = |name: &str| String::from_utf8(folder.read(name)).expect("UTF-8");
    let known = text("known.csv");
    let unknown = text("unknown.csv");
    let first = |text: &str| text.lines().next().expect("a line").to_owned();
    folder.write(
        "cues.csv",
        format!("{}\n{}\n", first(&known), first(&unknown)),
    );
    let said = folder.ok(recall);
    assert!(said.contains("1 of 2 cues are unknown"), "{said}");
    let answers = text("r.csv");
    assert_eq!(first(&answers), first(&text("x.csv")));
    let second = answers.lines().nth(1).expect("a line");
    assert!(second.split(',').all(|entry| entry == "0"), "{second}");
    let report: serde_json::Value =
        serde_json::from_slice(&folder.read("r.json")).expect("a report");
    assert_eq!(report["per_cue"][0]["unknown"], false);
    assert_eq!(report["per_cue"][1]["unknown"], true);

    folder.refused(
        "recall net.safetensors cues.csv -o s.npy --novelty d.json",
        &["s.npy", ".csv"],
    );
    folder.ok("train x.csv --rule hebbian -o other.safetensors");
    folder.refused(
        "recall other.safetensors cues.csv -o s.csv --novelty d.json",
        &["d.json", "another network"],
    );
    folder.refused(
        "recall net.safetensors cues.csv -o s.csv --novelty x.csv",
        &["x.csv", "novelty --save"],
    );
}

#[test]
fn a_classifier_answers_unknown() {
    let folder = Folder::new();
    let mut table = String::from("a,b,c,d,e,f,class\n");
    let mut others = String::from("a,b,c,d,e,f\n");
    for k in 0..12 {
        let (low, high) = if k % 2 == 0 { ("l", "h") } else { ("h", "l") };
        table += &format!("{low},{low},{low},{high},{high},{high},{}\n", k % 2);
        // Values that go together in no row that was learnt.
        others += "l,h,l,h,l,h\n";
    }
    folder.write("t.csv", &table).write("others.csv", &others);
    folder.ok("classify fit t.csv --class class -o m.safetensors");
    let said = folder.ok(
        "novelty m.safetensors --known t.csv --unknown others.csv --save d.json --statistic energy",
    );
    assert!(said.contains("12 known and 12 unknown"), "{said}");
    let ran = folder.run("classify predict m.safetensors others.csv --novelty d.json");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let answers = ran.stdout.lines().skip(1);
    assert!(
        answers.clone().count() == 12 && answers.clone().all(|line| line.starts_with("unknown,"))
    );
    assert!(
        ran.stderr.contains("12 of 12 rows are unknown"),
        "{}",
        ran.stderr
    );
    let said =
        folder.ok("classify predict m.safetensors t.csv --class class --novelty d.json -o a.csv");
    assert!(said.contains("0 of 12 rows are unknown"), "{said}");
    assert!(said.contains("12 of 12 other rows are right"), "{said}");
}

#[test]
fn misuse_of_novelty_is_refused() {
    let folder = with_network();
    folder.write(
        "one.csv",
        folder
            .read("x.csv")
            .split(|&b| b == b'\n')
            .next()
            .expect("a line"),
    );
    folder.ok("data random --shape 1x9 --count 3 -o small.csv");
    let with = |known: &str, more: &str| {
        format!("novelty net.safetensors --known {known} --unknown unknown.csv {more}")
    };
    folder.refused(&with("one.csv", ""), &["--known one.csv", "two or more"]);
    folder.refused(&with("small.csv", ""), &["--known small.csv", "60 neurons"]);
    folder.refused(&with("known.csv", "--patterns small.csv"), &["9"]);
    folder.refused(&with("known.csv", "--statistic energy"), &["--save"]);
    folder.refused(
        &with("known.csv", "--save d.json --statistic nearest"),
        &["control"],
    );
    folder.refused(
        &with("known.csv", "--save d.json --statistic best"),
        &["second-step"],
    );
    folder.refused(&with("known.csv", "--picture p.gif"), &["p.gif", ".svg"]);
    folder.write("d.json", "{\"name\": \"package\"}");
    folder.refused(&with("known.csv", "--save d.json"), &["d.json", "--force"]);
}
