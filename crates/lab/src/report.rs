//! Report: everything that a folder of results shows, as one self-contained HTML file: claims, charts, pictures, tables.

use crate::claims::{Claim, Evidence, Verdict, claims};
use crate::figures::Summary;
use crate::ledger::Folder;
use crate::reproduce::{Drawn, ReproduceError, Reproduction};
use attractor::io::write_atomically;
use std::path::PathBuf;

const STYLE: &str = include_str!("report/look.css");
const SORT: &str = include_str!("report/sort.js");

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
    let claims = claims(&evidence);
    let mut page = vec![format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>Hopfield networks as MILP, reproduced</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>Hopfield networks as mixed integer programs, reproduced</h1>\n"
    )];
    page.push(lead(&claims));
    // What the paper is about stands first, exact training beside the rules; without it the first chart there is.
    let shown = |(reproduction, _): &&(Reproduction, Vec<Drawn>)| {
        ["fig4", "fig5"].contains(&reproduction.figure().name())
    };
    let first = sections
        .iter()
        .filter(shown)
        .chain(sections)
        .flat_map(|(_, drawn)| drawn)
        .find(|d| d.svg.is_some());
    page.extend(first.map(chart));
    page.push(contents(sections));
    page.push("<h2 id=\"claims\">The paper's claims</h2>\n".to_owned());
    page.push(claims_table(&claims));
    page.push(HOW_COUNTED.to_owned());
    for (reproduction, drawn) in sections {
        section(&mut page, reproduction, drawn);
    }
    page.push(format!("<script>\n{SORT}</script>\n</body>\n</html>\n"));
    page.concat()
}

const HOW_COUNTED: &str = "<h2 id=\"counted\">How it was counted</h2>\n<p>Wrong bits are counted one step from the stored \
    patterns with the paper's tie rule unless a table says otherwise; bands are from the proven bound to the network found \
    where there is a bound, else twice the standard error. A network is <i>proven optimal</i> where the bound meets it; \
    <i>certified</i> means that a certificate of the bound was made as well and checked in exact arithmetic by code that \
    shares nothing with the solver. Of the networks of Figs. 2, 7 and 8 none was certified.</p>\n";

/// What was found, in five sentences.
fn lead(claims: &[Claim]) -> String {
    let of = |verdict| {
        let found = claims.iter().filter(|claim| claim.verdict == verdict);
        found.collect::<Vec<_>>()
    };
    let [holds, partly, differs, unmeasured] = [
        Verdict::Holds,
        Verdict::Partly,
        Verdict::Differs,
        Verdict::Unmeasured,
    ]
    .map(of);
    let mut places: Vec<&str> = differs.iter().map(|claim| claim.place).collect();
    places.dedup();
    let where_not = if places.is_empty() {
        "None of those measured is contradicted.".to_owned()
    } else {
        format!(
            "Other numbers were found at: {}.",
            escaped(&places.join("; "))
        )
    };
    format!(
        "<p class=\"lead\">The experiments of Rosenhahn, <i>Mixed Integer Linear Programming for Optimizing a Hopfield \
         Network</i> (2022), were run anew. Of the {} claims that were measured, <b class=\"holds\">{} hold</b>, \
         <b class=\"partly\">{} hold partly</b> and <b class=\"differs\">{} differ</b>. {where_not} Claims not measured in this setting: {}. The report was written by attractor {} on {} ({}).</p>\n",
        claims.len() - unmeasured.len(),
        holds.len(),
        partly.len(),
        differs.len(),
        unmeasured.len(),
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    )
}

fn contents(sections: &[(Reproduction, Vec<Drawn>)]) -> String {
    let line = |(reproduction, _): &(Reproduction, Vec<Drawn>)| {
        let figure = reproduction.figure();
        let (name, title) = (escaped(figure.name()), escaped(figure.title()));
        format!("<li><a href=\"#{name}\">{name}: {title}</a></li>\n")
    };
    let lines: String = sections.iter().map(line).collect();
    format!(
        "<nav aria-label=\"Contents\"><h2>Contents</h2>\n<ol>\n<li><a href=\"#claims\">The paper's claims</a></li>\n\
         <li><a href=\"#counted\">How it was counted</a></li>\n{lines}</ol></nav>\n"
    )
}

fn chart(drawn: &Drawn) -> String {
    format!(
        "<figure>\n{}\n<figcaption>{}</figcaption>\n</figure>\n",
        drawn.svg.as_deref().unwrap_or_default(),
        escaped(&drawn.caption)
    )
}

fn section(page: &mut Vec<String>, reproduction: &Reproduction, drawn: &[Drawn]) {
    let figure = reproduction.figure();
    let entries = reproduction.entries();
    page.push(format!(
        "<h2 id=\"{0}\">{0}: {1}</h2>\n",
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
    page.extend(charts.into_iter().map(chart));
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
    let (unmeasured, measured): (Vec<&Claim>, Vec<&Claim>) = claims
        .iter()
        .partition(|claim| claim.verdict == Verdict::Unmeasured);
    let mut tables = rows_of_claims(&measured);
    if !unmeasured.is_empty() {
        tables.push_str(&format!(
            "<details><summary>{} claims not measured in this setting</summary>\n{}</details>\n",
            unmeasured.len(),
            rows_of_claims(&unmeasured)
        ));
    }
    tables
}

fn rows_of_claims(claims: &[&Claim]) -> String {
    let row = |claim: &&Claim| {
        let class = match claim.verdict {
            Verdict::Holds => "holds",
            Verdict::Partly => "partly",
            Verdict::Differs => "differs",
            Verdict::Unmeasured => "unmeasured",
        };
        let why = if claim.reason.is_empty() {
            String::new()
        } else {
            let reason = escaped(&claim.reason);
            format!("<details><summary>Why</summary>{reason}</details>")
        };
        format!(
            "<tr><td><span class=\"verdict {class}\">{}</span></td><td data-label=\"Where\">{}</td>\
             <td data-label=\"The paper\">{}</td><td data-label=\"Measured\">{}{why}</td></tr>\n",
            claim.verdict,
            escaped(claim.place),
            escaped(&claim.paper),
            escaped(&claim.measured),
        )
    };
    let rows: String = claims.iter().map(row).collect();
    format!(
        "<table class=\"claims\">\n<thead><tr><th>Verdict</th><th>Where</th><th>The paper</th><th>Measured</th></tr></thead>\n\
         <tbody>\n{rows}</tbody></table>\n"
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
        "<div class=\"scroll\"><table class=\"sortable\">\n<caption>{}</caption>\n<thead>{}</thead>\n<tbody>{rows}</tbody></table></div>\n",
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
