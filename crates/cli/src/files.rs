//! The files of one command: what it reads and where its results go, checked against one another before any work.

use crate::output::{DASH, Kind, Output, check_html, check_png, is_same_file};
use crate::threads::RUN;
use anyhow::{Result, ensure};
use clap::Args;
use std::path::{Path, PathBuf};

/// The option `--force`, shared by every command that writes files.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct ForceArgs {
    /// Overwrite existing files even if they are of another kind than the result
    #[arg(long, help_heading = RUN)]
    force: bool,
}

/// The inputs of a command, and the outputs that are prepared so far.
pub(crate) struct Files<'a> {
    inputs: Vec<&'a Path>,
    outputs: Vec<&'a Path>,
    force: bool,
}

impl<'a> Files<'a> {
    /// # Errors
    /// Two inputs that both are standard input.
    pub(crate) fn reading(inputs: impl IntoIterator<Item = &'a Path>) -> Result<Self> {
        let inputs: Vec<&Path> = inputs.into_iter().collect();
        let dashes = inputs.iter().filter(|path| path.as_os_str() == DASH);
        ensure!(
            dashes.count() <= 1,
            "two inputs cannot both come from standard input; name a file for one of them"
        );
        Ok(Self {
            inputs,
            outputs: Vec::new(),
            force: false,
        })
    }

    /// The same, with files of another kind overwritten if that is asked for.
    pub(crate) fn overwriting(mut self, how: ForceArgs) -> Self {
        self.force = how.force;
        self
    }

    /// A place for one result of this kind.
    ///
    /// # Errors
    /// A path that cannot be written, that is an input, that another result of this command goes to, or at which a file
    /// of another kind stands.
    pub(crate) fn output(&mut self, path: &'a Path, kind: Kind) -> Result<Output> {
        ensure!(
            !self.outputs.iter().any(|other| is_same_file(path, other)),
            "two results cannot both go to `{}`; name another file for one of them",
            path.display()
        );
        self.outputs.push(path);
        let output = Output::prepare(path, &self.inputs)?;
        if self.force {
            return Ok(output);
        }
        output.for_kind(kind)
    }

    /// [`Files::output`] for a result that may not be asked for.
    ///
    /// # Errors
    /// Those of [`Files::output`].
    pub(crate) fn optional(
        &mut self,
        path: Option<&'a PathBuf>,
        kind: Kind,
    ) -> Result<Option<Output>> {
        path.map(|path| self.output(path, kind)).transpose()
    }

    /// [`Files::optional`] for a PNG picture.
    ///
    /// # Errors
    /// Another extension, and those of [`Files::output`].
    pub(crate) fn png(&mut self, path: Option<&'a PathBuf>) -> Result<Option<Output>> {
        path.map_or(Ok(()), |path| check_png(path))?;
        self.optional(path, Kind::Png)
    }

    /// [`Files::optional`] for a report as an HTML page.
    ///
    /// # Errors
    /// Another extension, and those of [`Files::output`].
    pub(crate) fn html(&mut self, path: Option<&'a PathBuf>) -> Result<Option<Output>> {
        path.map_or(Ok(()), |path| check_html(path))?;
        self.optional(path, Kind::Html)
    }

    /// Whether a result goes to standard output, which then has no room for words.
    pub(crate) fn use_stdout(&self) -> bool {
        self.outputs.contains(&Path::new(DASH))
    }
}
