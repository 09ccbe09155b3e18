//! Family: the inequalities over removals that a lemma rests on.
//!
//! An element is a class of equal rows; its weight is their number. A removal is a set of elements. A dependency asks
//! that at least one of its elements is removed; an earlier lemma on some of the neurons asks that the weight removed
//! among their elements is at least its bound.

use crate::check::system::{Classes, System};
use crate::format::certificate::{Dependency, Lemma};
use crate::format::limits::MAX_ELEMENTS;
use crate::format::refusal::{Reason, Refusal};
use std::ops::Range;

/// Elements, and what is asked of removals. Inequalities have local indices; see [`Family::dependency`].
pub(crate) struct Family {
    /// Weight of each element.
    pub(crate) weights: Vec<u64>,
    /// A row (neuron, pattern) of each element.
    pub(crate) rows: Vec<(u32, u32)>,
    pub(crate) dependencies: Vec<Asked>,
    pub(crate) lemmas: Vec<Asked>,
    /// The elements of each neuron.
    pub(crate) groups: Vec<Range<usize>>,
    /// Elementary steps that went into this.
    pub(crate) work: u64,
    /// The neurons, ascending, each with its first element and its classes.
    members: Vec<(u32, u32, Classes)>,
}

/// One inequality.
pub(crate) struct Asked {
    /// Its index in the certificate.
    pub(crate) index: u32,
    /// Row by row for a dependency (equal rows repeat their element), each once for a lemma.
    pub(crate) elements: Vec<u32>,
    /// 1 for a dependency.
    pub(crate) bound: u64,
}

impl Family {
    /// The rows of `neurons` under the dependencies and earlier lemmas with these indices, all ascending, made in at most
    /// `limit` elementary steps.
    pub(crate) fn new(
        system: &System<'_>,
        neurons: &[u32],
        dependencies: &[(u32, &Dependency)],
        lemmas: &[(u32, &Lemma)],
        limit: u64,
    ) -> Result<Self, Reason> {
        debug_assert!(neurons.is_sorted_by(|a, b| a < b), "looked up by halves");
        let work = cost(system, neurons, dependencies, lemmas)?;
        if work > limit {
            return Err(Reason::TooLarge("the rows of the lemmas"));
        }
        let mut family = Self {
            groups: Vec::new(),
            work,
            weights: Vec::new(),
            rows: Vec::new(),
            dependencies: Vec::new(),
            lemmas: Vec::new(),
            members: Vec::new(),
        };
        for &i in neurons {
            family.add_neuron(system, i);
        }
        for &(index, dependency) in dependencies {
            family.add_dependency(index, dependency)?;
        }
        for &(index, lemma) in lemmas {
            family.add_lemma(index, lemma)?;
        }
        Ok(family)
    }

    fn add_neuron(&mut self, system: &System<'_>, i: u32) {
        let classes = system.classes(i as usize);
        let offset = self.weights.len() as u32;
        self.weights.extend(&classes.sizes);
        self.groups.push(offset as usize..self.weights.len());
        self.rows.extend(classes.first.iter().map(|&mu| (i, mu)));
        self.members.push((i, offset, classes));
    }

    fn add_dependency(&mut self, index: u32, dependency: &Dependency) -> Result<(), Reason> {
        let elements = self.elements(dependency).ok_or(Reason::OutsideLemma {
            what: "dependency",
            index: index as usize,
        })?;
        self.dependencies.push(Asked {
            index,
            elements,
            bound: 1,
        });
        Ok(())
    }

    fn add_lemma(&mut self, index: u32, lemma: &Lemma) -> Result<(), Reason> {
        let mut elements = Vec::new();
        for i in &lemma.neurons {
            let Some((offset, classes)) = self.member(*i) else {
                return Err(Reason::OutsideLemma {
                    what: "lemma",
                    index: index as usize,
                });
            };
            elements.extend((0..classes.sizes.len() as u32).map(|c| offset + c));
        }
        self.lemmas.push(Asked {
            index,
            elements,
            bound: lemma.claim.sum(),
        });
        Ok(())
    }

    /// Groups of elements with dependencies as bits and a lemma's bound on each group.
    #[cfg(test)]
    pub(crate) fn artificial(
        weights: &[u64],
        groups: &[Range<usize>],
        sets: &[u16],
        floors: &[u64],
    ) -> Self {
        let bits = |&set: &u16| (0..16).filter(|k| set >> k & 1 == 1).collect();
        let sets: Vec<Vec<u32>> = sets.iter().map(bits).collect();
        Self::of_elements(weights, groups, &sets, floors)
    }

    /// The same with dependencies as lists of elements.
    #[cfg(test)]
    pub(crate) fn of_elements(
        weights: &[u64],
        groups: &[Range<usize>],
        sets: &[Vec<u32>],
        floors: &[u64],
    ) -> Self {
        let asked = |index: usize, bound: u64, elements: Vec<u32>| Asked {
            index: index as u32,
            elements,
            bound,
        };
        let dependencies = sets.iter().enumerate();
        let lemmas = groups.iter().zip(floors).enumerate();
        Self {
            weights: weights.to_vec(),
            rows: (0..weights.len() as u32).map(|e| (0, e)).collect(),
            dependencies: dependencies
                .map(|(k, set)| asked(k, 1, set.clone()))
                .collect(),
            lemmas: lemmas
                .map(|(k, (group, &floor))| {
                    asked(k, floor, group.clone().map(|e| e as u32).collect())
                })
                .collect(),
            groups: groups.to_vec(),
            work: 0,
            members: Vec::new(),
        }
    }

    /// A neuron's first element, and its classes.
    fn member(&self, neuron: u32) -> Option<(u32, &Classes)> {
        let place = self.members.binary_search_by_key(&neuron, |&(i, ..)| i);
        let (_, first, classes) = &self.members[place.ok()?];
        Some((*first, classes))
    }

    /// The element of a row (neuron, pattern).
    pub(crate) fn element(&self, (neuron, pattern): (u32, u32)) -> Option<u32> {
        let (first, classes) = self.member(neuron)?;
        classes.of_pattern.get(pattern as usize).map(|c| first + c)
    }

    /// The elements of a dependency, row by row.
    fn elements(&self, dependency: &Dependency) -> Option<Vec<u32>> {
        let [neuron] = dependency.neurons[..] else {
            return dependency.rows().map(|row| self.element(row)).collect();
        };
        let (first, classes) = self.member(neuron)?;
        let class = |&mu: &u32| classes.of_pattern.get(mu as usize);
        let patterns = dependency.patterns.iter();
        patterns.map(|mu| Some(first + class(mu)?)).collect()
    }

    /// The local index of a dependency of the certificate.
    pub(crate) fn dependency(&self, index: u32) -> Option<usize> {
        place(&self.dependencies, index)
    }

    /// The local index of a lemma of the certificate.
    pub(crate) fn lemma(&self, index: u32) -> Option<usize> {
        place(&self.lemmas, index)
    }
}

/// Elementary steps of making a family.
///
/// # Errors
/// [`Reason::TooLarge`] for more rows than [`MAX_ELEMENTS`].
fn cost(
    system: &System<'_>,
    neurons: &[u32],
    dependencies: &[(u32, &Dependency)],
    lemmas: &[(u32, &Lemma)],
) -> Result<u64, Reason> {
    let classes = |neurons: &[u32]| neurons.len() as u64 * system.patterns.count() as u64;
    let of_dependencies = dependencies.iter().map(|(_, d)| d.patterns.len() as u64);
    let of_lemmas = lemmas.iter().map(|(_, l)| classes(&l.neurons));
    let elements = of_dependencies.sum::<u64>() + of_lemmas.sum::<u64>();
    if elements.saturating_add(classes(neurons)) > MAX_ELEMENTS {
        return Err(Reason::TooLarge("the rows that a lemma names"));
    }
    Ok(elements + classes(neurons) * (2 + system.neurons() as u64 / 64))
}

/// Where the inequality of this index stands; they are made in ascending order.
fn place(asked: &[Asked], index: u32) -> Option<usize> {
    asked.binary_search_by_key(&index, |a| a.index).ok()
}

/// The indices, ascending, each once, all below `limit`.
pub(crate) fn checked_indices(
    mut indices: Vec<u32>,
    limit: usize,
    location: &str,
) -> Result<Vec<u32>, Refusal> {
    indices.sort_unstable();
    indices.dedup();
    match indices.last() {
        Some(&last) if last as usize >= limit => Err(Refusal::at(
            location,
            Reason::Index {
                index: last as usize,
                limit,
            },
        )),
        _ => Ok(indices),
    }
}
