//! Report: everything that a folder of results shows, as one self-contained HTML file: claims, charts, pictures, tables.
//! What is written depends on the folder alone, not on when or where.

mod page;
mod verdicts;

use crate::claims::{Claim, Evidence, Verdict, claims, has_paper};
use crate::ledger::Folder;
use crate::markup::escaped;
use crate::reproduce::{Drawn, ReproduceError, Reproduction};
use crate::run::{NOT_RECORDED, Run};
use attractor::io::write_atomically;
pub use page::Page;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Of reports with figures of the paper, and of others.
const TITLE: &str = "Hopfield networks as mixed integer programs, reproduced";
const OWN_TITLE: &str = "Experiments with Hopfield networks";

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
    let paper = has_paper(&evidence);
    let title = if paper { TITLE } else { OWN_TITLE };
    let mut page = Page::new(title).markup(&lead(paper, &claims, sections));
    if !claims.is_empty() {
        page = page.markup(&verdicts::tally(&claims));
    }
    // What the paper is about stands first, exact training beside the rules; without it the first chart there is.
    let shown = |(reproduction, _): &&(Reproduction, Vec<Drawn>)| {
        ["fig4", "fig5"].contains(&reproduction.figure().name())
    };
    let first = sections.iter().filter(shown).chain(sections);
    let mut first = first.flat_map(|(_, drawn)| drawn);
    if let Some((svg, drawn)) = first.find_map(|d| Some((d.svg.as_ref()?, d))) {
        page = page.chart(svg, &drawn.caption);
    }
    let heading = match (paper, claims.is_empty()) {
        (true, _) => Some("The paper's claims"),
        (false, false) => Some("Claims"),
        (false, true) => None,
    };
    page = page.markup(&contents(heading, sections));
    if let Some(heading) = heading {
        page = page
            .heading("claims", heading)
            .markup(&verdicts::table(&claims));
    }
    page = page
        .heading("counted", "How it was counted")
        .markup(HOW_COUNTED)
        .heading("runs", "When and where");
    page = runs(page, sections);
    for (reproduction, drawn) in sections {
        page = section(page, reproduction, drawn);
    }
    page.html()
}

const HOW_COUNTED: &str = "<p>Wrong bits are counted one step from the stored patterns with the paper's tie rule unless a \
    table says otherwise. Bands and bars are 95 % confidence intervals: of a mean by Student's t, of a share by Wilson. Thin \
    lines are proven bounds. A network is <i>proven optimal</i> where the bound meets it; <i>certified</i> means that a \
    certificate of the bound was made as well and checked in exact arithmetic by code that shares nothing with the solver. \
    Of networks whose recall is measured, and of classifiers, none was certified. Point at a chart to see its values.</p>\n";

/// What was found, in five sentences.
fn lead(paper: bool, claims: &[Claim], sections: &[(Reproduction, Vec<Drawn>)]) -> String {
    let what = if paper {
        "The experiments of Rosenhahn, <i>Mixed Integer Linear Programming for Optimizing a Hopfield Network</i> (2022), were \
         run anew."
    } else {
        "Experiments of the program <code>attractor reproduce</code>, none of them one of the paper's (Rosenhahn 2022)."
    };
    let measured = escaped(&measured(sections));
    if claims.is_empty() {
        return format!("<p class=\"lead\">{what} {measured}</p>\n");
    }
    let [holds, partly, differs, unmeasured] = [
        Verdict::Holds,
        Verdict::Partly,
        Verdict::Differs,
        Verdict::Unmeasured,
    ]
    .map(|verdict| verdicts::of(claims, verdict));
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
        "<p class=\"lead\">{what} Of the {} claims that were measured, <b class=\"holds\">{} hold</b>, \
         <b class=\"partly\">{} hold partly</b> and <b class=\"differs\">{} differ</b>. {where_not} Claims not measured in this \
         setting: {}. {measured}</p>\n",
        claims.len() - unmeasured.len(),
        holds.len(),
        partly.len(),
        differs.len(),
        unmeasured.len(),
    )
}

/// By which versions everything was measured, and when, in a sentence.
fn measured(sections: &[(Reproduction, Vec<Drawn>)]) -> String {
    let entries = sections.iter().flat_map(|(r, _)| r.entries());
    let versions: BTreeSet<&str> = entries.map(|entry| entry.version.as_str()).collect();
    let versions: Vec<&str> = versions.into_iter().collect();
    let runs = || sections.iter().flat_map(|(r, _)| r.runs());
    let days: BTreeSet<&str> = runs()
        .filter_map(|run| run.started.split(' ').next())
        .collect();
    let day = match (days.first(), days.last()) {
        (Some(first), Some(last)) if first == last => format!("on {first}"),
        (Some(first), Some(last)) => format!("from {first} to {last}"),
        _ => format!("at a time that was {NOT_RECORDED}"),
    };
    format!(
        "It was measured by attractor {} {day}.",
        versions.join(", ")
    )
}

/// Every run of every experiment; of those that nobody recorded the version, which the results have.
fn runs(page: Page, sections: &[(Reproduction, Vec<Drawn>)]) -> Page {
    let unrecorded = |reproduction: &Reproduction| Run {
        started: String::new(),
        version: reproduction
            .entries()
            .first()
            .map_or_else(String::new, |entry| entry.version.clone()),
        system: String::new(),
        processor: String::new(),
        threads: 0,
    };
    let mut all = Vec::new();
    for (reproduction, _) in sections {
        let name = reproduction.figure().name();
        if reproduction.runs().is_empty() {
            all.push((name, unrecorded(reproduction)));
        }
        all.extend(reproduction.runs().iter().map(|run| (name, run.clone())));
    }
    page.runs(all.iter().map(|(name, run)| (*name, run)))
}

fn contents(claims: Option<&str>, sections: &[(Reproduction, Vec<Drawn>)]) -> String {
    let line = |(reproduction, _): &(Reproduction, Vec<Drawn>)| {
        let figure = reproduction.figure();
        let (name, title) = (escaped(figure.name()), escaped(figure.title()));
        format!("<li><a href=\"#{name}\">{name}: {title}</a></li>\n")
    };
    let lines: String = sections.iter().map(line).collect();
    let claims = claims.map_or_else(String::new, |heading| {
        format!("<li><a href=\"#claims\">{}</a></li>\n", escaped(heading))
    });
    format!(
        "<nav aria-label=\"Contents\"><h2>Contents</h2>\n<ol>\n{claims}<li><a href=\"#counted\">How it was counted</a></li>\n<li><a href=\"#runs\">When and where</a></li>\n{lines}</ol></nav>\n"
    )
}

fn section(page: Page, reproduction: &Reproduction, drawn: &[Drawn]) -> Page {
    let figure = reproduction.figure();
    let entries = reproduction.entries();
    let title = format!("{}: {}", figure.name(), figure.title());
    let mut page = page.heading(figure.name(), &title);
    if !reproduction.is_complete() {
        page = page.markup(&format!(
            "<p><b>Incomplete:</b> {} of {} cells have a result; the same command goes on where it stopped.</p>\n",
            entries.len(),
            figure.cells().len()
        ));
    }
    let (charts, plates): (Vec<&Drawn>, Vec<&Drawn>) = drawn.iter().partition(|d| d.svg.is_some());
    for drawn in charts {
        page = page.chart(drawn.svg.as_deref().unwrap_or_default(), &drawn.caption);
    }
    let plate = |drawn: &&Drawn| {
        let class = if drawn.name.contains("pattern") {
            "wide"
        } else {
            "plate"
        };
        let picture = page::picture(drawn.labelled.as_deref(), &drawn.png, &drawn.caption);
        format!("<div class=\"{class}\">{picture}</div>\n")
    };
    let plates: String = plates.iter().map(plate).collect();
    if !plates.is_empty() {
        page = page.markup(&format!("<div class=\"plates\">\n{plates}</div>\n"));
    }
    let seconds: f64 = entries.iter().map(|e| e.seconds).sum();
    let line = format!(
        "{} cells, {seconds:.0} s in all; data: {}.csv; settings",
        entries.len(),
        figure.name()
    );
    page.table(&figure.summary(entries))
        .folded_text(&line, figure.kept())
}
