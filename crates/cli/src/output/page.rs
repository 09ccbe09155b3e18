//! A measurement as an HTML page, in the look of the report of `reproduce`.

use super::Output;
use anyhow::Result;
use attractor_lab::figures::Summary;
use attractor_lab::plot::Chart;
use attractor_lab::report::Page;
use attractor_lab::run::Run;
use std::env;

/// What a page says of one measurement.
pub(crate) struct Report {
    pub(crate) title: String,
    /// What was found, in a few sentences.
    pub(crate) lead: String,
    /// None if there is nothing to draw.
    pub(crate) chart: Option<Chart>,
    pub(crate) table: Summary,
}

impl Report {
    /// Writes the page; `began` is when and where the measurement began.
    ///
    /// # Errors
    /// What cannot be drawn or written.
    pub(crate) fn write(&self, began: &Run, file: &Output) -> Result<()> {
        let mut page = Page::new(&self.title).lead(&self.lead);
        if let Some(chart) = &self.chart {
            let caption = format!("{} against {}", chart.y_label, chart.x_label);
            page = page.chart(&chart.svg()?, &caption);
        }
        let words = env::args_os().skip(1);
        let words: Vec<String> = words
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        let page = page
            .heading("numbers", "All numbers")
            .table(&self.table)
            .heading("runs", "When and where")
            .runs([("this report", began)])
            .folded_text("the command", &format!("attractor {}", words.join(" ")));
        file.write(page.html().as_bytes())
    }
}
