//! `attractor serve`: the playground's page over the native engine, for one visitor of this machine.

mod connection;
mod guard;
mod http;

use crate::interrupt;
use crate::output::Output;
use crate::threads::ThreadArgs;
use anyhow::{Context, Result};
use attractor_playground::Engine;
use clap::Args;
use guard::Address;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Connections at once. A browser opens six.
const MOST_CONNECTIONS: usize = 32;
/// How often it is asked whether Ctrl-C was pressed.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// How long a running training may take to end after Ctrl-C.
const TO_END: Duration = Duration::from_secs(15);

/// Show the playground in the browser, with this program as its engine
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor serve
  attractor serve --port 8080 --threads 2

Open the address that is printed; Ctrl-C ends it. Only this machine is answered, and only who has the address, whose second
part is a secret that is new each time. From another machine: `ssh -L 8080:127.0.0.1:8080 MACHINE`, and the same address.")]
pub(crate) struct ServeArgs {
    /// The port; 0 is any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,

    #[command(flatten)]
    threads: ThreadArgs,
}

pub(crate) fn run(args: &ServeArgs) -> Result<()> {
    let interrupted = interrupt::watch()?;
    args.threads.start()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).with_context(|| {
        format!(
            "cannot listen at 127.0.0.1:{}; try another --port",
            args.port
        )
    })?;
    let port = listener
        .local_addr()
        .context("the port is not known")?
        .port();
    let address = Address::new(port).context("the system has no random numbers for the address")?;
    let text = format!("Open {} in a browser. Ctrl-C ends.\n", address.url());
    Output::Stdout.write(text.as_bytes())?;
    let server = Arc::new(Server {
        address,
        engine: Engine::default(),
        connections: AtomicUsize::new(0),
        answers: AtomicUsize::new(0),
    });
    let accepting = Arc::clone(&server);
    // It waits in the operating system, so it ends with the program.
    thread::Builder::new()
        .spawn(move || accept(&listener, &accepting))
        .context("cannot start a thread")?;
    while !interrupted.load(Ordering::Relaxed) {
        thread::sleep(BETWEEN_LOOKS);
    }
    // A training ends with what it has, and its page gets to know.
    let end = Instant::now() + TO_END;
    while server.answers.load(Ordering::Relaxed) > 0 && Instant::now() < end {
        server.engine.stop();
        thread::sleep(BETWEEN_LOOKS);
    }
    Ok(())
}

/// What all connections share.
struct Server {
    address: Address,
    engine: Engine,
    /// Connections that are open.
    connections: AtomicUsize,
    /// Requests that the engine works at.
    answers: AtomicUsize,
}

/// Answers each connection on a thread of its own.
fn accept(listener: &TcpListener, server: &Arc<Server>) {
    for stream in listener.incoming() {
        // What is refused here, such as a connection that has gone already, concerns that connection alone.
        let Ok(stream) = stream else {
            thread::sleep(BETWEEN_LOOKS);
            continue;
        };
        let server = Arc::clone(server);
        // Without a thread the connection is closed, as it is where there are too many of them.
        let _ = thread::Builder::new().spawn(move || {
            let place = Counted::new(&server.connections);
            if place.number <= MOST_CONNECTIONS {
                connection::serve(stream, &server);
            }
        });
    }
}

/// One more, as long as it is held.
struct Counted<'a> {
    count: &'a AtomicUsize,
    /// How many there are with this one.
    number: usize,
}

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        let number = count.fetch_add(1, Ordering::Relaxed) + 1;
        Self { count, number }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}
