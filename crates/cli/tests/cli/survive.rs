//! Survival on the real binary: what is guaranteed, what is proven, and what is refused.

use crate::folder::Folder;
use serde_json::Value;

fn survive(folder: &Folder, line: &str) -> Value {
    folder.ok(&format!(
        "train {line} -o net.safetensors --report r.json --force"
    ));
    let report: Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
    report["survive"].clone()
}

fn with_patterns() -> Folder {
    let folder = Folder::new();
    folder.ok("data random --shape 1x20 --count 3 --seed 5 -o x.csv");
    folder
}

#[test]
fn the_largest_radius_is_what_inspect_finds() {
    let folder = with_patterns();
    for couplings in ["directed", "symmetric"] {
        let said = survive(
            &folder,
            &format!("x.csv --couplings {couplings} --survive max"),
        );
        assert_eq!(said["asked"], "max");
        assert_eq!(said["patterns_guaranteed"], 3);
        assert!(said["guaranteed"].as_u64() <= said["upper_bound"].as_u64());
        folder.ok("inspect net.safetensors --patterns x.csv --report i.json --force");
        let seen: Value = serde_json::from_slice(&folder.read("i.json")).unwrap();
        let radii = seen["certified_flips"].as_array().unwrap();
        let least = radii.iter().map(|r| r.as_u64().unwrap()).min();
        assert_eq!(said["guaranteed"].as_u64(), least);
        let plain = folder.ok(&format!(
            "train x.csv --couplings {couplings} -o plain.safetensors --force"
        ));
        assert!(!plain.contains("guaranteed"), "{plain}");
    }
}

#[test]
fn what_cannot_be_survived_is_said_and_is_no_error() {
    let folder = with_patterns();
    let text = folder.ok("train x.csv --couplings directed --survive 9 -o net.safetensors");
    for words in [
        "not reached: 9 flipped",
        "differ in",
        "have a common cue at neuron",
    ] {
        assert!(text.contains(words), "{text}");
    }
    let said = survive(&folder, "x.csv --couplings directed --survive most:4");
    assert_eq!(said["patterns_guaranteed"], said["patterns_upper_bound"]);
    let said = survive(&folder, "x.csv --couplings directed --survive-erased 5");
    assert!(said["guaranteed_erased"].as_u64() >= Some(5), "{said}");
}

/// A guarantee alone keeps the widest margin; with noise it keeps what survives and says what it repairs.
#[test]
fn noise_is_chosen_for_among_what_survives() {
    let folder = with_patterns();
    let report = |line: &str| -> Value {
        folder.ok(&format!(
            "train x.csv -o net.safetensors --report r.json --force {line}"
        ));
        serde_json::from_slice(&folder.read("r.json")).unwrap()
    };
    for kind in [
        "--couplings directed",
        "--couplings symmetric",
        "--couplings directed --weights ternary",
    ] {
        let alone = report(&format!("{kind} --survive max"));
        assert_eq!(alone["objective"], "widest-margin", "{kind}");
        let both = report(&format!("{kind} --survive max --noise 0.1 --proof p.json"));
        assert_eq!(both["objective"], "noise", "{kind}");
        assert!(both["objective_value"].as_f64().unwrap() < 0.0);
        let guaranteed = |report: &Value| report["survive"]["guaranteed"].as_u64();
        assert!(guaranteed(&both) >= guaranteed(&alone), "{kind}");
        let text = folder.ok("verify net.safetensors --patterns x.csv --proof p.json");
        assert!(text.contains("survive: at most"), "{text}");
    }
}

#[test]
fn what_is_proven_of_survivors_is_verified() {
    let folder = with_patterns();
    for goal in ["max", "most:4", "9"] {
        let line = format!("x.csv --couplings directed --survive {goal} --proof p.json");
        let said = survive(&folder, &line);
        assert_eq!(said["certified"], true, "{goal}: {said}");
        let text = folder.ok("verify net.safetensors --patterns x.csv --proof p.json");
        assert!(text.contains("survive: at most"), "{text}");
    }
}

#[test]
fn radii_of_whole_weights_are_proven_and_verified() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x16 --count 4 --seed 0 -o x.csv");
    for weights in ["ternary", "integer:2"] {
        let line = format!("x.csv --weights {weights} --couplings directed --survive max");
        let said = survive(&folder, &format!("{line} --proof p.json"));
        assert_eq!(said["proven"], true, "{said}");
        assert_eq!(said["certified"], true, "{said}");
        assert!(said["unproven_because"].is_null());
        let text = folder.ok("verify net.safetensors --patterns x.csv --proof p.json");
        assert!(text.contains("survive: at most 3 of 4"), "{text}");
    }
}

#[test]
fn a_table_of_radii_is_measured() {
    let folder = with_patterns();
    let line = "capacity random --survive --weights ternary --couplings directed --neurons 8:12:4 --patterns 1:2 --repeats 1";
    let text = folder.ok(&format!("{line} -o radius.csv"));
    assert!(text.contains("patterns down, neurons across"), "{text}");
    let table = String::from_utf8(folder.read("radius.csv")).unwrap();
    assert_eq!(table.lines().count(), 5);
    assert!(table.contains("ternary,directed,12,1,1,1,"), "{table}");
    assert!(
        table.lines().skip(1).all(|line| line.ends_with(",1")),
        "{table}"
    );
    for (line, words) in [
        ("x.csv --survive -o t.csv", &["the source is `random`"][..]),
        ("random --survive -o t.csv", &["--neurons", "--patterns"]),
        (
            "random --shape 1x9 --weights ternary -o t.csv",
            &["--survive"],
        ),
        (
            "random --survive --rule hebbian --neurons 8:8 --patterns 1:1 -o t.csv",
            &["--rule exact"],
        ),
    ] {
        folder.refused(&format!("capacity {line}"), words);
    }
}

#[test]
fn survival_that_nobody_looks_after_is_refused() {
    let folder = with_patterns();
    for (line, words) in [
        (
            "--rule hebbian --survive 2",
            &["--survive is for --rule exact"][..],
        ),
        (
            "--rule storkey --survive-erased 2",
            &["--survive-erased is for --rule exact"],
        ),
        ("--formulation big-m --survive max", &["scale-free"]),
        ("--survive 2 --sparse", &["leave out one of them"]),
        (
            "--survive 2 --repair-rounds 5",
            &["leave out sparse weights and repair rounds"],
        ),
        ("--survive -1", &["R, max, most:R"]),
        ("--survive most:x", &["R, max, most:R"]),
        ("--survive 21", &["20 neurons has no 21 entries"]),
        ("--survive-erased 99999999999999999999", &["invalid value"]),
    ] {
        folder.refused(&format!("train x.csv -o n.safetensors {line}"), words);
    }
}

/// What is searched for is at least what sets show, more somewhere, and labelled.
#[test]
fn radii_in_several_steps_are_searched_on_request() {
    let folder = with_patterns();
    folder.ok("train x.csv --rule pseudo-inverse --ties negative -o net.safetensors");
    let inspect = |flags: &str| {
        let text = folder.ok(&format!(
            "inspect net.safetensors --patterns x.csv {flags} --report i.json --force"
        ));
        let report: Value = serde_json::from_slice(&folder.read("i.json")).unwrap();
        (text, report)
    };
    let ((sets_text, sets), (text, searched)) = (inspect(""), inspect("--search-radii"));
    assert!(
        sets_text.contains("--search-radii may certify more"),
        "{sets_text}"
    );
    assert!(text.contains("ended within 1000000 nodes each"), "{text}");
    assert_eq!(
        (&sets["radii_by"], &searched["radii_by"]),
        (&"sets".into(), &"search".into())
    );
    let numbers = |report: &Value, key: &str| -> Vec<Option<u64>> {
        report[key]
            .as_array()
            .unwrap()
            .iter()
            .map(Value::as_u64)
            .collect()
    };
    let mut more = 0;
    for kind in ["flips", "erasures"] {
        for how in ["synchronous", "asynchronous"] {
            let certified = format!("certified_{kind}_{how}");
            let (sets, found) = (numbers(&sets, &certified), numbers(&searched, &certified));
            let lost = numbers(&searched, &format!("lost_{kind}_{how}"));
            for ((sets, found), lost) in sets.iter().zip(&found).zip(lost) {
                assert!(sets <= found && lost.is_none_or(|lost| Some(lost) > *found));
                more += usize::from(sets < found);
            }
        }
    }
    assert!(more > 0 && text.contains(", exact for "), "{text}");
    assert!(
        numbers(&sets, "lost_flips_synchronous")
            .iter()
            .all(Option::is_none)
    );
    let (text, stopped) = inspect("--search-radii=1 --time-limit 10s");
    assert!(
        stopped["radius_searches_stopped"].as_u64() > Some(0),
        "{text}"
    );
    assert!(text.contains("it was stopped"), "{text}");
}
