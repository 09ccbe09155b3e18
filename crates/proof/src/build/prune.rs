//! Prune: which evidence a proof rests on, and leaving out the rest.

use crate::format::certificate::{Bound, Node, Refutation};
use std::collections::{BTreeSet, HashMap};

/// The dependencies and lemmas that a proof names.
pub(crate) fn uses(proof: &Refutation) -> (BTreeSet<u32>, BTreeSet<u32>) {
    let (mut used, mut earlier) = (BTreeSet::new(), BTreeSet::new());
    match proof {
        Refutation::Exhaustive => {}
        Refutation::Search {
            dependencies,
            lemmas,
        } => {
            used.extend(dependencies);
            earlier.extend(lemmas);
        }
        Refutation::Payments { lemmas } => earlier.extend(lemmas),
        Refutation::Tree(nodes) => {
            for node in nodes {
                match node {
                    Node::Branch(..) => {}
                    Node::Split(split) => used.extend(split.first()),
                    Node::Close(closing, more) => {
                        used.extend(closing.iter().map(|&(d, _)| d));
                        earlier.extend(more.iter().map(|&(l, _)| l));
                    }
                }
            }
        }
    }
    (used, earlier)
}

/// Gives the dependencies and lemmas that a proof names other numbers.
pub(crate) fn renumber(
    proof: &mut Refutation,
    dependency: impl Fn(u32) -> u32,
    lemma: impl Fn(u32) -> u32,
) {
    match proof {
        Refutation::Exhaustive => {}
        Refutation::Search {
            dependencies,
            lemmas,
        } => {
            for d in dependencies {
                *d = dependency(*d);
            }
            for l in lemmas {
                *l = lemma(*l);
            }
        }
        Refutation::Payments { lemmas } => {
            for l in lemmas {
                *l = lemma(*l);
            }
        }
        Refutation::Tree(nodes) => {
            for node in nodes {
                renumber_node(node, &dependency, &lemma);
            }
        }
    }
}

fn renumber_node(node: &mut Node, dependency: impl Fn(u32) -> u32, lemma: impl Fn(u32) -> u32) {
    match node {
        Node::Branch(..) => {}
        Node::Split(split) => {
            if let Some(d) = split.first_mut() {
                *d = dependency(*d);
            }
        }
        Node::Close(dependencies, lemmas) => {
            for (d, _) in dependencies {
                *d = dependency(*d);
            }
            for (l, _) in lemmas {
                *l = lemma(*l);
            }
        }
    }
}

/// The lemmas that these rest on, themselves among them, and the dependencies that one of them names.
pub(crate) fn reached(bound: &Bound, sum: &[u32]) -> (BTreeSet<u32>, BTreeSet<u32>) {
    let mut lemmas: BTreeSet<u32> = sum.iter().copied().collect();
    let (mut left, mut dependencies) = (lemmas.clone(), BTreeSet::new());
    while let Some(index) = left.pop_last() {
        let (used, earlier) = uses(&bound.lemmas[index as usize].proof);
        dependencies.extend(used);
        left.extend(earlier.into_iter().filter(|&l| lemmas.insert(l)));
    }
    (lemmas, dependencies)
}

/// Leaves out the lemmas that the sum does not rest on, and the dependencies that no lemma names.
pub(crate) fn keep_used(bound: &mut Bound) {
    let (lemmas, dependencies) = reached(bound, &bound.sum);
    let places =
        |kept: &BTreeSet<u32>| -> HashMap<u32, u32> { kept.iter().copied().zip(0..).collect() };
    let (new_lemma, new_dependency) = (places(&lemmas), places(&dependencies));
    keep(&mut bound.lemmas, &lemmas);
    keep(&mut bound.dependencies, &dependencies);
    for lemma in &mut bound.lemmas {
        renumber(&mut lemma.proof, |d| new_dependency[&d], |l| new_lemma[&l]);
    }
    bound.sum.iter_mut().for_each(|l| *l = new_lemma[l]);
}

fn keep<T>(list: &mut Vec<T>, kept: &BTreeSet<u32>) {
    let mut index = 0;
    list.retain(|_| {
        index += 1;
        kept.contains(&(index - 1))
    });
}
