//! A network for a small device: a C header, a Rust file or a packed binary.

use super::{ExportArgs, Format};
use crate::files::Files;
use crate::input;
use crate::model::ModelArgs;
use crate::output::{DASH, Kind, Output};
use anyhow::{Context, Result, bail, ensure};
use attractor::chip::{Chip, Origin};
use attractor::io::{NetworkFile, read_cues};
use std::path::Path;

/// The name of what has none.
const UNNAMED: &str = "memory";

/// Writes the tables.
///
/// # Errors
/// Options of a program, patterns where a network is meant, weights that cannot be packed, and what the operating system
/// refuses.
pub(super) fn export(args: &ExportArgs) -> Result<()> {
    let chip = &args.chip;
    check(args)?;
    let inputs = std::iter::once(&args.input).chain(&chip.patterns);
    let files = Files::reading(inputs.map(std::path::PathBuf::as_path))?;
    let mut files = files.overwriting(args.force);
    let kind = match args.format {
        Format::C => Kind::Header,
        Format::Rust => Kind::Module,
        _ => Kind::Packed,
    };
    let mut output = files.output(&args.output, kind)?;
    if args.format == Format::Bin {
        output = output.not_to_terminal()?;
    }
    let name = match &chip.name {
        Some(name) => name.clone(),
        None => identifier(&args.output),
    };
    ensure!(
        is_identifier(&name),
        "--name {name}: a name in C begins with a letter and goes on with letters, digits and _"
    );
    let file = network(args)?;
    let patterns = input::stored(chip.patterns.as_deref(), &file)?;
    let origin = Origin {
        network_sha256: Some(attractor_proof::network_sha256(file.network())),
        seed: chip.seed,
    };
    let named = || args.input.display().to_string();
    let device = Chip::new(&file, patterns.as_ref(), origin).with_context(named)?;
    output.write(&match args.format {
        Format::C => device.to_c(&name).into_bytes(),
        Format::Rust => device.to_rust().into_bytes(),
        _ => device.to_binary(),
    })?;
    tell(&device, &output)
}

/// Refuses the options of a program.
fn check(args: &ExportArgs) -> Result<()> {
    let is_plain =
        !args.compact && args.big_m.given().is_none() && args.model == ModelArgs::default();
    ensure!(
        is_plain,
        "the options of the model (--compact, --epsilon, --couplings, --weights and the like) belong to --format mps and lp; \
         --format {} writes a network as it is: give them to `attractor train`",
        args.format.name()
    );
    Ok(())
}

fn network(args: &ExportArgs) -> Result<NetworkFile> {
    input::network(&args.input).or_else(|error| {
        if args.input.as_os_str() != DASH && read_cues(&args.input).is_ok() {
            bail!(
                "`{}` holds patterns, and --format {} is made of a network: train one with `attractor train`; patterns are \
                 exported with --format mps or lp",
                args.input.display(),
                args.format.name()
            );
        }
        Err(error)
    })
}

/// The name of a file as a name in C.
fn identifier(path: &Path) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let stem = stem.filter(|_| path.as_os_str() != DASH).unwrap_or(UNNAMED);
    let lower = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    let name: String = stem.chars().map(lower).collect();
    if is_identifier(&name) {
        name
    } else {
        format!("{UNNAMED}_{name}")
    }
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Says what was packed and what is guaranteed, unless it went to standard output.
fn tell(device: &Chip, output: &Output) -> Result<()> {
    if output.is_stdout() {
        return Ok(());
    }
    let mut text = format!(
        "{} weights in {} bytes, {} test vectors\n",
        device.kind(),
        device.weight_bytes(),
        device.test_vectors()
    );
    match device.guarantee() {
        Some(guarantee) => text.extend(guarantee.lines().iter().map(|line| format!("{line}\n"))),
        None => text.push_str(
            "nothing is known of a guarantee: name the stored patterns with --patterns\n",
        ),
    }
    Output::Stdout.write(text.as_bytes())
}
