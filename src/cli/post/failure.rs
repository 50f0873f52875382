//! `on-failure`: a short mail to whoever looks after the reports, once for each failure of a window.

use std::time::Duration;

use super::settings::Mail;
use crate::cli::exit;
use crate::failure::Failure;
use crate::mail::address::Person;
use crate::mail::deliver::{Letter, deliver};
use crate::mail::dialogue::{Access, RecipientOutcome};
use crate::mail::message::{Heads, Identity, MessageContent, message};
use crate::mail::progress::{MailProgress, window_key};
use crate::time::Window;

/// How long a server that is away is tried again for this: the mail itself has been tried for longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Tells a failure by mail, where somebody is named for it; gives it back, with what went wrong in telling.
pub(super) fn mail_failure(
    mail: &Mail,
    report: &str,
    access: &Access,
    progress: &mut MailProgress,
    about: Option<(Window, i64)>,
    error: anyhow::Error,
) -> anyhow::Error {
    if mail.on_failure.is_empty() {
        return error;
    }
    let code = exit::code(&error);
    let text = format!("{error:#}");
    let window = about.map_or_else(|| "no window".to_owned(), |(window, _)| window_key(window));
    if progress.has_mailed_failure(&window, &text) {
        return error;
    }
    let mut told = || -> anyhow::Result<()> {
        let to: Vec<String> = mail.on_failure.iter().map(Person::address).collect();
        let days =
            about.map(|(window, _)| format!(", {} to {}", window.first_day(), window.last_day())).unwrap_or_default();
        let content = MessageContent {
            subject: format!("dialogram: report {report} failed{days}"),
            text: format!(
                "The report {report}{days} failed with exit code {code}:\n\n{text}\n\nThis failure of these days is not mailed again.\n"
            ),
            html: None,
            attached: Vec::new(),
            now: about.map_or_else(|| chrono::Utc::now().timestamp_millis(), |(_, now)| now),
        };
        let heads = Heads { from: mail.from.clone(), reply_to: None, to: mail.on_failure.clone(), cc: Vec::new() };
        let of = format!("{window} {text}");
        let id = Identity { report, window: &of, to: &to, again: 0 }.message_id(&mail.from);
        let letter = Letter { from: mail.from.address(), to, bytes: message(report, &heads, &content, &id)? };
        let outcomes = deliver(&access.within(PATIENCE), &letter, &mut |_| Ok(()))?;
        let lost = outcomes.into_iter().find_map(|(to, outcome)| match outcome {
            RecipientOutcome::Sent | RecipientOutcome::Unknown(_) => None,
            RecipientOutcome::Refused(why) | RecipientOutcome::Later(why) => Some(format!("{to}: {why}")),
        });
        if let Some(lost) = lost {
            return Err(Failure::Input.because(lost));
        }
        progress.note_failure(&window, &text)
    };
    match told() {
        Ok(()) => error,
        Err(lost) => {
            let kind = Failure::of(&error).unwrap_or(Failure::Input);
            kind.because(format!("{error:#}\nand nobody was told by mail (on-failure): {lost:#}"))
        }
    }
}
