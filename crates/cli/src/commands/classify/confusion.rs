//! Which classes are taken for which.

use std::fmt::Write as _;

/// Classes beyond which the matrix is not shown whole. Larger: lines wrap on a terminal of 80 columns. Smaller: tables of
/// ten digits have no matrix.
const MOST_CLASSES: usize = 12;

/// Widest name of a class in the matrix.
const WIDEST: usize = 12;

/// Rows by true class and answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Confusion {
    classes: Vec<String>,
    /// By true class, then by answer.
    counts: Vec<Vec<usize>>,
    /// Rows whose true class is known to the model or not, but present.
    rows: usize,
}

impl Confusion {
    /// Counts pairs of true class and answer. Rows without a true class count nothing; a true class that is none of
    /// `classes` gets a line of its own.
    pub(super) fn of<'a>(
        classes: &[String],
        pairs: impl Iterator<Item = (Option<&'a str>, &'a str)>,
    ) -> Self {
        let mut confusion = Self {
            classes: classes.to_vec(),
            counts: vec![vec![0; classes.len()]; classes.len()],
            rows: 0,
        };
        for (truth, answer) in pairs {
            let place = |name: &str, classes: &[String]| classes.iter().position(|c| c == name);
            let (Some(truth), Some(answer)) = (truth, place(answer, classes)) else {
                continue;
            };
            let row = place(truth, &confusion.classes).unwrap_or_else(|| {
                confusion.classes.push(truth.to_owned());
                confusion.counts.push(vec![0; classes.len()]);
                confusion.classes.len() - 1
            });
            confusion.counts[row][answer] += 1;
            confusion.rows += 1;
        }
        confusion
    }

    /// Rows answered with their true class.
    pub(super) fn right(&self) -> usize {
        let own = self.counts.iter().enumerate();
        own.map(|(class, answers)| answers.get(class).copied().unwrap_or(0))
            .sum()
    }

    /// Rows with a true class.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Rows of the commonest class: what answering it always would get right.
    pub(super) fn commonest(&self) -> usize {
        let sizes = self.counts.iter().map(|answers| answers.iter().sum());
        sizes.max().unwrap_or(0)
    }

    /// The matrix as text; of many classes, the most frequent mistakes.
    pub(super) fn text(&self) -> String {
        if self.classes.len() > MOST_CLASSES {
            return self.mistakes();
        }
        let short = |name: &String| name.chars().take(WIDEST).collect::<String>();
        let names: Vec<String> = self.classes.iter().map(short).collect();
        let counts = self
            .counts
            .iter()
            .flatten()
            .max()
            .map_or(1, |n| n.to_string().len());
        let width = |name: &String| name.chars().count();
        let head = names
            .iter()
            .map(width)
            .max()
            .unwrap_or(0)
            .max("true class".len());
        let mut text = format!("{:<head$}  answered\n{:head$}", "true class", "");
        let columns = names.len().min(self.counts.first().map_or(0, Vec::len));
        for name in &names[..columns] {
            let _ = write!(text, "  {name:>0$}", counts.max(width(name)));
        }
        for (name, answers) in names.iter().zip(&self.counts) {
            let _ = write!(text, "\n{name:<head$}");
            for (column, count) in names.iter().zip(answers) {
                let _ = write!(text, "  {count:>0$}", counts.max(width(column)));
            }
        }
        text + "\n"
    }

    fn mistakes(&self) -> String {
        let mut mistakes = Vec::new();
        for (truth, answers) in self.counts.iter().enumerate() {
            let wrong = answers
                .iter()
                .enumerate()
                .filter(|&(answer, &n)| answer != truth && n > 0);
            mistakes.extend(wrong.map(|(answer, &n)| (n, truth, answer)));
        }
        mistakes.sort_by_key(|&(n, truth, answer)| (std::cmp::Reverse(n), truth, answer));
        let mut text = String::from("the most frequent mistakes, as true class: answer, rows\n");
        for (n, truth, answer) in mistakes.into_iter().take(MOST_CLASSES) {
            let _ = writeln!(
                text,
                "{}: {}, {n}",
                self.classes[truth], self.classes[answer]
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_classes_by_their_answers() {
        let classes = ["a".to_owned(), "b".to_owned()];
        let pairs = [
            (Some("a"), "a"),
            (Some("a"), "b"),
            (Some("b"), "b"),
            (Some("c"), "a"),
            (None, "a"),
        ];
        let confusion = Confusion::of(&classes, pairs.into_iter());
        assert_eq!(
            (confusion.right(), confusion.rows(), confusion.commonest()),
            (2, 4, 2)
        );
        let text = confusion.text();
        let wanted = "true class  answered\n            a  b\na           1  1\nb           0  1\nc           1  0\n";
        assert_eq!(text, wanted);
        let many: Vec<String> = (0..13).map(|k| k.to_string()).collect();
        let text = Confusion::of(&many, [(Some("3"), "4")].into_iter()).text();
        assert!(text.contains("3: 4, 1"), "{text}");
    }
}
