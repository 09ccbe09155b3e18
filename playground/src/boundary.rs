//! The border of the WebAssembly module, and the one place that names symbols without the compiler's check.
//!
//! The host calls `room(bytes)`, writes a request there, calls `run()` and reads as many bytes as that says at `reply()`.
//! It gives two functions: `now`, milliseconds since any fixed moment, and `progress`, which is told of a training's course
//! by a message like a reply's. There is one thread; a call within a call is refused by the `RefCell`s.
#![allow(unsafe_code)]

use crate::{Engine, Listener};
use attractor::clock;
use std::cell::RefCell;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    // Both take plain numbers and touch no memory of the module but to read what `progress` names.
    safe fn now() -> f64;
    safe fn progress(at: *const u8, bytes: usize);
}

thread_local! {
    static REQUEST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static REPLY: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ENGINE: Engine = Engine::default();
}

/// A page that goes takes its worker with it.
static HERE: AtomicBool = AtomicBool::new(false);
static LISTENER: Listener<'static> = Listener {
    tell: &tell,
    is_gone: &HERE,
};

fn tell(message: &[u8]) {
    progress(message.as_ptr(), message.len());
}

fn time() -> Duration {
    Duration::try_from_secs_f64(now() / 1000.0).unwrap_or_default()
}

/// Room for a request of so many bytes.
// SAFETY: the name is that of no other symbol of the module; so it is for the two below.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    clock::set_source(time);
    REQUEST.with_borrow_mut(|request| {
        request.clear();
        request.resize(bytes, 0);
        request.as_mut_ptr()
    })
}

/// Answers the request; the length of the reply.
#[unsafe(no_mangle)]
pub extern "C" fn run() -> usize {
    let reply =
        REQUEST.with_borrow(|request| ENGINE.with(|engine| engine.answer(request, &LISTENER)));
    REPLY.with_borrow_mut(|place| {
        *place = reply;
        place.len()
    })
}

/// Where the reply stands until the next `run`.
#[unsafe(no_mangle)]
pub extern "C" fn reply() -> *const u8 {
    REPLY.with_borrow(Vec::as_ptr)
}
