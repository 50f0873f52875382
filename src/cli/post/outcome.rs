//! What became of a mail, told by name.

use std::collections::BTreeMap;

use crate::failure::Failure;
use crate::mail::dialogue::RecipientOutcome;

/// What to do about each kind of failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The server refused a recipient or the message, and would again.
    pub refused: String,
    /// The server did not take it yet.
    pub later: String,
    /// The server may have taken it.
    pub unknown: String,
}

/// An error that says who has not got the mail, why, and what to do; none where everybody has.
pub fn check(what: &str, outcomes: &BTreeMap<String, RecipientOutcome>, advice: &Advice) -> anyhow::Result<()> {
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
    let kinds = reasons(outcomes);
    for (word, reasons) in &kinds {
        for (reason, to) in reasons {
            message.push_str(&format!("\n  {word} {}: {reason}", to.join(", ")));
        }
    }
    let advice = kinds.iter().zip([&advice.refused, &advice.later, &advice.unknown]);
    for (_, advice) in advice.filter(|((_, reasons), _)| !reasons.is_empty()) {
        message.push_str(&format!("\n{advice}"));
    }
    Err(Failure::Input.because(message))
}

/// Recipients by the reason why they have not got a mail.
type Reasons<'o> = BTreeMap<&'o str, Vec<&'o str>>;

/// The recipients by what became of the mail and why: refused, later, unknown.
fn reasons(outcomes: &BTreeMap<String, RecipientOutcome>) -> [(&'static str, Reasons<'_>); 3] {
    let mut kinds: [(&'static str, Reasons); 3] = [
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
        let [refused_advice, later_advice, unknown_advice] =
            ["correct it", "run again", "add --again"].map(str::to_owned);
        let advice = Advice { refused: refused_advice, later: later_advice, unknown: unknown_advice };
        let message = check("mail of week", &outcomes, &advice).unwrap_err().to_string();
        assert_eq!(
            message,
            "mail of week was not sent to everybody:\n  sent to a@x\n  refused for b@x: 550 no such user\n  \
             not sent to c@x, d@x: 450 try later\n  unknown whether it reached e@x: x:25 broke off\n\
             correct it\nrun again\nadd --again"
        );
        let all = [("a@x".to_owned(), RecipientOutcome::Sent)].into();
        assert!(check("mail", &all, &advice).is_ok());
        let none = [("b@x".to_owned(), refused)].into();
        let message = check("mail", &none, &advice).unwrap_err().to_string();
        assert_eq!(message, "mail was not sent:\n  refused for b@x: 550 no such user\ncorrect it");
    }
}
