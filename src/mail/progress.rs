//! The record of sent mail, by window and recipient: a small file beside the reports, so that a repeated run sends
//! nothing twice.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::dialogue::RecipientOutcome;
use super::message::fingerprint;
use crate::failure::{Failure, input_error};
use crate::harmless::shown_path;
use crate::render::json;
use crate::render::whole_file::write_private;
use crate::time::Window;

/// The schema in the first field of the file.
const SCHEMA: &str = "dialogram/mail/1";
/// Why a mail is unknown from the end of the message until the server answers; it remains if the run is killed.
pub(crate) const CUT_OFF: &str = "the run ended before the server answered";
/// Maximum number of recorded windows: two years of weeks.
const KEPT: usize = 104;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct MailedFile {
    schema: String,
    report: String,
    mails: Vec<WindowMail>,
}

/// The state of the mail of one window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct WindowMail {
    /// First day, last day and zone; for the mail of one value in a split report also the value.
    window: String,
    recipients: BTreeMap<String, KeptRecipient>,
    /// Failures that were mailed, by their fingerprints.
    #[serde(default, rename = "told", skip_serializing_if = "Vec::is_empty")]
    mailed_failures: Vec<String>,
}

/// The stored state of a recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeptRecipient {
    state: DeliveryState,
    /// The instant, RFC 3339 UTC: `--now`, or the clock.
    at: String,
    message_id: String,
    /// How often it was sent in total.
    #[serde(default)]
    times: u32,
    /// The server's reason.
    #[serde(default, rename = "said", skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The outcome of a mail for a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DeliveryState {
    /// The server accepted it.
    Sent,
    /// The connection was lost when the server may have accepted it.
    Unknown,
    /// The server refused the recipient or the message.
    Refused,
    /// It was not sent.
    Later,
}

/// A mail that may have reached a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnknownMail<'p> {
    /// Its window in the record, followed by the value of a split report.
    pub key: &'p str,
    /// First day, last day and zone.
    pub days: &'p str,
    /// The recipient's address.
    pub recipient: &'p str,
    /// When it was sent, RFC 3339 UTC.
    pub at: &'p str,
    /// The reason why it is unknown.
    pub reason: &'p str,
}

/// The window as a key in the record and in the ids of messages.
#[must_use]
pub(crate) fn window_key(window: Window) -> String {
    format!("{} {} {}", window.first_day(), window.last_day(), window.zone().name())
}

/// The window in a key, without the value after it.
fn days_and_zone(key: &str) -> &str {
    let end = key.match_indices(' ').nth(2).map_or(key.len(), |(at, _)| at);
    &key[..end]
}

/// The record of one report, and the window of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailProgress {
    path: PathBuf,
    document: MailedFile,
}

impl MailProgress {
    /// Reads the file, if it exists.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is another file: without it mails could be sent twice.
    pub fn open(path: &Path, report: &str) -> anyhow::Result<Self> {
        let new = MailedFile { schema: SCHEMA.to_owned(), report: report.to_owned(), mails: Vec::new() };
        let location = shown_path(path);
        let document = match std::fs::read(path) {
            Ok(bytes) => {
                let found: MailedFile = serde_json::from_slice(&bytes).map_err(|error| {
                    Failure::Input.because(format!(
                        "{location}: is not a record of sent mails ({error}): without it a mail could be sent twice; put it back, or remove it if nothing was sent"
                    ))
                })?;
                if found.schema != SCHEMA || found.report != report {
                    return Err(Failure::Usage.because(format!(
                        "{location}: is the record of report `{}` ({}): name another file with state under [reports.{report}.mail]",
                        found.report, found.schema
                    )));
                }
                found
            }
            Err(error) if error.kind() == ErrorKind::NotFound => new,
            Err(error) => return Err(input_error(&location, &error)),
        };
        Ok(Self { path: path.to_owned(), document })
    }

    fn mail(&self, window: &str) -> Option<&WindowMail> {
        self.document.mails.iter().find(|mail| mail.window == window)
    }

    fn mail_mut(&mut self, window: &str) -> &mut WindowMail {
        let mails = &mut self.document.mails;
        let at = mails.iter().position(|mail| mail.window == window).unwrap_or_else(|| {
            mails.push(WindowMail {
                window: window.to_owned(),
                recipients: BTreeMap::new(),
                mailed_failures: Vec::new(),
            });
            mails.len() - 1
        });
        &mut mails[at]
    }

    /// The outcome of a window's mail for a recipient, and its instant.
    #[must_use]
    pub fn of(&self, window: &str, recipient: &str) -> Option<(DeliveryState, &str)> {
        let kept = self.mail(window)?.recipients.get(recipient)?;
        Some((kept.state, &kept.at))
    }

    /// The recipients for whom it is unknown whether a mail of any window arrived, oldest window first.
    pub fn unknown(&self) -> impl Iterator<Item = UnknownMail<'_>> {
        self.document.mails.iter().flat_map(|mail| {
            let unknown = mail.recipients.iter().filter(|(_, kept)| kept.state == DeliveryState::Unknown);
            unknown.map(|(recipient, kept)| UnknownMail {
                key: &mail.window,
                days: days_and_zone(&mail.window),
                recipient,
                at: &kept.at,
                reason: kept.reason.as_deref().unwrap_or(CUT_OFF),
            })
        })
    }

    /// Records that a recipient whose mail was unknown has it, and writes the file.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn settle(&mut self, window: &str, recipient: &str) -> anyhow::Result<()> {
        let mail = self.document.mails.iter_mut().find(|mail| mail.window == window);
        let kept = mail.and_then(|mail| mail.recipients.get_mut(recipient));
        if let Some(kept) = kept.filter(|kept| kept.state == DeliveryState::Unknown) {
            (kept.state, kept.reason, kept.times) = (DeliveryState::Sent, None, kept.times + 1);
            self.write()?;
        }
        Ok(())
    }

    /// How often a window's mail was sent to any of these recipients.
    #[must_use]
    pub fn times(&self, window: &str, recipients: &[String]) -> u32 {
        let kept =
            self.mail(window).into_iter().flat_map(|mail| recipients.iter().filter_map(|to| mail.recipients.get(to)));
        kept.map(|kept| kept.times).max().unwrap_or_default()
    }

    /// Records the outcome of a mail, and writes the file.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn note(
        &mut self,
        window: &str,
        recipients: &[(&String, &RecipientOutcome)],
        at: &str,
        message_id: &str,
    ) -> anyhow::Result<()> {
        let mail = self.mail_mut(window);
        for (recipient, outcome) in recipients {
            let before = mail.recipients.get(*recipient).map_or(0, |kept| kept.times);
            let (state, reason, times) = match outcome {
                RecipientOutcome::Sent => (DeliveryState::Sent, None, before + 1),
                RecipientOutcome::Unknown(reason) => (DeliveryState::Unknown, Some(reason.clone()), before),
                RecipientOutcome::Refused(reason) => (DeliveryState::Refused, Some(reason.clone()), before),
                RecipientOutcome::Later(reason) => (DeliveryState::Later, Some(reason.clone()), before),
            };
            let kept = KeptRecipient { state, at: at.to_owned(), message_id: message_id.to_owned(), times, reason };
            mail.recipients.insert((*recipient).clone(), kept);
        }
        self.write()
    }

    /// Whether a failure was mailed before in full. Its marks identify it.
    #[must_use]
    pub(crate) fn has_mailed_failure(&self, window: &str, marks: &[String]) -> bool {
        self.mail(window).is_some_and(|mail| marks.iter().all(|mark| mail.mailed_failures.contains(&fingerprint(mark))))
    }

    /// Records that a failure was mailed.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub(crate) fn note_failure(&mut self, window: &str, marks: &[String]) -> anyhow::Result<()> {
        let mailed = &mut self.mail_mut(window).mailed_failures;
        for mark in marks.iter().map(|mark| fingerprint(mark)) {
            if !mailed.contains(&mark) {
                mailed.push(mark);
            }
        }
        self.write()
    }

    fn write(&mut self) -> anyhow::Result<()> {
        let mails = &mut self.document.mails;
        // The mails of one window, by value, are kept together.
        let mut windows: Vec<String> = Vec::new();
        for mail in mails.iter().rev() {
            let window = days_and_zone(&mail.window);
            if !windows.iter().any(|known| known == window) {
                windows.push(window.to_owned());
            }
        }
        windows.truncate(KEPT);
        mails.retain(|mail| windows.iter().any(|kept| kept == days_and_zone(&mail.window)));
        let value = serde_json::to_value(&self.document)?;
        write_private(&self.path, json::text(&value).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sent.json");
        let (ana, leo) = ("ana@example.com".to_owned(), "leo@example.com".to_owned());
        let mut progress = MailProgress::open(&path, "weekly").unwrap();
        assert_eq!(progress.of("w1", &ana), None);
        let unknown = RecipientOutcome::Unknown("lost".to_owned());
        progress.note("w1", &[(&ana, &RecipientOutcome::Sent), (&leo, &unknown)], "t1", "id").unwrap();
        let failed = ["it failed".to_owned(), "so did this".to_owned()];
        progress.note_failure("w1", &failed).unwrap();
        let again = MailProgress::open(&path, "weekly").unwrap();
        assert_eq!(again, progress);
        assert_eq!(
            (again.of("w1", &ana), again.of("w1", &leo)),
            (Some((DeliveryState::Sent, "t1")), Some((DeliveryState::Unknown, "t1")))
        );
        assert_eq!(
            (again.times("w1", std::slice::from_ref(&leo)), again.times("w1", std::slice::from_ref(&ana))),
            (0, 1)
        );
        assert!(
            again.has_mailed_failure("w1", &failed)
                && again.has_mailed_failure("w1", &failed[..1])
                && !again.has_mailed_failure("w1", &["it fails".to_owned(), "it failed".to_owned()])
                && !again.has_mailed_failure("w2", &failed)
        );
        let found: Vec<UnknownMail> = again.unknown().collect();
        let expected = UnknownMail { key: "w1", days: "w1", recipient: &leo, at: "t1", reason: "lost" };
        assert_eq!(found, [expected]);
        progress.settle("w1", &leo).unwrap();
        assert_eq!(progress.of("w1", &leo), Some((DeliveryState::Sent, "t1")));
        assert_eq!((progress.unknown().count(), progress.times("w1", std::slice::from_ref(&leo))), (0, 1));
        // A recipient who has the mail for certain, or is not in the record, cannot be settled.
        progress.settle("w1", &ana).unwrap();
        progress.settle("w2", &leo).unwrap();
        assert_eq!(progress.times("w1", &[ana.clone(), leo.clone()]), 1);
        for at in 0..KEPT {
            progress.note(&format!("n{at}"), &[(&ana, &RecipientOutcome::Sent)], "t", "id").unwrap();
        }
        assert_eq!(MailProgress::open(&path, "weekly").unwrap().of("w1", &ana), None);
        // Many values of one window count as one window.
        for at in 0..=KEPT {
            progress.note(&format!("d1 d2 UTC value {at}"), &[(&ana, &RecipientOutcome::Sent)], "t", "id").unwrap();
        }
        let kept = MailProgress::open(&path, "weekly").unwrap();
        assert!(kept.of("d1 d2 UTC value 0", &ana).is_some() && kept.of("n1", &ana).is_some());
        assert_eq!(kept.of("n0", &ana), None);
        assert!(
            MailProgress::open(&path, "daily").unwrap_err().to_string().contains("is the record of report `weekly`")
        );
        std::fs::write(&path, "{").unwrap();
        assert!(MailProgress::open(&path, "weekly").unwrap_err().to_string().contains("could be sent twice"));
    }
}
