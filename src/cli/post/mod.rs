//! Mails of named reports: their settings in the config, the run that sends a mail, and `dialogram send`.

mod failure;
mod mailing;
mod order;
mod outcome;
mod prepared_mail;
pub mod send;
mod settings;
mod unknown_mails;

use std::path::{Path, PathBuf};

pub use self::order::{MadeReport, Mailing, SplitReport};
pub use self::settings::{MAIL_KEYS, Mail, Posts, SMTP_KEYS, Smtp};
use crate::failure::Failure;
use crate::mail::secret::PasswordSource;

/// The mail of one named report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The server.
    pub smtp: Smtp,
    /// Its recipients and texts, from the config.
    pub mail: Mail,
}

impl Posts {
    /// The mail tables in the config, by name.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let smtp = self.smtp.iter().map(|_| "[smtp]".to_owned());
        smtp.chain(self.mails.keys().map(|name| format!("[reports.{name}.mail]"))).collect()
    }

    /// The mail of a report, if it has one.
    #[must_use]
    pub fn of(&self, report: &str) -> Option<Post> {
        Some(Post { smtp: self.smtp.clone()?, mail: self.mails.get(report)?.clone() })
    }
}

impl Post {
    /// The path of the record of what was sent: as configured, else in the folder of the first output.
    ///
    /// # Errors
    ///
    /// If there is no output either.
    pub fn state(&self, report: &str, output: Option<&Path>) -> anyhow::Result<PathBuf> {
        let name = |report: &str| report.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect::<String>();
        match (&self.mail.state, output) {
            (Some(path), _) => Ok(path.clone()),
            (None, Some(folder)) => Ok(folder.join(format!(".dialogram-{}.mail.json", name(report)))),
            (None, None) => Err(Failure::Usage.because(format!(
                "report `{report}` has a mail and no output: name a file for the record of sent mail, state = \"…\" under [reports.{report}.mail]"
            ))),
        }
    }

    /// The values of a split report that have recipients of their own.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.mail.each.iter().map(|each| each.value.as_str())
    }

    /// Whether the whole report has recipients.
    #[must_use]
    pub fn is_of_all(&self) -> bool {
        !self.mail.to.is_empty() || !self.mail.cc.is_empty()
    }

    /// The name of the systemd credential with the password, if any.
    #[must_use]
    pub fn credential(&self) -> Option<&str> {
        match &self.smtp.server.password {
            Some(PasswordSource::Credential(name)) => Some(name),
            Some(PasswordSource::File(_) | PasswordSource::Stdin) | None => None,
        }
    }

    /// The files that the mail settings name.
    pub fn inputs(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let password = match &self.smtp.server.password {
            Some(PasswordSource::File(path)) => Some(("password-file", path.as_path())),
            Some(PasswordSource::Stdin) => Some(("password-file", Path::new("-"))),
            Some(PasswordSource::Credential(_)) | None => None,
        };
        password.into_iter().chain(self.smtp.server.ca_file.as_deref().map(|path| ("ca-file", path)))
    }
}
