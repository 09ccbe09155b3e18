//! HTTP/1.1, as little of it as a page on this machine needs: one request a connection, read before a deadline and within
//! bounds, and answers whole or in chunks. `httparse`, which hyper stands on, reads the head.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// The most bytes of a request's line and headers, and the most headers.
const MOST_HEAD: usize = 16 << 10;
const MOST_HEADERS: usize = 64;
/// The most bytes of a request's body: a network file of 4096 neurons, and room beside its weights.
pub(super) const MOST_BODY: usize = (128 << 20) + (4 << 20);
/// How long a head may take; how long a body may, beside the time that its length takes at the least rate.
const PATIENCE: Duration = Duration::from_secs(5);
/// The least bytes a second of a body.
const LEAST_RATE: u64 = 1 << 20;
/// How long a reader may take to make room for more.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);
/// What is still read of a refused request, so that its sender gets to read the answer.
const MOST_IGNORED: u64 = 1 << 20;

/// Why a request gets no answer: the status and a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) u16, pub(super) &'static str);

/// A request's line and headers.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) method: String,
    /// As it stands in the request: nothing is decoded.
    pub(super) path: String,
    headers: Vec<(String, String)>,
    /// What was read behind the head.
    rest: Vec<u8>,
}

impl Head {
    /// The header of this name (in lower case), if it is there once.
    ///
    /// # Errors
    /// If it is there more than once: then nobody knows which of them another reader would take.
    pub(super) fn header(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        let first = found.next().map(|(_, value)| value.as_str());
        match found.next() {
            None => Ok(first),
            Some(_) => Err(Refusal(400, "a header stands there twice")),
        }
    }

    /// How long the body is.
    fn length(&self) -> Result<usize, Refusal> {
        if self.header("transfer-encoding")?.is_some() {
            return Err(Refusal(501, "bodies in chunks are not taken"));
        }
        let text = self.header("content-length")?;
        let text = text.ok_or(Refusal(411, "the body's length is missing"))?;
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(length) if digits && length <= MOST_BODY => Ok(length),
            // More digits than a number has are a large number, too.
            _ if digits => Err(Refusal(413, "the body is too large")),
            _ => Err(Refusal(400, "the body's length is no number")),
        }
    }
}

/// Reads more bytes, before the deadline; how many.
fn read_more(stream: &mut TcpStream, room: &mut [u8], deadline: Instant) -> Result<usize, Refusal> {
    let late = Refusal(408, "the request took too long");
    let gone = Refusal(400, "the request is cut off");
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(late);
        }
        stream.set_read_timeout(Some(left)).map_err(|_| gone)?;
        match stream.read(room) {
            Ok(0) => return Err(gone),
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Err(late);
            }
            Err(_) => return Err(gone),
        }
    }
}

/// Reads the head of the connection's request.
pub(super) fn read_head(stream: &mut TcpStream) -> Result<Head, Refusal> {
    let deadline = Instant::now() + PATIENCE;
    let mut bytes = Vec::new();
    let mut room = [0; 4096];
    loop {
        let count = read_more(stream, &mut room, deadline)?;
        bytes.extend_from_slice(&room[..count]);
        if let Some(head) = parse(&bytes)? {
            return Ok(head);
        }
        if bytes.len() > MOST_HEAD {
            return Err(Refusal(431, "the request's headers are too large"));
        }
    }
}

/// The head that the bytes begin with; None if it goes on.
fn parse(bytes: &[u8]) -> Result<Option<Head>, Refusal> {
    let bad = Refusal(400, "this is no request of HTTP");
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = request.parse(bytes).map_err(|_| bad)? else {
        return Ok(None);
    };
    if request.version != Some(1) {
        return Err(Refusal(505, "HTTP/1.1 is needed"));
    }
    let header = |header: &httparse::Header<'_>| {
        let value = std::str::from_utf8(header.value).map_err(|_| bad)?;
        Ok((header.name.to_ascii_lowercase(), value.to_owned()))
    };
    Ok(Some(Head {
        method: request.method.unwrap_or_default().to_owned(),
        path: request.path.unwrap_or_default().to_owned(),
        headers: request
            .headers
            .iter()
            .map(header)
            .collect::<Result<_, _>>()?,
        rest: bytes[length..].to_vec(),
    }))
}

/// Reads the body. Room is made as bytes come, not as they are announced.
pub(super) fn read_body(stream: &mut TcpStream, head: Head) -> Result<Vec<u8>, Refusal> {
    let length = head.length()?;
    if head.header("expect")?.is_some() {
        let go_on = stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
        go_on.map_err(|_| Refusal(400, "the request is cut off"))?;
    }
    let deadline = Instant::now() + PATIENCE + Duration::from_secs(length as u64 / LEAST_RATE);
    let mut body = head.rest;
    let mut room = vec![0; 64 << 10];
    while body.len() < length {
        let wanted = room.len().min(length - body.len());
        let count = read_more(stream, &mut room[..wanted], deadline)?;
        body.extend_from_slice(&room[..count]);
    }
    if body.len() > length {
        return Err(Refusal(400, "there is more than one request"));
    }
    Ok(body)
}

/// What every answer says: nothing of it is kept, framed, guessed at or told to others, and a page of it runs its own scripts
/// alone and talks to this address alone.
const SAFE: &str = "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
     X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n\
     Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n\
     Cache-Control: no-store\r\nConnection: close\r\n";

/// A whole answer; its bytes are left out of the answer to HEAD.
pub(super) fn answer(
    stream: &mut TcpStream,
    kind: &str,
    bytes: &[u8],
    is_head: bool,
) -> io::Result<()> {
    stream.set_write_timeout(Some(WRITE_PATIENCE))?;
    let length = bytes.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{SAFE}\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(if is_head { &[] } else { bytes })
}

/// Says why there is no answer. What is still sent is read for a moment: to close at once would take the answer away.
pub(super) fn refuse(stream: &mut TcpStream, Refusal(status, reason): Refusal) -> io::Result<()> {
    stream.set_write_timeout(Some(WRITE_PATIENCE))?;
    let length = reason.len() + 1;
    let answer = format!(
        "HTTP/1.1 {status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n{SAFE}\r\n\
         {reason}\n"
    );
    stream.write_all(answer.as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    let deadline = Instant::now() + PATIENCE;
    let (mut ignored, mut room) = (0, [0; 4096]);
    while ignored < MOST_IGNORED && Instant::now() < deadline {
        match stream.read(&mut room) {
            Ok(count) if count > 0 => ignored += count as u64,
            _ => break,
        }
    }
    Ok(())
}

/// An answer in chunks, each a message behind its length.
pub(super) struct Stream<'a>(&'a TcpStream);

impl<'a> Stream<'a> {
    /// Begins the answer.
    pub(super) fn begin(mut stream: &'a TcpStream) -> io::Result<Self> {
        stream.set_write_timeout(Some(WRITE_PATIENCE))?;
        stream.set_nodelay(true)?;
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n{SAFE}\r\n"
        );
        stream.write_all(head.as_bytes())?;
        Ok(Self(stream))
    }

    /// Sends a message.
    pub(super) fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let mut chunk = format!("{:x}\r\n", message.len() + 4).into_bytes();
        chunk.extend_from_slice(&(message.len() as u32).to_le_bytes());
        chunk.extend_from_slice(message);
        chunk.extend_from_slice(b"\r\n");
        self.0.write_all(&chunk)
    }

    /// Ends the answer: without it a reader knows that something is missing.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.0.write_all(b"0\r\n\r\n")
    }
}
