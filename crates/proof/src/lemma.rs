//! Lemmas: that some neurons have at least so many wrong bits, by a tree, by the checker's own search, or by trying
//! all discrete weights.

use crate::certificate::{Bound, Lemma, Node, Problem, Refutation};
use crate::effort::Effort;
use crate::family::{Asked, Family, checked_indices};
use crate::limits::MAX_WORK;
use crate::refusal::{Reason, Refusal};
use crate::removal::Removal;
use crate::search::Search;
use crate::system::System;
use crate::{exhaustive, hitting, joint};

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
    check_neurons(system, &lemma.neurons, &location)?;
    if lemma.bound == 0 {
        return Ok(());
    }
    let limit = MAX_WORK.saturating_sub(*work);
    *work += match &lemma.proof {
        Refutation::Tree(nodes) => check_tree(system, bound, index, nodes, limit)?,
        Refutation::Search {
            dependencies,
            lemmas,
        } => {
            let location = format!("{location}.proof.search");
            let family = family(
                system,
                bound,
                index,
                dependencies.clone(),
                lemmas.clone(),
                limit,
                &location,
            )?;
            let searched = search(
                &family,
                lemma.bound - 1,
                &Effort::steps(limit - family.work),
            );
            family.work
                + searched
                    .map_err(|reason| Refusal::at(&location, reason))?
                    .work
        }
        Refutation::Exhaustive => {
            let location = format!("{location}.proof.exhaustive");
            let [neuron] = lemma.neurons[..] else {
                let reason = Reason::Unsuitable("an exhaustive claim is about a single neuron");
                return Err(Refusal::at(location, reason));
            };
            exhaustive::check(
                problem,
                system,
                neuron as usize,
                lemma.bound,
                &Effort::steps(limit),
            )
            .map_err(|reason| Refusal::at(&location, reason))?
        }
    };
    Ok(())
}

/// What a search took.
pub(crate) struct Searched {
    /// Elementary steps.
    pub(crate) work: u64,
    /// Local indices of dependencies that suffice for the same search.
    pub(crate) used: Vec<usize>,
}

/// The checker's own search for a removal within `budget`.
pub(crate) fn search(
    family: &Family,
    budget: u64,
    effort: &Effort<'_>,
) -> Result<Searched, Reason> {
    let of_one = |asked: &Asked| family.is_of_one_neuron(asked);
    if family.groups.len() > 1 && family.lemmas.iter().all(of_one) {
        return joint::refute(family, budget, effort);
    }
    let work = if family.lemmas.is_empty() {
        hitting::refute(family, budget, effort)?
    } else {
        Search::new(family, budget).run(effort, |_| ())?
    };
    let used = (0..family.dependencies.len()).collect();
    Ok(Searched { work, used })
}

fn check_neurons(system: &System<'_>, neurons: &[u32], location: &str) -> Result<(), Refusal> {
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

/// The inequalities with these indices over the rows of lemma `index`.
pub(crate) fn family(
    system: &System<'_>,
    bound: &Bound,
    index: usize,
    dependencies: Vec<u32>,
    lemmas: Vec<u32>,
    limit: u64,
    location: &str,
) -> Result<Family, Refusal> {
    let used = checked_indices(dependencies, bound.dependencies.len(), location)?;
    let earlier = checked_indices(lemmas, index, location)?;
    let dependencies: Vec<_> = used
        .iter()
        .map(|&d| (d, &bound.dependencies[d as usize]))
        .collect();
    let lemmas: Vec<_> = earlier
        .iter()
        .map(|&l| (l, &bound.lemmas[l as usize]))
        .collect();
    let neurons = &bound.lemmas[index].neurons;
    Family::new(system, neurons, &dependencies, &lemmas, limit)
        .map_err(|reason| Refusal::at(location, reason))
}

fn check_tree(
    system: &System<'_>,
    bound: &Bound,
    index: usize,
    nodes: &[Node],
    limit: u64,
) -> Result<u64, Refusal> {
    let lemma: &Lemma = &bound.lemmas[index];
    let location = format!("bound.lemmas[{index}].proof.tree");
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
    let family = family(system, bound, index, dependencies, lemmas, limit, &location)?;
    let mut removal = Removal::new(&family, lemma.bound - 1);
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
