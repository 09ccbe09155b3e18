//! Prove: lemmas from a solver's evidence, by the checker's own search.

use crate::build::evidence::CoreEvidence;
use crate::build::prune::uses;
use crate::check::effort::{Effort, Searched};
use crate::check::family::{Asked, Family};
use crate::check::lemma::{self, Scope};
use crate::check::system::System;
use crate::check::tree_search::TreeSearch;
use crate::check::{joint, payments};
use crate::format::certificate::{Bound, Claim, Dependency, Lemma, Node, Refutation};
use crate::format::natural::Natural;
use crate::format::refusal::{Reason, Refusal};
use attractor::Control;

/// Trees whose text is longer are left to the checker's search. Longer ones make long files; shorter ones leave the checker
/// more to search.
const SHORT_TREE_BYTES: usize = 1 << 13;

/// Elementary steps in which a short tree is found or not: a tenth of a millisecond. More are lost on most lemmas, which have
/// no short tree.
const TREE_STEPS: u64 = 1 << 14;

/// Rows, with repetition, of the inequalities among which a short tree is looked for: a node goes through all of them
/// several times, so that among more the steps would not last for a tree.
const TREE_ROWS: usize = 1 << 10;

/// Elements above which dependencies are packed before they are searched. Fewer: proofs of small lemmas, which the search
/// finds at once, are longer than need be. More: the search for large ones takes all its steps.
const PACKED_ELEMENTS: usize = 1 << 12;

/// Elementary steps of one search for payments: some seconds. More delay the certificate; fewer claim less.
const PAYMENTS_STEPS: u64 = 1 << 32;

/// A dependency over rows (neuron, pattern).
pub(crate) fn dependency_of(rows: &[(usize, usize)], multipliers: Vec<Natural>) -> Dependency {
    let mut neurons: Vec<u32> = rows.iter().map(|&(i, _)| i as u32).collect();
    if neurons.windows(2).all(|pair| pair[0] == pair[1]) {
        neurons.truncate(1);
    }
    Dependency {
        neurons,
        patterns: rows.iter().map(|&(_, mu)| mu as u32).collect(),
        multipliers,
    }
}

/// The largest claim below that of lemma `index` that its own dependencies prove, and the steps of checking it. A smaller
/// claim needs less evidence. `None` for a lemma that rests on others, below a claim of 1, and after a stop.
pub(crate) fn prove_weaker_lemma(
    system: &System<'_>,
    bound: &Bound,
    index: u32,
    steps: u64,
    control: &Control<'_>,
) -> Result<Option<(Lemma, u64)>, Refusal> {
    let lemma = &bound.lemmas[index as usize];
    let (dependencies, lemmas) = uses(&lemma.proof);
    if !lemmas.is_empty() {
        return Ok(None);
    }
    let scope = Scope {
        system,
        bound,
        neurons: &lemma.neurons,
        earlier: 0,
    };
    let dependencies = dependencies.into_iter().collect();
    let family = scope.family(dependencies, Vec::new(), steps, "lemma");
    let Some(family) = affordable(family)? else {
        return Ok(None);
    };
    let claims = (1..lemma.claim.sum())
        .rev()
        .take_while(|_| !control.should_stop());
    let mut proven =
        claims.filter_map(|claim| Some((claim, prove(&family, claim - 1, steps, control)?)));
    Ok(proven.next().map(|(claim, (proof, taken))| {
        let lemma = Lemma {
            neurons: lemma.neurons.clone(),
            claim: Claim::Sum(claim),
            proof,
        };
        (lemma, family.work + taken)
    }))
}

/// What is too large is no claim; other refusals stand.
pub(crate) fn affordable<T>(made: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match made {
        Ok(made) => Ok(Some(made)),
        Err(refusal) if matches!(refusal.reason, Reason::TooLarge(_)) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// That no removal within `budget` satisfies the family: a tree if a short one is found soon, else left to the search; and
/// the steps that it takes.
pub(crate) fn prove(
    family: &Family,
    budget: u64,
    steps: u64,
    control: &Control<'_>,
) -> Option<(Refutation, u64)> {
    let rows = family.dependencies.iter().chain(&family.lemmas);
    if rows.map(|asked| asked.elements.len()).sum::<usize>() <= TREE_ROWS
        && let Some(found) = short_tree(family, budget, steps)
    {
        return Some(found);
    }
    if family.weights.len() > PACKED_ELEMENTS
        && let Some(found) = packing(family, budget)
    {
        return Some(found);
    }
    let searched = lemma::search(family, budget, &Effort::until(steps, control)).ok()?;
    Some((rests_on(family, &searched), searched.work))
}

/// A tree of one node that closes at once: weights for the dependencies, in their order, of which no element takes more than
/// its own weight. A removal within the budget satisfies less than they add up to. And the steps of checking it.
fn packing(family: &Family, budget: u64) -> Option<(Refutation, u64)> {
    let mut left = family.weights.clone();
    let mut packed = Vec::new();
    let (mut total, mut steps) = (0, left.len());
    for asked in &family.dependencies {
        let elements = || asked.elements.iter().map(|&e| e as usize);
        let occurs = |e| elements().filter(|&other| other == e).count() as u64;
        // A row that stands twice takes its element's weight twice.
        let weight = elements().map(|e| left[e] / occurs(e)).min().unwrap_or(0);
        if weight > 0 {
            elements().for_each(|e| left[e] -= weight);
            packed.push((asked.index, weight));
            total += weight;
        }
        steps += elements().len();
    }
    (total > budget).then(|| {
        let close = Node::Close(packed, Vec::new());
        (Refutation::Tree(vec![close]), steps as u64)
    })
}

/// A short tree, if one is found soon, and the steps that it takes.
fn short_tree(family: &Family, budget: u64, steps: u64) -> Option<(Refutation, u64)> {
    let mut nodes = Vec::new();
    let mut bytes = 0;
    let effort = Effort::steps(TREE_STEPS.min(steps));
    let taken = TreeSearch::new(family, budget).run(&effort, |node| {
        bytes += node_bytes(&node);
        nodes.push(node);
    });
    let taken = taken.ok().filter(|_| bytes <= SHORT_TREE_BYTES)?;
    Some((Refutation::Tree(nodes), taken))
}

/// The proof by a search over the part of the family that it rests on.
fn rests_on(family: &Family, searched: &Searched) -> Refutation {
    let names = |asked: &[Asked], used: &[usize]| used.iter().map(|&k| asked[k].index).collect();
    Refutation::Search {
        dependencies: names(&family.dependencies, &searched.dependencies),
        lemmas: names(&family.lemmas, &searched.lemmas),
    }
}

/// The lemma that a core's neurons are not all within its numbers, from what its search rests on, and the steps of checking
/// it; None if it is not proven.
pub(crate) fn prove_core(
    system: &System<'_>,
    bound: &Bound,
    core: CoreEvidence,
    lemmas: &[u32],
    steps: u64,
    control: &Control<'_>,
) -> Result<Option<(Lemma, u64)>, Refusal> {
    let neurons: Vec<u32> = core.neurons.iter().map(|&i| i as u32).collect();
    let mut lemma = Lemma {
        neurons,
        claim: Claim::Most(core.most.clone()),
        proof: Refutation::Exhaustive,
    };
    lemma::check_neurons(system, &lemma, "core")?;
    let scope = Scope {
        system,
        bound,
        neurons: &lemma.neurons,
        earlier: bound.lemmas.len(),
    };
    let is_on_it = |l: &u32| match bound.lemmas.get(*l as usize).map(|l| &l.neurons[..]) {
        Some([neuron]) => lemma.neurons.contains(neuron),
        _ => false,
    };
    let on_it = lemmas.iter().copied().filter(is_on_it).collect();
    let family = scope.family(core.dependencies, on_it, steps, "core");
    let Some(family) = affordable(family)? else {
        return Ok(None);
    };
    let effort = Effort::until(steps, control);
    if control.should_stop() {
        return Ok(None);
    }
    let Ok(searched) = joint::refute(&family, &core.most, &effort) else {
        return Ok(None);
    };
    lemma.proof = rests_on(&family, &searched);
    Ok(Some((lemma, family.work + searched.work)))
}

/// The largest number from `floor` to `most` of wrong bits of `neurons` that these lemmas together ask for, the lemmas that
/// suffice, and the steps of checking that.
pub(crate) fn prove_payments(
    bound: &Bound,
    neurons: &[u32],
    lemmas: &[u32],
    (floor, most): (u64, u64),
    control: &Control<'_>,
) -> Option<(u64, Vec<u32>, u64)> {
    let refute = |lemmas: &[u32], claim: u64| {
        let named = lemmas.iter().map(|&l| (l, &bound.lemmas[l as usize]));
        let effort = Effort::until(PAYMENTS_STEPS, control);
        payments::refute(neurons, named, claim - 1, &effort)
    };
    let mut claim = most;
    while claim >= floor.max(1) && !control.should_stop() {
        match refute(lemmas, claim) {
            Ok(mut settled) => {
                // Fewer lemmas lead another way, which may rest on fewer again.
                while let Ok(again) = refute(&settled.lemmas, claim) {
                    let smaller = again.lemmas.len() < settled.lemmas.len();
                    settled.work = again.work;
                    if !smaller {
                        break;
                    }
                    settled.lemmas = again.lemmas;
                }
                return Some((claim, settled.lemmas, settled.work));
            }
            Err(Reason::Paid(enough)) => claim = enough.min(claim - 1),
            Err(_) => claim -= 1,
        }
    }
    None
}

/// About how long a node is as text.
fn node_bytes(node: &Node) -> usize {
    match node {
        Node::Branch(..) => 18,
        Node::Split(split) => 12 + 3 * split.len(),
        Node::Close(closing, more) => 14 + 9 * (closing.len() + more.len()),
    }
}
