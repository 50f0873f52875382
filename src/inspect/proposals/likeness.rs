//! Rates how likely a column is a canonical one, by the words of its name.

use crate::event::Column;
use crate::ingest::profile::sample::KEY;
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::by_id::may_be_id;
use crate::inspect::words::{Meaning as M, Name, is_one_of};

/// In a file with more rows than this, a column that distinguishes conversations has more values.
const FEW_IDS: u64 = 3;
const FEW_ROWS: u64 = 20;

/// The facts of the rows.
#[derive(Clone, Copy)]
pub struct RowMeaning<'r> {
    /// Whether a row is one of several events of a conversation: an id that differs in every row is then that of the
    /// event.
    pub are_events: bool,
    /// The list whose elements are the rows.
    pub each: Option<&'r str>,
}

impl RowMeaning<'_> {
    fn is_of_element(&self, seen: &Seen) -> bool {
        self.each.is_some_and(|each| seen.name.starts_with(each))
    }

    /// Whether, in rows that are events, a value that differs in every row belongs to the event.
    fn is_of_event(&self, seen: &Seen) -> bool {
        let is_of_rows = self.is_of_element(seen) || self.each.is_none();
        self.are_events && is_of_rows && seen.is_unique() && seen.filled > 1
    }
}

/// The likelihood from 0 to 1; `None` if the words have another meaning.
pub fn likeness(column: Column, seen: &Seen, rows: RowMeaning<'_>) -> Option<f64> {
    let has = |meaning| seen.words.has(meaning);
    let any = |meanings: &[M]| seen.words.has_one(meanings);
    let is_text = seen.kinds.texts * 2 > seen.filled;
    match column {
        Column::EventId => event(seen, rows),
        Column::ConversationId => conversation(seen, rows),
        Column::Protocol => has(M::Protocol).then_some(0.9),
        Column::CustomerId => customer(seen),
        Column::Contact => contact(seen),
        Column::AgentId | Column::AgentName => {
            // The last agent of a conversation did not write all of its messages.
            let is_last = rows.each.is_some() && has(M::Last) && !rows.is_of_element(seen);
            agent(column, seen, is_text).filter(|_| !is_last)
        }
        Column::Channel => {
            let is_other = any(&[M::Id, M::Agent, M::Customer, M::Time, M::Message]);
            (has(M::Channel) && !is_other).then_some(0.7)
        }
        Column::Queue => {
            let is_other = any(&[M::Time, M::Date, M::Closed, M::Opened, M::Transferred, M::Answered, M::Assigned]);
            (has(M::Queue) && !is_other && is_text).then_some(0.9)
        }
        Column::Department => {
            let is_other =
                any(&[M::Agent, M::Customer, M::Time, M::Transferred, M::Reach, M::Score]) && !has(M::Assigned);
            (has(M::Team) && !is_other).then(|| if has(M::Id) { 0.6 } else { 0.8 })
        }
        Column::App => (has(M::App) && !any(&[M::Id, M::Agent, M::Customer, M::Time, M::Reach])).then_some(0.66),
        _ => None,
    }
}

fn event(seen: &Seen, rows: RowMeaning<'_>) -> Option<f64> {
    let words = &seen.words;
    let is_id = words.has(M::Id) && seen.is_unique();
    let is_of_message = words.has_one(&[M::Message, M::Activity]) || words.around.has(M::Message);
    match (is_id, is_of_message) {
        (true, true) if !words.has_one(&[M::Customer, M::Agent, M::Channel]) => Some(0.95),
        (true, false) if rows.is_of_event(seen) && words.is_only(&[M::Id]) => Some(0.7),
        _ => None,
    }
}

/// The likelihood that the key of records is their conversation: lower than for a column with that name.
const OF_KEY: f64 = 0.85;
/// Words for another conversation than that of the row.
const OF_ANOTHER: &str = "parent|related|linked|merged|previous|duplicate|pai|relacionado|anterior|padre|lie|precedent|ubergeordnet|\
                          verknupft|collegato|precedente";

/// Whether all kept values may be ids.
fn are_ids(seen: &Seen) -> bool {
    !seen.kept.is_empty() && seen.kept.iter().all(|(value, _)| may_be_id(value))
}

fn conversation(seen: &Seen, rows: RowMeaning<'_>) -> Option<f64> {
    const OTHERS: [M; 10] =
        [M::Message, M::Activity, M::Agent, M::Team, M::Channel, M::App, M::User, M::Status, M::Kind, M::Reach];
    let words = &seen.words;
    if seen.name == KEY {
        // Records may be grouped by day, or by the person in charge.
        let is_other = |value: &str| {
            !may_be_id(value) || Name::of(value).has_one(&[M::Agent, M::Team, M::Queue, M::Message, M::Date])
        };
        let is_id = !seen.kept.iter().any(|(value, _)| is_other(value)) && !rows.is_of_event(seen);
        return is_id.then_some(OF_KEY);
    }
    let is_few = seen.distinct().0 <= FEW_IDS && seen.filled > FEW_ROWS;
    let (is_conversation, is_id) = (words.has(M::Conversation), words.has(M::Id));
    let is_person = words.has(M::Customer) && !(is_conversation && is_id);
    if is_few || is_person || words.has_one(&OTHERS) {
        return None;
    }
    // `Call from`, `Call to`: numbers.
    if [" from", " to"].iter().any(|end| words.plain.ends_with(end)) && !is_id {
        return None;
    }
    let is_bare = words.is_only(&[M::Id]);
    // The conversation to which this one belongs, or from which it came.
    if words.plain.split(' ').any(|word| is_one_of(word, OF_ANOTHER)) {
        return (is_conversation && is_id).then_some(0.5);
    }
    match (is_conversation, is_id) {
        (true, true) => Some(1.0),
        // `chat_status.key` is one of a few states.
        (false, true) if words.around.has_one(&[M::Status, M::Kind, M::Outcome]) => None,
        (false, true) if words.around.has(M::Conversation) && is_bare => Some(0.97),
        _ if rows.is_of_event(seen) => None,
        // In messages as WhatsApp's programs write them, `message.conversation` is the text.
        (true, false) if words.around.has(M::Message) && !are_ids(seen) => None,
        (true, false) if words.is_only(&[M::Conversation]) => Some(0.86),
        (false, true) if is_bare && words.around.is_empty() && !rows.is_of_element(seen) => Some(0.6),
        _ => None,
    }
}

fn customer(seen: &Seen) -> Option<f64> {
    const OTHERS: [M; 12] = [
        M::Agent,
        M::Team,
        M::Message,
        M::Status,
        M::Kind,
        M::Name,
        M::Reach,
        M::Channel,
        M::Conversation,
        M::Private,
        M::Inbound,
        M::Outbound,
    ];
    let words = &seen.words;
    if words.has_one(&OTHERS) {
        return None;
    }
    match (words.has(M::Customer), words.has(M::Id)) {
        (true, true) => Some(1.0),
        (false, true) if words.around.has(M::Customer) && words.is_only(&[M::Id]) => Some(0.97),
        (true, false) if words.is_only(&[M::Customer]) => Some(0.8),
        _ => None,
    }
}

/// Names of the number that a customer called.
const CALLED: &str =
    "dnis|did|called number|dialed number|dialled number|numero chamado|numero llamado|numero discado|numero appele";

fn contact(seen: &Seen) -> Option<f64> {
    let words = &seen.words;
    if is_one_of(&words.plain, CALLED) {
        return None;
    }
    if words.has_one(&[M::Agent, M::Team, M::App, M::User, M::Id, M::Status, M::Kind]) || words.around.has(M::Agent) {
        return None;
    }
    let is_of_customer = words.has(M::Customer) || words.around.has(M::Customer);
    match (is_of_customer, words.has_one(&[M::Name, M::Reach])) {
        (true, true) => Some(0.9),
        (false, true) if words.has(M::Reach) && words.around.is_empty() => Some(0.6),
        _ => None,
    }
}

fn agent(column: Column, seen: &Seen, is_text: bool) -> Option<f64> {
    const OTHERS: [M; 16] = [
        M::Customer,
        M::Team,
        M::Reach,
        M::Reply,
        M::Message,
        M::Status,
        M::Kind,
        M::Score,
        M::First,
        M::Closed,
        M::Resolved,
        M::Transferred,
        M::Private,
        M::Outbound,
        M::Inbound,
        M::Opened,
    ];
    let words = &seen.words;
    let is_around = words.around.has(M::Agent) && words.has_one(&[M::Id, M::Name]);
    let is_assigned = words.has(M::Assigned) && is_text && !words.has(M::Conversation);
    if words.has_one(&OTHERS) || !(words.has(M::Agent) || is_around || is_assigned) {
        return None;
    }
    let is_id = words.has(M::Id) || !is_text;
    let like = if words.has(M::Agent) { 0.95 } else { 0.8 };
    ((column == Column::AgentId) == is_id).then_some(like)
}
