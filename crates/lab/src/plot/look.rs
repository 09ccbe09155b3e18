//! Colours, dashes and widths of lines, and the shapes of their points.

use plotters::style::RGBColor;
use std::fmt::Write as _;

/// On white, and on a dark page. Black, vermillion, blue, green, orange, sky blue, purple and a dark yellow are Okabe and
/// Ito's; the next, dark ones and a light one, follow Paul Tol. Beyond the eighth, lines differ by their points too.
const PALETTE: [(u32, u32); 14] = [
    (0x00_00_00, 0xe7_e8_ea),
    (0xd5_5e_00, 0xff_8a_3d),
    (0x00_72_b2, 0x3d_8f_e0),
    (0x00_9e_73, 0x35_cf_a0),
    (0xe6_9f_00, 0xf2_b6_3c),
    (0x56_b4_e9, 0x8f_d0_f7),
    (0xcc_79_a7, 0xe5_9a_c5),
    (0x96_8c_1e, 0xc9_bd_45),
    (0x88_22_55, 0xd0_5c_90),
    (0x33_22_88, 0x9c_8c_ff),
    (0x11_77_33, 0x6f_bf_73),
    (0x88_88_88, 0xa2_a2_a2),
    (0x7a_4b_1e, 0xc0_8a_55),
    (0xff_8f_a3, 0xff_b3_c1),
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
        let [_, red, green, blue] = PALETTE[self.colour % PALETTE.len()].0.to_be_bytes();
        RGBColor(red, green, blue)
    }
}

/// The looks of methods that stand in one chart, no two of them in one colour while there are colours: who comes first
/// keeps its own, a later one takes the next that nobody there wants.
pub fn distinct(looks: impl IntoIterator<Item = Look>) -> Vec<Look> {
    let mut looks: Vec<Look> = looks.into_iter().collect();
    let wanted: Vec<usize> = looks
        .iter()
        .map(|look| look.colour % PALETTE.len())
        .collect();
    let mut free = (0..PALETTE.len()).filter(|colour| !wanted.contains(colour));
    for (k, look) in looks.iter_mut().enumerate() {
        if wanted[..k].contains(&wanted[k]) {
            look.colour = free.next().unwrap_or(look.colour);
        }
    }
    looks
}

/// Style rules that give the charts within the figures of a dark page the colours for dark ground.
pub fn dark_style() -> String {
    let ground = [
        (0xff_ff_ff, 0x1f_24_2b),
        (0xe1_e1_e1, 0x3a_41_4b),
        (0x6e_6e_6e, 0xa6_ad_b7),
    ];
    let mut css = String::new();
    for (light, dark) in PALETTE.into_iter().chain(ground) {
        for property in ["fill", "stroke"] {
            let _ = writeln!(
                css,
                "  figure [{property}=\"#{light:06X}\"] {{ {property}: #{dark:06x}; }}"
            );
        }
    }
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_methods_have_one_colour() {
        let wanted = [0, 1, 0, 2, 1, 0].map(|colour| Look::new(colour, Dash::Solid));
        let colours: Vec<usize> = distinct(wanted).iter().map(|look| look.colour).collect();
        assert_eq!(colours, [0, 1, 3, 2, 4, 5]);
        let many = distinct((0..14).map(|k| Look::new(k / 2, Dash::Dashed)));
        let mut colours: Vec<usize> = many.iter().map(|look| look.colour).collect();
        colours.sort_unstable();
        assert_eq!(colours, (0..14).collect::<Vec<_>>());
    }
}
