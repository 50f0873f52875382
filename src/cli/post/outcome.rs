//! The outcome of a mail, by recipient.

use std::collections::BTreeMap;

use crate::mail::dialogue::RecipientOutcome;

/// The advice for each kind of failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The server refused a recipient or the message, and would do so again.
    pub refused: String,
    /// The server has not accepted the mail yet.
    pub later: String,
    /// The server may have accepted the mail.
    pub unknown: String,
}

/// A mail that some recipients did not get, or may not have got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The recipients, the reasons and the remedies.
    pub message: String,
    /// One for each such recipient. A mark stays the same if the server only changes its wording.
    pub marks: Vec<String>,
}

/// Checks the outcomes of a mail: fails with the recipients who did not get it, the reasons and the remedies.
pub fn check(what: &str, outcomes: &BTreeMap<String, RecipientOutcome>, advice: &Advice) -> Result<(), Undelivered> {
    let is_sent = |outcome: &RecipientOutcome| *outcome == RecipientOutcome::Sent;
    if outcomes.values().all(is_sent) {
        return Ok(());
    }
    let sent: Vec<&str> = outcomes.iter().filter(|(_, outcome)| is_sent(outcome)).map(|(to, _)| to.as_str()).collect();
    let kinds = reasons(outcomes);
    let is_lost = kinds[..2].iter().any(|(_, reasons)| !reasons.is_empty());
    let mut message = match (is_lost, sent.is_empty()) {
        (true, true) => format!("{what} was not sent:"),
        (false, true) => format!("{what} may not have arrived:"),
        (true, false) => format!("{what} was not sent to everybody:\n  sent to {}", sent.join(", ")),
        (false, false) => format!("{what} may not have reached everybody:\n  sent to {}", sent.join(", ")),
    };
    let mut marks = Vec::new();
    for (word, reasons) in &kinds {
        for (reason, to) in reasons {
            message.push_str(&format!("\n  {word} {}: {reason}", to.join(", ")));
            marks.extend(to.iter().map(|to| format!("{what} {word} {to}")));
        }
    }
    let advice = kinds.iter().zip([&advice.refused, &advice.later, &advice.unknown]);
    for (_, advice) in advice.filter(|((_, reasons), _)| !reasons.is_empty()) {
        message.push_str(&format!("\n{advice}"));
    }
    Err(Undelivered { message, marks })
}

/// Recipients by the reason why they did not get a mail.
type Reasons<'o> = BTreeMap<&'o str, Vec<&'o str>>;

/// The recipients by outcome and reason: refused, later, unknown.
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
    fn recipients_without_the_mail_are_named() {
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
        let lost = check("mail of week", &outcomes, &advice).unwrap_err();
        assert_eq!(
            lost.message,
            "mail of week was not sent to everybody:\n  sent to a@x\n  refused for b@x: 550 no such user\n  \
             not sent to c@x, d@x: 450 try later\n  unknown whether it reached e@x: x:25 broke off\n\
             correct it\nrun again\nadd --again"
        );
        let all = [("a@x".to_owned(), RecipientOutcome::Sent)].into();
        assert!(check("mail", &all, &advice).is_ok());
        let none = [("b@x".to_owned(), refused)].into();
        let message = check("mail", &none, &advice).unwrap_err().message;
        assert_eq!(message, "mail was not sent:\n  refused for b@x: 550 no such user\ncorrect it");
        let unknown = |reason: &str| [("b@x".to_owned(), RecipientOutcome::Unknown(reason.to_owned()))].into();
        let lost = |reason| check("mail", &unknown(reason), &advice).unwrap_err();
        assert_eq!(
            lost("closed").message,
            "mail may not have arrived:\n  unknown whether it reached b@x: closed\nadd --again"
        );
        // The same failure in other words.
        assert_eq!(lost("closed").marks, lost("no answer").marks);
        assert_eq!(lost("closed").marks, ["mail unknown whether it reached b@x"]);
    }
}
