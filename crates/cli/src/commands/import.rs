//! `attractor import`: the weights of another program as a network file.

use crate::files::{Files, ForceArgs};
use crate::input;
use crate::output::{Kind, Output};
use anyhow::{Context, Result, ensure};
use attractor::Shape;
use attractor::io::{Diagonal, Metadata, NetworkFile};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Make a network file of weights from another program
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor import W.npy -o net.safetensors
  attractor import W.npy --biases b.npy --diagonal drop --symmetrise -o net.safetensors
  attractor import model.safetensors --shape 9x9 -o net.safetensors

The weights are an NxN array of numbers: w_ij, from neuron j into neuron i, in row i. A safetensors file may hold the
biases too. `recall`, `inspect` and the other commands that take a network read such a file as it is, if its diagonal
is 0.")]
pub(crate) struct ImportArgs {
    /// The weights: an NxN .npy array, or a safetensors file with a tensor `weights`; `-` is standard input
    weights: PathBuf,

    /// The biases: a .npy array of N numbers
    #[arg(long, value_name = "FILE")]
    biases: Option<PathBuf>,

    /// What becomes of weights w_ii that are not 0
    #[arg(long, value_name = "WHAT", default_value_t, value_enum)]
    diagonal: DiagonalArg,

    /// Replace w_ij and w_ji by their mean; without it weights that differ make a directed network
    #[arg(long)]
    symmetrise: bool,

    /// Height and width of the images whose pixels are the neurons, for pictures
    #[arg(long, value_name = "HxW")]
    shape: Option<Shape>,

    /// The network file to write; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    #[command(flatten)]
    force: ForceArgs,
}

/// [`Diagonal`] on the command line.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum DiagonalArg {
    /// An error
    #[default]
    Refuse,
    /// They become 0
    Drop,
    /// They stay, and the network couples neurons to themselves
    Keep,
}

impl From<DiagonalArg> for Diagonal {
    fn from(arg: DiagonalArg) -> Self {
        match arg {
            DiagonalArg::Refuse => Self::Refuse,
            DiagonalArg::Drop => Self::Drop,
            DiagonalArg::Keep => Self::Keep,
        }
    }
}

pub(crate) fn run(args: &ImportArgs) -> Result<()> {
    let inputs = std::iter::once(&args.weights).chain(&args.biases);
    let files = Files::reading(inputs.map(PathBuf::as_path))?;
    let mut files = files.overwriting(args.force);
    let output = files.output(&args.output, Kind::Network)?;
    let weights = input::weights(&args.weights, args.biases.as_deref())?;
    let asymmetry = weights.asymmetry();
    let named = || args.weights.display().to_string();
    let file = weights
        .network(args.diagonal.into(), args.symmetrise)
        .map_err(input::with_advice)
        .with_context(named)?;
    let file = match args.shape {
        Some(shape) => with_shape(&file, shape)?,
        None => file,
    };
    output.write_with(|out| file.write_to(out))?;
    tell(&file, asymmetry, &output)
}

fn with_shape(file: &NetworkFile, shape: Shape) -> Result<NetworkFile> {
    let neurons = file.network().neurons();
    ensure!(
        shape.neurons() == neurons,
        "--shape {shape} has {} pixels, the weights are those of {neurons} neurons",
        shape.neurons()
    );
    let metadata = Metadata {
        shape: Some(shape),
        ..file.metadata().clone()
    };
    let (network, couplings) = (file.network().clone(), file.couplings().clone());
    Ok(NetworkFile::new(network, couplings, metadata)?)
}

/// Says what the network is, unless it went to standard output.
fn tell(file: &NetworkFile, asymmetry: f64, output: &Output) -> Result<()> {
    if output.is_stdout() {
        return Ok(());
    }
    let network = file.network();
    let mut text = format!(
        "{} network of {} neurons, {} weights that are not 0\n",
        network.symmetry(),
        network.neurons(),
        network.nonzeros()
    );
    if asymmetry > 0.0 {
        text.push_str(&format!(
            "w_ij and w_ji differ by up to {asymmetry:.3e} in the file\n"
        ));
    }
    Output::Stdout.write(text.as_bytes())
}
