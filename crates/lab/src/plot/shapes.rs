//! Shapes: the points of lines, and lines cut off where the axis ends.

use super::look::Look;
use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;

pub(super) type Area<B> = DrawingArea<B, Shift>;
pub(super) type DrawError = Box<dyn Error>;

/// The shape of the points of the line that stands at `index` in its chart.
pub(super) fn draw_point<B: DrawingBackend>(
    area: &Area<B>,
    index: usize,
    (x, y): (i32, i32),
    look: Look,
    unit: u32,
) -> Result<(), DrawError>
where
    B::ErrorType: 'static,
{
    /// Corners of a square, a diamond, and triangles up and down; the first shape is a circle.
    const SHAPES: [&[(i32, i32)]; 4] = [
        &[(-4, -4), (4, -4), (4, 4), (-4, 4)],
        &[(0, -6), (6, 0), (0, 6), (-6, 0)],
        &[(0, -6), (6, 5), (-6, 5)],
        &[(0, 6), (6, -5), (-6, -5)],
    ];
    let (scale, kinds) = (unit.cast_signed(), SHAPES.len() + 1);
    // After all shapes come the same ones, hollow.
    let is_hollow = index / kinds % 2 == 1;
    let layers = [(5, look.rgb()), (2, WHITE)];
    for (size, colour) in layers.into_iter().take(1 + usize::from(is_hollow)) {
        match (index % kinds).checked_sub(1) {
            None => area.draw(&Circle::new((x, y), size * unit, colour.filled()))?,
            Some(shape) => {
                let along = |length: i32| scale * length * size.cast_signed() / 5;
                let corners = SHAPES[shape].iter();
                let corners: Vec<(i32, i32)> = corners
                    .map(|&(right, down)| (x + along(right), y + along(down)))
                    .collect();
                area.draw(&Polygon::new(corners, colour.filled()))?;
            }
        }
    }
    Ok(())
}

/// The part of the line below `top`. It ends on `top` where the line crosses it.
pub(super) fn clipped(line: Vec<(f64, f64)>, top: f64) -> Vec<(f64, f64)> {
    let mut shown = Vec::with_capacity(line.len());
    let mut last: Option<(f64, f64)> = None;
    for point in line {
        match last {
            Some(before) if (before.1 <= top) != (point.1 <= top) => {
                let share = (top - before.1) / (point.1 - before.1);
                shown.push((before.0 + share * (point.0 - before.0), top));
            }
            _ => {}
        }
        if point.1 <= top {
            shown.push(point);
        }
        last = Some(point);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_the_axis_does() {
        assert_eq!(
            clipped(vec![(0.0, 0.0), (1.0, 4.0)], 2.0),
            [(0.0, 0.0), (0.5, 2.0)]
        );
    }
}
