//! A comparison as a table for people and as CSV.

use anyhow::Result;
use attractor_lab::compare::{Compared, Contender, Memory};
use attractor_lab::figures::Summary;
use attractor_lab::pattern_memory::PatternMemory;
use attractor_lab::plot::Point;
use std::fmt::Write as _;

/// The CSV table's first line.
pub(super) const HEADER: &str = "rule,flips,recalled,recalled_low,recalled_high,wrong_bits,lower_bound,status,margin,radius,seconds";

/// A line for each way of training and each number of flips; one with empty shares where there is no network.
pub(super) fn csv(lines: &[Compared]) -> Result<String> {
    let mut text = format!("{HEADER}\n");
    for line in lines {
        let name = line.contender.name();
        let facts = line
            .memory
            .as_ref()
            .map_or_else(|_| ",,,,,".to_owned(), facts);
        if line.recalled.is_empty() {
            writeln!(text, "{name},,,,,{facts}")?;
        }
        for point in &line.recalled {
            let (y, low, high) = (point.y / 100.0, point.low / 100.0, point.high / 100.0);
            writeln!(text, "{name},{},{y:.4},{low:.4},{high:.4},{facts}", point.x)?;
        }
    }
    Ok(text)
}

/// Wrong bits, bound, status, margin, radius, seconds; empty where not known.
fn facts(memory: &Memory) -> String {
    let shown = |value: Option<String>| value.unwrap_or_default();
    format!(
        "{},{},{},{},{},{:.3}",
        memory.wrong_bits,
        shown(memory.lower_bound.map(|bound| bound.to_string())),
        shown(memory.status.map(|status| status.to_string())),
        shown(memory.margin.map(|margin| format!("{margin:.6}"))),
        shown(memory.radius.map(|radius| radius.to_string())),
        memory.time.as_secs_f64()
    )
}

/// The best repair first.
fn sorted(lines: &[Compared]) -> Vec<&Compared> {
    let mut sorted: Vec<&Compared> = lines.iter().collect();
    sorted.sort_by(|a, b| {
        b.mean()
            .partial_cmp(&a.mean())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    sorted
}

/// What was found, in a few sentences.
pub(super) fn lead(lines: &[Compared]) -> String {
    let networks = sorted(lines);
    let networks = networks.iter().filter(|line| line.memory.is_ok());
    let Some((best, share)) = networks.clone().find_map(|line| Some((line, line.mean()?))) else {
        return "No way of training was measured.".to_owned();
    };
    let best = best.contender.name();
    let mut text = format!(
        "{best} repairs best of all networks: it recalls {share:.1} % of the cues exactly, in the mean over the numbers of \
         flipped entries."
    );
    let nearest = lines
        .iter()
        .find(|line| line.contender == Contender::Patterns(PatternMemory::Nearest));
    if let Some(share) = nearest.and_then(Compared::mean) {
        let _ = write!(
            text,
            " The nearest stored pattern, which needs no network, is right for {share:.1} %."
        );
    }
    let whole = |line: &&&Compared| {
        line.memory
            .as_ref()
            .is_ok_and(|memory| memory.wrong_bits == 0)
    };
    let (stored, all) = (networks.clone().filter(whole).count(), networks.count());
    let _ = write!(text, " {stored} of {all} networks store every bit.");
    text
}

/// The table of a page.
pub(super) fn summary(lines: &[Compared]) -> Summary {
    let header = [
        "rule",
        "wrong bits",
        "proven",
        "margin",
        "radius",
        "seconds",
        "mean, %",
    ];
    let flips = lines.iter().find(|line| !line.recalled.is_empty());
    let flips = flips.map_or(&[][..], |line| &line.recalled);
    let columns = flips.iter().map(|point| format!("{} flipped", point.x));
    let row = |line: &&Compared| {
        let mut row = vec![line.contender.name().to_owned()];
        row.extend(match &line.memory {
            Ok(memory) => fields(memory),
            Err(reason) => [reason.as_str(), "", "", "", ""].map(str::to_owned),
        });
        row.push(
            line.mean()
                .map_or_else(String::new, |mean| format!("{mean:.1}")),
        );
        let share = |p: &Point| format!("{:.1} ({:.1} to {:.1})", p.y, p.low, p.high);
        row.extend(line.recalled.iter().map(share));
        row.resize(header.len() + flips.len(), String::new());
        row
    };
    Summary {
        caption: "Right: % of cues recalled exactly, in the mean and by flipped entries, with 95 % intervals. Radius: flips \
                  that every pattern survives for certain"
            .to_owned(),
        header: header.map(str::to_owned).into_iter().chain(columns).collect(),
        rows: sorted(lines).iter().map(row).collect(),
    }
}

/// The table for people: best repair first.
pub(super) fn shown(lines: &[Compared]) -> Result<String> {
    let sorted = sorted(lines);
    let mut text = String::new();
    let flips = lines.iter().find(|line| !line.recalled.is_empty());
    let flips = flips.map_or(&[][..], |line| &line.recalled);
    write!(
        text,
        "{:26}{:>7}{:>8}{:>8}{:>7}{:>9}{:>8}",
        "", "wrong", "proven", "margin", "radius", "seconds", "mean"
    )?;
    for point in flips {
        write!(text, "{:>6}", format!("{}", point.x))?;
    }
    text.push('\n');
    let mut refused = String::new();
    for line in sorted {
        let name = line.contender.name();
        match (&line.memory, line.mean()) {
            (Err(reason), None) => {
                writeln!(refused, "{name}: {reason}")?;
                continue;
            }
            (Err(_), Some(_)) => write!(
                text,
                "{name:26}{:>7}{:>8}{:>8}{:>7}{:>9}",
                "", "", "", "", ""
            )?,
            (Ok(memory), _) => write!(text, "{name:26}{}", numbers(memory))?,
        }
        write!(text, "{:>8.1}", line.mean().unwrap_or(f64::NAN))?;
        for point in &line.recalled {
            write!(text, "{:>6.1}", point.y)?;
        }
        text.push('\n');
    }
    text.push_str("right: % of cues recalled exactly, in the mean and by flipped entries; radius: flips that every pattern survives for certain\n");
    text.push_str(&refused);
    Ok(text)
}

fn numbers(memory: &Memory) -> String {
    let [wrong, proven, margin, radius, seconds] = fields(memory);
    format!("{wrong:>7}{proven:>8}{margin:>8}{radius:>7}{seconds:>9}")
}

/// Wrong bits, what is proven of them, margin, radius, seconds.
fn fields(memory: &Memory) -> [String; 5] {
    let dash = || "-".to_owned();
    let proven = match (memory.lower_bound, memory.wrong_bits) {
        (Some(bound), wrong) if bound == wrong => "least".to_owned(),
        (Some(bound), _) => format!(">={bound}"),
        (None, 0) => "least".to_owned(),
        (None, _) => dash(),
    };
    [
        memory.wrong_bits.to_string(),
        proven,
        memory
            .margin
            .map_or_else(dash, |margin| format!("{margin:.3}")),
        memory.radius.map_or_else(dash, |radius| radius.to_string()),
        format!("{:.3}", memory.time.as_secs_f64()),
    ]
}
