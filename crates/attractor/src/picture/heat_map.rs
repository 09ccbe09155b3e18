//! The weight matrix as a heat map.

use super::canvas::{Colour, GLYPH, Picture, PictureError};
use crate::network::Network;

/// Diverging colours from the most negative to the most positive weight: ColorBrewer's `RdBu`, blue for negative, red
/// for positive, told apart by colour-blind readers too; the middle is white for zero.
const DIVERGING: [Colour; 11] = [
    [5, 48, 97],
    [33, 102, 172],
    [67, 147, 195],
    [146, 197, 222],
    [209, 229, 240],
    [255, 255, 255],
    [253, 219, 199],
    [244, 165, 130],
    [214, 96, 77],
    [178, 24, 43],
    [103, 0, 31],
];

/// Small matrices are drawn with larger squares, up to about this many pixels across.
const WIDTH: usize = 480;

/// The colour of a heat map for a value in [−1, 1], a share of the largest weight; linear between its anchors.
pub fn heat_colour(value: f64) -> Colour {
    let steps = (DIVERGING.len() - 1) as f64;
    let position = f64::midpoint(value.clamp(-1.0, 1.0), 1.0) * steps;
    let left = (position as usize).min(DIVERGING.len() - 2);
    let part = position - left as f64;
    std::array::from_fn(|channel| {
        let low = f64::from(DIVERGING[left][channel]);
        let high = f64::from(DIVERGING[left + 1][channel]);
        (low + (high - low) * part).round() as u8
    })
}

/// Shades on each side of white: with white no more than a palette holds.
const STEPS: f64 = 127.0;

/// A value in [−1, 1] as one of the shades; only zero is white.
fn shade(value: f64) -> f64 {
    ((value.abs() * STEPS).ceil() / STEPS).copysign(value)
}

/// The weights as squares, row i (into neuron i) from above, column j (from neuron j) from the left: blue negative, white
/// zero, red positive, on a scale symmetric about zero that ends at the largest |w_ij|. Small networks are drawn larger.
///
/// # Errors
/// More than 2^14 neurons: the picture would have more than 2^28 pixels.
pub fn heat_map(network: &Network) -> Result<Picture, PictureError> {
    let n = network.neurons();
    let square = (WIDTH / n).max(1);
    let mut picture = Picture::new(n * square, n * square, [255; 3])?;
    let weights = network.weights().iter();
    let largest = weights.fold(0.0, |most: f64, w| most.max(w.abs()));
    if largest == 0.0 {
        return Ok(picture);
    }
    for i in 0..n {
        for (j, &weight) in network.row(i).iter().enumerate() {
            let colour = heat_colour(shade(weight / largest));
            picture.fill(j * square, i * square, square, square, colour);
        }
    }
    Ok(picture)
}

/// Pixels across of the colour bar, and between it and its neighbours.
const BAR: usize = 16;
const GAP: usize = 8;
const INK: Colour = [40, 40, 40];
const FRAME: Colour = [190, 190, 190];

/// [`heat_map`] under a title, with a bar that says which colour is which weight.
///
/// # Errors
/// A picture of more than 2^28 pixels.
pub fn labelled_heat_map(network: &Network, title: &str) -> Result<Picture, PictureError> {
    let map = heat_map(network)?;
    let weights = network.weights().iter();
    let largest = weights.fold(0.0, |most: f64, w| most.max(w.abs()));
    let labels = [scale(largest), "0".to_owned(), scale(-largest)];
    let letters = labels.iter().map(|label| label.chars().count()).max();
    let right = map.width() + 2 * GAP;
    let width = right + BAR + 2 * GAP + GLYPH * letters.unwrap_or(0);
    let mut picture = Picture::new(width, map.height() + 2 * GAP, [255; 3])?;
    let (across, high) = (map.width() + 2, map.height() + 2);
    picture.fill(GAP - 1, GAP - 1, across, high, FRAME);
    picture.copy(&map, GAP, GAP);
    let down = map.height();
    for y in 0..down {
        let value = 1.0 - 2.0 * (y as f64 + 0.5) / down as f64;
        picture.fill(right, GAP + y, BAR, 1, heat_colour(value));
    }
    for (k, label) in labels.iter().enumerate() {
        let y = GAP + k * down.saturating_sub(GLYPH) / 2;
        picture.text(right + BAR + GAP, y, label, INK);
    }
    picture.titled(title)
}

/// A weight of the scale, in a few letters.
fn scale(weight: f64) -> String {
    if weight == 0.0 || (1e-3..1e4).contains(&weight.abs()) {
        format!("{weight:.3}")
    } else {
        format!("{weight:.1e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::couplings::Symmetry;

    #[test]
    fn zero_is_white_and_signs_are_opposite_ends() {
        let network =
            Network::new(Symmetry::Directed, vec![0.0, 2.0, -2.0, 0.0], vec![0.0; 2]).unwrap();
        let picture = heat_map(&network).unwrap();
        assert_eq!((picture.width(), picture.height()), (480, 480));
        assert_eq!(picture.pixel(0, 0), [255; 3]);
        assert_eq!(picture.pixel(479, 0), DIVERGING[10]);
        assert_eq!(picture.pixel(0, 479), DIVERGING[0]);
        assert_eq!(heat_colour(0.1), [254, 237, 227]);
        let silent = Network::new(Symmetry::Symmetric, vec![0.0], vec![1.0]).unwrap();
        assert_eq!(heat_map(&silent).unwrap().pixel(7, 7), [255; 3]);
    }

    #[test]
    fn the_bar_ends_in_the_colours_of_the_strongest_weights() {
        let network =
            Network::new(Symmetry::Directed, vec![0.0, 2.0, -2.0, 0.0], vec![0.0; 2]).unwrap();
        let (map, labelled) = (
            heat_map(&network).unwrap(),
            labelled_heat_map(&network, "a title").unwrap(),
        );
        assert!(labelled.width() > map.width() && labelled.height() > map.height());
        let column = |x: usize| (0..labelled.height()).map(move |y| (x, y));
        let bar: Vec<Colour> = column(480 + 2 * GAP + BAR / 2)
            .map(|(x, y)| labelled.pixel(x, y))
            .filter(|&colour| colour != [255; 3])
            .collect();
        let ends = (bar.first().copied(), bar.last().copied());
        assert_eq!(ends.0, Some(heat_colour(1.0 - 1.0 / 480.0)));
        assert_eq!(ends.1, Some(heat_colour(1.0 / 480.0 - 1.0)));
        let title = (0..GLYPH).flat_map(|y| (0..100).map(move |x| (x, y + 6)));
        assert!(title.into_iter().any(|(x, y)| labelled.pixel(x, y) == INK));
    }
}
