//! Checked settings of a comparison.

use super::CompareArgs;
use super::table::HEADER;
use crate::files::Files;
use crate::method::MethodName;
use crate::output::{ChartKind, Kind, Output};
use crate::{input, method};
use anyhow::{Result, ensure};
use attractor::{Patterns, Shape};
use attractor_lab::compare::{MOST_CUES, usual_flips, usual_methods};
use attractor_lab::method::{Method, Settings};
use attractor_lab::run::Run;

/// Everything that a comparison needs, checked.
pub(super) struct Comparing {
    pub(super) patterns: Patterns,
    pub(super) shape: Shape,
    pub(super) methods: Vec<Method>,
    pub(super) settings: Settings,
    pub(super) flips: Vec<usize>,
    pub(super) repeats: usize,
    pub(super) seed: u64,
    pub(super) table: Option<Output>,
    pub(super) picture: Option<(Output, ChartKind)>,
    pub(super) report: Option<Output>,
    /// When and where it begins.
    pub(super) began: Run,
    pub(super) use_stdout: bool,
    pub(super) title: String,
}

impl Comparing {
    /// Checks the options, then reads the patterns.
    ///
    /// # Errors
    /// Options that contradict one another or the patterns, files that cannot be read or written.
    pub(super) fn new(args: &CompareArgs) -> Result<Self> {
        let files = Files::reading([args.patterns.as_path()])?;
        let mut files = files.overwriting(args.force);
        let table = files.optional(args.output.as_ref(), Kind::Table(HEADER))?;
        let kind = args.picture.as_deref().map(ChartKind::of).transpose()?;
        let drawn = kind.map_or(Kind::Svg, ChartKind::file);
        let picture = files.optional(args.picture.as_ref(), drawn)?;
        let report = files.html(args.report.as_ref())?;
        let use_stdout = files.use_stdout();
        let methods = args.parts.share(args.methods()?);
        let radius = method::radius(args.radius, &methods)?;
        args.threads.start()?;
        let patterns = input::patterns(&args.patterns)?;
        method::check_memory(patterns.neurons())?;
        let flips = args.flips(&patterns)?;
        let (count, neurons) = (patterns.count(), patterns.neurons());
        Ok(Self {
            title: format!("{}: N = {neurons}, P = {count}", args.patterns.display()),
            shape: args.shape(neurons)?,
            patterns,
            methods,
            settings: Settings {
                ties: args.ties,
                time_limit: method::time_limit(args.time_limit),
                radius,
                ..Settings::default()
            },
            flips,
            repeats: args.repeats,
            seed: args.seed,
            table,
            picture: picture.zip(kind),
            report,
            began: Run::now(),
            use_stdout,
        })
    }
}

impl CompareArgs {
    fn methods(&self) -> Result<Vec<Method>> {
        let methods = if self.rule.is_empty() {
            usual_methods(self.shape.is_some())
        } else {
            // `exact` is what `train` makes of it.
            let usual = |&name: &MethodName| match name {
                MethodName::Exact => MethodName::Own(Method::ExactDefault),
                own @ MethodName::Own(_) => own,
            };
            let names: Vec<MethodName> = self.rule.iter().map(usual).collect();
            method::methods(&names, None)?
        };
        method::check_time_limit(self.time_limit, &methods)?;
        ensure!(
            self.shape.is_some() || !methods.contains(&Method::ExactReceptive),
            "exact-receptive needs to know how the neurons are arranged; give --shape, for example --shape 9x9"
        );
        Ok(methods)
    }

    fn shape(&self, neurons: usize) -> Result<Shape> {
        let row = Shape {
            height: 1,
            width: neurons,
        };
        let shape = self.shape.unwrap_or(row);
        ensure!(
            shape.neurons() == neurons,
            "--shape {shape} has {} pixels, the patterns have {neurons} neurons",
            shape.neurons()
        );
        Ok(shape)
    }

    fn flips(&self, patterns: &Patterns) -> Result<Vec<usize>> {
        let neurons = patterns.neurons();
        let (from, to, step) = self.flips.unwrap_or_else(|| usual_flips(neurons));
        ensure!(
            to <= neurons,
            "--flips asks for {to}; a pattern has {neurons} entries"
        );
        let flips: Vec<usize> = (from..=to).step_by(step).collect();
        let cues = flips
            .len()
            .saturating_mul(self.repeats)
            .saturating_mul(patterns.count());
        ensure!(
            cues <= MOST_CUES,
            "{cues} cues are more than {MOST_CUES}; ask for fewer --repeats or --flips"
        );
        Ok(flips)
    }
}
