//! Colours, dashes and widths of lines.

use plotters::style::RGBColor;

/// Okabe & Ito: black, vermillion, blue, green, orange, sky blue, purple, yellow.
const PALETTE: [RGBColor; 8] = [
    RGBColor(0, 0, 0),
    RGBColor(213, 94, 0),
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(204, 121, 167),
    RGBColor(150, 140, 30),
];

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Position in the palette, modulo its length.
    pub colour: usize,
    /// How the line is broken.
    pub dash: Dash,
    /// In user units. Each figure says what a wide line means.
    pub width: u32,
}

/// How a line is broken: searched networks solid, rules dashed, controls and theory dotted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dash {
    /// Not at all.
    Solid,
    /// Long pieces.
    Dashed,
    /// Short pieces.
    Dotted,
}

impl Dash {
    /// Lengths of a piece and of a gap in user units; None for an unbroken line.
    pub(super) fn pieces(self) -> Option<(u32, u32)> {
        match self {
            Self::Solid => None,
            Self::Dashed => Some((10, 6)),
            Self::Dotted => Some((3, 4)),
        }
    }
}

impl Look {
    /// A line of usual width.
    pub const fn new(colour: usize, dash: Dash) -> Self {
        Self {
            colour,
            dash,
            width: 3,
        }
    }

    pub(super) fn rgb(self) -> RGBColor {
        PALETTE[self.colour % PALETTE.len()]
    }
}
