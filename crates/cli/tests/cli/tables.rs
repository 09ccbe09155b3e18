//! Tables as people have them: read right, or refused in a sentence that helps, and never learnt from in silence.

use crate::folder::{Folder, data};
use serde_json::Value;

const FIT: &str = "-o m.safetensors --class class --rule pseudo-inverse";

/// What every way to write it must be read as.
const PLAIN: &str = "size,colour,class\n1.5,red,a\n2.5,red,a\n1037.5,blue,b\n980,,b\n";

/// A folder with a model `m.safetensors` of [`PLAIN`].
fn with_model() -> Folder {
    let folder = Folder::new();
    folder.write("t.csv", PLAIN);
    folder.ok(&format!("classify fit t.csv {FIT}"));
    folder
}

/// Fits, and returns the model's bytes and the warnings.
fn fitted(folder: &Folder, table: &str) -> (Vec<u8>, String) {
    let ran = folder.run(&format!("classify fit {table} {FIT}"));
    assert_eq!(ran.code, Some(0), "{table}: {}", ran.stderr);
    let warnings = ran
        .stderr
        .lines()
        .filter(|line| line.starts_with("warning"));
    let warnings = warnings.collect::<Vec<_>>().join("\n");
    (folder.read("m.safetensors"), warnings)
}

#[test]
fn every_way_to_export_a_table_gives_the_same_model() {
    let folder = with_model();
    let (model, said) = fitted(&folder, "t.csv");
    assert!(said.is_empty(), "{said}");
    let utf16: Vec<u8> = PLAIN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let exports: [(&str, Vec<u8>); 9] = [
        ("bom.csv", [b"\xef\xbb\xbf", PLAIN.as_bytes()].concat()),
        ("crlf.csv", PLAIN.replace('\n', "\r\n").into()),
        ("utf16.csv", [b"\xff\xfe", utf16.as_slice()].concat()),
        ("tabs.tsv", PLAIN.replace(',', "\t").into()),
        ("bars.txt", PLAIN.replace(',', " | ").into()),
        ("na.csv", PLAIN.replace(",,", ",?,").into()),
        ("blank.csv", format!("{PLAIN},,\n\n,,\n").into()),
        (
            "quoted.csv",
            PLAIN
                .replace("red", "\"red\"")
                .replace("1.5", " \"1.5\"")
                .into(),
        ),
        ("extra.csv", PLAIN.replace('\n', ",,\n").into()),
    ];
    for (name, bytes) in exports {
        folder.write(name, bytes);
        let (same, said) = fitted(&folder, name);
        assert!(same == model, "{name} gives another model");
        assert!(said.is_empty(), "{name}: {said}");
    }
    // Right as well, but said.
    for (name, text) in [
        (
            "german.csv",
            PLAIN
                .replace(',', ";")
                .replace("1037.5", "1.037,5")
                .replace("1.5", "1,5")
                .replace("2.5", "2,5"),
        ),
        (
            "units.csv",
            PLAIN
                .replace("1.5", "1.5 cm")
                .replace("2.5,", "2.5 cm,")
                .replace("1037.5", "1037.5 cm")
                .replace("980", "980 cm"),
        ),
        ("thousands.csv", PLAIN.replace("1037.5", "\"1,037.5\"")),
    ] {
        folder.write(name, text);
        let (same, said) = fitted(&folder, name);
        assert!(same == model, "{name} gives another model");
        assert!(
            said.contains("column `size`") && said.contains("is read as"),
            "{said}"
        );
    }
}

#[test]
fn files_that_are_no_table_say_what_they_are() {
    let folder = Folder::new();
    for (name, bytes, word) in [
        ("book.csv", b"PK\x03\x04".as_slice(), "xlsx"),
        ("page.csv", b"<html><table>".as_slice(), "HTML"),
        ("list.csv", b"[{\"x\": 1}]".as_slice(), "JSON"),
        (
            "latin.csv",
            b"x,class\n1,\xe9\n".as_slice(),
            "line 2 is not UTF-8",
        ),
    ] {
        folder.write(name, bytes);
        folder.refused(&format!("classify fit {name} {FIT}"), &[name, word]);
    }
}

#[test]
fn tables_that_cannot_be_meant_are_refused_with_advice() {
    let folder = Folder::new();
    let cases = [
        (
            "x,class\n1,a\nlots,b\n3,a\n",
            vec!["line 3", "`x`", "`lots`", "--na", "--ignore"],
        ),
        ("x,class\n1,a\ninf,b\n", vec!["line 3", "infinite", "?"]),
        ("x;class\n5%;a\n5;b\n", vec!["`5%`"]),
        (
            "x,class\n1,a\n2,NA\n3,b\n",
            vec!["1 of the rows", "line 3", "`NA`"],
        ),
        (
            "x,class\n1,a\n2\n",
            vec!["line 3 has 1 fields, the header has 2"],
        ),
        ("x,,class\n1,5,a\n2,6,b\n", vec!["column 2 has no name"]),
        (
            "Report,,\n,,\nx,y,class\n1,5,a\n",
            vec!["delete titles above"],
        ),
        ("x,class\n5 kg,a\n7,b\n9,a\n", vec!["line 2", "`5 kg`"]),
        ("x,x,class\n1,2,a\n", vec!["`x` occurs twice"]),
        (
            "5.1,3.5,a\n4.9,3.0,b\n",
            vec!["no column `class`", "first line", "looks like data"],
        ),
        (
            "x\ty\tclass\n1,037\t1\ta\n2,500\t2\tb\n",
            vec!["`1,037` may be 1037 or 1.037"],
        ),
        (
            "x,class\n1,1.5\n2,2.5\n3,3.5\n4,4.5\n5,5.5\n6,6.5\n7,7.5\n8,8.5\n9,9.5\n9,10.5\n",
            vec!["10 different values in 10 rows"],
        ),
    ];
    for (text, words) in cases {
        folder.write("t.csv", text);
        folder.refused(&format!("classify fit t.csv {FIT}"), &words);
    }
}

#[test]
fn columns_that_should_not_be_learnt_from_are_left_out_and_named() {
    let folder = Folder::new();
    let mut text = String::from(",name,customer_id,when,size,NOTE,code,class\n");
    for k in 0..24 {
        let (class, note) = if k % 2 == 0 {
            ("a", "NA")
        } else {
            ("b", "some")
        };
        let size = if k % 5 == 0 { -999 } else { k % 3 };
        let note = if k % 3 == 0 { "Some" } else { note };
        text += &format!(
            "{k},n{k},{},2020-01-{:02},{size},{note},{},{class}\n",
            1000 - 7 * k,
            k % 9 + 1,
            k % 2
        );
    }
    folder.write("t.csv", text);
    let fit = format!("classify fit t.csv {FIT}");
    let ran = folder.run(&fit);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for said in [
        "column `Unnamed: 0` is left out: it counts the rows",
        "column `name` is left out: nearly every row has a text of its own",
        "column `customer_id` is left out",
        "column `when` is left out: it holds dates",
        "column `size`: -999 stands in 5 rows",
        "column `NOTE`: `NA` is read as a missing value",
        "column `NOTE`: `Some` and `some`",
        "column `code` has one value for each class",
    ] {
        assert!(ran.stderr.contains(said), "no `{said}` in {}", ran.stderr);
    }
    assert!(ran.stdout.contains("3 features as"), "{}", ran.stdout);
    let ran = folder.run(&format!(
        "{fit} --use customer_id --ignore code --na -999 --na NA"
    ));
    assert!(ran.stdout.contains("3 features as"), "{}", ran.stdout);
    assert!(
        !ran.stderr.contains("-999") && !ran.stderr.contains("customer_id` is left"),
        "{}",
        ran.stderr
    );
    folder.refused(&format!("{fit} --use nowhere"), &["no column `nowhere`"]);
    folder.refused(&format!("{fit} --use size --ignore size"), &["contradict"]);
}

#[test]
fn predict_says_what_the_model_does_not_know() {
    let folder = with_model();
    let predict = |table: &str| {
        folder.write("new.csv", table);
        "classify predict m.safetensors new.csv"
    };
    folder.refused(
        predict("size,class\n1,a\n"),
        &["new.csv", "lacks the column `colour`"],
    );
    folder.refused(
        predict("size,colour\n1,red\nbig,red\n2,red\n"),
        &["line 3", "`big`"],
    );
    folder.refused(
        predict("size,colour\nbig,red\n"),
        &["line 2", "`big`", "learnt numbers"],
    );
    let told = |table: &str, words: &[&str]| {
        let ran = folder.run(&format!("{} --allow-missing-columns", predict(table)));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        for word in words {
            assert!(ran.stderr.contains(word), "no `{word}` in {}", ran.stderr);
        }
    };
    told("size\n1\n", &["column `colour` is not there"]);
    told(
        "Size,Colour\n1,red\n",
        &["`Size` is taken for the model's column `size`"],
    );
    told(
        "size,colour\n1,green\n2,Red\n",
        &["in 2 rows", "`green` in line 2"],
    );
    told("size,colour\n1,\n2,?\n", &["column `colour` has no value"]);
    told("size,colour\n99999,red\n", &["far outside", "same unit"]);
    told(
        "size,colour\n1,red\n?,?\n",
        &["1 rows have no known feature", "line 3"],
    );
    let ran = folder.run(predict("size,colour\n1,red\n1030,blue\n"));
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
}

#[test]
fn answers_have_scores_neighbours_and_what_was_kept() {
    let folder = Folder::new();
    let known = "size,colour,form,class\n1,red,o,a\n1,red,o,a\n9,blue,x,b\n9,blue,x,b\n";
    folder.write("t.csv", known);
    folder.ok(&format!("classify fit t.csv {FIT}"));
    let table = "who,size,colour,form,class\n\"Li, A.\",1,red,o,a\nBo,9,?,?,c\nCy,9,?,?,\n";
    folder.write("new.csv", table);
    let ran = folder.run("classify predict m.safetensors new.csv --class class --keep who");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(
        lines,
        [
            "who,truth,class,score,runner_up,runner_up_score,nearest_row,agreeing_features,known_features",
            "\"Li, A.\",a,a,1.0000,b,-1.0000,1,3,3",
            "Bo,c,b,1.0000,a,-1.0000,3,1,1",
            "Cy,,b,1.0000,a,-1.0000,3,1,1",
        ]
    );
    for said in [
        "1 of 2 rows are right (50.0 %)",
        "2 of 3 rows have a class",
        "class `c`",
        "true class  answered",
    ] {
        assert!(ran.stderr.contains(said), "no `{said}` in {}", ran.stderr);
    }
    let refused = "classify predict m.safetensors new.csv --keep class";
    folder.refused(refused, &["--keep class", "--class class", "truth"]);
    folder.refused(
        "classify predict m.safetensors new.csv --keep age",
        &["no column `age`"],
    );
}

#[test]
fn cross_validation_shows_who_is_taken_for_whom() {
    let folder = Folder::new();
    let iris = data("iris.csv");
    let run = format!(
        "classify cross-validate {} --class class --rule pseudo-inverse",
        iris.display()
    );
    let said = folder.ok(&format!("{run} --levels 5 --predictions p.csv"));
    for word in ["commonest class alone", "33.3 %", "true class", "answered"] {
        assert!(said.contains(word), "no `{word}` in {said}");
    }
    let rows = String::from_utf8(folder.read("p.csv")).expect("UTF-8");
    assert_eq!(rows.lines().count(), 151);
    assert!(rows.starts_with("truth,class,score,"), "{rows}");
    let fields = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    for (k, line) in rows.lines().skip(1).enumerate() {
        // A row is never its own neighbour.
        assert_ne!(fields(line)[5], (k + 1).to_string(), "{line}");
    }
    let fit = |levels: &str| {
        let table = iris.display();
        folder.ok(&format!(
            "classify fit {table} --class class --rule hebbian -o m.safetensors {levels}"
        ))
    };
    assert!(fit("").contains("4 features as 12 neurons"));
    assert!(fit("--levels 5").contains("4 features as 20 neurons"));
    folder.refused(&format!("{run} --levels 1"), &["--levels"]);
    folder.refused(&format!("{run} --levels 65"), &["--levels"]);
    folder.refused(&format!("{run} -o p --predictions p"), &["two results"]);
}

#[test]
fn a_large_model_answers_as_the_nearest_row_says() {
    let folder = Folder::new();
    let mut text = String::from("a,b,c,d,class\n");
    for k in 0..4000 {
        text += &format!(
            "{},{},{},{},{}\n",
            k % 3,
            k / 3 % 3,
            k / 9 % 3,
            k / 27 % 3,
            (k % 3 + k / 9 % 3) % 2
        );
    }
    folder.write("t.csv", text);
    folder.ok("classify fit t.csv --class class --rule hebbian -o m.safetensors");
    let one = folder.run("classify predict m.safetensors t.csv --threads 1");
    let two = folder.run("classify predict m.safetensors t.csv --threads 2");
    assert_eq!((one.code, one.stdout.lines().count()), (Some(0), 4001));
    assert!(one.stdout == two.stdout);
}

/// What validation chose on two bundled tables stands in the model file, and `predict` obeys it.
#[test]
fn a_model_keeps_the_noise_and_the_read_out_that_were_chosen() {
    let folder = Folder::new();
    for name in ["zoo", "iris"] {
        let table = std::fs::read(data(&format!("{name}.csv"))).unwrap();
        folder.write("t.csv", table);
        let fit = "classify fit t.csv --class class -o m.safetensors --time-limit 1s --force";
        folder.ok(&format!("{fit} --noise auto --read-out auto"));
        let kept = |key: &str| -> Value {
            let bytes = folder.read("m.safetensors");
            let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
            let header: Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
            let metadata = header["__metadata__"].as_object().unwrap();
            let options = metadata["options"].as_str().unwrap();
            serde_json::from_str::<Value>(options).unwrap()[key].clone()
        };
        let noise = kept("noise").as_f64().unwrap();
        assert!([0.0, 0.05, 0.1, 0.2, 0.35].contains(&noise), "{name}");
        assert!(["end", "one-step"].contains(&kept("read_out").as_str().unwrap()));
        let told =
            folder.run("classify predict m.safetensors t.csv --class class -o a.csv --force");
        assert_eq!(told.code, Some(0), "{name}");
        for couplings in ["symmetric", "directed"] {
            folder.ok(&format!("{fit} --couplings {couplings}"));
            assert_eq!(
                (kept("noise"), kept("read_out")),
                (0.05.into(), "one-step".into())
            );
            let told = folder.ok("inspect m.safetensors");
            assert!(told.contains(&format!("exact-{couplings}")), "{told}");
            let weights = folder.read("m.safetensors");
            folder.ok(&format!("{fit} --couplings {couplings} --noise 0"));
            assert!(weights != folder.read("m.safetensors") && kept("noise") == 0.0);
        }
    }
}

#[test]
fn exact_is_the_name_here_too() {
    let folder = with_model();
    let rule = |options: &str| {
        folder.ok(&format!(
            "classify fit t.csv --class class -o r.safetensors {options}"
        ));
        let told = folder.ok("inspect r.safetensors");
        let line = told.lines().find(|line| line.contains("exact-"));
        line.unwrap_or_else(|| panic!("no rule in {told}"))
            .to_owned()
    };
    assert!(rule("").contains("exact-symmetric"));
    assert!(rule("--rule exact --couplings directed").contains("exact-directed"));
    let fit = "classify fit t.csv --class class -o n.safetensors";
    folder.refused(
        &format!("{fit} --rule hebbian --couplings directed"),
        &["--couplings", "--rule exact"],
    );
    folder.refused(&format!("{fit} --rule best"), &["best", "exact, hebbian"]);
}
