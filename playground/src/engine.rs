//! Requests and replies: which there are. The engine keeps the networks that the page has trained or loaded.

use crate::asked::{Asked, Refused, Reply, cue_of, message, parts, patterns_of, said, shape_of};
use crate::held::Held;
use crate::listener::Listener;
use crate::{rules, samples, training};
use attractor::io::NetworkFile;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The most networks that are kept. The page drops those that it needs no more.
const MOST_NETWORKS: usize = 64;

/// The networks that the page has. Any number of threads may ask; one of them may train at a time.
#[derive(Default)]
pub struct Engine {
    networks: Mutex<Networks>,
    trains: AtomicBool,
    stop: AtomicBool,
}

#[derive(Default)]
struct Networks {
    held: BTreeMap<u32, Arc<Held>>,
    last: u32,
}

const NONE: &str = "there is no such network any more: train again";
const BUSY: &str = "a training is running: wait for its end, or stop it";

impl Engine {
    /// Answers a request, `{"ask": …}` with bytes behind it; The reply's JSON has
    /// `error`, a sentence, where the request is refused.
    pub fn answer(&self, request: &[u8], listener: &Listener<'_>) -> Vec<u8> {
        let (value, bytes) = self
            .reply(request, listener)
            .unwrap_or_else(|error| (json!({ "error": error }), Vec::new()));
        message(&value, &bytes)
    }

    /// Ends a running training, whose reply is the best network so far.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// What is asked stands in `ask`; the bytes are patterns or a cue, an i8 an entry, or a file.
    fn reply(&self, request: &[u8], listener: &Listener<'_>) -> Result<Reply, Refused> {
        let (text, bytes) = parts(request)?;
        let request: Value = serde_json::from_slice(text).map_err(said)?;
        let request = Asked(&request);
        match request.text("ask")? {
            // The rules of this module, each with what it takes.
            "rules" => Ok((rules::described(), Vec::new())),
            // Bundled images as patterns: the bytes of the reply.
            "samples" => {
                let shape = shape_of(request.count("height")?, request.count("width")?)?;
                samples::reply(request.text("set")?, shape, &request.counts("indices")?)
            }
            // A network trained on the patterns.
            "train" => self.train(&request, bytes, listener),
            // The running training ends with its best network so far.
            "stop" => {
                self.stop();
                Ok((json!({}), Vec::new()))
            }
            // Whether a training is running.
            "status" => Ok((
                json!({ "training": self.trains.load(Ordering::Relaxed) }),
                Vec::new(),
            )),
            // A network file of the program.
            "load" => {
                let held = load(request.text("name")?, bytes)?;
                let value = held.description();
                Ok((self.hold(held, value)?, Vec::new()))
            }
            "drop" => {
                self.networks().held.remove(&request.network()?);
                Ok((json!({}), Vec::new()))
            }
            // Counts on these patterns from now on.
            "judge" => {
                let (number, patterns) = (
                    request.network()?,
                    patterns_of(request.count("count")?, bytes)?,
                );
                let (judged, value) = self.held(number)?.judged(patterns)?;
                if let Some(held) = self.networks().held.get_mut(&number) {
                    *held = Arc::new(judged);
                }
                Ok((value, Vec::new()))
            }
            ask => of_network(&*self.held(request.network()?)?, ask, &request, bytes),
        }
    }

    fn train(
        &self,
        request: &Asked<'_>,
        bytes: &[u8],
        listener: &Listener<'_>,
    ) -> Result<Reply, Refused> {
        if self.trains.swap(true, Ordering::AcqRel) {
            return Err(BUSY.to_owned());
        }
        let _turn = Turn(&self.trains);
        self.stop.store(false, Ordering::Relaxed);
        let (held, value) = training::train(request, bytes, listener, &self.stop)?;
        Ok((self.hold(held, value)?, Vec::new()))
    }

    fn networks(&self) -> std::sync::MutexGuard<'_, Networks> {
        // A thread that panicked left the map whole: each change is one insertion or removal.
        self.networks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self, number: u32) -> Result<Arc<Held>, Refused> {
        let held = self.networks().held.get(&number).cloned();
        held.ok_or_else(|| NONE.to_owned())
    }

    /// Keeps a network; what is said of it, with its number.
    fn hold(&self, held: Held, mut value: Value) -> Result<Value, Refused> {
        let mut networks = self.networks();
        if networks.held.len() >= MOST_NETWORKS {
            return Err(format!(
                "{MOST_NETWORKS} networks are the most that are kept: remove some"
            ));
        }
        networks.last += 1;
        let number = networks.last;
        networks.held.insert(number, Arc::new(held));
        value["network"] = number.into();
        Ok(value)
    }
}

/// The turn to train, given back at its end, whichever way it ends.
struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Answers what changes no network.
fn of_network(held: &Held, ask: &str, request: &Asked<'_>, bytes: &[u8]) -> Result<Reply, Refused> {
    match ask {
        // Fields, energy, overlaps and the next state of each neuron.
        "look" => held.look(&cue_of(bytes)?),
        // The recall's end.
        "recall" => held.recall(&cue_of(bytes)?),
        // How many of the stored patterns come back from so many flipped entries.
        "basin" => held.basin(&request.counts("flips")?, request.count("repeats")?),
        // All weights, an f32 each.
        "weights" => Ok((json!({}), singles(held.file().network().weights()))),
        // Those into one neuron.
        "row" => {
            let (network, i) = (held.file().network(), request.count("neuron")?);
            if i >= network.neurons() {
                return Err(format!("there is no neuron {i}"));
            }
            Ok((json!({}), singles(network.row(i))))
        }
        // Biases, an f32 each.
        "biases" => Ok((json!({}), singles(held.file().network().biases()))),
        // The network as a file of the program.
        "save" => Ok((json!({}), held.file().to_bytes())),
        _ => Err(format!("the engine knows no request `{ask}`")),
    }
}

/// The numbers as little-endian f32.
fn singles(values: &[f64]) -> Vec<u8> {
    let singles = values.iter().map(|&value| (value as f32).to_le_bytes());
    singles.flatten().collect()
}

fn load(name: &str, bytes: &[u8]) -> Result<Held, Refused> {
    let file = NetworkFile::from_bytes(name, bytes).map_err(said)?;
    shape_of(1, file.network().neurons())?;
    Ok(Held::new(file))
}
