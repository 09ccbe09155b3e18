//! Lemmas: what is claimed of the wrong bits of some neurons, and each kind of proof: a tree, the checker's own search,
//! payments for earlier lemmas, or trying all discrete weights.

use crate::check::effort::{Effort, Searched};
use crate::check::family::{Family, checked_indices};
use crate::check::removal::Removal;
use crate::check::system::System;
use crate::check::tree_search::TreeSearch;
use crate::check::{exhaustive, hitting, joint, payments};
use crate::format::certificate::{Bound, Claim, Lemma, Node, Refutation};
use crate::format::limits::MAX_WORK;
use crate::format::problem::CertifiedProblem;
use crate::format::refusal::{Reason, Refusal};

/// Checks lemma `index` of `bound`, whose dependencies hold; adds the steps taken to `work`.
pub(crate) fn check(
    problem: &CertifiedProblem,
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
    let proof = ProofCheck {
        problem,
        scope: Scope {
            system,
            bound,
            neurons: &lemma.neurons,
            earlier: index,
        },
        limit: MAX_WORK.saturating_sub(*work),
        location: format!("{location}.proof"),
    };
    *work += proof.check(&lemma.claim, &lemma.proof)?;
    Ok(())
}

/// One lemma's proof, and what may be asked for it. All steps answer with the elementary steps that they took.
struct ProofCheck<'a> {
    problem: &'a CertifiedProblem,
    scope: Scope<'a>,
    /// Elementary steps that are left.
    limit: u64,
    /// The path of the proof.
    location: String,
}

impl ProofCheck<'_> {
    fn check(&self, claim: &Claim, proof: &Refutation) -> Result<u64, Refusal> {
        match (claim, proof) {
            (Claim::Sum(bound), Refutation::Tree(nodes)) => self.tree(bound - 1, nodes),
            (
                claim,
                Refutation::Search {
                    dependencies,
                    lemmas,
                },
            ) => self.search(claim, dependencies, lemmas),
            (Claim::Sum(bound), Refutation::Payments { lemmas }) => {
                self.payments(bound - 1, lemmas)
            }
            (Claim::Sum(bound), Refutation::Exhaustive) => self.exhaustive(*bound),
            (Claim::Most(_), _) => {
                let reason = Reason::Unsuitable("a `most` claim is proven by a search");
                Err(Refusal::at(&self.location, reason))
            }
        }
    }

    fn search(&self, claim: &Claim, dependencies: &[u32], lemmas: &[u32]) -> Result<u64, Refusal> {
        let location = format!("{}.search", self.location);
        let (dependencies, earlier) = (dependencies.to_vec(), lemmas.to_vec());
        let family = self
            .scope
            .family(dependencies, earlier, self.limit, &location)?;
        let effort = Effort::steps(self.limit - family.work);
        let searched = match claim {
            Claim::Sum(bound) => search(&family, bound - 1, &effort),
            Claim::Most(most) => check_single(self.scope.bound, lemmas)
                .and_then(|()| joint::refute(&family, most, &effort)),
        };
        let searched = searched.map_err(|reason| Refusal::at(&location, reason))?;
        Ok(family.work + searched.work)
    }

    fn payments(&self, budget: u64, lemmas: &[u32]) -> Result<u64, Refusal> {
        let location = format!("{}.payments", self.location);
        let Scope {
            bound,
            neurons,
            earlier,
            ..
        } = self.scope;
        let named = checked_indices(lemmas.to_vec(), earlier, &location)?;
        let named = named.iter().map(|&l| (l, &bound.lemmas[l as usize]));
        let effort = Effort::steps(self.limit);
        let settled = payments::refute(neurons, named, budget, &effort)
            .map_err(|reason| Refusal::at(&location, reason))?;
        Ok(settled.work)
    }

    fn exhaustive(&self, bound: u64) -> Result<u64, Refusal> {
        let refuse = |reason| Refusal::at(format_args!("{}.exhaustive", self.location), reason);
        let [neuron] = self.scope.neurons[..] else {
            let reason = Reason::Unsuitable("an exhaustive claim is about a single neuron");
            return Err(refuse(reason));
        };
        let effort = Effort::steps(self.limit);
        let system = self.scope.system;
        exhaustive::check(self.problem, system, neuron as usize, bound, &effort).map_err(refuse)
    }

    fn tree(&self, budget: u64, nodes: &[Node]) -> Result<u64, Refusal> {
        let location = format!("{}.tree", self.location);
        let refuse = |reason| Refusal::at(&location, reason);
        let (dependencies, lemmas) = named_by(nodes);
        let family = self
            .scope
            .family(dependencies, lemmas, self.limit, &location)?;
        let mut removal = Removal::new(&family, budget);
        for (k, node) in nodes.iter().enumerate() {
            step(&family, &mut removal, node)
                .map_err(|reason| Refusal::at(format_args!("{location}[{k}]"), reason))?;
            if removal.work > self.limit - family.work {
                return Err(refuse(Reason::TooLarge("the steps that a tree takes")));
            }
        }
        if !removal.is_done() {
            let early = "the tree ends before every branch is closed";
            return Err(refuse(Reason::TreeShape(early)));
        }
        Ok(family.work + removal.work)
    }
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
        work: TreeSearch::new(family, budget).run(effort, |_| ())?,
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

/// The dependencies and lemmas that the nodes of a tree name.
fn named_by(nodes: &[Node]) -> (Vec<u32>, Vec<u32>) {
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
    (dependencies, lemmas)
}

/// Takes one node of a tree.
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
