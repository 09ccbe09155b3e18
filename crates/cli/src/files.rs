//! The files of one command: what it reads and where its results go, checked against one another before any work.

use crate::output::{DASH, Output, check_png};
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};

/// The inputs of a command, and the outputs that are prepared so far.
pub(crate) struct Files<'a> {
    inputs: Vec<&'a Path>,
    outputs: Vec<&'a Path>,
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
        })
    }

    /// A place for one result.
    ///
    /// # Errors
    /// A path that cannot be written, that is an input, or that another result of this command goes to.
    pub(crate) fn output(&mut self, path: &'a Path) -> Result<Output> {
        ensure!(
            !self.outputs.contains(&path),
            "two results cannot both go to `{}`; name another file for one of them",
            path.display()
        );
        self.outputs.push(path);
        Output::prepare(path, &self.inputs)
    }

    /// [`Files::output`] for a result that may not be asked for.
    ///
    /// # Errors
    /// Those of [`Files::output`].
    pub(crate) fn optional(&mut self, path: Option<&'a PathBuf>) -> Result<Option<Output>> {
        path.map(|path| self.output(path)).transpose()
    }

    /// [`Files::optional`] for a PNG picture.
    ///
    /// # Errors
    /// Another extension, and those of [`Files::output`].
    pub(crate) fn png(&mut self, path: Option<&'a PathBuf>) -> Result<Option<Output>> {
        path.map_or(Ok(()), |path| check_png(path))?;
        self.optional(path)
    }

    /// Whether a result goes to standard output, which then has no room for words.
    pub(crate) fn use_stdout(&self) -> bool {
        self.outputs.contains(&Path::new(DASH))
    }
}
