//! Family: the inequalities over removals that a lemma rests on.
//!
//! An element is a class of equal rows; its weight is their number. A removal is a set of elements. A dependency asks
//! that at least one of its elements is removed; an earlier lemma on some of the neurons asks that the weight removed
//! among their elements is at least its bound.

use crate::certificate::{Dependency, Lemma};
use crate::refusal::{Reason, Refusal};
use crate::system::{Classes, System};
use std::collections::HashMap;

/// Elements, and what is asked of removals. Inequalities have local indices; see [`Family::dependency`].
pub(crate) struct Family {
    /// Weight of each element.
    pub(crate) weights: Vec<u64>,
    /// A row (neuron, pattern) of each element.
    pub(crate) rows: Vec<(u32, u32)>,
    pub(crate) dependencies: Vec<Asked>,
    pub(crate) lemmas: Vec<Asked>,
    /// By neuron: its first element, and its classes.
    members: HashMap<u32, (u32, Classes)>,
    local_dependency: HashMap<u32, usize>,
    local_lemma: HashMap<u32, usize>,
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
    /// The rows of `lemma` under the dependencies and earlier lemmas with these indices, each once.
    pub(crate) fn new(
        system: &System<'_>,
        neurons: &[u32],
        dependencies: &[(u32, &Dependency)],
        lemmas: &[(u32, &Lemma)],
    ) -> Result<Self, Reason> {
        let mut family = Self {
            weights: Vec::new(),
            rows: Vec::new(),
            dependencies: Vec::new(),
            lemmas: Vec::new(),
            members: HashMap::new(),
            local_dependency: HashMap::new(),
            local_lemma: HashMap::new(),
        };
        for &i in neurons {
            let classes = system.classes(i as usize);
            let offset = family.weights.len() as u32;
            family.weights.extend(&classes.sizes);
            family.rows.extend(classes.first.iter().map(|&mu| (i, mu)));
            family.members.insert(i, (offset, classes));
        }
        for &(index, dependency) in dependencies {
            let elements: Option<Vec<u32>> =
                dependency.rows().map(|row| family.element(row)).collect();
            let elements = elements.ok_or(Reason::OutsideLemma {
                what: "dependency",
                index: index as usize,
            })?;
            family
                .local_dependency
                .insert(index, family.dependencies.len());
            family.dependencies.push(Asked {
                index,
                elements,
                bound: 1,
            });
        }
        for &(index, lemma) in lemmas {
            let mut elements = Vec::new();
            for i in &lemma.neurons {
                let Some((offset, classes)) = family.members.get(i) else {
                    return Err(Reason::OutsideLemma {
                        what: "lemma",
                        index: index as usize,
                    });
                };
                elements.extend((0..classes.sizes.len() as u32).map(|c| offset + c));
            }
            family.local_lemma.insert(index, family.lemmas.len());
            family.lemmas.push(Asked {
                index,
                elements,
                bound: lemma.bound,
            });
        }
        Ok(family)
    }

    /// The element of a row (neuron, pattern).
    pub(crate) fn element(&self, (neuron, pattern): (u32, u32)) -> Option<u32> {
        let (first, classes) = self.members.get(&neuron)?;
        classes.of_pattern.get(pattern as usize).map(|c| first + c)
    }

    /// The local index of a dependency of the certificate.
    pub(crate) fn dependency(&self, index: u32) -> Option<usize> {
        self.local_dependency.get(&index).copied()
    }

    /// The local index of a lemma of the certificate.
    pub(crate) fn lemma(&self, index: u32) -> Option<usize> {
        self.local_lemma.get(&index).copied()
    }
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
