//! The page's files, for a server of this machine: compiled in, so that a program needs no folder beside it.

use std::borrow::Cow;

/// A file of the page: its name, its media type, what stands in it.
type File = (&'static str, &'static str, &'static [u8]);

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! file {
    ($name:literal, $kind:expr) => {
        ($name, $kind, include_bytes!(concat!("../page/", $name)))
    };
}

/// Every file of the page. `index.html` loads the others, and nothing else.
static FILES: &[File] = &[
    file!("index.html", "text/html; charset=utf-8"),
    file!("style.css", "text/css; charset=utf-8"),
    file!("worker.js", JAVASCRIPT),
    file!("engine.js", JAVASCRIPT),
    file!("draw.js", JAVASCRIPT),
    file!("patterns.js", JAVASCRIPT),
    file!("training.js", JAVASCRIPT),
    file!("recall.js", JAVASCRIPT),
    file!("compare.js", JAVASCRIPT),
    file!("link.js", JAVASCRIPT),
    file!("page.js", JAVASCRIPT),
];

/// What of `index.html` is not for a page with a server: its policy, which the server states more strictly, and the engine
/// for the browser.
const FOR_A_FOLDER: [&str; 2] = ["<meta http-equiv", "<script src=\"core.wasm.js\">"];

/// The file of this name: its media type, and what stands in it for a page whose engine is at `ask`.
pub fn file(name: &str) -> Option<(&'static str, Cow<'static, [u8]>)> {
    let &(name, kind, bytes) = FILES.iter().find(|file| file.0 == name)?;
    if name != "index.html" {
        return Some((kind, Cow::Borrowed(bytes)));
    }
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines();
    let kept = lines.filter(|line| !FOR_A_FOLDER.iter().any(|start| line.starts_with(start)));
    let text: String = kept.flat_map(|line| [line, "\n"]).collect();
    let text = text.replacen("<html ", "<html data-engine=\"native\" ", 1);
    Some((kind, Cow::Owned(text.into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_served_page_has_no_engine_and_no_policy_of_its_own() {
        let (_, bytes) = file("index.html").unwrap();
        let text = String::from_utf8(bytes.into_owned()).unwrap();
        assert!(text.contains("data-engine=\"native\""));
        assert!(!text.contains("Content-Security-Policy") && !text.contains("wasm"));
        // Every file that it loads is there.
        let loaded = text
            .split("src=\"")
            .skip(1)
            .chain(text.split("href=\"").skip(1));
        for name in loaded.filter_map(|rest| rest.split('"').next()) {
            assert!(name.starts_with("data:") || file(name).is_some(), "{name}");
        }
        for absent in ["", "../Cargo.toml", "core.wasm.js", "index.html/"] {
            assert!(file(absent).is_none(), "{absent}");
        }
    }
}
