//! Budget: every share of a time limit, with its reason. Without a time limit none of these constants has an effect.
//!
//! A phase with a larger share finds more itself; a smaller share leaves more to the phases after it.

use crate::instance::Instance;
use crate::problem::Preference;
use attractor::Control;
use std::time::Duration;

/// Most of the limit that is kept back for counting the bits of the answer. Larger: large networks are not searched for.
/// Smaller: their count ends after the limit.
const COUNTING: f64 = 0.5;

/// Additions a second and thread that counting makes: AVX2 makes about 6e9, on a busy machine. Larger: too little is kept
/// back. Smaller: the search ends too early.
const ADDITIONS_A_SECOND: f64 = 5e9;

/// Share for finding out whether every bit can be stored. Half, so that there is time for a search where it is in vain.
const STORABLE: f64 = 0.5;

/// Share in which a network that holds every bit is found and its margin widened; the rest is for counting it.
const STORED_NETWORK: f64 = 0.8;

/// Share of the search for symmetric networks where sparse weights are asked for, which take as long again.
const SEARCH_BEFORE_SPARSE: f64 = 0.5;

/// Share of what that leaves for the margin; sparse weights begin at the widest, but need not.
const MARGIN_BEFORE_SPARSE: f64 = 0.2;

/// Most of the limit that is kept back from the symmetric search for the margin. Larger: fewer optima are proven. Smaller:
/// margins of large systems stay far from the widest.
const MARGIN: f64 = 0.2;

/// Rows times squared columns of a symmetric system whose margin is widened in a second, at the least; measured 3e8 at
/// N = 20. Larger: too little is kept back.
const WIDENED_A_SECOND: f64 = 1e8;

/// Most of the limit that is kept back for repair. Larger: fewer wrong bits are found. Smaller: large networks repair worse.
const REPAIR: f64 = 0.3;

/// Share of repair's time for climbing; the rest is for the bound.
const CLIMB: f64 = 0.7;

/// Share of repair's time for choosing by what is recalled; the rest is for the bound.
const CHOSEN: f64 = 0.8;

/// Evaluations of the objective that repair needs, about.
const REPAIR_EVALUATIONS: f64 = 600.0;
/// The same where the network is chosen by what it recalls: several climbs, and rounds on passed states.
const RECALL_EVALUATIONS: f64 = 10_000.0;

/// Share of all that comes before survival, where that is asked for. Larger: less of the damage is survived, or proven to be
/// too much. Smaller: more wrong bits.
const BEFORE_SURVIVAL: f64 = 0.5;

/// Share of what is left for one set of patterns that are to survive in one symmetric or discrete network. Larger: few sets
/// are tried. Smaller: none of them is found.
const SURVIVORS: f64 = 0.25;

/// Share for one classical rule among the incumbents of a symmetric network. There are half a dozen of them.
const CLASSICAL: f64 = 1.0 / 8.0;

/// The most that one classical rule takes, even where there is no limit.
const CLASSICAL_MOST: Duration = Duration::from_secs(20);

/// Share for each of the incumbents that come before it is tried to store every bit. They are what an early stop leaves.
const EARLY: f64 = 1.0 / 8.0;

/// The most that each of these takes, even where there is no limit. Larger: sets that can be stored wait for networks that
/// are not needed. Smaller: an early stop leaves a network worse than a rule's.
const EARLY_MOST: Duration = Duration::from_secs(2);

/// Share for the pseudo-inverse, which comes before everything else: it is fast, and stores all it can.
const PSEUDO_INVERSE: f64 = 1.0 / 2.0;

/// Share after which putting the neurons' optima together is given up, unless nearly every bit holds by then: mostly it
/// works at once or not at all.
const TOGETHER: f64 = 1.0 / 4.0;

/// Share of a discrete symmetric network's neurons, whose bounds add up to a bound of the network. The rest is for networks
/// and the search, which need more than a bound.
const DISCRETE_NEURONS: f64 = 1.0 / 3.0;

/// Share of the search for few wrong bits of discrete weights; the rest is for their margin. Larger: what is not proven has
/// a narrow margin. Smaller: less is proven.
const DISCRETE_SEARCH: f64 = 0.7;

/// Share of what is left for the margin of real weights, whose rounding is a start for discrete ones.
const DISCRETE_ROUNDING: f64 = 0.4;

/// Share of a discrete neuron for the bound of real weights, which often is the bound of discrete ones, too.
const REAL_BOUND: f64 = 1.0 / 4.0;

/// Share of a general solver on the big-M model; the rest is for polishing and counting what it found.
const SOLVER: f64 = 0.9;

/// The control for all searches: what counting the answer will take is kept back.
pub(crate) fn searches<'a>(instance: &Instance<'_>, control: &Control<'a>) -> Control<'a> {
    let (p, n) = (instance.patterns.count(), instance.patterns.neurons());
    let additions = 0.25 * p as f64 * (n as f64).powi(2);
    let threads = rayon::current_num_threads() as f64;
    let counting = Duration::from_secs_f64(additions / (threads * ADDITIONS_A_SECOND));
    control.keeping(counting, COUNTING)
}

/// The control for all that comes before survival.
pub(crate) fn before_survival<'a>(control: &Control<'a>) -> Control<'a> {
    control.share(BEFORE_SURVIVAL)
}

/// The control for one set of patterns that are to survive.
pub(crate) fn survivors<'a>(control: &Control<'a>) -> Control<'a> {
    control.share(SURVIVORS)
}

/// For how long storing every bit is tried.
pub(crate) fn storable(control: &Control<'_>) -> Duration {
    part(control, STORABLE)
}

/// The control for a network that holds every bit.
pub(crate) fn stored_network<'a>(control: &Control<'a>) -> Control<'a> {
    control.share(STORED_NETWORK)
}

/// The control for the search of symmetric real weights. What the margin will take is kept back where that is little; the
/// margin of a large system takes what the search leaves.
pub(crate) fn symmetric_search<'a>(instance: &Instance<'_>, control: &Control<'a>) -> Control<'a> {
    if instance.is_sparse() {
        return control.share(SEARCH_BEFORE_SPARSE);
    }
    let rows = (instance.patterns.count() * instance.patterns.neurons()) as f64;
    let columns = instance.couplings.weights() as f64;
    let seconds = rows * columns.powi(2) / WIDENED_A_SECOND;
    let widening = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    control.keeping(widening, MARGIN)
}

/// The control for the margin of what the search found.
pub(crate) fn margin<'a>(instance: &Instance<'_>, control: &Control<'a>) -> Control<'a> {
    if instance.is_sparse() {
        control.share(MARGIN_BEFORE_SPARSE)
    } else {
        control.clone()
    }
}

/// The control of what comes before repair: what repair will take is kept back.
pub(crate) fn before_repair<'a>(instance: &Instance<'_>, control: &Control<'a>) -> Control<'a> {
    let (p, n) = (instance.patterns.count(), instance.patterns.neurons());
    let evaluations = match instance.preference {
        Preference::Usual => RECALL_EVALUATIONS,
        _ => REPAIR_EVALUATIONS,
    };
    let additions = evaluations * p as f64 * (n as f64).powi(2);
    let threads = rayon::current_num_threads() as f64;
    let repair = Duration::try_from_secs_f64(additions / (threads * ADDITIONS_A_SECOND));
    control.keeping(repair.unwrap_or(Duration::MAX), REPAIR)
}

/// The control for choosing a network by what it recalls; the rest of its time is for the bound.
pub(crate) fn chosen<'a>(control: &Control<'a>) -> Control<'a> {
    control.share(CHOSEN)
}

/// The control for climbing to a symmetric network that repairs.
pub(crate) fn climb<'a>(control: &Control<'a>) -> Control<'a> {
    control.share(CLIMB)
}

/// How long one classical rule may take.
pub(crate) fn classical(control: &Control<'_>) -> Duration {
    part(control, CLASSICAL).min(CLASSICAL_MOST)
}

/// How long each of the first incumbents may take.
pub(crate) fn early(control: &Control<'_>) -> Duration {
    part(control, EARLY).min(EARLY_MOST)
}

/// How long the pseudo-inverse may take.
pub(crate) fn pseudo_inverse(control: &Control<'_>) -> Duration {
    part(control, PSEUDO_INVERSE).min(CLASSICAL_MOST)
}

/// For how long the neurons' optima are tried together.
pub(crate) fn together(control: &Control<'_>) -> Duration {
    part(control, TOGETHER)
}

/// The time for all neurons of a discrete symmetric network.
pub(crate) fn discrete_neurons(control: &Control<'_>) -> Option<Duration> {
    control
        .remaining()
        .map(|left| left.mul_f64(DISCRETE_NEURONS))
}

/// The control for the search for few wrong bits of discrete weights.
pub(crate) fn discrete_search<'a>(control: &Control<'a>) -> Control<'a> {
    control.share(DISCRETE_SEARCH)
}

/// The control for the margin of real weights that discrete ones are rounded from.
pub(crate) fn discrete_rounding<'a>(control: &Control<'a>) -> Control<'a> {
    control.share(DISCRETE_ROUNDING)
}

/// The control of the real weights' search, whose bound is one of discrete weights.
pub(crate) fn real_bound<'a>(control: &Control<'a>) -> Control<'a> {
    control.phase(part(control, REAL_BOUND))
}

/// The control of a general solver.
pub(crate) fn solver<'a>(control: &Control<'a>) -> Control<'a> {
    control.share(SOLVER)
}

/// A share of what is left, of which there is no end without a limit.
fn part(control: &Control<'_>, share: f64) -> Duration {
    let left = control.remaining();
    left.map_or(Duration::MAX, |left| left.mul_f64(share))
}
