//! `on-failure`: a short mail to the people responsible for the reports, once for each failure of a window.

use std::time::Duration;

use super::order::Mailing;
use crate::cli::exit;
use crate::failure::Failure;
use crate::harmless::{shown, shown_lines, shown_path};
use crate::mail::address::Person;
use crate::mail::deliver::{Letter, deliver};
use crate::mail::dialogue::{Access, RecipientOutcome};
use crate::mail::message::{Heads, Identity, MessageContent, message};
use crate::mail::progress::{MailProgress, window_key};
use crate::time::Window;

/// How long an unreachable server is retried for this mail. The report's mail has been retried longer already.
const PATIENCE: Duration = Duration::from_mins(1);

/// A run that failed.
#[derive(Debug)]
pub(super) struct FailedRun {
    /// Its window and its now, if they are known.
    pub about: Option<(Window, i64)>,
    /// The failure.
    pub error: anyhow::Error,
    /// The keys that identify the same failure later.
    pub marks: Vec<String>,
}

impl Mailing<'_> {
    /// Reports a failure by mail if the config names recipients; returns the failure, with errors of that mail.
    pub(super) fn mail_failure(
        &self,
        failed: FailedRun,
        access: &Access,
        progress: &mut MailProgress,
    ) -> anyhow::Error {
        let window = failed.about.map_or_else(|| "no window".to_owned(), |(window, _)| window_key(window));
        let is_mailed = progress.has_mailed_failure(&window, &failed.marks);
        if self.post.mail.on_failure.is_empty() || is_mailed {
            return failed.error;
        }
        let trouble = match self.send_failure(&failed, &window, access) {
            Err(lost) => format!("and nobody was notified by mail (on-failure): {lost:#}"),
            Ok(()) => match progress.note_failure(&window, &failed.marks) {
                Ok(()) => return failed.error,
                Err(lost) => {
                    format!("and on-failure sends its mail again, since the record cannot be written: {lost:#}")
                }
            },
        };
        let kind = Failure::of(&failed.error).unwrap_or(Failure::Input);
        kind.because(format!("{:#}\n{trouble}", failed.error))
    }

    fn send_failure(&self, failed: &FailedRun, window: &str, access: &Access) -> anyhow::Result<()> {
        let mail = &self.post.mail;
        let to: Vec<String> = mail.on_failure.iter().map(Person::address).collect();
        let heads = Heads { from: mail.from.clone(), reply_to: None, to: mail.on_failure.clone(), cc: Vec::new() };
        let text = format!("{window} {:#}", failed.error);
        let id = Identity { report: self.report, window: &text, to: &to, again: 0 }.message_id(&mail.from);
        let bytes = message(self.report, &heads, &self.failure_content(failed), &id)?;
        let letter = Letter { from: mail.from.address(), to, bytes };
        let outcomes = deliver(&access.within(PATIENCE), &letter, &mut |_| Ok(()))?;
        let lost = outcomes.into_iter().find_map(|(to, outcome)| match outcome {
            RecipientOutcome::Sent | RecipientOutcome::Unknown(_) => None,
            RecipientOutcome::Refused(why) | RecipientOutcome::Later(why) => Some(format!("{to}: {why}")),
        });
        lost.map_or(Ok(()), |lost| Err(Failure::Input.because(lost)))
    }

    /// The text in the language of the mail. The program's own message in it is English, as on standard error.
    fn failure_content(&self, FailedRun { about, error, .. }: &FailedRun) -> MessageContent {
        let language = self.post.mail.language.unwrap_or(self.language);
        let (report, code) = (self.report, exit::code(error));
        let days = about.map(|(window, _)| language.days(window.first_day(), window.last_day()));
        let (subject, lead) = match &days {
            Some(days) => (
                language.fill("mail.failed_days", &[("report", &report), ("days", days)]),
                language.fill("mail.failure_days", &[("report", &report), ("days", days), ("code", &code)]),
            ),
            None => (
                language.fill("mail.failed", &[("report", &report)]),
                language.fill("mail.failure", &[("report", &report), ("code", &code)]),
            ),
        };
        let host = sysinfo::System::host_name().unwrap_or_default();
        let folder = std::env::current_dir().map(|folder| shown_path(&folder)).unwrap_or_default();
        let origin = language.fill("mail.place", &[("host", &shown(&host)), ("folder", &folder)]);
        let (meaning, lead_in, once) =
            (language.text(meaning(code)), language.text("mail.message"), language.text("mail.once"));
        MessageContent {
            subject,
            text: format!(
                "{lead}\n{meaning}\n\n{lead_in}\n\n{}\n\n{origin}\n{once}\n",
                shown_lines(&format!("{error:#}"))
            ),
            html: None,
            attached: Vec::new(),
            now: about.map_or_else(|| chrono::Utc::now().timestamp_millis(), |(_, now)| now),
        }
    }
}

/// The key of the sentence that explains an exit code.
fn meaning(code: u8) -> &'static str {
    match Failure::ALL.iter().find(|failure| failure.exit_code() == code) {
        Some(Failure::Usage) => "mail.failed_usage",
        Some(Failure::EmptyWindow) => "mail.failed_empty",
        Some(Failure::TooManyRejects) => "mail.failed_rejects",
        Some(Failure::Input) => "mail.failed_input",
        // A run makes no findings, and an interrupted run ends before it reports anything.
        Some(Failure::Identity | Failure::Found | Failure::Interrupted | Failure::Terminated) | None => {
            "mail.failed_bug"
        }
    }
}
