//! Lemmas: that some neurons have at least so many wrong bits, or not all at most so many, by a tree, by the checker's own
//! search, from other lemmas, or by trying all discrete weights.

use crate::check::effort::{Effort, Searched};
use crate::check::family::{Family, checked_indices};
use crate::check::removal::Removal;
use crate::check::system::System;
use crate::check::tree_search::Search;
use crate::check::{exhaustive, hitting, joint, payments};
use crate::format::certificate::{Bound, Claim, Lemma, Node, Problem, Refutation};
use crate::format::limits::MAX_WORK;
use crate::format::refusal::{Reason, Refusal};

/// Checks lemma `index` of `bound`, whose dependencies hold; adds the steps taken to `work`.
pub(crate) fn check(
    problem: &Problem,
    system: &System<'_>,
    bound: &Bound,
    index: usize,
    work: &mut u64,
) -> Result<(), Refusal> {
    let lemma = &bound.lemmas[index];
    let location = format!("bound.lemmas[{index}]");
    check_neurons(system, lemma, &location)?;
    if lemma.claim == Claim::Sum(0) {
        return Ok(());
    }
    let limit = MAX_WORK.saturating_sub(*work);
    let scope = Scope {
        system,
        bound,
        neurons: &lemma.neurons,
        earlier: index,
    };
    *work += match (&lemma.claim, &lemma.proof) {
        (Claim::Sum(claim), Refutation::Tree(nodes)) => {
            let location = format!("{location}.proof.tree");
            check_tree(&scope, claim - 1, nodes, limit, &location)?
        }
        (
            claim,
            Refutation::Search {
                dependencies,
                lemmas,
            },
        ) => {
            let location = format!("{location}.proof.search");
            let family = scope.family(dependencies.clone(), lemmas.clone(), limit, &location)?;
            let effort = Effort::steps(limit - family.work);
            let searched = match claim {
                Claim::Sum(claim) => search(&family, claim - 1, &effort),
                Claim::Most(most) => {
                    check_single(bound, lemmas).and_then(|()| joint::refute(&family, most, &effort))
                }
            };
            let searched = searched.map_err(|reason| Refusal::at(&location, reason))?;
            family.work + searched.work
        }
        (Claim::Sum(claim), Refutation::Payments { lemmas }) => {
            let location = format!("{location}.proof.payments");
            let named = checked_indices(lemmas.clone(), index, &location)?;
            let named = named.iter().map(|&l| (l, &bound.lemmas[l as usize]));
            let effort = Effort::steps(limit);
            payments::refute(&lemma.neurons, named, claim - 1, &effort)
                .map_err(|reason| Refusal::at(&location, reason))?
                .work
        }
        (Claim::Sum(claim), Refutation::Exhaustive) => {
            let location = format!("{location}.proof.exhaustive");
            let [neuron] = lemma.neurons[..] else {
                let reason = Reason::Unsuitable("an exhaustive claim is about a single neuron");
                return Err(Refusal::at(location, reason));
            };
            let effort = Effort::steps(limit);
            exhaustive::check(problem, system, neuron as usize, *claim, &effort)
                .map_err(|reason| Refusal::at(&location, reason))?
        }
        (Claim::Most(_), _) => {
            let reason = Reason::Unsuitable("a `most` claim is proven by a search");
            return Err(Refusal::at(format_args!("{location}.proof"), reason));
        }
    };
    Ok(())
}

/// The checker's own search for a removal within `budget`.
pub(crate) fn search(
    family: &Family,
    budget: u64,
    effort: &Effort<'_>,
) -> Result<Searched, Reason> {
    if family.lemmas.is_empty() {
        return hitting::refute(family, budget, effort);
    }
    Ok(Searched {
        work: Search::new(family, budget).run(effort, |_| ())?,
        dependencies: (0..family.dependencies.len()).collect(),
        lemmas: (0..family.lemmas.len()).collect(),
    })
}

/// Whether these lemmas are on single neurons.
fn check_single(bound: &Bound, lemmas: &[u32]) -> Result<(), Reason> {
    let is_single = |&l: &u32| bound.lemmas[l as usize].neurons.len() == 1;
    if lemmas.iter().all(is_single) {
        return Ok(());
    }
    Err(Reason::Unsuitable(
        "a search for `most` rests on lemmas of single neurons",
    ))
}

/// Whether these are neurons in ascending order, with as many numbers as the claim needs.
pub(crate) fn check_neurons(
    system: &System<'_>,
    lemma: &Lemma,
    location: &str,
) -> Result<(), Refusal> {
    let neurons = &lemma.neurons;
    if let Claim::Most(most) = &lemma.claim
        && most.len() != neurons.len()
    {
        let reason = Reason::Length {
            found: most.len(),
            expected: neurons.len(),
        };
        return Err(Refusal::at(format_args!("{location}.most"), reason));
    }
    let refuse = |reason| Err(Refusal::at(format_args!("{location}.neurons"), reason));
    if let Some(pair) = neurons.windows(2).find(|pair| pair[0] >= pair[1]) {
        return refuse(Reason::Repeated(pair[1] as usize));
    }
    match neurons.last() {
        Some(&last) if last as usize >= system.neurons() => refuse(Reason::Index {
            index: last as usize,
            limit: system.neurons(),
        }),
        _ => Ok(()),
    }
}

/// Where evidence for a lemma is looked for.
pub(crate) struct Scope<'a> {
    pub(crate) system: &'a System<'a>,
    pub(crate) bound: &'a Bound,
    /// The lemma's neurons.
    pub(crate) neurons: &'a [u32],
    /// Lemmas before it.
    pub(crate) earlier: usize,
}

impl Scope<'_> {
    /// The inequalities with these indices over the rows of the neurons.
    pub(crate) fn family(
        &self,
        dependencies: Vec<u32>,
        lemmas: Vec<u32>,
        limit: u64,
        location: &str,
    ) -> Result<Family, Refusal> {
        let bound = self.bound;
        let used = checked_indices(dependencies, bound.dependencies.len(), location)?;
        let lemmas = checked_indices(lemmas, self.earlier, location)?;
        let is_sum = |&l: &u32| matches!(bound.lemmas[l as usize].claim, Claim::Sum(_));
        if !lemmas.iter().all(is_sum) {
            return Err(Refusal::at(location, Reason::NoSum));
        }
        let dependencies: Vec<_> = used
            .iter()
            .map(|&d| (d, &bound.dependencies[d as usize]))
            .collect();
        let lemmas: Vec<_> = lemmas
            .iter()
            .map(|&l| (l, &bound.lemmas[l as usize]))
            .collect();
        Family::new(self.system, self.neurons, &dependencies, &lemmas, limit)
            .map_err(|reason| Refusal::at(location, reason))
    }
}

fn check_tree(
    scope: &Scope<'_>,
    budget: u64,
    nodes: &[Node],
    limit: u64,
    location: &str,
) -> Result<u64, Refusal> {
    let (mut dependencies, mut lemmas) = (Vec::new(), Vec::new());
    for node in nodes {
        match node {
            Node::Branch(..) => {}
            Node::Split(split) => dependencies.extend(split.first()),
            Node::Close(closing, earlier) => {
                dependencies.extend(closing.iter().map(|&(d, _)| d));
                lemmas.extend(earlier.iter().map(|&(l, _)| l));
            }
        }
    }
    let family = scope.family(dependencies, lemmas, limit, location)?;
    let mut removal = Removal::new(&family, budget);
    for (k, node) in nodes.iter().enumerate() {
        step(&family, &mut removal, node)
            .map_err(|r| Refusal::at(format_args!("{location}[{k}]"), r))?;
        if removal.work > limit - family.work {
            return Err(Refusal::at(
                location,
                Reason::TooLarge("the steps that a tree takes"),
            ));
        }
    }
    if !removal.is_done() {
        return Err(Refusal::at(
            location,
            Reason::TreeShape("the tree ends before every branch is closed"),
        ));
    }
    Ok(family.work + removal.work)
}

fn step(family: &Family, removal: &mut Removal<'_>, node: &Node) -> Result<(), Reason> {
    let missing = |index: u32| Reason::Index {
        index: index as usize,
        limit: 0,
    };
    match node {
        Node::Split(split) => {
            let Some((&dependency, positions)) = split.split_first() else {
                return Err(Reason::TreeShape("a split names no dependency"));
            };
            removal.split(
                family.dependency(dependency).ok_or(missing(dependency))?,
                positions,
            )
        }
        Node::Branch(neuron, pattern) => {
            let element = family.element((*neuron, *pattern));
            removal.branch(element.ok_or(Reason::NotInLemma {
                neuron: *neuron,
                pattern: *pattern,
            })?)
        }
        Node::Close(dependencies, lemmas) => {
            let local = |list: &[(u32, u64)], find: &dyn Fn(u32) -> Option<usize>| {
                list.iter()
                    .map(|&(k, u)| Ok((find(k).ok_or(missing(k))?, u)))
                    .collect::<Result<Vec<_>, Reason>>()
            };
            let dependencies = local(dependencies, &|k| family.dependency(k))?;
            let lemmas = local(lemmas, &|k| family.lemma(k))?;
            removal.close(&dependencies, &lemmas)
        }
    }
}
