//! What a reader sees who points at a chart: all values at that place of the horizontal axis, as titles of invisible strips.

use super::chart::{Chart, Point};
use super::frame::Frame;
use crate::markup::escaped;
use std::fmt::Write as _;

/// The strips as SVG, one for each place where there is a point, to be put on top of the chart.
pub(super) fn strips(chart: &Chart, frame: &Frame) -> String {
    let points = chart.series.iter().flat_map(|series| &series.points);
    let mut places: Vec<f64> = points.map(|point| point.x).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let mut svg = String::from("<g class=\"values\" fill=\"none\" pointer-events=\"all\">\n");
    for (k, &x) in places.iter().enumerate() {
        let halfway = |other: Option<&f64>, edge: f64| other.map_or(edge, |&o| f64::midpoint(o, x));
        let before = k.checked_sub(1).and_then(|before| places.get(before));
        let left = frame.column(halfway(before, frame.x.start));
        let right = frame.column(halfway(places.get(k + 1), frame.x.end));
        let _ = writeln!(
            svg,
            "<rect x=\"{left}\" y=\"{}\" width=\"{}\" height=\"{}\" data-column=\"{}\"><title>{}</title></rect>",
            frame.rows.start,
            (right - left).max(1),
            frame.rows.end - frame.rows.start,
            frame.column(x),
            escaped(&values_at(chart, x))
        );
    }
    svg.push_str("</g>\n");
    svg
}

/// The values of every line that has a point at `x`, the largest first.
fn values_at(chart: &Chart, x: f64) -> String {
    let mut found: Vec<(&str, &Point)> = Vec::new();
    for series in &chart.series {
        let here = series.points.iter().find(|point| point.x == x);
        found.extend(here.map(|point| (series.name.as_str(), point)));
    }
    found.sort_by(|a, b| b.1.y.total_cmp(&a.1.y));
    let mut text = format!("{}: {}", chart.x_label, number(x));
    for (name, point) in found {
        let _ = write!(text, "\n{name}: {}", number(point.y));
        if point.is_interval() {
            let _ = write!(text, " ({} to {})", number(point.low), number(point.high));
        }
        if let Some(bound) = point.bound {
            let _ = write!(text, ", proven at least {}", number(bound));
        }
    }
    text
}

/// Three decimals at most, fewer where there are many digits before the point.
fn number(value: f64) -> String {
    let decimals = if value.abs() >= 100.0 { 1 } else { 3 };
    let text = format!("{value:.decimals$}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    match short {
        "-0" => "0".to_owned(),
        short => short.replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let shown = [0.0, -0.0001, 12.5, 100.0, 1.23456, 1234.567].map(number);
        assert_eq!(shown, ["0", "0", "12.5", "100", "1.235", "1234.6"]);
    }
}
