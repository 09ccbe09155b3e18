//! Verdicts: the claims of a report, how many hold, and each with its numbers and the reason.

use crate::claims::{Claim, Numbers, Verdict};
use crate::markup::escaped;

/// The name of a verdict's class in the style sheet.
fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Partly => "partly",
        Verdict::Differs => "differs",
        Verdict::Unmeasured => "unmeasured",
    }
}

/// The claims with this verdict.
pub(super) fn of(claims: &[Claim], verdict: Verdict) -> Vec<&Claim> {
    claims.iter().filter(|c| c.verdict == verdict).collect()
}

/// How many there are of each, as one line.
pub(super) fn tally(claims: &[Claim]) -> String {
    let all = [
        (Verdict::Holds, "hold"),
        (Verdict::Partly, "hold partly"),
        (Verdict::Differs, "differ"),
        (Verdict::Unmeasured, "not measured"),
    ];
    let part = |(verdict, words): (Verdict, &str)| {
        let count = of(claims, verdict).len();
        let class = class(verdict);
        (count > 0).then(|| {
            format!("<span class=\"{class}\" style=\"flex: {count}\">{count} {words}</span>")
        })
    };
    let parts: String = all.into_iter().filter_map(part).collect();
    format!("<div class=\"tally\" role=\"img\" aria-label=\"Verdicts\">{parts}</div>\n")
}

/// Every claim; those that were not measured in this setting are folded away.
pub(super) fn table(claims: &[Claim]) -> String {
    let (unmeasured, measured): (Vec<&Claim>, Vec<&Claim>) = claims
        .iter()
        .partition(|claim| claim.verdict == Verdict::Unmeasured);
    let mut tables = rows(&measured);
    if !unmeasured.is_empty() {
        tables.push_str(&format!(
            "<details><summary>{} claims not measured in this setting</summary>\n{}</details>\n",
            unmeasured.len(),
            rows(&unmeasured)
        ));
    }
    tables
}

fn rows(claims: &[&Claim]) -> String {
    let row = |claim: &&Claim| {
        let Numbers { claimed, found, .. } = &claim.numbers;
        format!(
            "<tbody>\n<tr><td><span class=\"verdict {}\">{}</span></td><td data-label=\"Where\">{}</td>\
             <td data-label=\"The paper says\">{}</td>{}{}</tr>\n<tr><td colspan=\"5\">{}</td></tr>\n</tbody>\n",
            class(claim.verdict),
            claim.verdict,
            escaped(claim.place),
            escaped(&claim.paper),
            number("Its number", claimed),
            number("Measured", found),
            grounds(claim)
        )
    };
    let rows: String = claims.iter().map(row).collect();
    format!(
        "<table class=\"claims\">\n<thead><tr><th>Verdict</th><th>Where</th><th>The paper says</th><th>Its number</th>\
         <th>Measured</th></tr></thead>\n{rows}</table>\n"
    )
}

fn number(label: &str, text: &str) -> String {
    if text.is_empty() {
        return "<td class=\"number\"></td>".to_owned();
    }
    format!(
        "<td class=\"number\" data-label=\"{label}\">{}</td>",
        escaped(text)
    )
}

/// All numbers, and below them the reason.
fn grounds(claim: &Claim) -> String {
    let paragraph = |text: &str| match text {
        "" => String::new(),
        text => format!("<p>{}</p>\n", escaped(text)),
    };
    let grounds = [
        numbers(&claim.numbers),
        paragraph(&claim.measured),
        paragraph(&claim.reason),
    ]
    .concat();
    let line = if claim.numbers.rows.is_empty() {
        "Why"
    } else {
        "Numbers, and why"
    };
    match grounds.as_str() {
        "" => String::new(),
        grounds => format!("<details><summary>{line}</summary>\n{grounds}</details>"),
    }
}

fn numbers(numbers: &Numbers) -> String {
    if numbers.rows.is_empty() {
        return String::new();
    }
    let heads = numbers.columns.iter();
    let heads: Vec<String> = heads.map(|c| format!("<th>{}</th>", escaped(c))).collect();
    let heads = heads.concat();
    let row = |(what, fields): &(String, Vec<String>)| {
        let fields = fields.iter().map(|f| format!("<td>{}</td>", escaped(f)));
        let fields: String = fields.collect();
        format!(
            "<tr><th scope=\"row\">{}</th>{fields}</tr>\n",
            escaped(what)
        )
    };
    let rows: String = numbers.rows.iter().map(row).collect();
    format!(
        "<div class=\"scroll\"><table class=\"numbers\">\n<thead><tr><th></th>{heads}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n"
    )
}
