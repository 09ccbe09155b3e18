//! Visiting all states, and saving the fixed points.

use super::settings::Visiting;
use super::table::text;
use crate::interrupt;
use crate::output::Output;
use anyhow::Result;
use attractor::Control;
use attractor::io::encode_patterns;
use attractor::states::{Attractor, StateSpace};
use std::cmp::Reverse;
use std::io::Write as _;

/// All states are visited.
pub(super) struct Visited {
    visiting: Visiting,
    space: StateSpace,
}

impl Visiting {
    /// Visits all states.
    ///
    /// # Errors
    /// Ctrl-C: nothing is known of all states before the end.
    pub(super) fn visit(self) -> Result<Visited> {
        let control = Control::new().with_interrupt(interrupt::watch()?);
        Ok(Visited {
            space: StateSpace::of(self.network.network(), &control)?,
            visiting: self,
        })
    }
}

impl Visited {
    /// The attractors, those with the largest basins first.
    fn sorted(&self) -> Vec<Attractor<'_>> {
        let mut attractors: Vec<Attractor<'_>> = self.space.attractors().collect();
        attractors.sort_by_key(|found| (Reverse(found.basin), found.states[0]));
        attractors
    }

    /// Writes the fixed points.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self) -> Result<()> {
        let Some((output, format)) = &self.visiting.output else {
            return Ok(());
        };
        let sorted = self.sorted();
        let fixed = sorted.iter().filter(|found| found.is_fixed_point());
        let states: Vec<u32> = fixed.map(|found| found.states[0]).collect();
        if states.is_empty() {
            let _ = writeln!(
                std::io::stderr(),
                "note: there is no fixed point, and no file of them"
            );
            return Ok(());
        }
        output.write(&encode_patterns(&self.space.patterns(&states)?, *format))
    }

    /// Says what was found, unless the fixed points went to standard output.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self) -> Result<()> {
        let Visiting {
            network,
            patterns,
            use_stdout,
            ..
        } = &self.visiting;
        if *use_stdout {
            return Ok(());
        }
        let text = text(
            network.network(),
            &self.space,
            &self.sorted(),
            patterns.as_ref(),
        )?;
        Output::Stdout.write(text.as_bytes())
    }
}
