//! Stands where the program is built without mail: a config that has one is refused, so nothing is silently not sent.

use std::path::{Path, PathBuf};

use crate::fold::facts::Run;
use crate::language::Language;
use crate::opening_hours::OpeningHours;
use crate::report::Report;
use crate::report::template::Template;
use crate::time::Window;
use crate::toml_reader::{Reader, Table};

/// There is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Post {}

/// All that the config says of mail: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posts;

/// No keys.
pub const SMTP_KEYS: [&str; 0] = [];
/// No keys.
pub const MAIL_KEYS: [&str; 0] = [];

impl Posts {
    /// Refuses what is there.
    pub fn read(reader: &mut Reader, root: &Table, _folder: &Path) -> Self {
        let reports = root.get("reports").and_then(|reports| reports.get_ref().as_table()).into_iter().flatten();
        let mails = reports.filter_map(|(_, report)| report.get_ref().as_table()?.get("mail"));
        for value in mails.chain(root.get("smtp")) {
            reader.mistake(&value.span(), "this program was built without mail (cargo feature `mail`)".to_owned());
        }
        Self
    }

    /// None.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// None.
    #[must_use]
    pub fn of(&self, _report: &str) -> Option<Post> {
        None
    }
}

impl Post {
    /// Never called.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn state(&self, _report: &str, _output: Option<&Path>) -> anyhow::Result<PathBuf> {
        match *self {}
    }

    /// Never called.
    pub fn inputs(&self) -> std::iter::Empty<(&'static str, &Path)> {
        match *self {}
    }
}

/// Never made.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the module that this one stands for")]
pub struct Mailing<'a> {
    pub post: &'a Post,
    pub report: &'a str,
    pub state: PathBuf,
    pub again: bool,
    pub dry_run: bool,
    pub is_quiet: bool,
}

/// A report that was made.
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are those of the module that this one stands for")]
pub struct Made {
    pub report: Report,
    pub window: Window,
    pub now: i64,
    pub language: Language,
    pub template: String,
    pub files: Vec<PathBuf>,
}

impl Mailing<'_> {
    /// Never called.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn check(&self, _templates: &[Template]) -> anyhow::Result<()> {
        match *self.post {}
    }

    /// Never called.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn run(
        &self,
        _expected: Option<(Window, i64)>,
        _make: impl FnOnce(&dyn Fn(&Run, Window, i64, Option<&OpeningHours>) -> anyhow::Result<()>) -> anyhow::Result<Made>,
    ) -> anyhow::Result<()> {
        match *self.post {}
    }
}
