//! Finds the columns with the kind of event and with the actor.

use super::proposal::{Candidate, Confidence};
use crate::event::{Actor, Column, Kind};
use crate::inspect::columns::column::{Column as Seen, share};
use crate::inspect::words::{
    Meaning as M, actor_of, is_one_of, is_resolved_only, is_way, kind_of, plain, writer_in, yes_or_no,
};
use crate::language::Message;

/// The most distinct values of a column of activities.
const MOST_WORDS: u64 = 64;
/// The smallest share of rows whose event a column of activities must give.
const LEAST_KNOWN: f64 = 0.2;
/// The share of rows whose actor must be known.
pub const MOST_ACTORS: f64 = 0.8;

/// Words for forms of messages and notes; no event has such a name. In other columns, the French `note` is a score.
const FORMS: &str = "text|texto|texte|testo|image|imagem|imagen|picture|photo|foto|video|audio|voice|file|document|documento|\
                     sticker|location|attachment|anexo|adjunto|animation|gif|media|note|notes|nota|notiz";

/// Whether a value is a form of message: a text, an image, a file.
pub fn is_form_of_message(value: &str) -> bool {
    is_one_of(&plain(value), FORMS)
}

/// How far a message came on its way: words that are also those of steps of conversations.
const ON_ITS_WAY: &str = "received|queued|pending|accepted|sending|recebida|recebido|pendente|recibido|recibida|pendiente|recu|recue|\
                          empfangen|ricevuto|ricevuta|in attesa";
/// Words that only mean how far a message came.
const CAME: &str = "draft|published|rascunho|borrador|brouillon|entwurf|bozza|sent|delivered|read|seen|failed|undelivered|dispatched|consumed|enviada|enviado|entregue|lida|lido|falhou|\
                    entregado|entregada|leido|leida|fallido|envoye|envoyee|distribue|lu|lue|echoue|gesendet|zugestellt|gelesen|\
                    fehlgeschlagen|inviato|inviata|consegnato|consegnata|letto|letta|fallito";

/// Whether the states of a column are those of messages on their way: `received`, `sent`, `delivered`, `read`.
pub fn is_of_delivery(seen: &Seen) -> bool {
    let came = |(value, _): &(String, u64)| is_one_of(&plain(value), CAME);
    let is_one = |it: &(String, u64)| came(it) || is_one_of(&plain(&it.0), ON_ITS_WAY);
    let is_state = seen.words.has(M::Status) && !seen.words.has(M::Activity);
    is_state && seen.kept.iter().any(came) && seen.kept.iter().all(is_one)
}

/// The column with the kind of event.
pub struct Activity<'s> {
    pub column: &'s Seen,
    /// The meaning of its values.
    pub map: Vec<(String, &'static str)>,
    /// Whether its name has no other meaning.
    pub is_plain: bool,
    /// Values that mean "resolved", if other values mean "closed".
    pub resolved: Vec<String>,
}

/// Events of a conversation other than messages.
const STEPS: [Kind; 5] = [Kind::Closed, Kind::Assigned, Kind::Reopened, Kind::Queued, Kind::Started];

/// The column with the kind of event, if there is one.
pub fn activity<'s>(columns: &[&'s Seen]) -> Option<Activity<'s>> {
    // The kinds of a tracker's records have the authors; the names of its actions are those of a program.
    if columns.iter().any(|column| is_of_dialog(column)) {
        return None;
    }
    let activity_of = |seen: &&'s Seen| {
        let words = &seen.words;
        let is_named = words.has_one(&[M::Activity, M::Status, M::Kind, M::Outcome]);
        let is_other = words.has_one(&[M::Score, M::Channel, M::Due, M::Customer, M::Agent, M::Count, M::Text]);
        if !is_named || is_other || !is_of_few_words(seen) || is_of_delivery(seen) {
            return None;
        }
        // `file` is a form of a message, not a queue.
        let kind = |value: &str| kind_of(value).filter(|_| !is_form_of_message(value)).map(Kind::name);
        let mut map = known(seen, kind);
        // `Resolved` followed by `Closed` is one end.
        let is_closed = |(value, kind): &(String, &str)| *kind == Kind::Closed.name() && !is_resolved_only(value);
        let mut resolved = Vec::new();
        if map.iter().any(is_closed) {
            let is_left_out = |entry: &(String, &str)| entry.1 == Kind::Closed.name() && !is_closed(entry);
            resolved.extend(map.iter().filter(|entry| is_left_out(entry)).map(|(value, _)| value.clone()));
            map.retain(|entry| !is_left_out(entry));
        }
        // `inbound` is a message if other values are steps of the conversation.
        if map.iter().any(|(_, kind)| STEPS.iter().any(|step| step.name() == *kind)) {
            map.extend(known(seen, |value| is_way(value).then_some(Kind::Message.name())));
        }
        // If no value is a request, an arrival is an ordinary transfer.
        let is_asked = map.iter().any(|entry| entry.1 == Kind::TransferRequested.name());
        for entry in map.iter_mut().filter(|entry| entry.1 == Kind::TransferSucceeded.name() && !is_asked) {
            if Kind::parse(&plain(&entry.0).replace(' ', "_")).is_none() {
                entry.1 = Kind::Transferred.name();
            }
        }
        let share = share_with_meaning(seen, &map);
        let is_plain = words.has(M::Activity);
        let rank = share + f64::from(u8::from(is_plain));
        (share > LEAST_KNOWN).then_some((Activity { column: seen, map, is_plain, resolved }, rank))
    };
    columns.iter().filter_map(activity_of).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(activity, _)| activity)
}

/// The authors of messages, from the values of an activity: `inbound`, `agent_message`, `message_received`.
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

/// The column with the actor.
pub fn actor(columns: &[&Seen]) -> Option<Candidate> {
    let candidate_of = |column: &&Seen| {
        let words = &column.words;
        // The person who closed or opened a conversation is not the author.
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
        let share = share_with_meaning(column, &map);
        let mut meanings: Vec<&str> = map.iter().map(|(_, meaning)| *meaning).collect();
        meanings.sort_unstable();
        meanings.dedup();
        // `customer.type` is always `customer`, even if an agent wrote.
        let has_both = [Actor::Customer, Actor::Agent].iter().all(|actor| meanings.contains(&actor.name()));
        // A channel does not name the author, unless its values do: `Source` is `Contact` or `Member`.
        if words.has(M::Channel) && !has_both {
            return None;
        }
        let is_of_thing = words.around.has_one(&[M::Customer, M::Agent, M::Conversation]) && meanings.len() < 2;
        // Beside a direction, a column that also tells bots says more.
        let has_all = has_both && meanings.contains(&Actor::Bot.name());
        let is_named = has_all
            || words.has_one(&[M::Author, M::Inbound, M::Outbound])
            || (words.has(M::Kind) && !words.has_one(&[M::Conversation, M::Activity]) && !is_of_thing);
        let values: Vec<&str> = map.iter().map(|(value, _)| value.as_str()).collect();
        let candidate = Candidate {
            column: Column::Actor,
            source: column.name.clone(),
            more: Vec::new(),
            reason: Message::new("candidate.values").with("values", values.join(", ")),
            confidence: if is_named && share > 0.95 { Confidence::High } else { Confidence::Medium },
            map,
        };
        let is_one =
            (share > MOST_ACTORS && (is_named || meanings.len() > 1)) || (share > LEAST_KNOWN && is_of_dialog(column));
        #[expect(clippy::cast_precision_loss, reason = "a few meanings")]
        let rank = share + f64::from(u8::from(is_named)) + meanings.len() as f64 / 4.0;
        is_one.then_some((column.is_full(), candidate, rank))
    };
    let found: Vec<(bool, Candidate, f64)> = columns.iter().filter_map(candidate_of).collect();
    // A column that only some messages have does not say who wrote the others.
    let tells_both =
        |candidate: &Candidate| [Actor::Customer, Actor::Agent].into_iter().all(|actor| candidate.has_values_of(actor));
    let has_full = found.iter().any(|(is_full, candidate, _)| *is_full && tells_both(candidate));
    let found = found.into_iter().filter(|(is_full, candidate, _)| *is_full || !has_full || tells_both(candidate));
    let found = found.map(|(_, candidate, rank)| (candidate, rank));
    found.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(candidate, _)| candidate)
}

/// Whether a column of kinds of records also has the sides of a dialog with a program, each as one word: `user` and `bot`
/// beside `action` and `slot`.
fn is_of_dialog(column: &Seen) -> bool {
    let has = |words: &str| column.kept.iter().any(|(value, _)| is_one_of(&plain(value), words));
    let is_kind = column.words.has_one(&[M::Kind, M::Activity]) && !column.words.has(M::Author);
    let has_others = column.kept.iter().any(|(value, _)| actor_of(value).is_none());
    is_kind && has_others && is_of_few_words(column) && has("user") && has("bot")
}

/// The actors meant by yes and no, in a column for whether the customer, or an agent, wrote.
fn direction(column: &Seen) -> Option<Vec<(String, &'static str)>> {
    // `do cliente?`: from the customer, yes or no.
    let is_from =
        ["do ", "da ", "del ", "du ", "vom ", "dal ", "from "].iter().any(|from| column.words.plain.starts_with(from));
    // `customer?` and `staff?`, as some programs name what is yes or no.
    let is_question = column.name.trim_end_matches('"').ends_with('?');
    let is_of = |meaning| (is_from || is_question) && column.words.is_only(&[meaning]);
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

/// The map extended by words for company staff, if other values of the column are customers and none is an agent yet.
fn with_members(column: &Seen, mut map: Vec<(String, &'static str)>) -> Vec<(String, &'static str)> {
    const MEMBERS: &str = "member|team member|organization member|organisation member|membro|miembro|membre|mitglied|membro del team|\
                           employee|collaborator|colaborador|colaboradora|collaborateur|collaboratrice|dipendente";
    // In a column of kinds of customers, these are customers, too.
    const COMPANIES: &str =
        "business|company|brand|marca|marque|marke|marchio|empresa|negocio|entreprise|unternehmen|firma|azienda";
    const CUSTOMERS: &str = "customer|client|cliente|kunde|kundin";
    const USERS: &str = "user|usuario|utilisateur|benutzer|utente";
    let has = |map: &[(String, &str)], actor: Actor| map.iter().any(|(_, who)| *who == actor.name());
    let is_of_author = column.words.has(M::Author) || column.words.around.has(M::Author);
    if has(&map, Actor::Customer) && !has(&map, Actor::Agent) {
        let is_member = |value: &str| is_one_of(value, MEMBERS) || (is_of_author && is_one_of(value, COMPANIES));
        map.extend(known(column, |value| is_member(&plain(value)).then_some(Actor::Agent.name())));
    }
    // Beside `incoming` and `outgoing`, a template is a program's; in a column of forms, agents write them as well.
    if has(&map, Actor::Customer) && has(&map, Actor::Agent) {
        map.extend(known(column, |value| is_one_of(&plain(value), "template").then_some(Actor::Bot.name())));
    }
    // If there is also `customer`, a `user` is one of the help desk.
    let is_customer = |(value, _): &(String, &str)| is_one_of(&plain(value), CUSTOMERS);
    if is_of_author && map.iter().any(is_customer) && !has(&map, Actor::Agent) {
        for (_, who) in map.iter_mut().filter(|(value, _)| is_one_of(&plain(value), USERS)) {
            *who = Actor::Agent.name();
        }
    }
    map
}

/// The entries of a help desk's thread: messages of customers, responses of agents, and notes that are not sent to
/// anybody.
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

/// The actor meant by a letter for the kind of sender: `sender.t` is `v` for the visitor, `a` for the agent, `s` for
/// the system.
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

/// Columns that may have the author although no value is known: their name suggests it, and they have few values.
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

/// Whether a column's name suggests authors and some of its values are known, such as `cliente` among names.
pub fn names_some_actors(column: &Seen) -> bool {
    let is_plain = !column.words.has_one(&[M::Closed, M::Resolved, M::Opened, M::Assigned, M::Transferred, M::Outcome]);
    let is_one = |(value, _): &(String, u64)| actor_of(value).is_some();
    column.words.has(M::Author) && is_plain && is_of_few_words(column) && column.kept.iter().any(is_one)
}

/// Whether values may be shown: a few repeating words, not text that people write.
pub fn is_of_few_words(seen: &Seen) -> bool {
    seen.time().is_none() && !seen.looks_like_message() && seen.distinct().0 <= MOST_WORDS
}

/// The values of a column that have a meaning, if the column has few values.
pub fn known(column: &Seen, meaning: impl Fn(&str) -> Option<&'static str>) -> Vec<(String, &'static str)> {
    column.kept.iter().filter_map(|(value, _)| meaning(value).map(|meaning| (value.clone(), meaning))).collect()
}

/// The share of values with a meaning.
pub fn share_with_meaning(column: &Seen, map: &[(String, &'static str)]) -> f64 {
    let is_known = |value: &String| map.iter().any(|(known, _)| known == value);
    share(column.kept.iter().filter(|(value, _)| is_known(value)).map(|(_, count)| count).sum(), column.filled)
}
