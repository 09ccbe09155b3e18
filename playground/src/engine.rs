//! Requests and replies: which there are, and how they stand in bytes.

use crate::held::Held;
use crate::{samples, training};
use attractor::io::NetworkFile;
use attractor::{Cues, Patterns, Shape};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The most neurons that are taken: a picture of 64×64, whose weights are 128 MiB.
const MOST_NEURONS: usize = 4096;

/// The networks that the page has.
#[derive(Default)]
pub struct Engine {
    networks: BTreeMap<u32, Held>,
    last: u32,
}

/// What went wrong, for the reader of the page.
pub(crate) type Refused = String;

/// A reply's JSON and bytes.
pub(crate) type Reply = (Value, Vec<u8>);

pub(crate) fn said(error: impl std::fmt::Display) -> Refused {
    error.to_string()
}

/// Patterns of the bytes behind a request, an i8 of ±1 an entry.
pub(crate) fn patterns_of(count: usize, bytes: &[u8]) -> Result<Patterns, Refused> {
    if count == 0 || bytes.is_empty() || !bytes.len().is_multiple_of(count) {
        return Err(format!(
            "{} bytes are no {count} patterns: draw or choose at least one",
            bytes.len()
        ));
    }
    let signs: Vec<i8> = bytes.iter().map(|&byte| byte.cast_signed()).collect();
    Patterns::from_signs(count, bytes.len() / count, &signs).map_err(said)
}

/// One cue of the bytes behind a request, an i8 of ±1 or 0 an entry.
fn cue_of(bytes: &[u8]) -> Result<Cues, Refused> {
    let values: Vec<i8> = bytes.iter().map(|&byte| byte.cast_signed()).collect();
    Cues::from_values(1, bytes.len(), &values).map_err(said)
}

/// A shape that the page can show.
pub(crate) fn shape_of(height: usize, width: usize) -> Result<Shape, Refused> {
    match height.checked_mul(width) {
        Some(1..=MOST_NEURONS) => Ok(Shape { height, width }),
        _ => Err(format!(
            "{height}×{width} is no size for the playground: 1 to {MOST_NEURONS} neurons"
        )),
    }
}

const NONE: &str = "there is no such network any more: train again";

/// A request's JSON, read by hand: derived readers would be a tenth of what a visitor loads.
pub(crate) struct Asked<'a>(&'a Value);

impl Asked<'_> {
    pub(crate) fn text(&self, key: &str) -> Result<&str, Refused> {
        let text = self.0[key].as_str();
        text.ok_or_else(|| format!("the request needs a text `{key}`"))
    }

    pub(crate) fn count(&self, key: &str) -> Result<usize, Refused> {
        count(&self.0[key]).ok_or_else(|| format!("the request needs a whole number `{key}`"))
    }

    fn counts(&self, key: &str) -> Result<Vec<usize>, Refused> {
        let list = self.0[key].as_array();
        let counts = list.and_then(|list| list.iter().map(count).collect());
        counts.ok_or_else(|| format!("the request needs a list of whole numbers `{key}`"))
    }

    pub(crate) fn is(&self, key: &str) -> bool {
        self.0[key] == Value::Bool(true)
    }

    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.0[key].as_f64()
    }

    fn network(&self) -> Result<u32, Refused> {
        u32::try_from(self.count("network")?).map_err(said)
    }
}

fn count(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|count| count.try_into().ok())
}

/// Parts of a message: the length of its JSON as a little-endian u32, the JSON, the bytes.
fn parts(message: &[u8]) -> Result<(&[u8], &[u8]), Refused> {
    let short = || "the request is cut off".to_owned();
    let (length, rest) = message.split_first_chunk::<4>().ok_or_else(short)?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
        .ok_or_else(short)
}

impl Engine {
    /// Answers a request, `{"ask": …}` with bytes behind it; `tell` hears how far a training is. The reply's JSON has
    /// `error`, a sentence, where the request is refused.
    pub fn answer(&mut self, message: &[u8], tell: &(dyn Fn(&str) + Sync)) -> Vec<u8> {
        let (value, bytes) = self
            .reply(message, tell)
            .unwrap_or_else(|error| (json!({ "error": error }), Vec::new()));
        let text = value.to_string();
        let mut reply = (text.len() as u32).to_le_bytes().to_vec();
        reply.extend_from_slice(text.as_bytes());
        reply.extend_from_slice(&bytes);
        reply
    }

    /// What is asked stands in `ask`; the bytes are patterns or a cue, an i8 an entry, or a file.
    fn reply(&mut self, message: &[u8], tell: &(dyn Fn(&str) + Sync)) -> Result<Reply, Refused> {
        let (text, bytes) = parts(message)?;
        let request: Value = serde_json::from_slice(text).map_err(said)?;
        let request = Asked(&request);
        match request.text("ask")? {
            // Bundled images as patterns: the bytes of the reply.
            "samples" => {
                let shape = shape_of(request.count("height")?, request.count("width")?)?;
                samples::reply(request.text("set")?, shape, &request.counts("indices")?)
            }
            // A network trained on the patterns.
            "train" => {
                let (held, value) = training::train(&request, bytes, tell)?;
                Ok((self.hold(held, value), Vec::new()))
            }
            // A network file of the program.
            "load" => {
                let held = load(request.text("name")?, bytes)?;
                let value = held.description();
                Ok((self.hold(held, value), Vec::new()))
            }
            "drop" => {
                self.networks.remove(&request.network()?);
                Ok((json!({}), Vec::new()))
            }
            // Counts on these patterns from now on.
            "judge" => {
                let patterns = patterns_of(request.count("count")?, bytes)?;
                let held = self.networks.get_mut(&request.network()?);
                Ok((held.ok_or(NONE)?.judge(patterns)?, Vec::new()))
            }
            ask => self.of_network(ask, &request, bytes),
        }
    }

    /// Answers what changes no network.
    fn of_network(&self, ask: &str, request: &Asked<'_>, bytes: &[u8]) -> Result<Reply, Refused> {
        let held = self.networks.get(&request.network()?).ok_or(NONE)?;
        match ask {
            // Fields, energy, overlaps and the next state of each neuron.
            "look" => held.look(&cue_of(bytes)?),
            // The recall's end.
            "recall" => held.recall(&cue_of(bytes)?),
            // How many of the stored patterns come back from so many flipped entries.
            "basin" => held.basin(&request.counts("flips")?, request.count("repeats")?),
            // All weights, an f32 each.
            "weights" => {
                let weights = held.file().network().weights().iter();
                let bytes = weights.flat_map(|&w| (w as f32).to_le_bytes()).collect();
                Ok((json!({}), bytes))
            }
            // The network as a file of the program.
            "save" => Ok((json!({}), held.file().to_bytes())),
            _ => Err(format!("the engine knows no request `{ask}`")),
        }
    }

    /// Keeps a network; what is said of it, with its number.
    fn hold(&mut self, held: Held, mut value: Value) -> Value {
        self.last += 1;
        self.networks.insert(self.last, held);
        value["network"] = self.last.into();
        value
    }
}

fn load(name: &str, bytes: &[u8]) -> Result<Held, Refused> {
    let file = NetworkFile::from_bytes(name, bytes).map_err(said)?;
    shape_of(1, file.network().neurons())?;
    Ok(Held::new(file))
}
