//! Answers as a CSV file.

use anyhow::{Result, ensure};
use attractor_tables::{Answer, Kept};
use std::fmt::Write as _;

/// What every answer has, in this order.
pub(super) const COLUMNS: &str =
    "class,score,runner_up,runner_up_score,nearest_row,agreeing_features,known_features";

/// The column of the true classes.
const TRUTH: &str = "truth";

/// The answer where the model does not know the row.
pub(super) const UNKNOWN: &str = "unknown";

/// One answer with the names of its classes.
pub(super) struct Line<'a> {
    pub(super) answer: Answer,
    /// Whether the answer is [`UNKNOWN`] instead.
    pub(super) unknown: bool,
    /// Names of the classes by index.
    pub(super) classes: &'a [String],
    /// The nearest stored row's number in the table that was learnt, from 1.
    pub(super) nearest_row: usize,
}

/// Refuses columns to keep whose names the answers need themselves.
///
/// # Errors
/// Names one.
pub(super) fn check_kept(keep: &[String]) -> Result<()> {
    let own = |name: &&String| COLUMNS.split(',').any(|column| column == *name) || *name == TRUTH;
    if let Some(name) = keep.iter().find(own) {
        let instead = if name == "class" {
            "; --class class writes the true classes as `truth`"
        } else {
            ""
        };
        anyhow::bail!("--keep {name}: the answers have a column `{name}` of their own{instead}");
    }
    let twice = keep
        .iter()
        .enumerate()
        .find(|(k, name)| keep[..*k].contains(name));
    ensure!(
        twice.is_none(),
        "--keep names the column `{}` twice",
        twice.map_or("", |t| t.1)
    );
    Ok(())
}

/// The whole file: kept columns, true classes if there are any, answers.
pub(super) fn csv(kept: &[Kept], truths: Option<&[Option<String>]>, lines: &[Line<'_>]) -> String {
    let mut header: Vec<String> = kept.iter().map(|column| quoted(&column.name)).collect();
    header.extend(truths.map(|_| TRUTH.to_owned()));
    header.push(COLUMNS.to_owned());
    let mut text = header.join(",") + "\n";
    for (r, line) in lines.iter().enumerate() {
        for column in kept {
            text.push_str(&quoted(&column.texts[r]));
            text.push(',');
        }
        if let Some(truths) = truths {
            text.push_str(&quoted(truths[r].as_deref().unwrap_or_default()));
            text.push(',');
        }
        let Answer {
            class,
            score,
            runner_up,
            known_features,
            agreeing_features,
            ..
        } = line.answer;
        let class = if line.unknown {
            UNKNOWN.to_owned()
        } else {
            quoted(&line.classes[class])
        };
        let (second, second_score) = match runner_up {
            Some((second, score)) => (quoted(&line.classes[second]), format!("{score:.4}")),
            None => (String::new(), String::new()),
        };
        let row = line.nearest_row;
        let _ = writeln!(
            text,
            "{class},{score:.4},{second},{second_score},{row},{agreeing_features},{known_features}"
        );
    }
    text
}

/// A CSV field.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
