//! Prove: lemmas from a solver's evidence, by the checker's own search.

use crate::builder::NeuronEvidence;
use crate::certificate::{Bound, Dependency, Lemma, Node, Refutation};
use crate::effort::Effort;
use crate::family::Family;
use crate::limits::MAX_WORK;
use crate::natural::Natural;
use crate::prune::keep_used;
use crate::refusal::Refusal;
use crate::search::Search;
use crate::system::System;
use crate::{dependency, lemma};
use num_bigint::BigUint;

/// Trees whose text is longer are left to the checker's search.
const SHORT_TREE_BYTES: usize = 1 << 13;

/// Elementary steps in which a short tree is found or not: a tenth of a millisecond.
const TREE_STEPS: u64 = 1 << 14;

/// A dependency over rows (neuron, pattern).
pub(crate) fn dependency_of(rows: &[(usize, usize)], multipliers: Vec<BigUint>) -> Dependency {
    let mut neurons: Vec<u32> = rows.iter().map(|&(i, _)| i as u32).collect();
    if neurons.windows(2).all(|pair| pair[0] == pair[1]) {
        neurons.truncate(1);
    }
    Dependency {
        neurons,
        patterns: rows.iter().map(|&(_, mu)| mu as u32).collect(),
        multipliers: multipliers.into_iter().map(Natural::from).collect(),
    }
}

/// A neuron's lemma, and the dependencies that it names, numbered from 0.
pub(crate) struct ProvenNeuron {
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) lemma: Lemma,
    /// Elementary steps of checking the lemma.
    pub(crate) steps: u64,
}

pub(crate) fn prove_neuron(
    system: &System<'_>,
    evidence: NeuronEvidence,
    steps: u64,
    stop: &dyn Fn() -> bool,
) -> Result<ProvenNeuron, Refusal> {
    let NeuronEvidence {
        neuron,
        bound,
        dependencies,
    } = evidence;
    let dependencies: Vec<Dependency> = dependencies
        .into_iter()
        .map(|(patterns, multipliers)| {
            let rows: Vec<(usize, usize)> = patterns.into_iter().map(|mu| (neuron, mu)).collect();
            dependency_of(&rows, multipliers)
        })
        .collect();
    for dependency in &dependencies {
        if stop() {
            break;
        }
        dependency::check(system, dependency, "dependency")?;
    }
    // After a stop `strongest` claims nothing of what was not checked.
    let all: Vec<u32> = (0..dependencies.len() as u32).collect();
    let lemma = Lemma {
        neurons: vec![neuron as u32],
        bound,
        proof: Refutation::Search {
            dependencies: all,
            lemmas: Vec::new(),
        },
    };
    let mut local = Bound {
        wrong_bits_at_least: 0,
        dependencies,
        lemmas: vec![lemma],
        sum: Vec::new(),
    };
    let trivial = Lemma {
        neurons: vec![neuron as u32],
        bound: 0,
        proof: Refutation::Tree(Vec::new()),
    };
    let proven = strongest(system, &local, 0, bound, 1, steps, stop)?;
    let (lemma, taken) = proven.unwrap_or((trivial, 0));
    local.lemmas = vec![lemma];
    local.sum = vec![0];
    keep_used(&mut local);
    Ok(ProvenNeuron {
        lemma: local.lemmas.remove(0),
        dependencies: local.dependencies,
        steps: taken,
    })
}

/// The lemma at `index` with the largest bound from `floor` to `most` that the search proves, and the steps of checking it.
pub(crate) fn strongest(
    system: &System<'_>,
    bound: &Bound,
    index: usize,
    most: u64,
    floor: u64,
    steps: u64,
    stop: &dyn Fn() -> bool,
) -> Result<Option<(Lemma, u64)>, Refusal> {
    let asked = &bound.lemmas[index];
    let Refutation::Search {
        dependencies,
        lemmas,
    } = &asked.proof
    else {
        return Ok(None);
    };
    let family = lemma::family(
        system,
        bound,
        index,
        dependencies.clone(),
        lemmas.clone(),
        MAX_WORK,
        "lemma",
    )?;
    for claim in (floor.max(1)..=most).rev() {
        if stop() {
            break;
        }
        if let Some((proof, taken)) = prove(&family, claim - 1, steps, stop) {
            let lemma = Lemma {
                neurons: asked.neurons.clone(),
                bound: claim,
                proof,
            };
            return Ok(Some((lemma, family.work + taken)));
        }
    }
    Ok(None)
}

/// That no removal within `budget` satisfies the family: a tree if a short one is found soon, else left to the search; and
/// the steps that it takes.
fn prove(
    family: &Family,
    budget: u64,
    steps: u64,
    stop: &dyn Fn() -> bool,
) -> Option<(Refutation, u64)> {
    let mut nodes = Vec::new();
    let mut bytes = 0;
    let short = Search::new(family, budget).run(&Effort::steps(TREE_STEPS.min(steps)), |node| {
        bytes += node_bytes(&node);
        nodes.push(node);
    });
    if let Ok(taken) = short
        && bytes <= SHORT_TREE_BYTES
    {
        return Some((Refutation::Tree(nodes), taken));
    }
    let searched = lemma::search(family, budget, &Effort::until(steps, stop)).ok()?;
    let index = |&d: &usize| family.dependencies[d].index;
    let proof = Refutation::Search {
        dependencies: searched.used.iter().map(index).collect(),
        lemmas: family.lemmas.iter().map(|a| a.index).collect(),
    };
    Some((proof, searched.work))
}

/// About how long a node is as text.
fn node_bytes(node: &Node) -> usize {
    match node {
        Node::Branch(..) => 18,
        Node::Split(split) => 12 + 3 * split.len(),
        Node::Close(closing, more) => 14 + 9 * (closing.len() + more.len()),
    }
}
