//! Templates whose `@words@` are replaced.

/// A template with its `@words@` replaced.
pub(super) fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = template.to_owned();
    for (word, value) in values {
        text = text.replace(&format!("@{word}@"), value);
    }
    text
}

/// Numbers, eight a line.
pub(super) fn table(numbers: impl Iterator<Item = String>) -> String {
    let numbers: Vec<String> = numbers.collect();
    let lines: Vec<String> = numbers
        .chunks(8)
        .map(|line| format!("    {},", line.join(", ")))
        .collect();
    lines.join("\n")
}
