//! Verify: the whole certificate, in the order of its fields, each claim on its own evidence.

use crate::check::conclusion::Conclusion;
use crate::check::system::System;
use crate::check::{dependency, lemma, stored, survive};
use crate::format::certificate::{
    Bound, Certificate, Claim, FORMAT, Lemma, OLDEST_VERSION, Refutation, VERSION,
};
use crate::format::hash::patterns_sha256;
use crate::format::limits::{MAX_DEPENDENCIES, MAX_LEMMAS, MAX_WORK};
use crate::format::problem::{CertifiedProblem, Domain, Field};
use crate::format::refusal::{Reason, Refusal};
use crate::format::survive::{Holding, Survive};
use attractor::{Network, Patterns, Symmetry};
use rayon::prelude::*;
use std::fmt;

/// What a certificate proves, after checking.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proven {
    /// P.
    pub patterns: usize,
    /// N.
    pub neurons: usize,
    /// The class of networks, in words.
    pub class: String,
    /// Wrong bits of the network, if that is claimed.
    pub wrong_bits: Option<u64>,
    /// The margin is at least this decimal fraction, if that is claimed.
    pub margin: Option<String>,
    /// Each pattern for which a radius is claimed survives at least this many flipped inputs; how many patterns these
    /// are.
    pub least_radius: Option<(u32, usize)>,
    /// No network of the class has fewer wrong bits, if that is claimed.
    pub wrong_bits_at_least: Option<u64>,
    /// Neurons for which that rests on trying all of their discrete weights one by one.
    pub tried: usize,
    /// How many patterns can survive damage, if that is claimed.
    pub survivors: Option<Survivors>,
    /// The network is within this many wrong bits of the fewest, if that is claimed; 0 is optimal.
    pub gap: Option<u64>,
}

/// That no network makes more patterns survive damage.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survivors {
    /// At most so many patterns survive.
    pub at_most: u64,
    /// Of so many.
    pub patterns: usize,
    /// Any set of so many flipped inputs.
    pub flips: u32,
    /// Any set of so many unknown inputs.
    pub erasures: u32,
    /// Whether this is said of the networks that hold the same bits alone.
    pub holding_bits: bool,
    /// How many of them the claimed radii of this network show to survive; `None` where unknown inputs count as well.
    pub found: Option<usize>,
}

impl Survivors {
    fn of(claim: &Survive, radii: Option<&[Option<u32>]>) -> Self {
        let survives = |radii: &[Option<u32>], mu: u32| {
            let radius = radii.get(mu as usize).copied().flatten();
            radius.is_some_and(|r| r >= claim.flips)
        };
        let of = |radii| {
            (claim.patterns.iter())
                .filter(|&&mu| survives(radii, mu))
                .count()
        };
        Self {
            at_most: claim.at_most,
            patterns: claim.patterns.len(),
            flips: claim.flips,
            erasures: claim.erasures,
            holding_bits: claim.holding == Holding::StoredBits,
            found: radii.filter(|_| claim.erasures == 0).map(of),
        }
    }

    /// The claim about networks of this class.
    fn text(&self, class: &str) -> String {
        let Self {
            at_most,
            patterns,
            flips,
            ..
        } = self;
        let mut text = format!(
            "survive: at most {at_most} of {patterns} patterns survive any {flips} flipped inputs"
        );
        if self.erasures > 0 {
            text += &format!(" and any {} unknown ones", self.erasures);
        }
        text += &format!(" in {class}");
        if self.holding_bits {
            text.push_str(" that hold the same bits");
        }
        if let Some(found) = self.found {
            text += &format!("; in this network {found} do");
        }
        text
    }
}

impl Proven {
    /// What follows from the wrong bits and the bound.
    pub fn conclusion(&self) -> Conclusion {
        Conclusion::of(self.wrong_bits, self.wrong_bits_at_least)
    }

    /// Whether the network has the fewest wrong bits of all in the class.
    pub fn is_optimal(&self) -> bool {
        self.conclusion().is_optimal()
    }
}

impl fmt::Display for Proven {
    /// One claim a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        if let Some(wrong) = self.wrong_bits {
            let bits = self.patterns * self.neurons;
            lines.push(format!(
                "stored: {wrong} of {bits} bits are wrong, recounted exactly"
            ));
        }
        if let Some(margin) = &self.margin {
            lines.push(format!("stored: the margin is at least {margin}"));
        }
        if let Some((radius, patterns)) = self.least_radius {
            lines.push(format!(
                "stored: {patterns} patterns survive any {radius} flipped inputs, or more"
            ));
        }
        if let Some(bound) = self.wrong_bits_at_least {
            lines.push(format!(
                "bound: {} have at least {bound} wrong bits",
                self.class
            ));
        }
        if self.tried > 0 {
            let neurons = self.tried;
            lines.push(format!(
                "bound: exhaustive, all weights of {neurons} neurons were tried one by one"
            ));
        }
        if let Some(survivors) = &self.survivors {
            lines.push(survivors.text(&self.class));
        }
        if lines.is_empty() {
            lines.push("nothing is claimed".to_owned());
        } else {
            lines.push(self.conclusion().to_string());
        }
        f.write_str(&lines.join("\n"))
    }
}

/// Checks every claim of a certificate about this network and these patterns.
///
/// Takes memory and time within the limits of [`crate::format::limits`], whatever the certificate says.
///
/// # Errors
/// The first claim that does not hold, or exceeds a limit, and where it stands.
pub fn verify(
    certificate: &Certificate,
    network: &Network,
    patterns: &Patterns,
) -> Result<Proven, Refusal> {
    let problem = &certificate.problem;
    check_head(certificate, patterns)?;
    let size = network.neurons();
    if size != patterns.neurons() {
        return Err(Refusal::at(
            "stored",
            Reason::Size {
                found: size,
                expected: patterns.neurons(),
            },
        ));
    }
    let system = System::new(problem, patterns)?;
    if let Some(claim) = &certificate.stored {
        stored::check(problem, &system, claim, network)?;
    }
    if let Some(bound) = &certificate.bound {
        check_bound(problem, &system, bound)?;
    }
    if let Some(claim) = &certificate.survive {
        let network = certificate.stored.is_some().then_some(network);
        survive::check(&system, claim, network)?;
    }
    check_gap(certificate)?;
    let stored = certificate.stored.as_ref();
    let radii = stored.and_then(|s| s.radii.as_deref());
    let survivors = (certificate.survive.as_ref()).map(|claim| Survivors::of(claim, radii));
    let radii: Vec<u32> = radii.into_iter().flatten().flatten().copied().collect();
    Ok(Proven {
        patterns: patterns.count(),
        neurons: patterns.neurons(),
        class: class(problem),
        wrong_bits: stored.map(|s| s.wrong_bits),
        margin: stored.and_then(|s| s.margin.clone()),
        least_radius: radii.iter().min().map(|&least| (least, radii.len())),
        wrong_bits_at_least: certificate.bound.as_ref().map(|b| b.wrong_bits_at_least),
        tried: certificate.bound.as_ref().map_or(0, tried),
        survivors,
        gap: certificate.gap,
    })
}

/// Lemmas that hold because all weights of a neuron were tried.
fn tried(bound: &Bound) -> usize {
    let by_trial = |l: &&Lemma| l.claim.sum() > 0 && matches!(l.proof, Refutation::Exhaustive);
    bound.lemmas.iter().filter(by_trial).count()
}

fn check_head(certificate: &Certificate, patterns: &Patterns) -> Result<(), Refusal> {
    let oldest = if certificate.survive.is_some() {
        VERSION
    } else {
        OLDEST_VERSION
    };
    let version = certificate.version.clamp(oldest, VERSION);
    let head = [
        ("format", certificate.format.clone(), FORMAT.to_owned()),
        (
            "version",
            certificate.version.to_string(),
            version.to_string(),
        ),
    ];
    for (field, found, expected) in head {
        if found != expected {
            let found = found.chars().take(80).collect();
            return Err(Refusal::at(field, Reason::Format { found, expected }));
        }
    }
    let claimed = &certificate.problem.patterns;
    for (field, found, expected) in [
        ("count", claimed.count, patterns.count()),
        ("neurons", claimed.neurons, patterns.neurons()),
    ] {
        if found != expected {
            return Err(Refusal::at(
                format_args!("problem.patterns.{field}"),
                Reason::Size { found, expected },
            ));
        }
    }
    let actual = patterns_sha256(patterns);
    if claimed.sha256 != actual {
        let reason = Reason::Hash {
            claimed: claimed.sha256.chars().take(64).collect(),
            actual,
        };
        return Err(Refusal::at("problem.patterns.sha256", reason));
    }
    Ok(())
}

pub(crate) fn check_bound(
    problem: &CertifiedProblem,
    system: &System<'_>,
    bound: &Bound,
) -> Result<(), Refusal> {
    let too_large = |location: &str, what| Err(Refusal::at(location, Reason::TooLarge(what)));
    if bound.dependencies.len() > MAX_DEPENDENCIES {
        return too_large("bound.dependencies", "more than 1048576 dependencies");
    }
    if bound.lemmas.len() > MAX_LEMMAS {
        return too_large("bound.lemmas", "more than 131072 lemmas");
    }
    let mut work = bound.dependencies.iter().fold(0u64, |sum, d| {
        sum.saturating_add(dependency::work(system, d))
    });
    if work > MAX_WORK {
        return too_large("bound.dependencies", "the sums of these dependencies");
    }
    let failed = bound
        .dependencies
        .par_iter()
        .enumerate()
        .find_map_first(|(k, d)| {
            dependency::check(system, d, &format!("bound.dependencies[{k}]")).err()
        });
    if let Some(refusal) = failed {
        return Err(refusal);
    }
    for index in 0..bound.lemmas.len() {
        lemma::check(problem, system, bound, index, &mut work)?;
    }
    check_sum(system, bound)
}

/// The summed lemmas have no neuron in common and add up to the claim.
fn check_sum(system: &System<'_>, bound: &Bound) -> Result<(), Refusal> {
    let mut seen = vec![false; system.neurons()];
    let mut sum = 0u64;
    for (k, &index) in bound.sum.iter().enumerate() {
        let at = |reason| Refusal::at(format_args!("bound.sum[{k}]"), reason);
        let Some(lemma) = bound.lemmas.get(index as usize) else {
            return Err(at(Reason::Index {
                index: index as usize,
                limit: bound.lemmas.len(),
            }));
        };
        let Claim::Sum(of_lemma) = lemma.claim else {
            return Err(at(Reason::NoSum));
        };
        for &i in &lemma.neurons {
            if std::mem::replace(&mut seen[i as usize], true) {
                return Err(at(Reason::Repeated(i as usize)));
            }
        }
        sum = sum.saturating_add(of_lemma);
    }
    if sum == bound.wrong_bits_at_least {
        return Ok(());
    }
    let reason = Reason::Sum {
        sum,
        claimed: bound.wrong_bits_at_least,
    };
    Err(Refusal::at("bound.wrong_bits_at_least", reason))
}

fn check_gap(certificate: &Certificate) -> Result<(), Refusal> {
    let Some(gap) = certificate.gap else {
        return Ok(());
    };
    let (Some(stored), Some(bound)) = (&certificate.stored, &certificate.bound) else {
        return Err(Refusal::at(
            "gap",
            Reason::Unsuitable("a gap needs a stored claim and a bound"),
        ));
    };
    match stored.wrong_bits.checked_sub(bound.wrong_bits_at_least) {
        Some(actual) if actual == gap => Ok(()),
        Some(actual) => Err(Refusal::at(
            "gap",
            Reason::Count {
                claimed: gap,
                actual,
            },
        )),
        None => Err(Refusal::at(
            "gap",
            Reason::Unsuitable("the bound exceeds what the network stores"),
        )),
    }
}

/// The class of networks, in words.
fn class(problem: &CertifiedProblem) -> String {
    let symmetry = match problem.couplings.symmetry {
        Symmetry::Symmetric => "symmetric",
        Symmetry::Directed => "directed",
    };
    let field = match &problem.couplings.field {
        Field::Full => String::new(),
        Field::Receptive {
            height,
            width,
            squared_radius,
        } => {
            format!(
                " with receptive fields of squared radius {squared_radius} on {height}x{width} pixels"
            )
        }
        Field::Mask(_) => " with the couplings of the mask".to_owned(),
    };
    let weights = match problem.weights {
        Domain::Real => "real".to_owned(),
        other => other.to_string(),
    };
    let bias = if problem.bias { " and biases" } else { "" };
    let epsilon = problem
        .epsilon
        .as_ref()
        .map(|e| format!(", in [-1,1] with fields of at least {e}"));
    format!(
        "all {symmetry} networks{field} with {weights} weights{bias} ({} ties{})",
        problem.ties,
        epsilon.unwrap_or_default()
    )
}
