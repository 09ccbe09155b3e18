//! Parts: a table that several machines measure, each every n-th line of it, and that is joined again.

use crate::files::{Files, ForceArgs};
use crate::output::Kind;
use anyhow::{Context, Result, bail, ensure};
use attractor::io::{MAX_TEXT, read_text_bounded};
use attractor_lab::ledger::Shard;
use clap::Args;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Options of commands whose table can be measured in parts.
#[derive(Debug, Args)]
pub(crate) struct PartArgs {
    /// Measure only part i of n of the table, for example 2/8; --merge joins the parts
    #[arg(long, value_name = "i/n", help_heading = crate::threads::RUN)]
    shard: Option<Shard>,

    /// Join the tables in these files instead of measuring; once for each part
    #[arg(long, value_name = "FILE", help_heading = crate::threads::RUN, conflicts_with_all = ["shard", "picture", "report"])]
    merge: Vec<PathBuf>,
}

impl PartArgs {
    /// The things of this part.
    pub(crate) fn share<T>(&self, all: Vec<T>) -> Vec<T> {
        let Shard { index, count } = self.shard.unwrap_or(Shard::WHOLE);
        all.into_iter().skip(index).step_by(count).collect()
    }

    /// Whether tables are joined instead of measured.
    pub(crate) fn is_merge(&self) -> bool {
        !self.merge.is_empty()
    }

    /// Writes the joined table.
    ///
    /// # Errors
    /// Those of [`PartArgs::joined`]; no place for the table, or one that cannot be written.
    pub(crate) fn join(
        &self,
        header: &'static str,
        keys: usize,
        output: Option<&Path>,
        force: ForceArgs,
    ) -> Result<()> {
        let output = output.context("--merge writes the joined table; name its file with -o")?;
        let parts = self.merge.iter().map(PathBuf::as_path);
        let mut files = Files::reading(parts)?.overwriting(force);
        let output = files.output(output, Kind::Table(header))?;
        output.write(self.joined(header, keys)?.as_bytes())
    }

    /// The joined table of the parts, in the order of a table that was measured at once.
    /// The first `keys` columns say what a line measures: the first a name, the others names or numbers.
    ///
    /// # Errors
    /// Files that cannot be read or hold another table, and lines that contradict each other.
    fn joined(&self, header: &str, keys: usize) -> Result<String> {
        let mut parts = Vec::new();
        for path in &self.merge {
            let shown = path.display();
            let text = read_text_bounded(path, MAX_TEXT).with_context(|| shown.to_string())?;
            let mut lines = text.lines();
            ensure!(
                lines.next() == Some(header),
                "`{shown}` is no such table: its first line must be {header}"
            );
            let width = header.split(',').count();
            let lines: Vec<String> = lines.map(str::to_owned).collect();
            if let Some(k) = lines
                .iter()
                .position(|line| line.split(',').count() != width)
            {
                bail!("`{shown}`, line {}: there are not {width} fields", k + 2);
            }
            parts.push(lines);
        }
        let key = |line: &String| -> Vec<String> {
            line.split(',').take(keys).map(str::to_owned).collect()
        };
        let mut lines: Vec<(Vec<String>, &String)> = Vec::new();
        let mut known: HashMap<Vec<String>, &String> = HashMap::new();
        for line in parts.iter().flatten() {
            match known.insert(key(line), line) {
                None => lines.push((key(line), line)),
                Some(same) if same == line => {}
                Some(_) => bail!(
                    "the parts contradict each other at {}",
                    key(line).join(", ")
                ),
            }
        }
        let ranks = ranks(&parts);
        lines.sort_by(|(a, _), (b, _)| {
            let rank = |key: &[String]| ranks.get(key[0].as_str()).copied();
            let numbers = |key: &[String]| -> Vec<u64> {
                key[1..].iter().flat_map(|field| field.parse()).collect()
            };
            (rank(a), numbers(a)).cmp(&(rank(b), numbers(b)))
        });
        let lines = lines.iter().flat_map(|(_, line)| [line.as_str(), "\n"]);
        Ok(format!("{header}\n{}", lines.collect::<String>()))
    }
}

/// The place of each name of the first column: parts have every n-th name or all of them, so that the first names of all
/// parts come first, then the second ones.
fn ranks(parts: &[Vec<String>]) -> HashMap<&str, usize> {
    let mut columns: Vec<Vec<&str>> = Vec::new();
    for lines in parts {
        let mut names: Vec<&str> = lines
            .iter()
            .filter_map(|line| line.split(',').next())
            .collect();
        names.dedup();
        columns.push(names);
    }
    let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let rows = (0..longest).flat_map(|k| columns.iter().filter_map(move |names| names.get(k)));
    let mut ranks = HashMap::new();
    for name in rows {
        let next = ranks.len();
        ranks.entry(*name).or_insert(next);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "rule,patterns,share";

    fn joined(texts: &[&str]) -> Result<String> {
        let folder = tempfile::tempdir()?;
        let mut merge = Vec::new();
        for (k, text) in texts.iter().enumerate() {
            merge.push(folder.path().join(k.to_string()));
            std::fs::write(&merge[k], text)?;
        }
        PartArgs { shard: None, merge }.joined(HEADER, 2)
    }

    #[test]
    fn parts_become_the_whole_in_its_order() {
        let whole = format!("{HEADER}\nb,2,1\nb,10,2\na,2,3\na,10,4\nend,0,5\n");
        let of_rules = [
            format!("{HEADER}\nb,2,1\nb,10,2\nend,0,5\n"),
            format!("{HEADER}\na,2,3\na,10,4\nend,0,5\n"),
        ];
        let of_loads = [
            format!("{HEADER}\nb,2,1\na,2,3\nend,0,5\n"),
            format!("{HEADER}\nb,10,2\na,10,4\n"),
        ];
        for [one, two] in [of_rules, of_loads] {
            assert_eq!(joined(&[&one, &two]).unwrap(), whole);
        }
        let part = |shard: &str| PartArgs {
            shard: shard.parse().ok(),
            merge: Vec::new(),
        };
        assert_eq!(part("2/2").share(vec![1, 2, 3, 4, 5]), [2, 4]);
    }

    #[test]
    fn other_tables_and_contradictions_are_refused() {
        let refused = |texts: &[&str]| joined(texts).unwrap_err().to_string();
        let one = format!("{HEADER}\na,2,1\n");
        assert!(refused(&[&one, "rule\n"]).contains("no such table"));
        assert!(refused(&[&one, &one.replace("a,2,1", "a,2")]).contains("line 2"));
        assert!(refused(&[&one, &one.replace("2,1", "2,9")]).contains("a, 2"));
    }
}
