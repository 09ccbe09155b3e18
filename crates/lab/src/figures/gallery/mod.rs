//! Gallery: networks on one set of images, trained once and kept as network files: their weight matrices (the paper's
//! Fig. 2) and their recall under growing noise (Fig. 7).

mod cells;
mod charts;
mod figure;
mod networks;
mod plates;

pub(crate) use figure::GalleryFigure;
pub(crate) use networks::NETWORKS;

#[cfg(test)]
mod tests {
    use crate::figures::Figure;
    use crate::ledger::{Cell, Entry};
    use attractor::Control;

    /// Of 20 bits 1 % is none, 4 % and 6 % are one: what is drawn against noise has each number of flipped bits once.
    #[test]
    fn levels_that_flip_equally_many_bits_are_drawn_once() {
        let text = r#"
            kind = "gallery"
            title = "test"
            [full]
            data = "random"
            shape = "4x5"
            patterns = 3
            methods = ["hebbian"]
            noise-percent = [{ from = 1, to = 6, step = 1 }, { from = 10, to = 10, step = 1 }]
            seed = 1
            [quick]
            data = "random"
            shape = "4x5"
            patterns = 3
            methods = ["hebbian"]
            seed = 1
        "#;
        let figure = Figure::parse("fig7", text, false).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let measure = |cell: Cell| {
            let measured = figure.run(&cell, folder.path(), &Control::new());
            Entry {
                cell,
                measured: measured.unwrap().unwrap(),
                seconds: 0.0,
                version: String::new(),
            }
        };
        let entries: Vec<Entry> = figure.cells().into_iter().map(measure).collect();
        assert_eq!(entries.len(), 2 * 8);
        let charts = figure.charts(&entries);
        assert_eq!(charts.len(), 4);
        for (name, chart) in charts {
            let points = chart.series[0].points.iter();
            let drawn: Vec<f64> = points.map(|point| point.x).collect();
            assert_eq!(drawn, [0.0, 5.0, 10.0], "{name}");
        }
        let summary = figure.summary(&entries);
        assert_eq!(summary.header[6..], ["1 bit", "2 bits"]);
        assert_eq!(summary.rows.len(), 2);
    }
}
