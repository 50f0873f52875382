//! Sends a message to its recipients, with retries within a time, and records the outcome after each step.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::dialogue::{Access, Envelope, RecipientOutcome, SendFault};
use super::progress::CUT_OFF;

/// The first wait before a retry; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(2);

/// Waits between retries, until a time is over.
#[derive(Debug)]
struct Waits {
    until: Instant,
    next: Duration,
}

impl Waits {
    fn new(time: Duration) -> Self {
        Self { until: Instant::now() + time, next: FIRST_WAIT }
    }

    /// Waits; false if no time is left for another retry.
    fn wait(&mut self) -> bool {
        if Instant::now() + self.next > self.until {
            return false;
        }
        std::thread::sleep(self.next);
        self.next = (self.next * 2).min(LONGEST_WAIT);
        true
    }
}

/// The sender and recipients of a message, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The sender's address.
    pub from: String,
    /// The recipients' addresses, each once.
    pub to: Vec<String>,
    /// Headers and body.
    pub bytes: Vec<u8>,
}

/// Records the outcome of a message for some of its recipients.
pub(crate) type OutcomeNote<'a> = dyn FnMut(&[(&String, &RecipientOutcome)]) -> anyhow::Result<()> + 'a;

/// Sends a message, with retries for recipients that the server does not accept yet.
///
/// # Errors
///
/// If the outcome cannot be recorded. A server's refusal is not an error, but an outcome.
pub(crate) fn deliver(
    access: &Access,
    letter: &Letter,
    note: &mut OutcomeNote,
) -> anyhow::Result<BTreeMap<String, RecipientOutcome>> {
    let mut all: BTreeMap<String, RecipientOutcome> = BTreeMap::new();
    let mut open = letter.to.clone();
    let mut waits = Waits::new(access.server().retry_for);
    loop {
        let envelope = Envelope { from: &letter.from, to: &open, bytes: &letter.bytes };
        // Recorded before the dot: a run that is killed after it learns nothing more.
        let lost = RecipientOutcome::Unknown(CUT_OFF.to_owned());
        let mut failed = None;
        let mut unwritable = None;
        let mut on_end = |taken: &[String]| {
            let pairs: Vec<_> = taken.iter().map(|to| (to, &lost)).collect();
            note(&pairs).map_err(|error| unwritable = Some(error)).is_ok()
        };
        let outcomes = match access.send(&envelope, &mut on_end) {
            Ok(outcomes) => outcomes,
            Err(fault) => {
                let outcome = match &fault {
                    SendFault::Later(text) => RecipientOutcome::Later(text.clone()),
                    SendFault::Final(text) => RecipientOutcome::Refused(text.clone()),
                };
                failed = Some(fault);
                vec![outcome; open.len()]
            }
        };
        if let Some(error) = unwritable {
            return Err(error.context("nothing was sent, since the record of it cannot be written"));
        }
        let pairs: Vec<(&String, &RecipientOutcome)> = open.iter().zip(&outcomes).collect();
        note(&pairs).with_context(|| without_record(&pairs))?;
        all.extend(pairs.into_iter().map(|(to, outcome)| (to.clone(), outcome.clone())));
        open.retain(|to| matches!(all.get(to), Some(RecipientOutcome::Later(_))));
        let is_over = matches!(failed, Some(SendFault::Final(_))) || open.is_empty();
        if is_over || !waits.wait() {
            return Ok(all);
        }
    }
}

/// The outcome of a mail whose record cannot be written.
fn without_record(pairs: &[(&String, &RecipientOutcome)]) -> String {
    let is_sent = |outcome: &RecipientOutcome| *outcome == RecipientOutcome::Sent;
    let sent: Vec<&str> = pairs.iter().filter(|(_, outcome)| is_sent(outcome)).map(|(to, _)| to.as_str()).collect();
    if sent.is_empty() {
        return "the mail was not sent, and the record of it cannot be written".to_owned();
    }
    format!(
        "the mail was sent to {}, but the record of it cannot be written: the next run calls it unknown, and sends nothing \
         twice",
        sent.join(", ")
    )
}
