//! Pictures of pixels with what belongs beside them as text of the page: axes, a colour bar, names of rows and columns.

use crate::markup::{base64, escaped};
use attractor::picture::{TableLayout, heat_colour};
use std::fmt::Write as _;

/// What stands beside a picture.
#[derive(Debug, Clone, PartialEq)]
pub enum Labels {
    /// A heat map of so many rows and columns of neurons.
    Weights {
        /// Above it.
        title: String,
        /// N.
        neurons: usize,
        /// The weight at the ends of the colour bar, if it is known.
        largest: Option<f64>,
    },
    /// A table of tiles, with the names of its rows and columns instead of the pixel font's.
    Table {
        /// From above.
        rows: Vec<String>,
        /// From the left.
        columns: Vec<String>,
        /// What the columns' names are.
        columns_are: String,
        /// Where the tiles stand.
        layout: TableLayout,
    },
}

const FONT: &str = "font-family=\"sans-serif\"";

impl Labels {
    /// The picture (a PNG file) with its labels as SVG; None if it is not the one that the labels belong to.
    pub fn around(&self, png: &[u8]) -> Option<String> {
        match self {
            Self::Weights {
                title,
                neurons,
                largest,
            } => Some(weights(title, *neurons, *largest, png)),
            Self::Table {
                rows,
                columns,
                columns_are,
                layout,
            } => (size(png) == Some((layout.width, layout.height)))
                .then(|| table(rows, columns, columns_are, layout, png)),
        }
    }
}

/// Width and height from a PNG's header.
fn size(png: &[u8]) -> Option<(usize, usize)> {
    let number = |from: usize| {
        let bytes = png.get(from..from + 4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    };
    Some((number(16)?, number(20)?))
}

fn image(png: &[u8], (x, y): (f64, f64), (width, height): (f64, f64)) -> String {
    format!(
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
         style=\"image-rendering: pixelated\" href=\"data:image/png;base64,{}\"/>\n",
        base64(png)
    )
}

/// A line of text; `anchor` is `start`, `middle` or `end`.
fn text((x, y): (f64, f64), anchor: &str, size: u32, words: &str) -> String {
    format!(
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\" {FONT} fill=\"#000000\">{}</text>\n",
        escaped(words)
    )
}

fn document(title: &str, (width, height): (f64, f64), body: &str) -> String {
    format!(
        "<svg role=\"img\" aria-label=\"{}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n{body}</svg>\n",
        escaped(title)
    )
}

fn weights(title: &str, neurons: usize, largest: Option<f64>, png: &[u8]) -> String {
    /// Side of the map, and its upper left corner.
    const SIDE: f64 = 300.0;
    const LEFT: f64 = 52.0;
    const TOP: f64 = 34.0;
    /// Colours of the bar.
    const STEPS: u32 = 60;
    let (right, bottom) = (LEFT + SIDE, TOP + SIDE);
    let mut body = text((LEFT, 20.0), "start", 15, title);
    body += &image(png, (LEFT, TOP), (SIDE, SIDE));
    let _ = writeln!(
        body,
        "<rect x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" stroke=\"#6E6E6E\"/>"
    );
    for (share, neuron) in [(0.0, 1), (0.5, neurons / 2), (1.0, neurons)] {
        let at = SIDE * share;
        body += &text(
            (LEFT + at, bottom + 15.0),
            "middle",
            12,
            &neuron.to_string(),
        );
        body += &text((LEFT - 5.0, TOP + at + 4.0), "end", 12, &neuron.to_string());
    }
    body += &text(
        (LEFT + SIDE / 2.0, bottom + 34.0),
        "middle",
        13,
        "from neuron",
    );
    let middle = TOP + SIDE / 2.0;
    let _ = writeln!(
        body,
        "<g transform=\"translate(14 {middle}) rotate(-90)\">{}</g>",
        text((0.0, 0.0), "middle", 13, "into neuron").trim_end()
    );
    let bar = right + 16.0;
    for step in 0..STEPS {
        let [red, green, blue] =
            heat_colour(1.0 - 2.0 * (f64::from(step) + 0.5) / f64::from(STEPS));
        let height = SIDE / f64::from(STEPS);
        let y = TOP + f64::from(step) * height;
        let _ = writeln!(
            body,
            "<rect x=\"{bar}\" y=\"{y}\" width=\"14\" height=\"{height}\" shape-rendering=\"crispEdges\" fill=\"rgb({red} {green} {blue})\"/>"
        );
    }
    let end = |sign: &str| match largest {
        Some(largest) => format!("{sign}{largest:.2}"),
        None => format!("{sign}strongest"),
    };
    for (y, words) in [
        (TOP + 10.0, end("+")),
        (middle + 4.0, "0".to_owned()),
        (bottom, end("−")),
    ] {
        body += &text((bar + 19.0, y), "start", 12, &words);
    }
    document(title, (right + 96.0, bottom + 44.0), &body)
}

fn table(
    rows: &[String],
    columns: &[String],
    columns_are: &str,
    layout: &TableLayout,
    png: &[u8],
) -> String {
    /// Room left of the tiles for the rows' names, and above them.
    const LEFT: f64 = 190.0;
    const TOP: f64 = 50.0;
    let [from, above, across, down, width, height] = [
        layout.left,
        layout.top,
        layout.across,
        layout.down,
        layout.width,
        layout.height,
    ]
    .map(|pixels| pixels as f64);
    let (shown, high) = (width - from, height - above);
    let mut body = format!(
        "<svg x=\"{LEFT}\" y=\"{TOP}\" width=\"{shown}\" height=\"{high}\" viewBox=\"{from} {above} {shown} {high}\">\n{}</svg>\n",
        image(png, (0.0, 0.0), (width, height))
    );
    body += &text((LEFT, 18.0), "start", 15, columns_are);
    for (c, name) in columns.iter().enumerate() {
        let middle = LEFT + (c as f64 + 0.5) * across;
        body += &text((middle, TOP - 7.0), "middle", 14, name);
    }
    for (r, name) in rows.iter().enumerate() {
        let middle = TOP + (r as f64 + 0.5) * down;
        body += &text((LEFT - 10.0, middle), "end", 14, name);
    }
    document(columns_are, (LEFT + shown, TOP + high), &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::Patterns;
    use attractor::picture::{Row, Tile, recall_table};

    #[test]
    fn labels_are_set_only_beside_their_own_picture() {
        let shape = "2x2".parse().unwrap();
        let stored = Patterns::random(1, 4, 1).unwrap();
        let columns = ["0".to_owned(), "1 < 2".to_owned()];
        let rows = [Row::new("input", vec![Tile::pattern(&stored, 0); 2])];
        let mut png = Vec::new();
        let picture = recall_table(&rows, &columns, shape).unwrap();
        picture.write_to(&mut png).unwrap();
        let labels = |names: &[&str]| Labels::Table {
            rows: names.iter().map(|&name| name.to_owned()).collect(),
            columns: columns.to_vec(),
            columns_are: "flipped bits".into(),
            layout: TableLayout::new(names, &columns, shape),
        };
        let svg = labels(&["input"]).around(&png).unwrap();
        assert!(svg.contains(">input</text>") && svg.contains(">1 &lt; 2</text>"));
        assert_eq!(labels(&["input", "hebbian"]).around(&png), None);
        assert_eq!(labels(&["input"]).around(&png[..10]), None);
        let weights = |largest| Labels::Weights {
            title: "Weights".into(),
            neurons: 4,
            largest,
        };
        let known = weights(Some(0.5)).around(&png).unwrap();
        assert!(known.contains(">+0.50<") && known.contains("from neuron"));
        assert!(weights(None).around(&png).unwrap().contains(">−strongest<"));
    }
}
