//! Each command doing what it is for.

use crate::folder::Folder;
use attractor::io::NetworkFile;
use std::fs::File;
use std::io::Write;
use std::process::Stdio;

/// Patterns, a network that stores them, and damaged patterns.
fn with_memory() -> Folder {
    let folder = Folder::new();
    folder.ok("data random --shape 9x9 --count 6 --seed 4 -o x.npy");
    folder.ok("train x.npy --rule pseudo-inverse -o net.safetensors");
    folder.ok("data x.npy --flip 3 --seed 1 -o cues.npy");
    folder
}

#[test]
fn data_is_what_was_asked_for() {
    let folder = Folder::new();
    let csv = folder.ok("data font8x8 --class 65 -o -");
    // The letter A, as font8x8 draws it: bit 0 is the leftmost pixel of the font's rows.
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 1);
    let pluses = rows[0].split(',').filter(|&value| value == "1").count();
    assert_eq!(rows[0].split(',').count(), 64);
    assert!((20..40).contains(&pluses), "{csv}");

    let all = folder.ok("data mnist --shape 5x5 --class 3,5 --count 20 -o -");
    let tail = folder.ok("data mnist --shape 5x5 --class 3,5 --skip 12 --count 8 -o -");
    let last: Vec<&str> = all.lines().skip(12).collect();
    assert_eq!(tail.lines().collect::<Vec<_>>(), last);

    let random = folder.ok("data random --shape 1x20 --count 3 --seed 7 -o -");
    assert_eq!(
        random,
        folder.ok("data random --shape 4x5 --count 3 --seed 7 -o -")
    );
    assert_ne!(
        random,
        folder.ok("data random --shape 4x5 --count 3 --seed 8 -o -")
    );
    for set in ["mnist", "digits8x8", "font8x8", "photos64"] {
        let csv = folder.ok(&format!(
            "data {set} --shape 6x6 --binarise otsu --count 13 -o -"
        ));
        assert_eq!(csv.lines().count(), 13);
        assert!(csv.contains("-1") && csv.contains(",1"));
    }
}

#[test]
fn damage_is_counted() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x50 --count 4 -o x.csv");
    folder.ok("data x.csv --flip 7 --erase 11 --seed 3 -o cues.csv");
    let text = |name| String::from_utf8(folder.read(name)).unwrap();
    for (before, after) in text("x.csv").lines().zip(text("cues.csv").lines()) {
        let pairs = || before.split(',').zip(after.split(','));
        assert_eq!(pairs().filter(|(_, b)| *b == "0").count(), 11);
        let flipped = pairs().filter(|(a, b)| *b != "0" && a != b).count();
        assert!(flipped <= 7 && flipped > 0);
    }
}

#[test]
fn recall_repairs_and_says_so() {
    let folder = with_memory();
    let line = "recall net.safetensors cues.npy -o r.npy --expect x.npy";
    let stdout = folder.ok(line);
    assert!(stdout.contains("6 of 6 recalled exactly"), "{stdout}");
    assert_eq!(folder.read("r.npy"), folder.read("x.npy"));
    for flags in [
        "--update asynchronous",
        "--update asynchronous --order random --seed 5",
    ] {
        let stdout = folder.ok(&format!("{line} {flags} --picture r.png --shape 9x9"));
        assert!(stdout.contains("6 of 6 recalled exactly"), "{stdout}");
        assert!(folder.read("r.png").starts_with(b"\x89PNG"));
    }
}

#[test]
fn the_report_has_its_keys() {
    let folder = with_memory();
    folder.ok("train x.npy --rule hebbian -o h.safetensors --report r.json --threads 1 --seed 9");
    let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
    let mut keys: Vec<&str> = report
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    let expected = [
        "certified",
        "certified_bound",
        "choice",
        "couplings",
        "cpu_seconds",
        "gap",
        "lower_bound",
        "margin",
        "margin_gap",
        "network_margin",
        "neurons",
        "noise_gap",
        "nonzeros",
        "objective",
        "objective_value",
        "patterns",
        "per_neuron",
        "proof_bytes",
        "proof_cpu_seconds",
        "proof_wall_seconds",
        "rule",
        "seed",
        "statistics",
        "status",
        "threads",
        "ties",
        "version",
        "wall_seconds",
        "wrong_bits",
    ];
    assert_eq!(keys, expected);
    assert_eq!(report["patterns"], 6);
    assert_eq!(report["neurons"], 81);
    assert_eq!(report["rule"], "hebbian");
    assert_eq!(report["couplings"], "symmetric");
    assert_eq!(report["ties"], "strict");
    assert_eq!(report["threads"], 1);
    assert_eq!(report["seed"], 9);
    let neurons = report["per_neuron"].as_array().unwrap();
    assert_eq!(neurons.len(), 81);
    let sum: u64 = neurons
        .iter()
        .map(|n| n["wrong_bits"].as_u64().unwrap())
        .sum();
    assert_eq!(report["wrong_bits"], sum);
}

#[test]
fn training_for_noise_says_what_it_reached() {
    let folder = with_memory();
    let line = "train x.npy -o n.safetensors --force";
    let told = folder.ok(&format!("{line} --noise 0.05 --erased 0.1 --report r.json"));
    assert!(told.contains("first step right on a damaged bit"), "{told}");
    let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
    assert_eq!(report["objective"], "noise");
    assert_eq!(report["wrong_bits"], 0);
    let (value, gap) = (&report["objective_value"], &report["noise_gap"]);
    assert!(value.as_f64().unwrap() < 0.0 && gap.as_f64().unwrap() >= 0.0);
    assert_eq!(report["margin_gap"], serde_json::Value::Null);
    assert_eq!(report["choice"], serde_json::Value::Null);
    let told = folder.ok(&format!("{line} --report r.json"));
    let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
    assert_eq!(report["objective"], "recall");
    let choice = &report["choice"];
    let share = |key: &str| choice[key].as_f64().unwrap();
    assert!(
        share("recalled") > share("recalled_by_widest") - 0.02,
        "{choice}"
    );
    let origin = choice["origin"].as_str().unwrap();
    assert!(
        told.contains(&format!("chosen by recall: {origin}")),
        "{told}"
    );
    folder.ok(&format!("{line} --noise 0 --report r.json"));
    let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
    assert_eq!(report["objective"], "widest-margin");
    assert_eq!(report["noise_gap"], serde_json::Value::Null);
}

#[test]
fn inspect_tells_what_is_stored() {
    let folder = with_memory();
    let stdout = folder.ok("inspect net.safetensors --patterns x.npy --picture w.png");
    for words in [
        "81 neurons, symmetric",
        "pseudo-inverse",
        "0 wrong bits in 0",
        "certified: 6",
    ] {
        assert!(stdout.contains(words), "{words} not in {stdout}");
    }
    assert!(folder.read("w.png").starts_with(b"\x89PNG"));
    let json = folder.ok("inspect net.safetensors --patterns x.npy --report -");
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["wrong_bits"], 0);
    assert_eq!(report["certified_flips"].as_array().unwrap().len(), 6);
}

#[test]
fn export_writes_the_model() {
    let folder = Folder::new();
    folder.write("x.csv", "1,1,-1\n-1,1,1\n");
    let faithful = folder.ok("export x.csv --format lp -o -");
    assert!(
        faithful.contains("c21_0_1: + 1 w_0_1 - 1 w_1_0 = 0"),
        "{faithful}"
    );
    let stdout = folder.ok("export x.csv --format mps -o m.mps --compact --sparse");
    assert!(stdout.contains("columns"), "{stdout}");
    let mps = String::from_utf8(folder.read("m.mps")).unwrap();
    assert!(
        mps.starts_with("NAME") && mps.trim_end().ends_with("ENDATA"),
        "{mps}"
    );
}

#[test]
fn standard_input_and_output_take_part() {
    let folder = with_memory();
    let mut child = folder
        .command("recall net.safetensors - -o -")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&folder.read("cues.npy")).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    folder.write("r.csv", output.stdout);
    let again = folder.ok("data r.csv -o -");
    assert_eq!(again, folder.ok("data x.npy -o -"));
}

#[test]
fn silence_in_a_pipe() {
    let folder = with_memory();
    let ran = folder.run("train x.npy --rule hebbian -o h.safetensors");
    assert_eq!(ran.stderr, "wrote h.safetensors\n");
}

#[test]
fn a_closed_pipe_is_quiet() {
    let folder = Folder::new();
    for line in [
        "rules",
        "completions bash",
        "data mnist --shape 9x9 --count 500 -o -",
    ] {
        let mut child = folder
            .command(line)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{line}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{line}");
    }
}

#[test]
fn help_has_examples_everywhere() {
    let folder = Folder::new();
    let commands = [
        "",
        "demo",
        "data",
        "train",
        "recall",
        "inspect",
        "verify",
        "export",
        "novelty",
        "rules",
        "states",
        "basins",
        "completions",
    ];
    for command in commands {
        let help = folder.ok(&format!("{command} --help"));
        assert!(help.contains("Examples:"), "{command}: {help}");
    }
    let rules = folder.ok("rules");
    for rule in ["exact", "hebbian", "pseudo-inverse"] {
        assert!(rules.contains(rule), "{rules}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            folder
                .ok(&format!("completions {shell}"))
                .contains("receptive-field")
        );
    }
}

#[test]
#[cfg(unix)]
fn what_fails_after_the_network_is_saved_says_where_it_is() {
    let folder = Folder::new();
    folder.write("x.csv", "1,1,-1,-1\n1,-1,1,-1\n");
    for option in ["--report", "--proof"] {
        let name = format!("net{option}.safetensors");
        let ran = folder.run(&format!("train x.csv -o {name} {option} /dev/full"));
        assert_eq!(ran.code, Some(2));
        for words in [&name, "is saved in", "/dev/full", "No space left"] {
            assert!(ran.stderr.contains(words), "no `{words}` in {}", ran.stderr);
        }
        assert!(folder.ok(&format!("inspect {name}")).contains("4 neurons"));
    }
    let piped = folder.run("train x.csv -o - --proof /dev/full");
    assert_eq!(piped.code, Some(2));
    assert!(!piped.stderr.contains("is saved"), "{}", piped.stderr);
}

#[test]
fn what_depends_on_seed_and_shape() {
    let folder = Folder::new();
    folder.ok("data random --shape 2x5 --count 4 -o x.csv");
    let weights = |options: &str| {
        folder.ok(&format!("train x.csv -o n.safetensors {options}"));
        let file = NetworkFile::read(&folder.path("n.safetensors")).expect("a network file");
        (file.network().clone(), file.metadata().shape)
    };
    for rule in ["hebbian", "pseudo-inverse", "storkey", "perceptron"] {
        let of = |seed| weights(&format!("--rule {rule} --seed {seed}"));
        assert_eq!(of(1), of(2), "{rule} draws no numbers");
    }
    let gradient = |seed| weights(&format!("--rule gradient --seed {seed}"));
    assert_ne!(gradient(1), gradient(2));

    let (plain, shaped) = (weights(""), weights("--shape 2x5"));
    assert_eq!(plain.0, shaped.0);
    assert_eq!(shaped.1, "2x5".parse().ok());
    assert_ne!(weights("--shape 2x5 --receptive-field 1").0, plain.0);
}

#[test]
fn the_same_seed_gives_the_same_files_with_any_number_of_threads() {
    let folder = with_memory();
    for threads in [1, 2, 3] {
        folder.ok(&format!(
            "train x.npy --rule pseudo-inverse -o {threads}.safetensors --threads {threads}"
        ));
        assert_eq!(
            folder.read("1.safetensors"),
            folder.read(&format!("{threads}.safetensors"))
        );
    }
}

/// Far more threads than cores made a training of half a second last half a minute, and a time limit then ended it early.
#[test]
fn threads_are_capped_at_a_few_for_each_core() {
    let folder = with_memory();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    folder.ok("train x.npy -o few.safetensors --threads 1");
    let line = "train x.npy -o many.safetensors --threads 1024 --report r.json";
    let ran = folder.run(line);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
    let used = report["threads"].as_u64().unwrap();
    assert!(used <= 4 * cores as u64);
    assert_eq!(
        ran.stderr.contains(&format!("{used} are used")),
        used < 1024,
        "{}",
        ran.stderr
    );
    assert_eq!(
        folder.read("few.safetensors"),
        folder.read("many.safetensors")
    );
}

#[test]
fn a_table_comes_from_standard_input() {
    let folder = Folder::new();
    folder.write("t.csv", "a,b,class\n1,2,x\n2,1,y\n1,3,x\n2,2,y\n");
    folder.ok("classify fit t.csv --class class -o m.safetensors");
    let from_file = folder.ok("classify predict m.safetensors t.csv");
    let from_stdin = folder
        .command("classify predict m.safetensors -")
        .stdin(File::open(folder.path("t.csv")).unwrap())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(from_stdin.stdout).unwrap(), from_file);
    let text = folder.ok("inspect m.safetensors");
    assert!(text.contains("rule exact-symmetric, strict ties"), "{text}");
}

#[test]
fn the_solver_of_the_big_m_model_has_its_own_word() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x4 --count 7 --seed 5 -o x.npy");
    for flags in ["", "--weights ternary", "--couplings directed"] {
        let line = format!("train x.npy {flags} -o net.safetensors --report r.json");
        let stdout = folder.ok(&format!("{line} --formulation big-m"));
        assert!(
            stdout.contains("the solver's bound (floating point, for epsilon 0.0010 and its M)"),
            "{stdout}"
        );
        assert!(!stdout.contains("proven: fewer") && !stdout.contains("--proof"));
        let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
        assert_eq!(report["status"], "feasible");
        assert_eq!(report["lower_bound"], 0);
        assert_eq!(report["solver_status"], "optimal");
        assert_eq!(report["model_bound"], report["wrong_bits"]);
        assert_eq!(report["model_gap"], 0.0);
        assert_eq!(report["solver_failure"], serde_json::Value::Null);
        // The exact rule proves what the solver said.
        folder.ok(&line);
        let exact: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
        assert_eq!(exact["lower_bound"], report["wrong_bits"], "{flags}");
    }
    // Nothing to certify where every bit is right: --proof would be refused.
    folder.ok("data random --shape 1x4 --count 1 -o x.npy");
    for flags in ["--formulation big-m", "--rule hebbian"] {
        let stdout = folder.ok(&format!("train x.npy {flags} -o net.safetensors"));
        assert!(stdout.contains("every bit is stored"), "{stdout}");
        assert!(!stdout.contains("--proof"), "{stdout}");
    }
}

/// Of small networks with wrong bits all that have as few are compared by margin; of others, those with the same wrong bits.
#[test]
fn a_margin_with_wrong_bits_is_the_widest_or_said_to_be_for_these() {
    let folder = Folder::new();
    folder.write("x.csv", "1,-1,1,1\n-1,-1,1,1\n-1,-1,1,-1\n-1,-1,-1,-1\n");
    let trained = |flags: &str| {
        let told = folder.ok(&format!(
            "train x.csv -o n.safetensors --report r.json --force {flags}"
        ));
        let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
        assert!(report["wrong_bits"].as_u64().unwrap() > 0);
        (told, report)
    };
    let margins = [0, 1, 2].map(|seed| {
        let (told, report) = trained(&format!("--noise 0 --seed {seed}"));
        assert!(told.contains("(the widest)"), "{told}");
        assert!(report["margin_gap"].as_f64().unwrap() < 1e-3);
        (
            report["margin"].as_f64().unwrap(),
            report["network_margin"].as_f64().unwrap(),
        )
    });
    assert!(
        margins.iter().all(|&margin| margin == margins[0]),
        "{margins:?}"
    );
    let (told, report) = trained("--noise 0 --ties negative");
    assert!(report["margin_gap"].is_null());
    assert!(told.contains("for these wrong bits"), "{told}");
}
