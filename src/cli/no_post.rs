//! Replaces `post` in a build without mail: refuses a config with mail settings, so that no mail is silently left
//! unsent.

#[path = "post/order.rs"]
mod order;

use std::path::{Path, PathBuf};

pub use self::order::{MadeReport, Mailing, SplitReport};
use crate::fold::facts::RunFacts;
use crate::opening_hours::OpeningHours;
use crate::report::template::Template;
use crate::time::Window;
use crate::toml_reader::{Reader, TomlTable};

/// Has no value: this build sends no mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Post {}

/// The mail settings of the config; always empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posts;

/// No keys.
pub const SMTP_KEYS: [&str; 0] = [];
/// No keys.
pub const MAIL_KEYS: [&str; 0] = [];

impl Posts {
    /// Refuses mail settings.
    pub fn read(reader: &mut Reader, root: &TomlTable, _folder: &Path) -> Self {
        let reports = root.get("reports").and_then(|reports| reports.get_ref().as_table()).into_iter().flatten();
        let mails = reports.filter_map(|(_, report)| report.get_ref().as_table()?.get("mail"));
        for value in mails.chain(root.get("smtp")) {
            reader.mistake(&value.span(), "this program was built without mail (cargo feature `mail`)".to_owned());
        }
        Self
    }

    /// Empty.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// `None`.
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
    pub fn values(&self) -> std::iter::Empty<&str> {
        match *self {}
    }

    /// Never called.
    #[must_use]
    pub fn credential(&self) -> Option<&str> {
        match *self {}
    }

    /// Never called.
    #[must_use]
    pub fn is_of_all(&self) -> bool {
        match *self {}
    }

    /// Never called.
    pub fn inputs(&self) -> std::iter::Empty<(&'static str, &Path)> {
        match *self {}
    }
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
        _make: impl FnOnce(
            &dyn Fn(&RunFacts, Window, i64, Option<&OpeningHours>) -> anyhow::Result<()>,
        ) -> anyhow::Result<MadeReport>,
    ) -> anyhow::Result<()> {
        match *self.post {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::config::parse;
    use crate::failure::Failure;

    #[test]
    fn a_config_with_mail_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dialogram.toml");
        for (text, is_fine) in [
            ("[smtp]\nhost = 'x'\n", false),
            ("[reports.weekly]\nlogs = ['a']\n[reports.weekly.mail]\nto = 'a@example.com'\n", false),
            ("[reports.weekly]\nlogs = ['a']\n", true),
        ] {
            std::fs::write(&path, text).unwrap();
            let line = ["dialogram", "report", "a.csv", "--config"].map(std::ffi::OsString::from);
            let line = line.into_iter().chain([path.clone().into_os_string()]);
            match parse(line, &|_| None) {
                Ok(_) => assert!(is_fine, "{text}"),
                Err(error) => {
                    assert!(!is_fine && error.to_string().contains("built without mail"), "{error}");
                    assert_eq!(Failure::of(&error), Some(Failure::Usage));
                }
            }
        }
        assert_eq!(Posts.names(), Vec::<String>::new());
        assert_eq!(Posts.of("weekly"), None);
    }
}
