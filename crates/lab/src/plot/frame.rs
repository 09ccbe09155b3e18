//! Frame: where the axes' ranges lie in the picture, in pixels.

use std::ops::Range;

/// The ranges of the axes and the rectangle that they fill.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) x: Range<f64>,
    pub(super) y: Range<f64>,
    /// Pixels of a user unit.
    pub(super) unit: u32,
    /// Columns of pixels, left to right.
    pub(super) columns: Range<i32>,
    /// Rows of pixels, top to bottom.
    pub(super) rows: Range<i32>,
}

impl Frame {
    /// The column of a value on the horizontal axis.
    pub(super) fn column(&self, x: f64) -> i32 {
        let share = (x - self.x.start) / (self.x.end - self.x.start);
        self.columns.start
            + (share * f64::from(self.columns.end - self.columns.start)).round() as i32
    }

    /// The row of a value on the vertical axis; values beyond it lie on its end.
    pub(super) fn row(&self, y: f64) -> i32 {
        let y = y.clamp(self.y.start, self.y.end);
        let share = (y - self.y.start) / (self.y.end - self.y.start);
        self.rows.end - (share * f64::from(self.rows.end - self.rows.start)).round() as i32
    }

    /// A length in user units in pixels.
    pub(super) fn pixels(&self, units: i32) -> i32 {
        units * self.unit.cast_signed()
    }
}
