//! Columns that say what happened, and who acted.

use super::proposal::{Candidate, Confidence};
use crate::event::{Actor, Column, Kind};
use crate::inspect::columns::column::{Column as Seen, share};
use crate::inspect::words::{
    Meaning as M, actor_of, is_one_of, is_resolved_only, is_way, kind_of, plain, writer_in, yes_or_no,
};
use crate::language::Message;

/// Words that a column of activities has at most: a longer list is none.
const MOST_WORDS: u64 = 64;
/// The share of the rows that a column of activities must tell.
const LEAST_TOLD: f64 = 0.2;
/// The share of the rows whose actor must be told.
pub const MOST_ACTORS: f64 = 0.8;

/// The words for messages and notes in columns of their types: no event is called so. A French `note` is a score elsewhere.
const FORMS: &str = "text|texto|texte|testo|image|imagem|imagen|picture|photo|foto|video|audio|voice|file|document|documento|\
                     sticker|location|attachment|anexo|adjunto|animation|gif|media|note|notes|nota|notiz";

/// Whether a value is a form of messages: a text, an image, a file.
pub fn is_form_of_message(value: &str) -> bool {
    is_one_of(&plain(value), FORMS)
}

/// The column that says what happened.
pub struct Activity<'s> {
    /// Which.
    pub column: &'s Seen,
    /// The meaning of its values.
    pub map: Vec<(String, &'static str)>,
    /// It is named for nothing else.
    pub is_plain: bool,
    /// Values that say that what was asked for was done, where others say that it is closed.
    pub resolved: Vec<String>,
}

/// Events of a conversation beside its messages.
const STEPS: [Kind; 5] = [Kind::Closed, Kind::Assigned, Kind::Reopened, Kind::Queued, Kind::Started];

/// The column that says what happened, if one does.
pub fn activity<'s>(columns: &[&'s Seen]) -> Option<Activity<'s>> {
    let of = |seen: &&'s Seen| {
        let words = &seen.words;
        let is_named = words.has_one(&[M::Activity, M::Status, M::Kind, M::Outcome]);
        let is_other = words.has_one(&[M::Score, M::Channel, M::Due, M::Customer, M::Agent, M::Count, M::Text]);
        if !is_named || is_other || !is_of_few_words(seen) {
            return None;
        }
        // `file` is a form of a message, and no queue.
        let kind = |value: &str| kind_of(value).filter(|_| !is_form_of_message(value)).map(Kind::name);
        let mut map = known(seen, kind);
        // `Resolved` and then `Closed` are one end.
        let is_closed = |(value, kind): &(String, &str)| *kind == Kind::Closed.name() && !is_resolved_only(value);
        let mut resolved = Vec::new();
        if map.iter().any(is_closed) {
            let is_left_out = |entry: &(String, &str)| entry.1 == Kind::Closed.name() && !is_closed(entry);
            resolved.extend(map.iter().filter(|entry| is_left_out(entry)).map(|(value, _)| value.clone()));
            map.retain(|entry| !is_left_out(entry));
        }
        // `inbound` is a message where other values say what became of the conversation.
        if map.iter().any(|(_, kind)| STEPS.iter().any(|step| step.name() == *kind)) {
            map.extend(known(seen, |value| is_way(value).then_some(Kind::Message.name())));
        }
        // An arrival that nobody asked for is a transfer like any other.
        let is_asked = map.iter().any(|entry| entry.1 == Kind::TransferRequested.name());
        for entry in map.iter_mut().filter(|entry| entry.1 == Kind::TransferSucceeded.name() && !is_asked) {
            if Kind::parse(&plain(&entry.0).replace(' ', "_")).is_none() {
                entry.1 = Kind::Transferred.name();
            }
        }
        let told = share_with_meaning(seen, &map);
        let is_plain = words.has(M::Activity);
        let rank = told + f64::from(u8::from(is_plain));
        (told > LEAST_TOLD).then_some((Activity { column: seen, map, is_plain, resolved }, rank))
    };
    columns.iter().filter_map(of).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(activity, _)| activity)
}

/// Who wrote the messages that an activity says: `inbound`, `agent_message`, `message_received`.
pub fn writers(activity: &Activity<'_>) -> Option<Candidate> {
    let is_message =
        |value: &str| activity.map.iter().any(|(known, kind)| known == value && *kind == Kind::Message.name());
    let map = known(activity.column, |value| writer_in(value).filter(|_| is_message(value)).map(Actor::name));
    let messages = activity.map.iter().filter(|(value, _)| is_message(value)).count();
    (messages > 0 && map.len() == messages).then(|| Candidate {
        column: Column::Actor,
        source: activity.column.name.clone(),
        more: Vec::new(),
        reason: Message::new("candidate.values_of_writers"),
        confidence: Confidence::High,
        map,
    })
}

/// The column that says who acted.
pub fn actor(columns: &[&Seen]) -> Option<Candidate> {
    let of = |column: &&Seen| {
        let words = &column.words;
        // Who closed or opened a conversation is not who wrote.
        if words.has_one(&[M::Closed, M::Resolved, M::Opened, M::Assigned, M::Transferred, M::Status, M::Outcome])
            || words.around.has_one(&[M::Closed, M::Resolved, M::Assigned, M::Transferred])
        {
            return None;
        }
        let map = direction(column)
            .or_else(|| by_letter(column))
            .or_else(|| by_thread_entry(column))
            .unwrap_or_else(|| known(column, |value| actor_of(value).map(Actor::name)));
        let map = with_members(column, map);
        let told = share_with_meaning(column, &map);
        let mut meanings: Vec<&str> = map.iter().map(|(_, meaning)| *meaning).collect();
        meanings.sort_unstable();
        meanings.dedup();
        // `customer.type` is always `customer`, also if an agent wrote.
        let has_both = [Actor::Customer, Actor::Agent].iter().all(|actor| meanings.contains(&actor.name()));
        // A channel is none of who wrote, unless its values are: `Source` is `Contact` or `Member`.
        if words.has(M::Channel) && !has_both {
            return None;
        }
        let is_of_thing = words.around.has_one(&[M::Customer, M::Agent, M::Conversation]) && meanings.len() < 2;
        let is_named = words.has_one(&[M::Author, M::Inbound, M::Outbound])
            || (words.has(M::Kind) && !words.has_one(&[M::Conversation, M::Activity]) && !is_of_thing);
        let values: Vec<&str> = map.iter().map(|(value, _)| value.as_str()).collect();
        let candidate = Candidate {
            column: Column::Actor,
            source: column.name.clone(),
            more: Vec::new(),
            reason: Message::new("candidate.values").with("values", values.join(", ")),
            confidence: if is_named && told > 0.95 { Confidence::High } else { Confidence::Medium },
            map,
        };
        let is_one = told > MOST_ACTORS && (is_named || meanings.len() > 1);
        #[expect(clippy::cast_precision_loss, reason = "a few meanings")]
        let rank = told + f64::from(u8::from(is_named)) + meanings.len() as f64 / 4.0;
        is_one.then_some((candidate, rank))
    };
    columns.iter().filter_map(of).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(candidate, _)| candidate)
}

/// Who a yes or no means, of a column that asks whether the customer, or an agent, wrote.
fn direction(column: &Seen) -> Option<Vec<(String, &'static str)>> {
    // `do cliente?`: from the customer, yes or no.
    let is_from =
        ["do ", "da ", "del ", "du ", "vom ", "dal ", "from "].iter().any(|from| column.words.plain.starts_with(from));
    let is_of = |meaning| is_from && column.words.is_only(&[meaning]);
    let is_inbound = column.words.has(M::Inbound) || is_of(M::Customer);
    let is_outbound = column.words.has(M::Outbound) || is_of(M::Agent);
    let (yes, no) = match (is_inbound, is_outbound) {
        (true, false) => (Actor::Customer, Actor::Agent),
        (false, true) => (Actor::Agent, Actor::Customer),
        _ => return None,
    };
    let meaning = |value: &str| yes_or_no(value).map(|is_yes| if is_yes { yes.name() } else { no.name() });
    let map = known(column, meaning);
    (!map.is_empty()).then_some(map)
}

/// The map with the word for the staff of a company, where others of the column are customers and none is an agent yet.
fn with_members(column: &Seen, mut map: Vec<(String, &'static str)>) -> Vec<(String, &'static str)> {
    const MEMBERS: &str = "member|team member|organization member|organisation member|membro|miembro|membre|mitglied|membro del team|\
                           employee|collaborator|colaborador|colaboradora|collaborateur|collaboratrice|dipendente";
    // In a column of kinds of customers these are customers, too.
    const COMPANIES: &str = "business|company|empresa|negocio|entreprise|unternehmen|firma|azienda";
    const CUSTOMERS: &str = "customer|client|cliente|kunde|kundin";
    const USERS: &str = "user|usuario|utilisateur|benutzer|utente";
    let has = |map: &[(String, &str)], actor: Actor| map.iter().any(|(_, who)| *who == actor.name());
    let is_of_author = column.words.has(M::Author) || column.words.around.has(M::Author);
    if has(&map, Actor::Customer) && !has(&map, Actor::Agent) {
        let is_member = |value: &str| is_one_of(value, MEMBERS) || (is_of_author && is_one_of(value, COMPANIES));
        map.extend(known(column, |value| is_member(&plain(value)).then_some(Actor::Agent.name())));
    }
    // Beside `customer` a `user` is one of the help desk.
    let is_customer = |(value, _): &(String, &str)| is_one_of(&plain(value), CUSTOMERS);
    if is_of_author && map.iter().any(is_customer) && !has(&map, Actor::Agent) {
        for (_, who) in map.iter_mut().filter(|(value, _)| is_one_of(&plain(value), USERS)) {
            *who = Actor::Agent.name();
        }
    }
    map
}

/// The entries of a help desk's thread: messages of customers, responses of agents, and notes, which nobody is sent.
fn by_thread_entry(column: &Seen) -> Option<Vec<(String, &'static str)>> {
    let map = known(column, |value| match value {
        "M" => Some(Actor::Customer.name()),
        "R" => Some(Actor::Agent.name()),
        "N" => Some(Actor::System.name()),
        _ => None,
    });
    let has = |letter: &str| map.iter().any(|(value, _)| value == letter);
    (column.words.has(M::Kind) && map.len() == column.kept.len() && has("M") && has("R")).then_some(map)
}

/// Who a letter means, of a sender's kind: `sender.t` is `v` for the visitor, `a` for the agent, `s` for the system.
fn by_letter(column: &Seen) -> Option<Vec<(String, &'static str)>> {
    let is_of_author = column.words.around.has(M::Author) && column.kept.len() > 1;
    let map = known(column, |value| match value {
        "v" | "c" | "u" => Some(Actor::Customer.name()),
        "a" | "o" => Some(Actor::Agent.name()),
        "s" => Some(Actor::System.name()),
        "b" => Some(Actor::Bot.name()),
        _ => None,
    });
    (is_of_author && map.len() == column.kept.len()).then_some(map)
}

/// Columns that could say who wrote, where no value is known: named for it, and few of them recur.
pub fn could_be_actors(columns: &[&Seen]) -> Vec<String> {
    let is_one = |column: &&&Seen| {
        let words = &column.words;
        let is_named = words.has_one(&[M::Author, M::Inbound, M::Outbound, M::Private, M::Agent, M::User, M::Customer]);
        is_named
            && !words.has_one(&[M::Time, M::Date, M::Count, M::Reach])
            && column.filled > 0
            && column.time().is_none()
    };
    columns.iter().filter(is_one).map(|column| column.name.clone()).collect()
}

/// Whether a column is named for who wrote, and some of its values are known: `cliente` beside names.
pub fn names_some_actors(column: &Seen) -> bool {
    let is_plain = !column.words.has_one(&[M::Closed, M::Resolved, M::Opened, M::Assigned, M::Transferred, M::Outcome]);
    let is_one = |(value, _): &(String, u64)| actor_of(value).is_some();
    column.words.has(M::Author) && is_plain && is_of_few_words(column) && column.kept.iter().any(is_one)
}

/// Whether values may be named: a few words that recur, not what people write.
pub fn is_of_few_words(seen: &Seen) -> bool {
    seen.time().is_none() && !seen.looks_like_message() && seen.distinct().0 <= MOST_WORDS
}

/// The values of a column that have a meaning, where it has few.
pub fn known(column: &Seen, meaning: impl Fn(&str) -> Option<&'static str>) -> Vec<(String, &'static str)> {
    column.kept.iter().filter_map(|(value, _)| meaning(value).map(|meaning| (value.clone(), meaning))).collect()
}

/// The share of the values that have a meaning.
pub fn share_with_meaning(column: &Seen, map: &[(String, &'static str)]) -> f64 {
    let is_known = |value: &String| map.iter().any(|(known, _)| known == value);
    share(column.kept.iter().filter(|(value, _)| is_known(value)).map(|(_, count)| count).sum(), column.filled)
}
