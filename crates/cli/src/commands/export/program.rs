//! Patterns as the paper's mixed integer program, for outside solvers.

use super::{ChipArgs, ExportArgs};
use crate::files::Files;
use crate::input;
use crate::output::{DASH, Kind, Output};
use anyhow::{Result, bail, ensure};
use attractor::Patterns;
use attractor::io::NetworkFile;
use attractor_exact::milp::{self, BigM, Form, Format};

/// What a coefficient with its names takes in a file, roughly.
const BYTES_PER_TERM: u64 = 20;

/// Writes the program.
///
/// # Errors
/// Options of a network, a network where patterns are meant, and what the model or the operating system refuses.
pub(super) fn export(args: &ExportArgs, format: Format) -> Result<()> {
    ensure!(
        args.chip == ChipArgs::default(),
        "--patterns, --name and --seed belong to --format c, rust and bin, which take a network; --format {} takes patterns",
        args.format.name()
    );
    args.model.check_big_m()?;
    let inputs = std::iter::once(args.input.as_path()).chain(args.model.mask());
    let mut files = Files::reading(inputs)?.overwriting(args.force);
    let output = files.output(&args.output, Kind::Program)?;
    let patterns = patterns(args)?;
    let form = if args.compact {
        Form::Compact
    } else {
        Form::Faithful
    };
    let model = args.big_m.build(&args.model, &patterns, form)?;
    output.announce(model.model().term_count() as u64 * BYTES_PER_TERM);
    output.write_with(|file| milp::export(&model, format, file))?;
    tell(&model, &output)
}

fn patterns(args: &ExportArgs) -> Result<Patterns> {
    input::patterns(&args.input).or_else(|error| {
        if args.input.as_os_str() != DASH && NetworkFile::read(&args.input).is_ok() {
            bail!(
                "`{}` is a network, and --format {} is made of patterns; a network is exported with --format c, rust or bin",
                args.input.display(),
                args.format.name()
            );
        }
        Err(error)
    })
}

/// Says how large the model is, unless it went to standard output.
fn tell(model: &BigM, output: &Output) -> Result<()> {
    if output.is_stdout() {
        return Ok(());
    }
    let size = model.model();
    let text = format!(
        "{} columns, {} rows, {} terms\n",
        size.columns().len(),
        size.rows().len(),
        size.term_count()
    );
    Output::Stdout.write(text.as_bytes())
}
