//! Sources that an engine fetched for one process: rows of a table, or files at addresses.

use std::path::PathBuf;

use crate::failure::{Failure, input_error};
use crate::harmless::shown_path;

/// The sources that the engine fetched for one process.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The folder. It has a folder for each source, named by its number, with one file.
    pub rows: PathBuf,
    /// The number of the part, as counted by the engine.
    pub part: u32,
}

impl Fetched {
    /// The file of a source.
    ///
    /// # Errors
    ///
    /// If there is no file, or more than one.
    pub fn file(&self, source: u32) -> anyhow::Result<PathBuf> {
        let folder = self.rows.join(source.to_string());
        let location = shown_path(&folder);
        let entries = std::fs::read_dir(&folder).map_err(|error| input_error(&location, &error))?;
        let files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
        let mut files = files.map_err(|error| input_error(&location, &error))?;
        match (files.pop(), files.is_empty()) {
            (Some(file), true) => Ok(file),
            (Some(_) | None, _) => {
                Err(Failure::Usage.because(format!("{location}: expected one file, fetched by the engine")))
            }
        }
    }
}
