//! Tables of `capacity` and `compare`, measured in parts and joined.

use crate::folder::Folder;

fn lines(folder: &Folder, name: &str) -> Vec<String> {
    let text = String::from_utf8(folder.read(name)).expect("UTF-8");
    text.lines().map(str::to_owned).collect()
}

/// Without the last field, the seconds.
fn timeless(folder: &Folder, name: &str) -> Vec<String> {
    let cut = |line: String| {
        line.rsplit_once(',')
            .map_or(String::new(), |(rest, _)| rest.to_owned())
    };
    lines(folder, name).into_iter().map(cut).collect()
}

fn measure(folder: &Folder, command: &str) {
    folder.ok(&format!("{command} -o whole.csv --force"));
    for part in ["1", "2"] {
        folder.ok(&format!(
            "{command} --shard {part}/2 -o part{part}.csv --force"
        ));
    }
    folder.ok(&format!(
        "{command} --merge part1.csv --merge part2.csv -o joined.csv --force"
    ));
}

#[test]
fn joined_curves_are_those_that_are_measured_at_once() {
    let folder = Folder::new();
    let command =
        "capacity random --shape 1x8 --rule hebbian,pseudo-inverse --patterns 2:10:4 --repeats 3";
    measure(&folder, command);
    assert_eq!(lines(&folder, "joined.csv"), lines(&folder, "whole.csv"));
    assert_eq!(lines(&folder, "part2.csv").len(), 3);
    let command = "capacity random --survive --neurons 8:12:4 --patterns 2:4:2 --repeats 2";
    measure(&folder, command);
    assert_eq!(lines(&folder, "joined.csv"), lines(&folder, "whole.csv"));
    let many = "capacity random --shape 1x8 --patterns 2:3 -o x.csv --shard 3/3";
    folder.refused(many, &["--shard", "fewer parts"]);
}

#[test]
fn joined_comparisons_are_those_that_are_made_at_once() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x16 --count 4 -o own.npy");
    let command =
        "compare own.npy --rule hebbian,perceptron,pseudo-inverse --flips 1:4:3 --repeats 2";
    measure(&folder, command);
    // The controls are nobody's: the last line has no seconds.
    assert_eq!(
        timeless(&folder, "joined.csv"),
        timeless(&folder, "whole.csv")
    );
    folder.refused("compare own.npy --merge part1.csv", &["-o"]);
    folder.refused(
        "compare own.npy --merge part1.csv -o part1.csv",
        &["part1.csv"],
    );
    folder.refused(
        "compare own.npy --merge part1.csv -o j.csv --picture j.svg",
        &["--picture"],
    );
    folder.write("other.csv", "a,b\n1,2\n");
    folder.refused(
        "compare own.npy --merge other.csv -o j.csv",
        &["other.csv", "no such table"],
    );
}
