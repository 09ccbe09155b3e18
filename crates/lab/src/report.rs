//! Report: everything that a folder of results shows, as one self-contained HTML file: claims, charts, pictures, tables.

use crate::claims::{Claim, Evidence, Verdict, claims};
use crate::figures::Summary;
use crate::ledger::Folder;
use crate::reproduce::{Drawn, ReproduceError, Reproduction};
use attractor::io::write_atomically;
use std::path::PathBuf;

const STYLE: &str = "\
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 1000px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.7em; } h2 { margin-top: 2.2em; border-bottom: 1px solid #ccc; }
table { border-collapse: collapse; font-size: 0.86em; margin: 1em 0; display: block; overflow-x: auto; }
caption { text-align: left; color: #555; padding: 0.4em 0; }
th, td { border-bottom: 1px solid #ddd; padding: 0.35em 0.7em; text-align: left; vertical-align: top; }
th { background: #f4f4f4; }
figure { margin: 1.2em 0; } figcaption { color: #555; font-size: 0.88em; }
figure svg { width: 100%; height: auto; } figure img { max-width: 100%; image-rendering: pixelated; }
.row { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 0 1.2em; }
.holds { color: #00734f; } .partly { color: #8a5a00; } .differs { color: #b03a00; } .unmeasured { color: #777; }
details { margin: 1em 0; } pre { background: #f6f6f6; padding: 0.8em; overflow-x: auto; font-size: 0.85em; }
";

/// The report on these experiments and what was drawn of each.
/// Draws everything that `folder` has results of, and writes `report.html` there; returns its path.
///
/// # Errors
/// Results that cannot be read, or what cannot be drawn or written.
pub fn write_report(folder: &Folder) -> Result<PathBuf, ReproduceError> {
    let mut sections = Vec::new();
    for reproduction in Reproduction::all_in(folder)? {
        let drawn = reproduction.draw()?;
        sections.push((reproduction, drawn));
    }
    let path = folder.path().join("report.html");
    let html = html(&sections);
    write_atomically(&path, |file| file.write_all(html.as_bytes()))?;
    Ok(path)
}

fn html(sections: &[(Reproduction, Vec<Drawn>)]) -> String {
    let evidence: Vec<Evidence<'_>> = sections
        .iter()
        .map(|(reproduction, _)| Evidence {
            figure: reproduction.figure().name(),
            entries: reproduction.entries(),
        })
        .collect();
    let mut page = vec![format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Hopfield networks as MILP, \
         reproduced</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>Hopfield networks as mixed integer programs, \
         reproduced</h1>\n<p>The experiments of Rosenhahn, <i>Mixed Integer Linear Programming for Optimizing a Hopfield \
         Network</i> (2022), run anew by attractor {}. Wrong bits are counted one step from the stored patterns with the \
         paper's tie rule unless a table says otherwise; bands are from the proven bound to the network found where there \
         is a bound, else twice the standard error. A network is <i>proven optimal</i> where the bound meets it; \
         <i>certified</i> means that a certificate of the bound was made as well and checked in exact arithmetic by code \
         that shares nothing with the solver. Of the networks of Figs. 2, 7 and 8 none was certified.</p>\n",
        env!("CARGO_PKG_VERSION")
    )];
    page.push("<h2>The paper's claims</h2>\n".to_owned());
    page.push(claims_table(&claims(&evidence)));
    for (reproduction, drawn) in sections {
        section(&mut page, reproduction, drawn);
    }
    page.push("</body>\n</html>\n".to_owned());
    page.concat()
}

fn section(page: &mut Vec<String>, reproduction: &Reproduction, drawn: &[Drawn]) {
    let figure = reproduction.figure();
    let entries = reproduction.entries();
    page.push(format!(
        "<h2>{}: {}</h2>\n",
        escaped(figure.name()),
        escaped(figure.title())
    ));
    if !reproduction.is_complete() {
        page.push(format!(
            "<p><b>Incomplete:</b> {} of {} cells have a result; the same command goes on where it stopped.</p>\n",
            entries.len(),
            figure.cells().len()
        ));
    }
    let (charts, plates): (Vec<&Drawn>, Vec<&Drawn>) = drawn.iter().partition(|d| d.svg.is_some());
    for chart in charts {
        let svg = chart.svg.as_deref().unwrap_or_default();
        page.push(format!(
            "<figure>\n{svg}\n<figcaption>{}</figcaption>\n</figure>\n",
            escaped(&chart.caption)
        ));
    }
    let wide = plates.iter().any(|plate| plate.name.contains("pattern"));
    let grid = if wide {
        "<div>
"
    } else {
        "<div class=\"row\">
"
    };
    page.push(grid.to_owned());
    for plate in plates {
        page.push(format!(
            "<figure>\n<img alt=\"{0}\" src=\"data:image/png;base64,{1}\">\n<figcaption>{0}</figcaption>\n</figure>\n",
            escaped(&plate.caption),
            base64(&plate.png)
        ));
    }
    page.push("</div>\n".to_owned());
    page.push(table(&figure.summary(entries)));
    let seconds: f64 = entries.iter().map(|e| e.seconds).sum();
    page.push(format!(
        "<details><summary>{} cells, {seconds:.0} s in all; data: {}.csv; settings</summary>\n<pre>{}</pre></details>\n",
        entries.len(),
        escaped(figure.name()),
        escaped(figure.kept())
    ));
}

fn claims_table(claims: &[Claim]) -> String {
    let row = |claim: &Claim| {
        let class = match claim.verdict {
            Verdict::Holds => "holds",
            Verdict::Partly => "partly",
            Verdict::Differs => "differs",
            Verdict::Unmeasured => "unmeasured",
        };
        format!(
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"{class}\"><b>{}</b></td><td>{}</td></tr>\n",
            escaped(claim.place),
            escaped(&claim.paper),
            escaped(&claim.measured),
            claim.verdict,
            escaped(&claim.reason)
        )
    };
    let rows: String = claims.iter().map(row).collect();
    format!(
        "<table>\n<tr><th>Where</th><th>The paper</th><th>Measured</th><th>Verdict</th><th>Why</th></tr>\n{rows}</table>\n"
    )
}

fn table(summary: &Summary) -> String {
    let row = |tag: &str, fields: &[String]| {
        let field = |text: &String| format!("<{tag}>{}</{tag}>", escaped(text));
        let fields: String = fields.iter().map(field).collect();
        format!("<tr>{fields}</tr>\n")
    };
    let rows: String = summary
        .rows
        .iter()
        .map(|fields| row("td", fields))
        .collect();
    format!(
        "<table>\n<caption>{}</caption>\n{}{rows}</table>\n",
        escaped(&summary.caption),
        row("th", &summary.header)
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}

/// RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |k: usize| u32::from(three.get(k).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for k in 0..4 {
            if k <= three.len() {
                let digit = bits >> (18 - 6 * k) & 63;
                text.push(char::from(DIGITS[digit as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_the_standard() {
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in pairs {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escaped("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
    }
}
