//! What became of a mail, told by name.

use std::collections::BTreeMap;

use crate::failure::Failure;
use crate::mail::dialogue::RecipientOutcome;

/// An error that says who has not got the mail, and why; none where everybody has.
pub fn check(what: &str, outcomes: &BTreeMap<String, RecipientOutcome>, how_to_go_on: &str) -> anyhow::Result<()> {
    let is_sent = |outcome: &RecipientOutcome| *outcome == RecipientOutcome::Sent;
    if outcomes.values().all(is_sent) {
        return Ok(());
    }
    let sent: Vec<&str> = outcomes.iter().filter(|(_, outcome)| is_sent(outcome)).map(|(to, _)| to.as_str()).collect();
    let mut message = if sent.is_empty() {
        format!("{what} was not sent:")
    } else {
        format!("{what} was not sent to everybody:\n  sent to {}", sent.join(", "))
    };
    for (word, reasons) in reasons(outcomes) {
        for (reason, to) in reasons {
            message.push_str(&format!("\n  {word} {}: {reason}", to.join(", ")));
        }
    }
    message.push_str(&format!("\n{how_to_go_on}"));
    Err(Failure::Input.because(message))
}

/// By what became of it and why, the recipients.
fn reasons(outcomes: &BTreeMap<String, RecipientOutcome>) -> Vec<(&'static str, BTreeMap<&str, Vec<&str>>)> {
    let mut kinds: Vec<(&'static str, BTreeMap<&str, Vec<&str>>)> = vec![
        ("refused for", BTreeMap::new()),
        ("not sent to", BTreeMap::new()),
        ("unknown whether it reached", BTreeMap::new()),
    ];
    for (to, outcome) in outcomes {
        let (kind, reason) = match outcome {
            RecipientOutcome::Sent => continue,
            RecipientOutcome::Refused(reason) => (0, reason),
            RecipientOutcome::Later(reason) => (1, reason),
            RecipientOutcome::Unknown(reason) => (2, reason),
        };
        kinds[kind].1.entry(reason).or_default().push(to);
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_not_got_it_is_told_by_name() {
        let refused = RecipientOutcome::Refused("550 no such user".to_owned());
        let later = RecipientOutcome::Later("450 try later".to_owned());
        let outcomes: BTreeMap<String, RecipientOutcome> = [
            ("a@x", RecipientOutcome::Sent),
            ("b@x", refused.clone()),
            ("c@x", later.clone()),
            ("d@x", later.clone()),
            ("e@x", RecipientOutcome::Unknown("x:25 broke off".to_owned())),
        ]
        .map(|(to, outcome)| (to.to_owned(), outcome))
        .into();
        let message = check("mail of week", &outcomes, "again").unwrap_err().to_string();
        assert_eq!(
            message,
            "mail of week was not sent to everybody:\n  sent to a@x\n  refused for b@x: 550 no such user\n  \
             not sent to c@x, d@x: 450 try later\n  unknown whether it reached e@x: x:25 broke off\nagain"
        );
        let all = [("a@x".to_owned(), RecipientOutcome::Sent)].into();
        assert!(check("mail", &all, "again").is_ok());
        let none = [("b@x".to_owned(), refused)].into();
        assert!(
            check("mail", &none, "again").unwrap_err().to_string().starts_with("mail was not sent:\n  refused for b@x")
        );
    }
}
