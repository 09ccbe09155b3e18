//! Charts as files.

use super::{Kind, Output};
use anyhow::{Result, bail};
use attractor_lab::plot::Chart;
use std::path::Path;

/// What a chart is written as.
#[derive(Clone, Copy)]
pub(crate) enum ChartKind {
    Svg,
    Png,
}

impl ChartKind {
    /// By the extension.
    ///
    /// # Errors
    /// Another one.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            _ => bail!(
                "`{}`: this picture is .svg or .png; give one of these extensions",
                path.display()
            ),
        }
    }

    /// The kind of file.
    pub(crate) fn file(self) -> Kind {
        match self {
            Self::Svg => Kind::Svg,
            Self::Png => Kind::Png,
        }
    }

    /// Draws the chart and writes it.
    ///
    /// # Errors
    /// What cannot be drawn or written.
    pub(crate) fn write(self, chart: &Chart, file: &Output) -> Result<()> {
        match self {
            Self::Svg => file.write(chart.svg()?.as_bytes()),
            Self::Png => file.write(&chart.png()?),
        }
    }
}
