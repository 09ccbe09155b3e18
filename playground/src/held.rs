//! A network that the page has, with the patterns by which it is judged.

use crate::asked::{Refused, Reply, said};
use attractor::io::NetworkFile;
use attractor::{
    Cues, End, Order, Patterns, RecallOptions, Stability, Update, certified_radii, recall,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The most sweeps or steps of a recall.
const MOST_STEPS: usize = 1000;

/// A network and the patterns, if there are some of its size.
pub(crate) struct Held {
    file: Arc<NetworkFile>,
    patterns: Option<Patterns>,
}

impl Held {
    pub(crate) fn new(file: NetworkFile) -> Self {
        Self {
            file: Arc::new(file),
            patterns: None,
        }
    }

    pub(crate) fn file(&self) -> &NetworkFile {
        &self.file
    }

    /// What the file says of itself.
    pub(crate) fn description(&self) -> Value {
        let metadata = self.file.metadata();
        let neurons = self.file.network().neurons();
        let shape = self.file.image_shape();
        json!({
            "rule": metadata.rule,
            "neurons": neurons,
            "height": shape.map(|shape| shape.height),
            "width": shape.map(|shape| shape.width),
            "directed": !self.file.couplings().is_symmetric(),
            "status": metadata.status.map(|status| status.to_string()),
            "lower_bound": metadata.lower_bound,
            "biases": self.file.network().has_biases(),
        })
    }

    /// The same network with these patterns, which overlaps are measured with, and what it counts on them.
    pub(crate) fn judged(&self, patterns: Patterns) -> Result<(Self, Value), Refused> {
        let (network, ties) = (self.file.network(), self.file.metadata().ties);
        let stability = Stability::of(network, &patterns, ties).map_err(said)?;
        let radii = certified_radii(network, &patterns, ties).map_err(said)?;
        let wrong: Vec<usize> = (0..patterns.count())
            .map(|mu| stability.wrong_in_pattern(mu))
            .collect();
        let known = self.file.metadata().patterns_sha256.as_deref() == Some(&patterns.sha256());
        let mut value = self.description();
        if !known {
            // What was proven was proven for other patterns.
            value["status"] = Value::Null;
            value["lower_bound"] = Value::Null;
        }
        value["wrong_bits"] = stability.wrong_bits().into();
        value["wrong"] = wrong.into();
        value["margin"] = stability.margin().into();
        value["flips"] = radii.iter().map(|r| r.map(|r| r.flips)).collect();
        value["erasures"] = radii.iter().map(|r| r.map(|r| r.erasures)).collect();
        let judged = Self {
            file: Arc::clone(&self.file),
            patterns: Some(patterns),
        };
        Ok((judged, value))
    }

    /// One after another where an energy falls, all at once where there is none: as the program recalls.
    fn options(&self) -> RecallOptions {
        let update = if self.file.couplings().is_symmetric() {
            Update::Asynchronous(Order::Fixed)
        } else {
            Update::Synchronous
        };
        RecallOptions::new(update).with_max_steps(MOST_STEPS)
    }

    fn fits(&self, cue: &Cues) -> Result<(), Refused> {
        let (own, neurons) = (self.file.network().neurons(), cue.neurons());
        if own == neurons {
            return Ok(());
        }
        Err(format!("the network has {own} neurons, the cue {neurons}"))
    }

    /// Energy, overlaps; as bytes the fields (an f32 each) and then each neuron's next state (an i8).
    pub(crate) fn look(&self, cue: &Cues) -> Result<Reply, Refused> {
        self.fits(cue)?;
        let network = self.file.network();
        let state: Vec<f64> = (0..cue.neurons())
            .map(|i| f64::from(cue.value(0, i)))
            .collect();
        let seen = attractor::recall::look(network, cue, 0).map_err(said)?;
        // As `Network::energy`, of the fields that are known already.
        let terms = seen.fields.iter().zip(network.biases()).zip(&state);
        let energy: f64 = terms.map(|((h, b), s)| -0.5 * s * (h + b)).sum();
        let mut bytes: Vec<u8> = seen
            .fields
            .iter()
            .flat_map(|&h| (h as f32).to_le_bytes())
            .collect();
        bytes.extend(seen.next.iter().map(|s| s.cast_unsigned()));
        let value = json!({
            "energy": energy,
            "overlaps": self.overlaps(&state),
        });
        Ok((value, bytes))
    }

    fn overlaps(&self, state: &[f64]) -> Vec<f64> {
        let Some(patterns) = &self.patterns else {
            return Vec::new();
        };
        let overlap = |mu| {
            let products = patterns
                .signs(mu)
                .zip(state)
                .map(|(sign, s)| f64::from(sign) * s);
            products.sum::<f64>() / state.len() as f64
        };
        (0..patterns.count()).map(overlap).collect()
    }

    /// Where the recall ends, after how many sweeps or steps; the state as bytes.
    pub(crate) fn recall(&self, cue: &Cues) -> Result<Reply, Refused> {
        self.fits(cue)?;
        let recalled = recall(self.file.network(), cue, &self.options()).map_err(said)?;
        let end = match recalled.ends[0] {
            End::FixedPoint => "fixed point".to_owned(),
            End::Cycle { length } => format!("cycle of {length} states"),
            _ => format!("still moving after {MOST_STEPS} steps"),
        };
        let state = recalled.states.signs(0);
        let found = self.patterns.as_ref().and_then(|patterns| {
            (0..patterns.count()).find(|&mu| patterns.bits(mu) == recalled.states.bits(0))
        });
        let value = json!({ "end": end, "steps": recalled.steps[0], "found": found });
        Ok((value, state.map(i8::cast_unsigned).collect()))
    }

    /// For each number of flips the share of stored patterns that come back, `repeats` cues a pattern.
    pub(crate) fn basin(&self, flips: &[usize], repeats: usize) -> Result<Reply, Refused> {
        let patterns = self.patterns.as_ref();
        let patterns = patterns.ok_or("no patterns of this network's size to damage")?;
        let share = |&count: &usize| {
            let mut back = 0;
            for seed in 0..repeats as u64 {
                let cues = Cues::from(patterns).flip(count, seed);
                let recalled = recall(self.file.network(), &cues, &self.options()).map_err(said)?;
                back += (0..patterns.count())
                    .filter(|&mu| patterns.bits(mu) == recalled.states.bits(mu))
                    .count();
            }
            Ok(back as f64 / (repeats.max(1) * patterns.count()) as f64)
        };
        let most = self.file.network().neurons();
        if flips.iter().any(|&count| count > most) {
            return Err(format!(
                "the network has {most} neurons: flip as many at most"
            ));
        }
        let shares: Result<Vec<f64>, Refused> = flips.iter().map(share).collect();
        Ok((json!({ "shares": shares? }), Vec::new()))
    }
}
