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
const TO_END: Duration = Duration::from_secs(5);

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
    let engine = Arc::new(Engine::default());
    let accepting = Arc::clone(&engine);
    // It waits in the operating system, so it ends with the program.
    thread::Builder::new()
        .spawn(move || accept(&listener, &address, &accepting))
        .context("cannot start a thread")?;
    while !interrupted.load(Ordering::Relaxed) {
        thread::sleep(BETWEEN_LOOKS);
    }
    let end = Instant::now() + TO_END;
    while engine.is_training() && Instant::now() < end {
        engine.stop();
        thread::sleep(BETWEEN_LOOKS);
    }
    Ok(())
}

/// Answers each connection on a thread of its own.
fn accept(listener: &TcpListener, address: &Address, engine: &Arc<Engine>) {
    let count = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        // What is refused here, such as a connection that has gone already, concerns that connection alone.
        let Ok(stream) = stream else {
            thread::sleep(BETWEEN_LOOKS);
            continue;
        };
        // Closed without a word, which a browser understands.
        let Some(place) = Place::take(&count) else {
            continue;
        };
        let (address, engine) = (address.clone(), Arc::clone(engine));
        let _ = thread::Builder::new().spawn(move || {
            connection::serve(stream, &address, &engine);
            drop(place);
        });
    }
}

/// One of the connections at once.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(count: &Arc<AtomicUsize>) -> Option<Self> {
        let place = Self(Arc::clone(count));
        (count.fetch_add(1, Ordering::Relaxed) < MOST_CONNECTIONS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
