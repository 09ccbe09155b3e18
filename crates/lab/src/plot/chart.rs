//! What a chart shows: points with intervals, lines, marks, axes.

use super::look::Look;
use crate::student::two_sided;

/// Where a line is drawn, how sure it is, and what is proven there.
///
/// A band or bar has one meaning in all charts: the 95 % confidence interval. What is proven is a line of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Horizontal.
    pub x: f64,
    /// Vertical.
    pub y: f64,
    /// Lower end of the interval; `y` where there is none.
    pub low: f64,
    /// Upper end of the interval; `y` where there is none.
    pub high: f64,
    /// Proven: no network of the kind has less. None where nothing is.
    pub bound: Option<f64>,
    /// Values behind the interval; 0 for what was not measured by sampling.
    pub count: usize,
}

/// The mean of the values and its standard error, 0 of fewer than two values.
pub(crate) fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    (mean, (variance / count).sqrt())
}

impl Point {
    /// A point without interval.
    pub fn bare(x: f64, y: f64) -> Self {
        Self {
            x,
            y,
            low: y,
            high: y,
            bound: None,
            count: 0,
        }
    }

    /// Mean and an interval of ± twice its standard error, which has no fixed probability where the values are few.
    pub fn mean_of(x: f64, values: &[f64]) -> Self {
        Self::around(x, values, 2.0)
    }

    /// Mean and its 95 % interval by Student's t distribution; no interval around a single value.
    pub fn estimate_of(x: f64, values: &[f64]) -> Self {
        let freedom = values.len().saturating_sub(1).max(1);
        Self::around(x, values, two_sided(0.05, freedom))
    }

    /// Mean and an interval of ± so many standard errors.
    fn around(x: f64, values: &[f64], errors: f64) -> Self {
        let (mean, error) = mean_and_error(values);
        Self {
            low: mean - errors * error,
            high: mean + errors * error,
            count: values.len(),
            ..Self::bare(x, mean)
        }
    }

    /// Share of hits in percent, with Wilson's 95 % interval.
    pub fn percent_of(x: f64, hits: usize, count: usize) -> Self {
        const Z: f64 = 1.96;
        let n = count.max(1) as f64;
        let share = hits as f64 / n;
        let scale = 1.0 + Z * Z / n;
        let centre = (share + Z * Z / (2.0 * n)) / scale;
        let half = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        Self {
            low: 100.0 * (centre - half).clamp(0.0, share),
            high: 100.0 * (centre + half).clamp(share, 1.0),
            count,
            ..Self::bare(x, 100.0 * share)
        }
    }

    /// Values that a drawn interval needs: that of two values is so wide that it hides what was measured.
    pub const LEAST: usize = 3;

    /// Whether it has an interval that is drawn.
    pub fn is_interval(&self) -> bool {
        self.low < self.high && self.count >= Self::LEAST
    }
}

/// A value on the horizontal axis that theory names.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Where.
    pub x: f64,
    /// What it is, in a few letters.
    pub name: String,
}

/// One line with its intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Beside its end.
    pub name: String,
    /// Ascending in x.
    pub points: Vec<Point>,
    /// Colour, dash and width.
    pub look: Look,
}

impl Series {
    /// Repeats up to which an interval is a bar: a band between so few would look like more.
    const FEW: usize = 3;
    /// Points up to which it is one too: bands between so few say nothing of what lies between, and cover one another.
    const COARSE: usize = 5;

    /// Whether its intervals are drawn as bars.
    pub fn has_bars(&self) -> bool {
        let intervals = || self.points.iter().filter(|point| point.is_interval());
        let are_few = intervals().all(|point| point.count <= Self::FEW);
        intervals().next().is_some() && (are_few || self.points.len() <= Self::COARSE)
    }
}

/// A chart to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Above the chart.
    pub title: String,
    /// Below the horizontal axis.
    pub x_label: String,
    /// Beside the vertical axis.
    pub y_label: String,
    /// The vertical axis begins here even if a band goes on; None: at 0 or at the lowest point.
    pub y_min: Option<f64>,
    /// The vertical axis ends here even if a line goes on; None: as high as the highest line.
    pub y_max: Option<f64>,
    /// Drawn as thin vertical lines.
    pub marks: Vec<Mark>,
    /// Drawn in this order.
    pub series: Vec<Series>,
}
