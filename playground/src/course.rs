//! The course of a training as the page hears it: numbers, and the best network so far, which is all that is left of a training
//! whose worker the page has ended.

use crate::asked::message;
use crate::listener::Listener;
use crate::task::Task;
use attractor::io::NetworkFile;
use attractor::{Network, Progress, Status, Ties};
use serde_json::json;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The least time between two messages.
const BETWEEN_REPORTS: Duration = Duration::from_millis(60);
/// The same between two that carry a network, which is large.
const BETWEEN_NETWORKS: Duration = Duration::from_millis(300);

/// What a training has told so far.
pub(crate) struct Course<'a> {
    task: &'a Task,
    listener: &'a Listener<'a>,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    /// When the last message went, and the last one with a network.
    last: Option<Duration>,
    last_network: Option<Duration>,
    /// The fewest wrong bits of a network so far.
    fewest: Option<usize>,
    /// Such a network that was not yet told of.
    best: Option<Network>,
}

/// Whether so much time has passed since.
fn is_time(now: Duration, last: Option<Duration>, between: Duration) -> bool {
    last.is_none_or(|last| now >= last + between)
}

impl<'a> Course<'a> {
    pub(crate) fn new(task: &'a Task, listener: &'a Listener<'a>) -> Self {
        Self {
            task,
            listener,
            told: Mutex::default(),
        }
    }

    /// Takes a network if it is better than those before.
    pub(crate) fn keep(&self, network: &Network, wrong_bits: usize) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.fewest.is_none_or(|fewest| wrong_bits < fewest) {
            told.fewest = Some(wrong_bits);
            told.best = Some(network.clone());
        }
    }

    /// Tells how far the training is.
    pub(crate) fn tell(&self, progress: &Progress) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let now = progress.elapsed;
        if !is_time(now, told.last, BETWEEN_REPORTS) {
            return;
        }
        told.last = Some(now);
        let mut bytes = Vec::new();
        if is_time(now, told.last_network, BETWEEN_NETWORKS)
            && let Some(network) = told.best.take()
        {
            told.last_network = Some(now);
            bytes = self.file(network, told.fewest, progress.bound);
        }
        let value = json!({
            "incumbent": progress.incumbent,
            "bound": progress.bound,
            "nodes": progress.nodes,
            "seconds": now.as_secs_f64(),
            "phase": progress.phase.name(),
            "recalled": progress.recalled,
        });
        (self.listener.tell)(&message(&json!({ "progress": value }), &bytes));
    }

    /// The network as a file; empty where it is none of the task's, which the page then does without.
    fn file(&self, network: Network, wrong_bits: Option<usize>, bound: usize) -> Vec<u8> {
        let mut metadata = self.task.metadata(Ties::default());
        metadata.status = Some(Status::Interrupted);
        metadata.wrong_bits = wrong_bits;
        metadata.lower_bound = Some(bound);
        let file = NetworkFile::new(network, self.task.couplings.clone(), metadata);
        file.map_or_else(|_| Vec::new(), |file| file.to_bytes())
    }
}
