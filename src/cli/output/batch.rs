//! The files of one run. All are rendered before any is written.

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

/// The files to write, each path once.
#[derive(Debug, Default)]
pub struct OutputBatch {
    files: Vec<(PathBuf, Rendered)>,
    /// The characters in the files that no font has.
    missing: BTreeSet<char>,
    /// Folders that may be missing. Each pair: the folder of the name as given, and the folder below it that the name's
    /// placeholders make.
    folders: BTreeSet<(PathBuf, PathBuf)>,
}

impl OutputBatch {
    /// Renders a document in all formats of an output. `value` is the value whose part of a split report the document
    /// is.
    ///
    /// # Errors
    ///
    /// If it cannot be rendered, its days are unknown, or two files would have one path.
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
                if (pattern.is_folder() || pattern.has_placeholders() || kind.makes_folder)
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
    /// If one cannot be written; then no file has changed.
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
        // For a user at a terminal only; a cron job stays silent.
        if std::io::stderr().is_terminal() && !printing.is_quiet {
            let names: Vec<String> = self.files.iter().map(|(path, _)| shown_path(path)).collect();
            note(&format!("wrote {}", names.join(", ")));
        }
        Ok(())
    }
}
