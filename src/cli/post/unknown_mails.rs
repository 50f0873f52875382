//! Mails that may or may not have arrived: every run reports them until `--received`, `--resend` or `--again` settles
//! them.

use std::collections::BTreeMap;

use super::order::Mailing;
use crate::cli::quote;
use crate::cli::streams::note;
use crate::failure::Failure;
use crate::harmless::shown;
use crate::mail::progress::{MailProgress, UnknownMail, window_key};
use crate::time::Window;

/// Maximum number of addresses in a proposed command; beyond it, a placeholder replaces them.
const NAMED: usize = 3;

/// The commands that settle a mail of an instant for some recipients.
pub(super) fn advice(mailing: &Mailing, at: &str, recipients: &[&str]) -> String {
    // The same `--now` gives the same days, also on a later day.
    let command = format!("dialogram run {} --now {at}", quote::shell(mailing.report));
    let received = match recipients {
        few if few.len() <= NAMED => {
            few.iter().map(|to| format!(" --received {}", quote::shell(to))).collect::<String>()
        }
        _ => " --received ADDRESS --received …".to_owned(),
    };
    format!(
        "ask whose mail is unknown whether it came: `{command}{received}` records that it did, `{command} --resend` sends it \
         again to those for whom it did not"
    )
}

/// Whether the flags settle a mail of this window.
///
/// # Errors
///
/// If an address has no mail in doubt, or there is no such mail.
pub(super) fn check(
    mailing: &Mailing,
    received: &[String],
    window: Window,
    progress: &MailProgress,
) -> anyhow::Result<()> {
    let key = window_key(window);
    let days = format!("{} to {}", window.first_day(), window.last_day());
    let other = |is_it: &dyn Fn(&UnknownMail) -> bool| {
        let found = progress.unknown().find(|mail| mail.days != key && is_it(mail));
        found.map_or_else(String::new, |mail| format!("; that of {} is: add --now {}", days_of(mail.days), mail.at))
    };
    let of_window = || progress.unknown().filter(|mail| mail.days == key);
    if let Some(to) = received.iter().find(|to| of_window().all(|mail| mail.recipient != *to)) {
        let other = other(&|mail| mail.recipient == to);
        let what = shown(mailing.report);
        return Err(Failure::Usage.because(format!(
            "--received {to}: it is not unknown whether the mail of {what}, {days}, reached them{other}"
        )));
    }
    if mailing.flags.resend && of_window().next().is_none() {
        let other = other(&|_| true);
        return Err(Failure::Usage
            .because(format!("--resend: no mail of {}, {days}, is unknown{other}", shown(mailing.report))));
    }
    Ok(())
}

/// Reports unsettled mails of other windows, which would otherwise go unnoticed.
pub(super) fn warn_of_others(mailing: &Mailing, window: Window, progress: &MailProgress) {
    let key = window_key(window);
    let mut others: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for mail in progress.unknown().filter(|mail| mail.days != key) {
        let recipients = others.entry((mail.days, mail.at)).or_default();
        if !recipients.contains(&mail.recipient) {
            recipients.push(mail.recipient);
        }
    }
    for ((days, at), recipients) in others {
        note(&format!(
            "warning: it is still unknown whether the mail of {}, {}, reached {}: {}",
            shown(mailing.report),
            days_of(days),
            recipients.join(", "),
            advice(mailing, at, &recipients)
        ));
    }
}

/// `2026-03-02 to 2026-03-08`.
fn days_of(key: &str) -> String {
    let mut parts = key.split(' ');
    format!("{} to {}", parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}
