//! What the patterns of a network survive, for the report and for people.

use attractor_exact::{Survival, SurviveGoal};
use serde::Serialize;
use std::fmt::Write as _;

/// What a certificate claims about survivors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claimed {
    /// Flipped entries that were asked for.
    pub(crate) flips: usize,
    /// Patterns that survive at most.
    pub(crate) at_most: usize,
}

/// The key `survive` of a report.
#[derive(Debug, Serialize)]
pub(crate) struct SurviveReport {
    /// Flipped entries: `R`, `max` or `most:R`.
    asked: String,
    /// Unknown entries.
    asked_erased: usize,
    /// Flipped entries that every stored pattern survives for certain, recounted on the weights; null if none is stored.
    guaranteed: Option<usize>,
    /// The same for unknown entries.
    guaranteed_erased: Option<usize>,
    /// No network of the class that holds the same bits makes all of its stored patterns survive more; null where that was
    /// not asked or is not known.
    upper_bound: Option<usize>,
    /// Patterns without a wrong bit.
    patterns_stored: usize,
    /// Patterns that survive what was asked for; of `max`, what is guaranteed.
    patterns_guaranteed: usize,
    /// No network of the class that holds the same bits makes more of them survive; null where that was not asked.
    patterns_upper_bound: Option<usize>,
    /// Whether it is proven that no network of the class that holds the same bits does more of what was asked for.
    proven: bool,
    /// Why that is not known; null where it is, or where no search for weights came to an end without them.
    unproven_because: Option<String>,
    /// Whether a certificate was written that proves the upper bound; null if none was written or there is no bound.
    certified: Option<bool>,
    /// Why no more is possible; null where it is, or where that is not known.
    forbidden_by: Option<String>,
    #[serde(skip)]
    goal: SurviveGoal,
    #[serde(skip)]
    exhausted: bool,
}

impl From<&Survival> for SurviveReport {
    fn from(survival: &Survival) -> Self {
        Self {
            asked: survival.asked.goal.to_string(),
            asked_erased: survival.asked.erasures,
            guaranteed: survival.guaranteed.map(|radius| radius.flips),
            guaranteed_erased: survival.guaranteed.map(|radius| radius.erasures),
            upper_bound: survival.upper_bound,
            patterns_stored: survival.stored,
            patterns_guaranteed: survival.patterns_guaranteed,
            patterns_upper_bound: survival.patterns_upper_bound,
            proven: survival.is_proven(),
            unproven_because: survival.unproven.as_ref().map(ToString::to_string),
            certified: None,
            forbidden_by: survival.forbidden_by.as_ref().map(ToString::to_string),
            goal: survival.asked.goal,
            exhausted: survival.exhausted,
        }
    }
}

impl SurviveReport {
    /// Notes the claim of the certificate that was written, if it has one about survivors: whether it is the bound of this
    /// report.
    pub(super) fn note_proof(&mut self, claim: Option<&Claimed>) {
        let is_bound = |claim: &Claimed| match self.goal {
            SurviveGoal::Most(_) => Some(claim.at_most) == self.patterns_upper_bound,
            _ => Some(claim.flips) == self.upper_bound.map(|bound| bound + 1),
        };
        let bound = self.upper_bound.or(self.patterns_upper_bound);
        self.certified = bound.map(|_| claim.is_some_and(is_bound));
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let (Some(flips), Some(erased)) = (self.guaranteed, self.guaranteed_erased) else {
            return "no pattern is stored, so that none survives damage\n".to_owned();
        };
        let stored = self.patterns_stored;
        let _ = writeln!(
            text,
            "guaranteed: {stored} stored patterns survive any {flips} flipped bits, and any {erased} unknown ones"
        );
        match self.goal {
            SurviveGoal::Most(asked) => {
                let known = match self.patterns_upper_bound {
                    Some(bound) if bound == self.patterns_guaranteed => {
                        "proven: more are impossible".to_owned()
                    }
                    Some(bound) => format!("at most {bound} can"),
                    None => "no bound".to_owned(),
                };
                let _ = writeln!(
                    text,
                    "guaranteed: {} of them survive any {asked} flipped bits ({known})",
                    self.patterns_guaranteed
                );
            }
            SurviveGoal::All(asked) if flips < asked || erased < self.asked_erased => {
                let _ = writeln!(
                    text,
                    "not reached: {asked} flipped and {} unknown bits{}",
                    self.asked_erased,
                    self.known(flips)
                );
            }
            SurviveGoal::Largest => {
                let _ = writeln!(text, "the largest radius{}", self.known(flips));
            }
            _ => {}
        }
        match self.certified {
            Some(true) => text.push_str("certified: this bound\n"),
            Some(false) if self.exhausted => {
                text.push_str("this bound is not certified: it was found by trying all networks\n");
            }
            Some(false) => text.push_str("this bound is not certified: too much to be checked\n"),
            None => {}
        }
        if let Some(why) = &self.unproven_because {
            let _ = writeln!(text, "not known whether more can be had: {why}");
        }
        if let Some(why) = &self.forbidden_by {
            let _ = writeln!(text, "{why}");
        }
        text
    }

    /// What is proven of the radius.
    fn known(&self, flips: usize) -> String {
        match self.upper_bound {
            Some(bound) if bound == flips => {
                "; proven: no such network that holds the same bits survives more".to_owned()
            }
            Some(bound) => {
                format!("; no such network that holds the same bits survives more than {bound}")
            }
            None => "; no bound is proven".to_owned(),
        }
    }
}
