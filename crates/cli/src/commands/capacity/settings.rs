//! Checked settings of a storage curve.

use super::CapacityArgs;
use super::summary::HEADER;
use crate::files::Files;
use crate::output::{ChartKind, Kind, Output};
use crate::{bundled, input, method};
use anyhow::{Result, bail, ensure};
use attractor::rules::RuleOptions;
use attractor::{Binarisation, Shape};
use attractor_lab::capacity::{Capacity, MOST_INSTANCES, Source, usual_loads};
use attractor_lab::method::{Method, Settings};
use attractor_lab::run::Run;
use std::path::Path;

/// The name that stands for random bits.
const RANDOM: &str = "random";

/// Everything that the experiment needs, checked.
pub(super) struct Measuring {
    pub(super) experiments: Vec<Capacity>,
    pub(super) table: Output,
    pub(super) picture: Option<(Output, ChartKind)>,
    pub(super) report: Option<Output>,
    /// When and where it begins.
    pub(super) began: Run,
    pub(super) title: String,
}

impl Measuring {
    /// Checks the options, then reads the patterns.
    ///
    /// # Errors
    /// Options that contradict one another or the patterns, files that cannot be read or written.
    pub(super) fn new(args: &CapacityArgs) -> Result<Self> {
        let files = Files::reading([args.source.as_path()])?;
        let mut files = files.overwriting(args.force);
        let table = files.output(&args.output, Kind::Table(HEADER))?;
        let kind = args.picture.as_deref().map(ChartKind::of).transpose()?;
        let drawn = kind.map_or(Kind::Svg, ChartKind::file);
        let picture = files.optional(args.picture.as_ref(), drawn)?;
        let report = files.html(args.report.as_ref())?;
        let methods = args.methods()?;
        let radius = method::radius(args.radius, &methods)?;
        args.threads.start()?;
        let (source, shape) = args.source()?;
        method::check_memory(shape.neurons())?;
        let loads = args.parts.share(args.loads(&source, shape)?);
        ensure!(
            !loads.is_empty(),
            "--shard: there are fewer numbers of patterns than parts; ask for fewer parts"
        );
        let experiment = |&method: &Method| Capacity {
            source: source.clone(),
            shape,
            method,
            settings: args.settings(radius),
            rule_settings: args.set.clone(),
            loads: loads.clone(),
            repeats: args.repeats,
            seed: args.seed,
        };
        Ok(Self {
            experiments: methods.iter().map(experiment).collect(),
            table,
            picture: picture.zip(kind),
            report,
            began: Run::now(),
            title: format!(
                "Storage of {} patterns, N = {}",
                args.source.display(),
                shape.neurons()
            ),
        })
    }
}

impl CapacityArgs {
    /// The methods to measure; refuses options that contradict one another.
    fn methods(&self) -> Result<Vec<Method>> {
        let methods = method::methods(&self.rule, self.couplings)?;
        method::check_time_limit(self.time_limit, &methods)?;
        self.check_set(&methods)?;
        Ok(methods)
    }

    /// Refuses settings of no rule, or of which nobody knows whose they are.
    fn check_set(&self, methods: &[Method]) -> Result<()> {
        let Some(asked) = self.set.first() else {
            return Ok(());
        };
        let &[Method::Rule(rule)] = methods else {
            bail!(
                "--set {asked} is for one rule with settings; name it alone with --rule, or leave --set out"
            );
        };
        rule.with(&RuleOptions::default().with_settings(self.set.clone()))?;
        Ok(())
    }

    fn settings(&self, radius: f64) -> Settings {
        Settings {
            ties: self.ties,
            time_limit: method::time_limit(self.time_limit),
            radius,
            ..Settings::default()
        }
    }

    fn source(&self) -> Result<(Source, Shape)> {
        if self.source == Path::new(RANDOM) {
            let Some(shape) = self.shape else {
                bail!("`random` needs --shape, for example --shape 1x20");
            };
            return Ok((Source::Random, shape));
        }
        let how = Binarisation {
            shape: self.shape,
            ..Binarisation::default()
        };
        let bundled = self.source.to_str().map(bundled::find).transpose()?;
        let (patterns, shape) = if let Some(set) = bundled.flatten() {
            let shape = match self.shape {
                Some(shape) => shape,
                None => set.images.shape()?,
            };
            (set.images.patterns(&how)?, shape)
        } else {
            bundled::check_exists(&self.source)?;
            let data = input::data(&self.source)?;
            let patterns = data.patterns(&how)?;
            let row = Shape {
                height: 1,
                width: patterns.neurons(),
            };
            (patterns, data.shape(&how)?.unwrap_or(row))
        };
        ensure!(
            shape.neurons() == patterns.neurons(),
            "--shape {shape} has {} pixels, the patterns have {} neurons",
            shape.neurons(),
            patterns.neurons()
        );
        Ok((Source::Among(patterns), shape))
    }

    fn loads(&self, source: &Source, shape: Shape) -> Result<Vec<usize>> {
        let most = match source {
            Source::Random => usize::MAX,
            Source::Among(patterns) => patterns.count(),
        };
        let usual = || usual_loads(shape.neurons(), most);
        let (from, to, step) = self.patterns.unwrap_or_else(usual);
        ensure!(
            to <= most,
            "--patterns asks for {to}; `{}` has {most}",
            self.source.display()
        );
        let loads = (to - from) / step + 1;
        ensure!(
            loads.saturating_mul(self.repeats) <= MOST_INSTANCES,
            "{loads} numbers of patterns with {} repeats each are more than {MOST_INSTANCES} trainings; \
             ask for fewer",
            self.repeats
        );
        Ok((from..=to).step_by(step).collect())
    }
}
