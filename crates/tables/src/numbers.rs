//! Numbers: how the numbers of a column are written, with points or commas, separators of thousands, signs of percent
//! or money, and units.

/// Signs that may stand before or behind every number of a column.
const SIGNS: [char; 5] = ['%', '$', '€', '£', '¥'];

/// Separators of thousands that are no decimal separators anywhere.
const GAPS: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];

/// What the commas and points of a column can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `1037.5`: every number as programs write it.
    Plain,
    /// `1,037.5`.
    CommaThousands,
    /// `1037,5` or `1.037,5`.
    CommaDecimal,
    /// `1,037` alone: thousands or decimals.
    Either,
    /// Not all are numbers.
    Texts,
}

impl Style {
    /// The style in which all of these fields are numbers.
    pub(crate) fn of(fields: &[&str]) -> Self {
        if fields.iter().all(|field| plain(field).is_some()) {
            return Self::Plain;
        }
        let bare = bare(fields);
        if bare.iter().all(|field| plain(field).is_some()) {
            return Self::Plain;
        }
        let all = |style: Self| bare.iter().all(|field| style.parse_bare(field).is_some());
        match (all(Self::CommaThousands), all(Self::CommaDecimal)) {
            (true, true) => Self::Either,
            (true, false) => Self::CommaThousands,
            (false, true) => Self::CommaDecimal,
            (false, false) => Self::Texts,
        }
    }

    /// The numbers of these fields, all of which are numbers in this style.
    pub(crate) fn parse(self, fields: &[&str]) -> Option<Vec<f64>> {
        let plain: Option<Vec<f64>> = fields.iter().map(|field| plain(field)).collect();
        plain.or_else(|| {
            let bare = bare(fields);
            bare.iter().map(|field| self.parse_bare(field)).collect()
        })
    }

    fn parse_bare(self, field: &str) -> Option<f64> {
        match self {
            Self::Plain => plain(field),
            Self::CommaThousands => plain(&ungrouped(field, ',', '.')?),
            Self::CommaDecimal => plain(&ungrouped(field, '.', ',')?.replace(',', ".")),
            Self::Either | Self::Texts => None,
        }
    }
}

/// The largest number that is read. Larger: sums of squares of a column overflow. Smaller: measured values are refused.
const LARGEST: f64 = 1e100;

/// A number as programs write it; infinities, NaN and numbers beyond [`LARGEST`] are none.
pub(crate) fn plain(field: &str) -> Option<f64> {
    let first = field.chars().find(|c| !matches!(c, '+' | '-' | '.'))?;
    let number = first
        .is_ascii_digit()
        .then(|| field.parse::<f64>().ok())??;
    (number.abs() <= LARGEST).then_some(number)
}

/// Whether a field is a number by itself, in any style. With a unit it is none: `3rd` is a text.
pub(crate) fn is_number(field: &str) -> bool {
    Style::of(&[field]) != Style::Texts && unit(&[field]).is_none()
}

/// Whether a program may write a number beyond [`LARGEST`] so, infinity included.
pub(crate) fn is_infinite(field: &str) -> bool {
    field
        .parse::<f64>()
        .is_ok_and(|number| number.abs() > LARGEST)
}

/// Whether this plain number could as well be written with points that separate thousands.
pub(crate) fn has_grouped_point(field: &str) -> bool {
    let digits = field.trim_start_matches(['+', '-']);
    let groups: Vec<&str> = digits.split('.').collect();
    groups.len() == 2 && are_groups(&groups) && groups[0] != "0"
}

/// The most letters of a unit, as in `mg/dl`. Larger: words behind a number are taken for units. Smaller: units are texts.
const LONGEST_UNIT: usize = 8;

/// The unit that stands behind every number, such as ` cm`; none if there is none.
fn unit<'a>(fields: &[&'a str]) -> Option<&'a str> {
    let first = fields.first()?;
    let end = first.rfind(|c: char| c.is_ascii_digit())? + 1;
    let unit = &first[end..];
    let is_unit = |c: char| c.is_alphabetic() || matches!(c, '/' | '°' | '²' | '³' | '^' | 'µ');
    let letters = unit.trim();
    let fits = !letters.is_empty()
        && letters.chars().count() <= LONGEST_UNIT
        && letters.chars().all(is_unit)
        && fields.iter().all(|field| field.ends_with(letters));
    fits.then_some(letters)
}

/// The fields without the sign or unit that all of them have in common, without gaps between thousands, and with ASCII
/// minus.
fn bare(fields: &[&str]) -> Vec<String> {
    let unit = unit(fields).unwrap_or_default();
    let sign = SIGNS.into_iter().find(|&sign| {
        fields
            .iter()
            .all(|field| field.starts_with(sign) || field.ends_with(sign))
    });
    let bare = |field: &&str| {
        let field = field.strip_suffix(unit).unwrap_or(field);
        let field = field.trim_matches(|c| Some(c) == sign).trim();
        let field = field.replace('\u{2212}', "-");
        let gap = GAPS.into_iter().find(|&gap| field.contains(gap));
        gap.and_then(|gap| {
            let end = field.find(['.', ',']).unwrap_or(field.len());
            Some(ungrouped(&field[..end], gap, '.')? + &field[end..])
        })
        .unwrap_or(field)
    };
    fields.iter().map(bare).collect()
}

/// Without the separators of thousands before the decimal separator; None where they do not stand between groups of three
/// digits.
fn ungrouped(field: &str, group: char, decimal: char) -> Option<String> {
    let sign = field.len() - field.trim_start_matches(['+', '-']).len();
    let end = field.find(decimal).unwrap_or(field.len());
    let (whole, fraction) = (field.get(sign..end)?, &field[end..]);
    if fraction.contains(group) {
        return None;
    }
    let groups: Vec<&str> = whole.split(group).collect();
    let fits = groups.len() == 1 || are_groups(&groups);
    fits.then(|| format!("{}{}{fraction}", &field[..sign], groups.concat()))
}

/// One to three digits, then three each.
fn are_groups(groups: &[&str]) -> bool {
    let digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&groups[0].len())
        && groups[1..].iter().all(|group| group.len() == 3)
        && groups.iter().all(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[&str]) -> (Style, Option<Vec<f64>>) {
        let style = Style::of(fields);
        (style, style.parse(fields))
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (fields, style, numbers) in [
            (["1.5", "-2e3"], Style::Plain, [1.5, -2000.0]),
            (["5%", "12.5 %"], Style::Plain, [5.0, 12.5]),
            (["$1,037.50", "$2"], Style::CommaThousands, [1037.5, 2.0]),
            (["2,50 €", "-7 €"], Style::CommaDecimal, [2.5, -7.0]),
            (["1,037.5", "980"], Style::CommaThousands, [1037.5, 980.0]),
            (["1,5", "980"], Style::CommaDecimal, [1.5, 980.0]),
            (["1.037,5", "980"], Style::CommaDecimal, [1037.5, 980.0]),
            (["1\u{202f}037", "980"], Style::Plain, [1037.0, 980.0]),
            (
                ["1'037'500.5", "\u{2212}5"],
                Style::Plain,
                [1_037_500.5, -5.0],
            ),
            (["165.1 cm", "7 cm"], Style::Plain, [165.1, 7.0]),
            (["1,5 mg/dl", "2 mg/dl"], Style::CommaDecimal, [1.5, 2.0]),
            (["1 037,5", "980"], Style::CommaDecimal, [1037.5, 980.0]),
        ] {
            assert_eq!(read(&fields), (style, Some(numbers.to_vec())), "{fields:?}");
        }
        assert_eq!(read(&["1,037", "2,500"]).0, Style::Either);
        for fields in [
            ["1,03,7", "1"],
            ["5%", "5"],
            ["5 kg", "300 g"],
            ["2 of 3 times a week", "1 of 3 times a week"],
            ["NaN", "1"],
            ["12:30", "1"],
            ["1.2.2020", "1.3.2020"],
        ] {
            assert_eq!(read(&fields).0, Style::Texts, "{fields:?}");
        }
        assert!(is_infinite("-inf") && is_infinite("Infinity") && is_infinite("1e999"));
        assert!(!is_infinite("nan") && plain("inf").is_none());
        assert!(
            has_grouped_point("1.037") && !has_grouped_point("0.037") && !has_grouped_point("1.5")
        );
    }
}
