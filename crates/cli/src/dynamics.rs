//! How cues are recalled: options that several commands share.

use crate::number::at_least_one;
use anyhow::{Result, ensure};
use attractor::io::NetworkFile;
use attractor::{Order, RecallOptions, Symmetry, Update};
use clap::{Args, ValueEnum};
use std::str::FromStr;

/// The options `--update`, `--order` and `--max-steps`.
#[derive(Debug, Args)]
pub(crate) struct DynamicsArgs {
    /// Update neurons one after another (`asynchronous`), all at once (`synchronous`), or blocks of SIZE neurons one after
    /// another (`block:SIZE`) [default: asynchronous for symmetric couplings, synchronous for directed ones]
    #[arg(long, value_name = "HOW")]
    update: Option<UpdateName>,

    /// Order of neurons or blocks: the same in every sweep, or another one in each [default: fixed]
    #[arg(long, value_name = "ORDER")]
    order: Option<OrderName>,

    /// The most steps (synchronous) or sweeps (others)
    #[arg(long, value_name = "K", default_value_t = RecallOptions::default().max_steps,
        value_parser = at_least_one, allow_negative_numbers = true)]
    max_steps: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UpdateName {
    Synchronous,
    Asynchronous,
    Block(usize),
}

impl FromStr for UpdateName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let size = text.strip_prefix("block:").map(str::parse);
        match (text, size) {
            ("synchronous", _) => Ok(Self::Synchronous),
            ("asynchronous", _) => Ok(Self::Asynchronous),
            (_, Some(Ok(size @ 1..))) => Ok(Self::Block(size)),
            _ => Err(
                "write synchronous, asynchronous or block:SIZE with a SIZE of at least 1, for example block:16"
                    .to_owned(),
            ),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OrderName {
    Fixed,
    Random,
}

impl DynamicsArgs {
    /// Whether neurons are updated in random orders.
    pub(crate) fn is_random(&self) -> bool {
        self.order == Some(OrderName::Random)
    }

    /// Whether it is said how neurons are updated.
    pub(crate) fn is_given(&self) -> bool {
        self.update.is_some() || self.order.is_some()
    }

    /// Refuses options that contradict one another, before anything is read.
    ///
    /// # Errors
    /// If they do.
    pub(crate) fn check(&self) -> Result<()> {
        ensure!(
            self.order.is_none() || self.update != Some(UpdateName::Synchronous),
            "--order is for --update asynchronous; synchronous updates have none"
        );
        Ok(())
    }

    /// How this network is to be run; random orders by this seed. Asynchronous updates always settle if the weights are
    /// symmetric, so they are the default there.
    ///
    /// # Errors
    /// An order for the synchronous updates of directed couplings.
    pub(crate) fn options(&self, network: &NetworkFile, seed: u64) -> Result<RecallOptions> {
        let symmetric = network.network().symmetry() == Symmetry::Symmetric;
        let update = match self.update {
            None if symmetric => UpdateName::Asynchronous,
            None => UpdateName::Synchronous,
            Some(update) => update,
        };
        ensure!(
            self.order.is_none() || update != UpdateName::Synchronous,
            "--order is for asynchronous updates, and the default of directed couplings is synchronous; \
             add --update asynchronous"
        );
        let order = if self.is_random() {
            Order::Random { seed }
        } else {
            Order::Fixed
        };
        Ok(self.limited(match update {
            UpdateName::Asynchronous => Update::Asynchronous(order),
            UpdateName::Block(size) => Update::Block { size, order },
            UpdateName::Synchronous => Update::Synchronous,
        }))
    }

    /// These updates, with the limit on steps.
    pub(crate) fn limited(&self, update: Update) -> RecallOptions {
        RecallOptions::new(update).with_max_steps(self.max_steps)
    }
}

/// What the updates are called, and what their steps are.
pub(crate) fn names(update: Update) -> (&'static str, &'static str) {
    match update {
        Update::Synchronous => ("synchronous", "steps"),
        Update::Block { .. } => ("block", "sweeps"),
        Update::Glauber { .. } => ("glauber", "sweeps"),
        _ => ("asynchronous", "sweeps"),
    }
}
