//! Reports as HTML pages: one look for `basins`, `compare` and `capacity`, and a place of their own.

use crate::folder::Folder;

fn page(folder: &Folder, name: &str) -> String {
    String::from_utf8(folder.read(name)).expect("UTF-8")
}

/// Rows of the table of numbers.
fn rows(page: &str) -> usize {
    let table = page.split("<table class=\"sortable\">").nth(1);
    let table = table.and_then(|rest| rest.split("</table>").next());
    table.map_or(0, |table| table.matches("<tr><td>").count())
}

#[test]
fn three_commands_write_one_look() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x40 --count 4 --seed 1 -o x.csv");
    folder.ok("train x.csv --rule pseudo-inverse -o n.safetensors");
    folder.ok("compare x.csv --rule exact,hebbian --flips 0:8:4 --repeats 3 --report compare.html");
    folder
        .ok("basins n.safetensors --patterns x.csv --flips 0:8:4 --repeats 5 --report basins.html");
    folder.ok(
        "capacity random --shape 1x20 --rule hebbian,perceptron --patterns 2:6:2 --repeats 3 -o c.csv --report capacity.html",
    );
    for (name, count, words) in [
        ("compare.html", 4, "repairs best of all networks"),
        (
            "basins.html",
            3,
            "Every pattern is certain to be recalled from",
        ),
        ("capacity.html", 6, "half"),
    ] {
        let page = page(&folder, name);
        assert!(page.starts_with("<!DOCTYPE html>"), "{name}");
        assert_eq!(rows(&page), count, "{name}");
        assert!(page.contains(words), "{name}");
        for part in [
            "<svg role=\"img\"",
            "confidence interval",
            "prefers-color-scheme: dark",
            "id=\"runs\"",
        ] {
            assert!(
                page.contains(part) || (name == "compare.html" && part == "confidence interval"),
                "{name}: {part}"
            );
        }
        // Nothing is fetched from elsewhere.
        assert!(
            !page.contains("src=\"http") && !page.contains("<link"),
            "{name}"
        );
    }
}

#[test]
fn a_page_overwrites_only_its_kind() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x20 --count 3 --seed 1 -o x.csv");
    let line = "compare x.csv --rule hebbian --flips 0:4:4 --repeats 1 --report";
    folder.refused(&format!("{line} page.txt"), &["page.txt", ".html"]);
    folder.write("theirs.html", "<!DOCTYPE html><p>precious");
    folder.refused(&format!("{line} theirs.html"), &["theirs.html", "--force"]);
    folder.ok(&format!("{line} own.html"));
    folder.ok(&format!("{line} own.html"));
    folder.write(
        "<b>.csv",
        String::from_utf8(folder.read("x.csv")).expect("UTF-8"),
    );
    folder.ok("compare <b>.csv --rule hebbian --flips 0:4:4 --repeats 1 --report named.html");
    assert!(!page(&folder, "named.html").contains("<b>.csv"));
}
