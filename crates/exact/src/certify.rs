//! Certify: from a problem and the evidence for a bound to a certificate that others can check.
//!
//! No search is needed for it: [`certify`] takes [`Evidence`], which is data. The
//! proof crate's builder runs the checker's own search over them, so what is claimed here is what will be proven there:
//! where the evidence carries less than the solver's bound within the effort allowed, the certificate claims less.

use crate::evidence::{
    DamagedInputs, Evidence, NeuronBound, SurvivalBit, SurvivalBound, SurvivalCore, SurvivalNode,
};
use crate::geometry::dependency::Packed;
use crate::problem::{Problem, Weights};
use attractor::{Control, Network, Patterns};
use attractor_proof::{
    Builder, Certificate, CoreEvidence, Domain, Holding, Natural, NeuronEvidence, Refusal, Survive,
    SurviveBit, SurviveCore, SurviveDamage, SurviveNode, with_survival,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Elementary steps of the checker's search, a neuron: some seconds.
const NEURON_STEPS: u64 = 1 << 32;

/// Elementary steps of the checker's search for a core: some seconds; most take far fewer.
const CORE_STEPS: u64 = 1 << 32;

/// How long proofs are searched for after a stop: with the writing, the user waits less than a second. Longer: the user
/// waits. Shorter: less of the bound is certified.
const HURRIED: Duration = Duration::from_millis(300);

/// Bytes of text of the evidence after a stop: written in a fifth of a second. The trade is that of [`HURRIED`].
const HURRIED_BYTES: u64 = 1 << 23;

fn unpack(bound: &NeuronBound) -> NeuronEvidence {
    let pair = |packed: &Packed| (packed.rows().collect(), naturals(packed));
    NeuronEvidence {
        neuron: bound.neuron,
        bound: bound.bound,
        dependencies: bound.dependencies.iter().map(pair).collect(),
    }
}

fn naturals(packed: &Packed) -> Vec<Natural> {
    packed.multipliers().map(Natural::from_limbs).collect()
}

/// A certificate of what `network` stores, of the bound that `evidence` proves, and of how many patterns can survive damage
/// where that was asked for, whose
/// proofs the checker checks in seconds each. Once `control` says stop, proofs are searched for 0.3 seconds at most, and the
/// evidence is at most 8 MB long: of more, the part that claims most for its length.
///
/// # Errors
/// A network outside the problem's class, or evidence that is none: neither comes from a search of this crate.
pub fn certify(
    problem: &Problem,
    network: &Network,
    evidence: &Evidence,
    control: &Control<'_>,
) -> Result<Certificate, Refusal> {
    let certificate = certify_wrong_bits(problem, network, evidence, control)?;
    // What is too much for a reader is not claimed; a weaker bound may not be.
    let bounds = evidence
        .survival
        .iter()
        .take_while(|_| !control.must_stop());
    let claimed = bounds.map(|bound| {
        let claim = survival_claim(bound, problem.weights);
        with_survival(&certificate, claim, network, &problem.patterns)
    });
    let accepted = claimed.flatten().next();
    Ok(accepted.unwrap_or(certificate))
}

/// The bound on survivors as a certificate claims it: of the networks that hold the same bits where a core needs that.
fn survival_claim(bound: &SurvivalBound, weights: Weights) -> Survive {
    let bit = |bit: &SurvivalBit| SurviveBit {
        pattern: bit.pattern as u32,
        damage: match bit.damage {
            DamagedInputs::Flips(r) => SurviveDamage::Flips(r as u32),
            DamagedInputs::Erasures(r) => SurviveDamage::Erasures(r as u32),
        },
        multiplier: bit.multiplier,
        flow: bit.flow.iter().any(|&v| v > 0).then(|| bit.flow.clone()),
    };
    let node = |node: &SurvivalNode| match node {
        SurvivalNode::Leaf(bits) => SurviveNode::Bits(bits.iter().map(bit).collect()),
        &SurvivalNode::Split { input, at } => {
            let below = match weights {
                Weights::Binary => 1,
                _ => at + i64::from(weights.largest()) + 1,
            };
            SurviveNode::Split(input as u32, below as u32)
        }
    };
    let core = |core: &SurvivalCore| SurviveCore {
        neuron: core.neuron as u32,
        tree: core.tree.iter().map(node).collect(),
    };
    let cores: Vec<SurviveCore> = bound.cores.iter().map(core).collect();
    let holds = cores
        .iter()
        .flat_map(SurviveCore::bits)
        .any(|bit| bit.damage.is_none());
    Survive {
        flips: bound.flips as u32,
        erasures: bound.erasures as u32,
        steps: 1,
        holding: if holds {
            Holding::StoredBits
        } else {
            Holding::Nothing
        },
        patterns: bound.patterns.iter().map(|&mu| mu as u32).collect(),
        at_most: bound.at_most as u64,
        cores,
    }
}

/// The certificate but for what survives.
fn certify_wrong_bits(
    problem: &Problem,
    network: &Network,
    evidence: &Evidence,
    control: &Control<'_>,
) -> Result<Certificate, Refusal> {
    let domain = match problem.weights {
        Weights::Real => Domain::Real,
        Weights::Ternary => Domain::Integer(1),
        Weights::Binary => Domain::Binary,
        Weights::Integer(k) => Domain::Integer(k),
    };
    let patterns = &problem.patterns;
    let claimed = attractor_proof::CertifiedProblem::new(
        patterns,
        &problem.couplings,
        problem.bias,
        problem.ties,
        domain,
    );
    let control = &control.clone().with_grace(HURRIED);
    let mut builder = Builder::new(claimed, patterns)?
        .stopping(control)
        .at_most(HURRIED_BYTES);
    let unpacked = evidence.neurons.par_iter().map(unpack);
    let lemmas = builder.neurons(unpacked.collect(), NEURON_STEPS)?;
    if domain != Domain::Real {
        let neurons = evidence.neurons.iter().map(|e| e.neuron);
        let claims = neurons
            .zip(lemmas)
            .filter(|&(_, l)| builder.bound_of(l) > 0);
        let mut by_neuron: BTreeMap<usize, u32> = claims.collect();
        // What is too much to be tried again is certified as far as real weights bound it.
        for &(neuron, bound) in &evidence.tried {
            if let Ok(lemma) = builder.exhaustive(neuron, bound) {
                by_neuron.insert(neuron, lemma);
            }
        }
        let lemmas: Vec<u32> = by_neuron.into_values().collect();
        return builder.finish(&lemmas, Some(network));
    }
    let all = prove_total(&mut builder, patterns, evidence, &lemmas, control)?;
    match all {
        Some(all) if builder.fits(&[all]) => builder.finish(&[all], Some(network)),
        _ => builder.finish(&lemmas, Some(network)),
    }
}

/// The lemma on all neurons that carries the bound beyond the sum of the neurons' `lemmas`, by the cores.
fn prove_total(
    builder: &mut Builder<'_>,
    patterns: &Patterns,
    evidence: &Evidence,
    lemmas: &[u32],
    control: &Control<'_>,
) -> Result<Option<u32>, Refusal> {
    let sum: u64 = lemmas.iter().map(|&l| builder.bound_of(l)).sum();
    if evidence.cores.is_empty() || evidence.total <= sum || control.should_stop() {
        return Ok(None);
    }
    let n = patterns.neurons();
    let in_cores: BTreeSet<usize> = evidence.cores.iter().flatten().map(|&(i, _)| i).collect();
    // Each dependency with the neurons whose rows it has.
    let mut known: Vec<(u32, Vec<usize>)> = Vec::new();
    let neurons = evidence.neurons.iter();
    for packed in neurons.filter(|packed| in_cores.contains(&packed.neuron)) {
        for dependency in &packed.dependencies {
            if control.should_stop() {
                return Ok(None);
            }
            let rows: Vec<(usize, usize)> =
                dependency.rows().map(|mu| (packed.neuron, mu)).collect();
            // Those that carry the neuron's own lemma are there.
            let index = match builder.known(&rows) {
                Some(index) => index,
                None => builder.dependency(&rows, naturals(dependency))?,
            };
            known.push((index, vec![packed.neuron]));
        }
    }
    for dependency in &evidence.coupled {
        if control.should_stop() {
            return Ok(None);
        }
        let rows: Vec<(usize, usize)> = dependency.rows.iter().map(|r| (r % n, r / n)).collect();
        let multipliers = dependency.multipliers.iter().cloned().map(Natural::from);
        let index = builder.dependency(&rows, multipliers.collect())?;
        let neurons: BTreeSet<usize> = rows.iter().map(|&(i, _)| i).collect();
        known.push((index, neurons.into_iter().collect()));
    }
    let cores = evidence.cores.iter().map(|core| {
        let has = |i: &usize| core.binary_search_by_key(i, |&(j, _)| j).is_ok();
        let within = known.iter().filter(|(_, neurons)| neurons.iter().all(has));
        CoreEvidence {
            neurons: core.iter().map(|&(i, _)| i).collect(),
            most: core.iter().map(|&(_, most)| u64::from(most)).collect(),
            dependencies: within.map(|&(d, _)| d).collect(),
        }
    });
    let cores = builder.all_excluded(cores.collect(), lemmas, CORE_STEPS)?;
    builder.payments(&[lemmas, &cores].concat(), evidence.total, sum + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;
    use crate::problem::Options;
    use crate::{pipeline, search::symmetric, train};
    use attractor::{Couplings, Patterns, Symmetry, Ties};
    use attractor_proof::{Claim, verify};

    fn problem(count: usize, neurons: usize, symmetry: Symmetry, ties: Ties) -> Problem {
        let patterns = Patterns::random(count, neurons, 3).unwrap();
        let couplings = Couplings::full(neurons, symmetry).unwrap();
        let mut problem = Problem::new(patterns, couplings).unwrap();
        problem.ties = ties;
        problem
    }

    #[test]
    fn directed_optima_are_certified() {
        for (ties, bias) in [(Ties::Strict, false), (Ties::Negative, true)] {
            let mut problem = problem(24, 9, Symmetry::Directed, ties);
            problem.bias = bias;
            let outcome = train(&problem, &Options::default(), &Control::new()).unwrap();
            let (bound, network) = (outcome.trained.total.lower_bound, outcome.trained.network);
            let certificate =
                certify(&problem, &network, &outcome.evidence, &Control::new()).unwrap();
            let proven = verify(&certificate, &network, &problem.patterns).unwrap();
            assert!(proven.is_optimal() && bound > 5);
            assert_eq!(proven.wrong_bits_at_least, Some(bound as u64));
        }
    }

    #[test]
    fn symmetric_bounds_are_certified() {
        let problem = problem(12, 7, Symmetry::Symmetric, Ties::Strict);
        let instance = Instance::new(&problem).unwrap();
        let start = pipeline::hebbian(&instance).unwrap();
        let outcome = symmetric::search(
            &instance,
            &Options::default(),
            start.clone(),
            symmetric::Early::new(start),
            &Control::new(),
        )
        .unwrap();
        let certificate = certify(
            &problem,
            &outcome.trained.network,
            &outcome.evidence,
            &Control::new(),
        )
        .unwrap();
        let proven = verify(&certificate, &outcome.trained.network, &problem.patterns).unwrap();
        let bound = outcome.trained.total.lower_bound as u64;
        assert_eq!(proven.wrong_bits_at_least, Some(bound));
    }

    #[test]
    fn discrete_weights_are_tried_again() {
        let mut problem = problem(9, 6, Symmetry::Directed, Ties::Strict);
        problem.weights = Weights::Ternary;
        let outcome = train(&problem, &Options::default(), &Control::new()).unwrap();
        let network = outcome.trained.network;
        let certificate = certify(&problem, &network, &outcome.evidence, &Control::new()).unwrap();
        let proven = verify(&certificate, &network, &problem.patterns).unwrap();
        assert!(proven.is_optimal());
    }

    #[test]
    fn bounds_of_real_weights_are_bounds_of_discrete_weights() {
        for (symmetry, bias) in [(Symmetry::Directed, true), (Symmetry::Symmetric, false)] {
            let mut problem = problem(24, 8, symmetry, Ties::Negative);
            // Far too many weights to be tried again.
            problem.weights = Weights::Integer(40);
            problem.bias = bias;
            let control = Control::new().with_time_limit(Duration::from_secs(2));
            let outcome = train(&problem, &Options::default(), &control).unwrap();
            let network = outcome.trained.network;
            let certificate =
                certify(&problem, &network, &outcome.evidence, &Control::new()).unwrap();
            let real: u64 = outcome.evidence.neurons.iter().map(|e| e.bound).sum();
            let proven = verify(&certificate, &network, &problem.patterns).unwrap();
            assert_eq!(proven.wrong_bits_at_least, Some(real));
            assert!(real > 5 && proven.tried == 0);
            // The claim about what is stored still asks for weights of the domain.
            let mut narrow = certificate.clone();
            narrow.problem.weights = Domain::Integer(1);
            assert!(verify(&narrow, &network, &problem.patterns).is_err());
            let mut more = certificate;
            let bound = more.bound.as_mut().unwrap();
            bound.wrong_bits_at_least += 1;
            more.gap = more.gap.map(|gap| gap.saturating_sub(1));
            let lemma = &mut bound.lemmas[bound.sum[0] as usize];
            lemma.claim = Claim::Sum(lemma.claim.sum() + 1);
            let refusal = verify(&more, &network, &problem.patterns).unwrap_err();
            assert!(refusal.to_string().contains("bound.lemmas"), "{refusal}");
        }
    }

    #[test]
    fn what_is_not_bounded_is_not_claimed() {
        let mut problem = problem(4, 9, Symmetry::Directed, Ties::Strict);
        problem.weights = Weights::Integer(40);
        let control = Control::new().with_time_limit(Duration::from_secs(2));
        let outcome = train(&problem, &Options::default(), &control).unwrap();
        let network = outcome.trained.network;
        let certificate = certify(&problem, &network, &outcome.evidence, &Control::new()).unwrap();
        assert_eq!(certificate.bound, None);
    }

    #[test]
    fn an_open_neuron_has_a_gap() {
        let problem = problem(24, 9, Symmetry::Directed, Ties::Strict);
        let outcome = train(&problem, &Options::default(), &Control::new()).unwrap();
        let network = outcome.trained.network;
        let mut evidence = outcome.evidence;
        let removed = evidence.neurons.pop().unwrap();
        let certificate = certify(&problem, &network, &evidence, &Control::new()).unwrap();
        let proven = verify(&certificate, &network, &problem.patterns).unwrap();
        assert_eq!(proven.gap, Some(removed.bound));
    }

    #[test]
    fn after_a_stop_some_of_the_bound_is_certified() {
        let stopped = std::sync::atomic::AtomicBool::new(true);
        let control = Control::new().with_interrupt(&stopped);
        for symmetry in [Symmetry::Directed, Symmetry::Symmetric] {
            let problem = problem(12, 7, symmetry, Ties::Strict);
            let outcome = train(&problem, &Options::default(), &Control::new()).unwrap();
            let network = outcome.trained.network;
            let certificate = certify(&problem, &network, &outcome.evidence, &control).unwrap();
            let proven = verify(&certificate, &network, &problem.patterns).unwrap();
            assert_eq!(
                proven.wrong_bits,
                Some(outcome.trained.total.wrong_bits as u64)
            );
            let bound = outcome.trained.total.lower_bound as u64;
            assert!(proven.wrong_bits_at_least.unwrap_or(0) <= bound);
        }
    }
}
