//! A running `attractor serve`, and requests to it byte by byte.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// Longer than any answer takes: a test that hangs is to end.
const PATIENCE: Duration = Duration::from_secs(120);

/// The running program, ended with the test.
pub(crate) struct Host {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub(crate) name: String,
    pub(crate) token: String,
}

impl Host {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_attractor"))
            .args(["serve", "--threads", "1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().expect("standard output"));
        said.read_line(&mut line).expect("a line");
        let url = line.split_whitespace().nth(1).expect("an address");
        let rest = url.strip_prefix("http://").expect("an address of HTTP");
        let (name, token) = rest.split_once('/').expect("a token");
        Self {
            name: name.to_owned(),
            token: token.trim_end_matches('/').to_owned(),
            child,
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.name).expect("the program listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a patient reader");
        stream
    }

    /// The head of a request to the engine, as the page sends it.
    pub(crate) fn post(&self, length: usize) -> String {
        let Self { name, token, .. } = self;
        format!(
            "POST /{token}/ask HTTP/1.1\r\nHost: {name}\r\nOrigin: http://{name}\r\nContent-Length: {length}\r\n\r\n"
        )
    }

    /// Sends the bytes; the status and all of the answer. An empty answer has the status 0.
    pub(crate) fn send(&self, bytes: &[u8]) -> (u16, String) {
        let mut stream = self.connect();
        // Whoever is refused in the middle of a sentence need not be heard to its end.
        let _ = stream.write_all(bytes);
        answer(&mut stream)
    }

    /// A request without body, to this path with these headers.
    pub(crate) fn get(&self, path: &str, headers: &str) -> (u16, String) {
        self.send(format!("GET {path} HTTP/1.1\r\n{headers}\r\n").as_bytes())
    }

    /// Begins to ask the engine.
    pub(crate) fn begin(&self, request: &Value, bytes: &[u8]) -> TcpStream {
        let message = message(request, bytes);
        let mut stream = self.connect();
        stream
            .write_all(self.post(message.len()).as_bytes())
            .expect("sent");
        stream.write_all(&message).expect("sent");
        stream
    }

    /// Asks the engine; its reply, the progress left out.
    pub(crate) fn ask(&self, request: &Value, bytes: &[u8]) -> Value {
        replies(&mut self.begin(request, bytes))
            .pop()
            .expect("a reply")
    }

    /// Presses Ctrl-C and waits for the end.
    pub(crate) fn interrupt(&mut self) -> (ExitStatus, String) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-INT", &id]).status();
        assert!(kill.expect("kill starts").success());
        let status = self.child.wait().expect("the program ends");
        let mut said = String::new();
        let stderr = self.child.stderr.take().expect("standard error");
        BufReader::new(stderr)
            .read_to_string(&mut said)
            .expect("UTF-8");
        (status, said)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn message(request: &Value, bytes: &[u8]) -> Vec<u8> {
    let text = request.to_string();
    let mut message = u32::try_from(text.len())
        .expect("short")
        .to_le_bytes()
        .to_vec();
    message.extend_from_slice(text.as_bytes());
    message.extend_from_slice(bytes);
    message
}

/// The status and all of the answer.
pub(crate) fn answer(stream: &mut TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (status.unwrap_or(0), text)
}

/// The JSON of every message of the engine's answer, to its end.
pub(crate) fn replies(stream: &mut TcpStream) -> Vec<Value> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        assert!(
            reader.read_line(&mut line).expect("a head") > 0,
            "the head is cut off"
        );
    }
    let mut found = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).expect("a chunk");
        let length = usize::from_str_radix(line.trim(), 16).expect("a length");
        let mut chunk = vec![0; length + 2];
        reader.read_exact(&mut chunk).expect("a whole chunk");
        if length == 0 {
            return found;
        }
        let end = 8 + u32::from_le_bytes(chunk[4..8].try_into().expect("four bytes")) as usize;
        found.push(serde_json::from_slice(&chunk[8..end]).expect("JSON"));
    }
}
