//! One connection: one request, its answer.

use super::guard::Asked;
use super::http::{self, Refusal, Stream};
use super::{Counted, Server};
use attractor_playground::{Engine, Listener, page};
use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often it is asked whether a browser is still there that waits for an answer.
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// Answers the connection's request. What goes wrong on the way there and back is the browser's to see: the program goes on.
pub(super) fn serve(mut stream: TcpStream, server: &Server) {
    let _ = match answer(&mut stream, server) {
        Ok(sent) => sent,
        Err(refusal) => http::refuse(&mut stream, refusal),
    };
}

fn answer(stream: &mut TcpStream, server: &Server) -> Result<io::Result<()>, Refusal> {
    let head = http::read_head(stream)?;
    match server.address.admit(&head)? {
        Asked::File { name, is_head } => {
            let (kind, bytes) =
                page::file(name).ok_or(Refusal(404, "the page has no such file"))?;
            Ok(http::answer(stream, kind, &bytes, is_head))
        }
        Asked::Engine => {
            let request = http::read_body(stream, head)?;
            let _answer = Counted::new(&server.answers);
            Ok(ask(stream, &request, &server.engine))
        }
    }
}

/// Asks the engine; sends its progress and its reply. A training whose page has gone ends.
fn ask(stream: &TcpStream, request: &[u8], engine: &Engine) -> io::Result<()> {
    let answer = Mutex::new(Stream::begin(stream)?);
    let (is_over, is_gone) = (AtomicBool::new(false), AtomicBool::new(false));
    let tell = |message: &[u8]| {
        if answer
            .lock()
            .map_or(true, |mut answer| answer.send(message).is_err())
        {
            is_gone.store(true, Ordering::Relaxed);
        }
    };
    let reply = thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                is_gone.fetch_or(has_gone(stream), Ordering::Relaxed);
                thread::park_timeout(BETWEEN_LOOKS);
            }
        });
        let listener = Listener {
            tell: &tell,
            is_gone: &is_gone,
        };
        let reply = engine.answer(request, &listener);
        is_over.store(true, Ordering::Relaxed);
        watcher.thread().unpark();
        reply
    });
    let mut answer = answer.into_inner().map_err(|_| ErrorKind::Other)?;
    answer.send(&reply)?;
    answer.end()
}

/// Whether the other side has closed the connection. It has nothing more to send.
fn has_gone(stream: &TcpStream) -> bool {
    let mut byte = [0];
    let waited = stream.set_read_timeout(Some(Duration::from_millis(1)));
    waited.is_err() || matches!(stream.peek(&mut byte), Ok(0))
}
