//! States: every attractor of a small network, counted and not sampled.
//!
//! The successors of all 2^N states are tabulated, and the table's cycles are found with what flows into each. A fixed
//! point is a cycle of one state, and the same for synchronous and asynchronous updates. For symmetric weights no cycle has
//! more than two states (Goles and Olivos 1981).

mod successors;

use crate::control::Control;
use crate::network::Network;
use crate::patterns::{Patterns, PatternsError};
use successors::successors;

/// The most neurons of a network whose states are all visited: 2^25 states take 128 MiB.
pub const MOST_NEURONS: usize = 25;

/// Set in the table where the attractor of a state is known: the other bits are its number.
const KNOWN: u32 = 1 << 31;
/// Set in the table at the states of the present walk.
const ON_WALK: u32 = 1 << 30;
/// States between two questions whether to stop.
const PACE: usize = 1 << 16;

/// Why the states of a network are not known.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StatesError {
    /// More neurons than [`MOST_NEURONS`].
    #[error("the network has {0} neurons; all states are visited of at most {MOST_NEURONS}")]
    TooManyNeurons(usize),
    /// Stopped before all states were visited: nothing is known of all then.
    #[error("stopped before all states were visited")]
    Stopped,
}

/// Every attractor of the synchronous dynamics, by its smallest state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSpace {
    neurons: usize,
    /// All cycles, one after another.
    states: Vec<u32>,
    /// Where each cycle ends in `states`.
    ends: Vec<usize>,
    basins: Vec<u32>,
}

/// A fixed point or a cycle. Bit i of a state is set iff neuron i is +1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attractor<'a> {
    /// The states in the order in which they follow one another, the smallest first; one if it is a fixed point.
    pub states: &'a [u32],
    /// How many of the 2^N states end here, its own among them.
    pub basin: u32,
}

impl Attractor<'_> {
    /// Whether it is a fixed point.
    pub fn is_fixed_point(&self) -> bool {
        self.states.len() == 1
    }
}

impl StateSpace {
    /// Visits all 2^N states of the network. Takes about 2^N vector additions on all threads and 2^N walks on one, and
    /// 2^(N+2) bytes; beyond them 16 bytes an attractor.
    ///
    /// ```
    /// use attractor::{Control, Couplings, Patterns, Symmetry, rules::Hebbian, states::StateSpace};
    /// let pattern = Patterns::from_signs(1, 4, &[1, 1, -1, 1])?;
    /// let network = Hebbian::default().fit(&pattern, &Couplings::full(4, Symmetry::Symmetric)?)?;
    /// let space = StateSpace::of(&network, &Control::new())?;
    /// let fixed: Vec<u32> = space.fixed_points().map(|found| found.states[0]).collect();
    /// assert_eq!(fixed, [0b0100, 0b1011]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`StatesError`].
    pub fn of(network: &Network, control: &Control<'_>) -> Result<Self, StatesError> {
        let neurons = network.neurons();
        if neurons > MOST_NEURONS {
            return Err(StatesError::TooManyNeurons(neurons));
        }
        let mut table = successors(network, control).ok_or(StatesError::Stopped)?;
        let mut space = Self {
            neurons,
            states: Vec::new(),
            ends: Vec::new(),
            basins: Vec::new(),
        };
        for start in 0..table.len() {
            if start % PACE == 0 && control.should_stop() {
                return Err(StatesError::Stopped);
            }
            if table[start] & KNOWN == 0 {
                space.walk(&mut table, start);
            }
        }
        Ok(space)
    }

    /// Follows a state to its attractor, and notes that of all states on the way.
    fn walk(&mut self, table: &mut [u32], start: usize) {
        let mut now = start;
        while table[now] & (KNOWN | ON_WALK) == 0 {
            let next = table[now] as usize;
            table[now] |= ON_WALK;
            now = next;
        }
        let attractor = if table[now] & KNOWN == 0 {
            self.add_cycle(table, now)
        } else {
            table[now] & !KNOWN
        };
        let mut now = start;
        while table[now] & KNOWN == 0 {
            let next = (table[now] & !ON_WALK) as usize;
            table[now] = KNOWN | attractor;
            self.basins[attractor as usize] += 1;
            now = next;
        }
    }

    /// Takes the cycle through this state; returns its number.
    fn add_cycle(&mut self, table: &[u32], through: usize) -> u32 {
        let first = self.states.len();
        let mut now = through;
        loop {
            self.states.push(now as u32);
            now = (table[now] & !ON_WALK) as usize;
            if now == through {
                break;
            }
        }
        let cycle = &mut self.states[first..];
        let smallest = (0..cycle.len()).min_by_key(|&k| cycle[k]).unwrap_or(0);
        cycle.rotate_left(smallest);
        self.ends.push(self.states.len());
        self.basins.push(0);
        self.basins.len() as u32 - 1
    }

    /// The network's N.
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// Every attractor, in the order of the smallest state of its basin.
    pub fn attractors(&self) -> impl Iterator<Item = Attractor<'_>> {
        (0..self.ends.len()).map(|k| {
            let first = if k == 0 { 0 } else { self.ends[k - 1] };
            Attractor {
                states: &self.states[first..self.ends[k]],
                basin: self.basins[k],
            }
        })
    }

    /// The fixed points among them.
    pub fn fixed_points(&self) -> impl Iterator<Item = Attractor<'_>> {
        self.attractors().filter(Attractor::is_fixed_point)
    }

    /// States as patterns.
    ///
    /// # Errors
    /// [`PatternsError::Empty`] if there is none.
    pub fn patterns(&self, states: &[u32]) -> Result<Patterns, PatternsError> {
        Patterns::from_fn(states.len(), self.neurons, |k, i| states[k] >> i & 1 == 1)
    }
}
