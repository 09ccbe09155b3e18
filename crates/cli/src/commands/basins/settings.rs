//! Checked settings of a measurement of basins.

use super::BasinsArgs;
use super::table::HEADER;
use crate::files::Files;
use crate::input;
use crate::number::Sizes;
use crate::output::{ChartKind, Kind, Output};
use anyhow::{Result, ensure};
use attractor::io::NetworkFile;
use attractor::{Patterns, RecallOptions, Shape};
use attractor_lab::basins::Damage;
use attractor_lab::run::Run;

/// Sizes of one kind of damage that are measured if none are asked for. Larger: a smoother curve that takes longer.
const DEFAULT_SIZES: usize = 16;
/// The most cues of a measurement. Larger: a slip of the finger takes days.
const MOST_CUES: usize = 1_000_000_000;

/// Everything that the measurement needs, checked.
pub(super) struct Measuring {
    pub(super) network: NetworkFile,
    pub(super) patterns: Patterns,
    pub(super) shape: Shape,
    pub(super) options: RecallOptions,
    pub(super) damages: Vec<(Damage, Vec<usize>)>,
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

impl Measuring {
    /// Checks the options, then reads network and patterns.
    ///
    /// # Errors
    /// Options that contradict one another or the data, files that cannot be read or written.
    pub(super) fn new(args: &BasinsArgs) -> Result<Self> {
        args.dynamics.check()?;
        let files = Files::reading([args.network.as_path(), args.patterns.as_path()])?;
        let mut files = files.overwriting(args.force);
        let table = files.optional(args.output.as_ref(), Kind::Table(HEADER))?;
        let kind = args.picture.as_deref().map(ChartKind::of).transpose()?;
        let drawn = kind.map_or(Kind::Svg, ChartKind::file);
        let picture = files.optional(args.picture.as_ref(), drawn)?;
        let report = files.html(args.report.as_ref())?;
        let use_stdout = files.use_stdout();
        args.threads.start()?;
        let network = input::network(&args.network)?;
        let options = args.dynamics.options(&network, args.seed)?;
        let shape = args.shape(&network)?;
        let damages = args.damages(&network, shape)?;
        let row = Shape {
            height: 1,
            width: network.network().neurons(),
        };
        let patterns = input::stored_in(&args.patterns, &network)?;
        let sizes: usize = damages.iter().map(|(_, sizes)| sizes.len()).sum();
        let cues = sizes
            .saturating_mul(args.repeats)
            .saturating_mul(patterns.count());
        ensure!(
            cues <= MOST_CUES,
            "{cues} cues are more than {MOST_CUES}; ask for fewer --repeats or sizes"
        );
        Ok(Self {
            title: format!(
                "{} in {}: rule {}, N = {}, P = {}",
                args.patterns.display(),
                args.network.display(),
                network.metadata().rule,
                patterns.neurons(),
                patterns.count()
            ),
            network,
            patterns,
            shape: shape.unwrap_or(row),
            options,
            damages,
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

impl BasinsArgs {
    /// The shape asked for, or that of the network, if it has one.
    fn shape(&self, network: &NetworkFile) -> Result<Option<Shape>> {
        let neurons = network.network().neurons();
        if let Some(shape) = self.shape {
            ensure!(
                shape.neurons() == neurons,
                "--shape {shape} has {} pixels, the network has {neurons} neurons",
                shape.neurons()
            );
        }
        let shape = self.shape.or_else(|| network.image_shape());
        ensure!(
            self.blocks.is_none() || shape.is_some(),
            "--blocks needs images, and `{}` does not say how its {neurons} neurons are arranged; give --shape",
            self.network.display()
        );
        Ok(shape)
    }

    /// What is measured: what is asked for, otherwise everything.
    fn damages(
        &self,
        network: &NetworkFile,
        shape: Option<Shape>,
    ) -> Result<Vec<(Damage, Vec<usize>)>> {
        let neurons = network.network().neurons();
        let all = shape.unwrap_or(Shape {
            height: 1,
            width: neurons,
        });
        let asked = [
            (Damage::Flips, self.flips, "--flips"),
            (Damage::Erasures, self.erasures, "--erasures"),
            (Damage::Block, self.blocks, "--blocks"),
        ];
        let none = asked.iter().all(|(_, sizes, _)| sizes.is_none());
        let mut damages = Vec::new();
        for (damage, sizes, option) in asked {
            let most = damage.largest(all);
            let sizes = match (sizes, damage) {
                (Some((from, to, step)), _) => {
                    ensure!(
                        to <= most,
                        "{option} asks for {to}; {most} is the most of {neurons} neurons{}",
                        shape.map_or_else(String::new, |shape| format!(" ({shape})"))
                    );
                    (from, to, step)
                }
                (None, _) if !none => continue,
                (None, Damage::Block) if shape.is_none() => continue,
                (None, Damage::Flips) => up_to(0, most / 2),
                (None, Damage::Block) => up_to(1, most),
                (None, _) => up_to(0, most),
            };
            let (from, to, step) = sizes;
            damages.push((damage, (from..=to).step_by(step).collect()));
        }
        Ok(damages)
    }
}

/// A range of at most some [`DEFAULT_SIZES`] sizes.
fn up_to(from: usize, to: usize) -> Sizes {
    (from, to.max(from), to.div_ceil(DEFAULT_SIZES).max(1))
}
