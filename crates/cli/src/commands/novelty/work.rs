//! Measuring, and saving what came out of it.

use super::judgement::Judgement;
use super::settings::Judging;
use super::summary::{csv, summary};
use crate::output::Output;
use anyhow::Result;
use attractor_lab::novelty::{Detector, Statistic, chart, scores};

/// All statistics.
pub(super) struct Judged {
    judging: Judging,
    judgements: Vec<Judgement>,
}

impl Judging {
    /// Scores all cues by every statistic, by the control too if the stored patterns are known.
    ///
    /// # Errors
    /// Patterns of another size than the network.
    pub(super) fn judge(self) -> Result<Judged> {
        let control = self.patterns.is_some();
        let wanted = |statistic: &Statistic| control || *statistic != Statistic::Nearest;
        let judgements = Statistic::ALL.into_iter().filter(wanted);
        let judgements = judgements.map(|statistic| self.by(statistic));
        Ok(Judged {
            judgements: judgements.collect::<Result<_>>()?,
            judging: self,
        })
    }

    fn by(&self, statistic: Statistic) -> Result<Judgement> {
        let network = self.network.network();
        let of = |cues| scores(statistic, network, self.patterns.as_ref(), cues);
        Ok(Judgement::new(
            statistic,
            &of(&self.known)?,
            &of(&self.unknown)?,
        ))
    }
}

impl Judged {
    /// Writes the curves, the chart and the threshold.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self) -> Result<()> {
        let places = &self.judging.places;
        if let Some(table) = &places.table {
            table.write(csv(&self.judgements)?.as_bytes())?;
        }
        if let Some((file, kind)) = &places.picture {
            let curves = self.judgements.iter();
            let curves: Vec<_> = curves
                .map(|judgement| (judgement.statistic, judgement.separation.clone()))
                .collect();
            kind.write(&chart(self.judging.title.clone(), &curves), file)?;
        }
        let own = |judgement: &&Judgement| judgement.statistic == self.judging.statistic;
        if let (Some(file), Some(judgement)) = (&places.detector, self.judgements.iter().find(own))
        {
            let [known, unknown] = &judgement.chosen_on;
            let network = self.judging.network.network();
            let detector = Detector::choose(judgement.statistic, network, known, unknown)?;
            file.write(detector.to_json()?.as_bytes())?;
        }
        Ok(())
    }

    /// Says what was measured, unless a result went to standard output.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self) -> Result<()> {
        let Judging {
            known,
            unknown,
            places,
            ..
        } = &self.judging;
        if places.use_stdout {
            return Ok(());
        }
        let text = summary(known, unknown, &self.judgements)?;
        Output::Stdout.write(text.as_bytes())
    }
}
