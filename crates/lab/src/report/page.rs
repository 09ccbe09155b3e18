//! Page: one HTML file with its style, script and pictures inside. Every report is made of these parts, so all look alike.

use crate::figures::Summary;
use crate::markup::{base64, escaped};
use crate::plot::dark_style;
use crate::run::{NOT_RECORDED, Run};

const STYLE: &str = include_str!("look.css");
const DARK: &str = include_str!("dark.css");
const SCRIPT: &str = include_str!("page.js");

/// A page that grows from the top.
#[derive(Debug, Clone)]
pub struct Page {
    title: String,
    body: String,
}

impl Page {
    /// A page with its title alone.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            body: format!("<h1>{}</h1>\n", escaped(title)),
        }
    }

    /// What was found, in a few sentences.
    #[must_use]
    pub fn lead(self, text: &str) -> Self {
        self.markup(&format!("<p class=\"lead\">{}</p>\n", escaped(text)))
    }

    /// A heading that `#id` leads to.
    #[must_use]
    pub fn heading(self, id: &str, text: &str) -> Self {
        self.markup(&format!(
            "<h2 id=\"{}\">{}</h2>\n",
            escaped(id),
            escaped(text)
        ))
    }

    /// A chart as SVG with what it shows.
    #[must_use]
    pub fn chart(self, svg: &str, caption: &str) -> Self {
        self.markup(&format!(
            "<figure class=\"chart\">\n<div class=\"scroll\">{svg}</div>\n<figcaption>{}</figcaption>\n</figure>\n",
            escaped(caption)
        ))
    }

    /// A table that is sorted by its headings.
    #[must_use]
    pub fn table(self, summary: &Summary) -> Self {
        self.markup(&table(summary))
    }

    /// When, with what version and on what machine it was measured; a name for each of several experiments.
    #[must_use]
    pub fn runs<'a>(self, runs: impl IntoIterator<Item = (&'a str, &'a Run)>) -> Self {
        let said = |field: &str| match field {
            "" => NOT_RECORDED.to_owned(),
            field => field.to_owned(),
        };
        let row = |(name, run): (&str, &Run)| {
            vec![
                name.to_owned(),
                said(&run.started),
                said(&run.version),
                said(&run.system),
                said(&run.processor),
                match run.threads {
                    0 => NOT_RECORDED.to_owned(),
                    threads => threads.to_string(),
                },
            ]
        };
        let header = [
            "what",
            "begun (UTC)",
            "attractor",
            "system",
            "processor",
            "threads",
        ];
        self.table(&Summary {
            caption: "When and where it was measured".to_owned(),
            header: header.map(str::to_owned).to_vec(),
            rows: runs.into_iter().map(row).collect(),
        })
    }

    /// Text that is set as it is and folded away below a line that says what it is.
    #[must_use]
    pub fn folded_text(self, line: &str, text: &str) -> Self {
        self.markup(&format!(
            "<details><summary>{}</summary>\n<pre>{}</pre></details>\n",
            escaped(line),
            escaped(text)
        ))
    }

    /// HTML of which all text was made safe.
    #[must_use]
    pub(super) fn markup(mut self, html: &str) -> Self {
        self.body.push_str(html);
        self
    }

    /// The whole file.
    pub fn html(&self) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
             content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"attractor\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{}</title>\n<style>\n{STYLE}@media (prefers-color-scheme: dark) {{\n{DARK}{}}}\n</style>\n</head>\n<body>\n\
             {}<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
            escaped(&self.title),
            dark_style(),
            self.body
        )
    }
}

/// A picture that is no chart, as it stands within a page: with its labels if it has some.
pub(super) fn picture(labelled: Option<&str>, png: &[u8], caption: &str) -> String {
    let caption = escaped(caption);
    let shown = labelled.map_or_else(
        || {
            let bytes = base64(png);
            format!("<img alt=\"{caption}\" src=\"data:image/png;base64,{bytes}\">")
        },
        str::to_owned,
    );
    format!("<figure>\n{shown}\n<figcaption>{caption}</figcaption>\n</figure>\n")
}

fn table(summary: &Summary) -> String {
    let row = |tag: &str, fields: &[String]| {
        let field = |text: &String| format!("<{tag}>{}</{tag}>", escaped(text));
        let fields: String = fields.iter().map(field).collect();
        format!("<tr>{fields}</tr>\n")
    };
    let rows: String = summary
        .rows
        .iter()
        .map(|fields| row("td", fields))
        .collect();
    let caption = escaped(&summary.caption);
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table class=\"sortable\">\n\
         <caption>{caption}</caption>\n<thead>{}</thead>\n<tbody>{rows}</tbody></table></div>\n",
        row("th", &summary.header)
    )
}
