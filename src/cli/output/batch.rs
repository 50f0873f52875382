//! The files of one run: all are rendered, then all are written.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::PathBuf;

use super::names::OutputNames;
use super::pattern::{DocumentKind, OutputPattern};
use super::{ColorChoice, DEFAULT_WIDTH, Printing, Render};
use crate::cli::interrupt::Interrupt;
use crate::cli::streams::note;
use crate::failure::Failure;
use crate::harmless::shown_path;
use crate::render::whole_file::{create_folder, create_tree, write_all_whole};
use crate::render::{DocumentFormat, Rendered, TerminalOptions};

/// The files to write, no path twice.
#[derive(Debug, Default)]
pub struct OutputBatch {
    files: Vec<(PathBuf, Rendered)>,
    /// The characters in them that no font has.
    missing: BTreeSet<char>,
    /// Folders that may be missing: those of a name as it was given, and below each those that its words make.
    folders: BTreeSet<(PathBuf, PathBuf)>,
}

impl OutputBatch {
    /// Renders a document in all formats that it is to be written in. `value` is what it is a part of.
    ///
    /// # Errors
    ///
    /// If it cannot be rendered, its days are not known, or two files would be one.
    pub fn add<F: DocumentFormat>(
        &mut self,
        patterns: &[OutputPattern<F>],
        kind: &DocumentKind<F>,
        names: Option<&OutputNames>,
        value: Option<&str>,
        printing: Printing,
        render: Render<'_, F>,
    ) -> anyhow::Result<()> {
        let plain = TerminalOptions { width: DEFAULT_WIDTH, color: printing.color == ColorChoice::Always };
        for pattern in patterns {
            let targets = match (pattern.fixed_targets(kind).filter(|_| value.is_none()), names) {
                (Some(targets), _) => targets,
                (None, Some(names)) => pattern.targets(kind, names, value),
                (None, None) => anyhow::bail!("the days of the document are not known"),
            };
            for target in targets {
                if self.files.iter().any(|(known, _)| *known == target.path) {
                    let message =
                        format!("two outputs would be {}: give them different names", shown_path(&target.path));
                    return Err(Failure::Usage.because(message));
                }
                if (pattern.is_folder() || pattern.has_words() || kind.makes_folder)
                    && let Some(folder) = target.path.parent()
                {
                    self.folders.insert((pattern.fixed_folder(), folder.to_owned()));
                }
                let rendered = render(target.format, target.nth, &plain)?;
                self.missing.extend(&rendered.missing);
                self.files.push((target.path, rendered));
            }
        }
        Ok(())
    }

    /// The characters in the files that no font has.
    #[must_use]
    pub fn into_missing(self) -> BTreeSet<char> {
        self.missing
    }

    /// The files.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.files.iter().map(|(path, _)| path.clone())
    }

    /// Writes all files, and creates their folders.
    ///
    /// # Errors
    ///
    /// If one cannot be written; then none has changed.
    pub fn write(&self, makes_folders: bool, printing: Printing, interrupt: &Interrupt) -> anyhow::Result<()> {
        let _whole = interrupt.hold();
        for (fixed, folder) in &self.folders {
            if !makes_folders {
                create_folder(fixed)?;
            }
            create_tree(folder)?;
        }
        if makes_folders {
            let parents = self.files.iter().filter_map(|(path, _)| path.parent());
            parents.filter(|folder| !folder.as_os_str().is_empty()).try_for_each(create_tree)?;
        }
        write_all_whole(&self.files)?;
        // For somebody who looks on; a cron job hears nothing.
        if std::io::stderr().is_terminal() && !printing.is_quiet {
            let names: Vec<String> = self.files.iter().map(|(path, _)| shown_path(path)).collect();
            note(&format!("wrote {}", names.join(", ")));
        }
        Ok(())
    }
}
