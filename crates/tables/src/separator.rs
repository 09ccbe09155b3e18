//! Separator: a text as records of fields, whatever separates the fields.

use crate::error::TableError;

/// What may stand between fields, the most usual first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Records that are looked at to tell the separator.
const SAMPLE: usize = 100;

/// A record and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    /// Line in the file, from 1.
    pub(crate) line: u64,
    /// Without spaces around them.
    pub(crate) fields: Vec<String>,
}

/// A header and rows as wide as it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Records {
    pub(crate) separator: u8,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Record>,
}

/// Splits a text into a header and rows of as many fields.
///
/// Commas, semicolons, tabs, bars and spaces may separate fields, and a first line such as `sep=;` says which. Empty
/// records at the end and empty columns without a name are dropped. A header that is one name short stands above row
/// names, as R writes them; these get an empty name. Lines above the header that begin with `#` are comments, unless they
/// have as many fields as the rows below: then `#` begins a header.
pub(crate) fn split(text: &str) -> Result<Records, TableError> {
    let (text, named, first_line) = without_declaration(text);
    let (text, comments) = without_comments(text);
    let first_line = first_line + comments;
    let separator = named.unwrap_or_else(|| likeliest(text));
    let (squeezed, byte) = match separator {
        b' ' => (squeeze(text), b'\t'),
        _ => (String::new(), separator),
    };
    let text = if squeezed.is_empty() { text } else { &squeezed };
    let mut records = parse(text, byte, usize::MAX)?;
    for record in &mut records {
        record.line += first_line;
    }
    while records.last().is_some_and(is_empty) {
        records.pop();
    }
    let Some(last) = records.last() else {
        return Err(TableError::Empty);
    };
    // An open quotation mark swallows the rest of the file.
    let broken = last.fields.iter().any(|field| field.contains('\n'));
    if broken && text.matches('"').count() % 2 == 1 {
        return Err(TableError::Unclosed { line: last.line });
    }
    let header = records.remove(0).fields;
    let mut split = Records {
        separator,
        header,
        rows: records,
    };
    split.make_even()?;
    Ok(split)
}

/// Excel's own first line, `sep=;`, which names the separator.
fn without_declaration(text: &str) -> (&str, Option<u8>, u64) {
    let Some((first, rest)) = text.split_once('\n') else {
        return (text, None, 0);
    };
    match first.trim_end_matches('\r').as_bytes() {
        [b's', b'e', b'p', b'=', separator] => (rest, Some(*separator), 1),
        _ => (text, None, 0),
    }
}

/// The text below its comments, and their number. The last line that begins with `#` is the header if it has as many fields
/// as the line below it.
fn without_comments(text: &str) -> (&str, u64) {
    let (mut rest, mut comments) = (text, 0);
    let mut last = None;
    while let Some((first, below)) = rest.split_once('\n')
        && first.starts_with('#')
    {
        last = Some((rest, first));
        (rest, comments) = (below, comments + 1);
    }
    let Some((from_last, last)) = last else {
        return (text, 0);
    };
    let separator = likeliest(rest);
    let width = |line: &str| match separator {
        b' ' => line.split_whitespace().count(),
        separator => line.split(char::from(separator)).count(),
    };
    if rest
        .lines()
        .next()
        .is_none_or(|next| width(next) == width(last))
    {
        return (from_last, comments - 1);
    }
    (rest, comments)
}

/// The separator by which the first records have the most fields, equally many in each if there is such a one.
fn likeliest(text: &str) -> u8 {
    let score = |&separator: &u8| {
        let sample = parse(text, separator, SAMPLE).unwrap_or_default();
        let width = sample.first().map_or(0, |record| record.fields.len());
        let even = sample.iter().skip(1).all(|record| {
            let extra = record.fields.get(width..).unwrap_or_default();
            record.fields.len() >= width && extra.iter().all(String::is_empty)
                || record.fields.len() == width + 1
        });
        (width > 1, even, width)
    };
    let mut best = (b',', (false, false, 0));
    for separator in SEPARATORS {
        let found = score(&separator);
        if found > best.1 {
            best = (separator, found);
        }
    }
    let first = text.lines().find(|line| !line.trim().is_empty());
    match best {
        (_, (false, ..)) if first.is_some_and(|line| line.trim().contains(' ')) => {
            let squeezed = squeeze(text);
            let sample = parse(&squeezed, b'\t', SAMPLE).unwrap_or_default();
            let widths: Vec<usize> = sample.iter().map(|record| record.fields.len()).collect();
            let even = |widths: &[usize]| widths.windows(2).all(|pair| pair[0] == pair[1]);
            let one_short = widths.get(1).is_some_and(|&second| second == widths[0] + 1);
            if widths.len() > 1 && even(&widths[1..]) && (even(&widths) || one_short) {
                b' '
            } else {
                b','
            }
        }
        (separator, _) => separator,
    }
}

/// Each run of spaces outside quotation marks as one tab.
fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut quoted = false;
    for line in text.lines() {
        let mut space = false;
        for c in line.trim().chars() {
            quoted ^= c == '"';
            if c.is_whitespace() && !quoted {
                space = true;
                continue;
            }
            if std::mem::take(&mut space) {
                squeezed.push('\t');
            }
            squeezed.push(c);
        }
        squeezed.push('\n');
    }
    squeezed
}

fn parse(text: &str, separator: u8, most: usize) -> Result<Vec<Record>, TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let (mut line, mut counted) = (1, 0);
    let record = |record: csv::Result<csv::StringRecord>| {
        let record = record?;
        // Blank lines before a record count as part of it.
        let byte = record.position().map_or(0, |place| place.byte() as usize);
        let rest = text.get(byte..).unwrap_or_default();
        let start = byte + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let breaks = text[counted..start].matches('\n').count();
        (line, counted) = (line + breaks as u64, start);
        Ok(Record {
            line,
            fields: record
                .iter()
                .map(|field| unquoted(field).to_owned())
                .collect(),
        })
    };
    reader.records().take(most).map(record).collect()
}

/// Without the quotation marks of a field that begins with a space before them, which CSV takes for part of the field.
fn unquoted(field: &str) -> &str {
    let inner = field
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner
        .filter(|inner| !inner.contains('"'))
        .map_or(field, str::trim)
}

fn is_empty(record: &Record) -> bool {
    record.fields.iter().all(String::is_empty)
}

impl Records {
    /// Rows as wide as the header, or a refusal that names the first that is not.
    fn make_even(&mut self) -> Result<(), TableError> {
        let width = self.header.len();
        let names_rows = |row: &Record| {
            row.fields.len() == width + 1
                && row.fields.last().is_some_and(|field| !field.is_empty())
        };
        if !self.rows.is_empty() && self.rows.iter().all(names_rows) {
            self.header.insert(0, String::new());
        }
        let width = self.header.len();
        for row in &mut self.rows {
            let extra = row.fields.get(width..).unwrap_or_default();
            if row.fields.len() < width || !extra.iter().all(String::is_empty) {
                return Err(TableError::Ragged {
                    line: row.line,
                    fields: row.fields.len(),
                    header: width,
                    broken: row.fields.iter().any(|field| field.contains('\n')),
                });
            }
            row.fields.truncate(width);
        }
        let blank = |c: usize| {
            self.header[c].is_empty() && self.rows.iter().all(|row| row.fields[c].is_empty())
        };
        let kept: Vec<bool> = (0..width).map(|c| !blank(c)).collect();
        if kept.contains(&false) {
            retain(&mut self.header, &kept);
            for row in &mut self.rows {
                retain(&mut row.fields, &kept);
            }
        }
        Ok(())
    }
}

fn retain(fields: &mut Vec<String>, kept: &[bool]) {
    let mut keep = kept.iter();
    fields.retain(|_| keep.next().is_none_or(|&keep| keep));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header_and_rows(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
        let records = split(text).unwrap();
        let rows = records.rows.into_iter().map(|row| row.fields).collect();
        (records.header, rows)
    }

    #[test]
    fn every_usual_separator_gives_the_same_fields() {
        let wanted = header_and_rows("x,y,class\n1,2,a b\n3,4,\"c\"\n");
        for text in [
            "x;y;class\r\n1;2;a b\r\n3;4;c\r\n",
            "x\ty\tclass\n1\t2\ta b\n3\t4\tc\n",
            "x | y | class\n1 | 2 | a b\n3 | 4 | c\n",
            "x  y class\n1  2 \"a b\"\n 3 4 c\n",
            "sep=;\nx;y;class\n1;2;a b\n3;4;c\n",
            "# exported, 2021\n#\nx,y,class\n1,2,a b\n3,4,c\n",
            "x,y,class\n1,2,a b\n3,4,c\n,,\n\n,,\n",
            "x,y,class,,\n1,2,a b,,\n3,4,c,,\n",
            "x,y,class\n1,2,a b,\n3,4,c,,\n",
        ] {
            assert_eq!(header_and_rows(text), wanted, "{text}");
        }
    }

    #[test]
    fn decimal_commas_are_no_separators_beside_semicolons() {
        let (header, rows) = header_and_rows("x;y\n1,5;2,5\n3,5;4,5\n");
        assert_eq!(
            (header.len(), rows[1].as_slice()),
            (2, ["3,5".to_owned(), "4,5".to_owned()].as_slice())
        );
    }

    #[test]
    fn names_of_rows_as_r_writes_them_have_no_name() {
        let (header, rows) = header_and_rows("\"x\" \"y\"\n\"1\" 5 6\n\"2\" 7 8\n");
        assert_eq!(header, ["", "x", "y"]);
        assert_eq!(rows[1], ["2", "7", "8"]);
    }

    #[test]
    fn uneven_rows_are_named() {
        let error = split("x,y\n1,2\n\n3\n").unwrap_err().to_string();
        assert!(error.contains("line 4 has 1 fields"), "{error}");
        let open = split("x,y\n1,\"2\n3,4\n5,6\n");
        assert!(matches!(open, Err(TableError::Unclosed { line: 2 })));
        assert!(matches!(split("\n\n"), Err(TableError::Empty)));
    }
}
