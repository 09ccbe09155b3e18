//! Who may ask: the page that this program serves, opened by whoever holds the address that it printed, and nobody else.
//!
//! The token in the address keeps out other users and programs of this machine. The Host header keeps out pages whose name was
//! made to point here (DNS rebinding), and the Origin header other pages that the browser shows.

use super::http::{Head, Refusal};

/// The page's address.
#[derive(Debug, Clone)]
pub(super) struct Address {
    /// `127.0.0.1:PORT`.
    host: String,
    token: String,
}

/// What is asked for, by whom it may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked<'a> {
    /// A file of the page, if there is one of this name; only its headers or all of it.
    File { name: &'a str, is_head: bool },
    /// The engine.
    Engine,
}

impl Address {
    /// An address with a new token of 128 bits, which nobody guesses.
    ///
    /// # Errors
    /// If the operating system has no random numbers.
    pub(super) fn new(port: u16) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self {
            host: format!("127.0.0.1:{port}"),
            token: format!("{:032x}", u128::from_ne_bytes(bytes)),
        })
    }

    /// The address for the browser.
    pub(super) fn url(&self) -> String {
        format!("http://{}/{}/", self.host, self.token)
    }

    /// What a request asks for.
    ///
    /// # Errors
    /// If it comes from elsewhere, or asks for what there is not.
    pub(super) fn admit<'a>(&self, head: &'a Head) -> Result<Asked<'a>, Refusal> {
        if head.header("host")? != Some(&self.host) {
            return Err(Refusal(
                403,
                "this is another host: use the address that `attractor serve` printed",
            ));
        }
        let elsewhere = Refusal(403, "this page comes from elsewhere");
        let posts = head.method == "POST";
        let own = format!("http://{}", self.host);
        match head.header("origin")? {
            Some(origin) if origin != own => return Err(elsewhere),
            // A browser says where a page comes from that sends something.
            None if posts => return Err(elsewhere),
            _ => {}
        }
        match head.header("sec-fetch-site")? {
            None | Some("same-origin") => {}
            Some("none") if !posts => {}
            Some(_) => return Err(elsewhere),
        }
        let unknown = Refusal(
            404,
            "there is nothing: use the address that `attractor serve` printed",
        );
        let (token, name) = head
            .path
            .strip_prefix('/')
            .and_then(|path| path.split_once('/'))
            .ok_or(unknown)?;
        if !is_same(token.as_bytes(), self.token.as_bytes()) {
            return Err(unknown);
        }
        match (head.method.as_str(), name) {
            ("POST", "ask") => Ok(Asked::Engine),
            (_, "ask") | ("POST", _) => Err(Refusal(405, "this is asked in another way")),
            ("GET" | "HEAD", _) => Ok(Asked::File {
                name: if name.is_empty() { "index.html" } else { name },
                is_head: head.method == "HEAD",
            }),
            _ => Err(Refusal(405, "GET and POST are all that is answered")),
        }
    }
}

/// Whether the bytes are the same, in a time that does not tell where they differ.
fn is_same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0, |differs, (l, r)| differs | (l ^ r))
            == 0
}
