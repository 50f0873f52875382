//! Finds the event of an instant, or the kind of a length of time, by the words of its column's name.

use crate::inspect::words::{AVERAGES, Meaning as M, Name, is_one_of};

/// The event of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// The conversation started.
    Began,
    /// The customer entered a queue.
    Queued,
    /// An agent was assigned.
    Assigned,
    /// An agent answered.
    Answered,
    /// An agent wrote for the first time.
    FirstReply,
    /// The customer wrote for the first time.
    CustomerWrote,
    /// It was reopened.
    Reopened,
    /// The request was fulfilled.
    Resolved,
    /// It was closed.
    Closed,
    /// The customer left.
    Left,
    /// The event of the row, of any kind.
    Happened,
}

/// Words for the making of a file.
const OF_FILES: &str = "export|exports|exported|extract|extracted|extraction|download|downloaded|dump|exportacao|exportado|\
                        extracao|extraido|exportacion|exportada|extraccion|exportation|exporte|exportee|exportiert|exportdatum|\
                        exportzeit|esportazione|esportato|estrazione";

/// The event of a column of instants, by its name; or the key of the text that explains why it makes no event.
pub fn moment_of(name: &Name) -> Result<Moment, &'static str> {
    let has = |meaning| name.has(meaning);
    let any = |meanings: &[M]| name.has_one(meanings);
    if has(M::Office) {
        return Err("unused.of_hours");
    }
    if has(M::Due) || is_term(name) || is_arranged(name) {
        return Err("unused.due");
    }
    // `Full Export Completed`, `Data de exportação`: about the file, not its rows.
    if name.plain.split(' ').any(|word| is_one_of(word, OF_FILES)) {
        return Err("unused.of_file");
    }
    // `Active agent assigned on`.
    if has(M::Seen) && !has(M::Assigned) {
        return Err("unused.seen");
    }
    // `last update`, `last reply`: each later one replaces it.
    let is_last = has(M::Last) && !any(&[M::First, M::Closed, M::Resolved]);
    if (has(M::Updated) && !any(&[M::First, M::Reply, M::Closed, M::Resolved])) || is_last {
        return Err("unused.changed");
    }
    // Instants of a customer's or agent's account are not events, unless they concern their part in a conversation.
    if name.around.has_one(&[M::Customer, M::Agent, M::User]) && !name.around.has_one(&[M::Conversation, M::Message]) {
        return Err("unused.of_person");
    }
    if let Some(moment) = moment_around(name) {
        return Ok(moment);
    }
    if has(M::Reopened) {
        return Ok(Moment::Reopened);
    }
    if has(M::First) && has(M::Customer) && any(&[M::Message, M::Reply]) {
        return Ok(Moment::CustomerWrote);
    }
    // `First bot response at`; but not `First response excluding bots`.
    if has(M::Bot) && has(M::Reply) && !has(M::Agent) && !excludes_bots(name) {
        return Err("unused.of_bot");
    }
    if has(M::First) && (any(&[M::Reply, M::Answered]) || (has(M::Agent) && any(&[M::Message, M::Time]))) {
        return Ok(Moment::FirstReply);
    }
    if has(M::Wrote) {
        return Ok(if has(M::Agent) { Moment::FirstReply } else { Moment::CustomerWrote });
    }
    if has(M::Queue) {
        // `queue_answered_at`: the call was answered from the queue.
        let left = match (has(M::Closed), has(M::Answered)) {
            (true, _) => Err("unused.left_queue"),
            (false, true) => Ok(Moment::Answered),
            (false, false) => Ok(Moment::Queued),
        };
        return if has(M::Assigned) { Ok(Moment::Assigned) } else { left };
    }
    // Between an opening and a close: the start of the service.
    if ["atendimento", "atencion", "servicio"].contains(&name.plain.as_str()) {
        return Ok(Moment::Answered);
    }
    if has(M::Abandoned) {
        return Ok(Moment::Left);
    }
    if has(M::Transferred) {
        return Err("unused.transfer");
    }
    if has(M::Assigned) {
        return Ok(Moment::Assigned);
    }
    if has(M::Answered) {
        return Ok(Moment::Answered);
    }
    // `bot_started_at`: the conversation began with the bot.
    if has(M::Bot) && !has(M::Opened) {
        return Err("unused.of_bot");
    }
    if has(M::Closed) {
        return Ok(Moment::Closed);
    }
    if has(M::Resolved) {
        return Ok(Moment::Resolved);
    }
    if has(M::Reply) && !has(M::Customer) {
        return Ok(Moment::FirstReply);
    }
    if has(M::Opened) || has(M::Joined) {
        return Ok(if has(M::Agent) { Moment::Answered } else { Moment::Began });
    }
    if any(&[M::Date, M::Time, M::Activity, M::Message]) {
        return Ok(Moment::Happened);
    }
    Err("unused.unknown_name")
}

/// Beginnings of the names of lengths of time until something. An instant with such a name is when it should happen.
const TERMS: [&str; 22] = [
    "time to ",
    "time until ",
    "time till ",
    "tempo para ",
    "tempo ate ",
    "tiempo para ",
    "tiempo hasta ",
    "temps pour ",
    "temps jusqu",
    "temps de resolution",
    "temps de prise en ",
    "delai de ",
    "delai pour ",
    "delai max",
    "zeit bis ",
    "zeit zur ",
    "zeit fur ",
    "tempo per ",
    "tempo limite ",
    "internal time to ",
    "ttr",
    "tto",
];

/// What an agent does, before `by`: `Resolve by`.
const TO_DO: &str = "resolve|respond|reply|answer|close|complete|finish|solve|response|resolution|closure|completion";
/// Words for something that is arranged, or another thing than the conversation.
const ARRANGED: &str = "appointment|meeting|booking|reservation|followup|reminder|delivery|shipment|agendamento|compromisso|entrega|\
                        reuniao|lembrete|cita|reunion|recordatorio|rendezvous|livraison|rappel|termin|besprechung|lieferung|\
                        erinnerung|appuntamento|consegna|promemoria|prometida|prometido|promised";

/// Whether a name says by when something should happen, or is that of an arrangement.
fn is_arranged(name: &Name) -> bool {
    let words: Vec<&str> = name.plain.split(' ').collect();
    let is_by = words.windows(2).any(|pair| is_one_of(pair[0], TO_DO) && is_one_of(pair[1], "by|before"));
    let is_until = words.iter().any(|word| is_one_of(word, "bis|spatestens"))
        && name.has_one(&[M::Resolved, M::Reply, M::Answered, M::Closed])
        && !name.has(M::Duration);
    let is_follow_up = words.windows(2).any(|pair| pair == ["follow", "up"]);
    is_by || is_until || is_follow_up || words.iter().any(|word| is_one_of(word, ARRANGED))
}

/// Whether a name is that of a length of time until something: `Time to resolve`, in which some help desks keep the
/// instant by which a ticket must be resolved.
fn is_term(name: &Name) -> bool {
    TERMS.iter().any(|term| name.plain.starts_with(term))
}

/// The event named by the object around an instant without its own name: `firstResponse.createdAt`, `closed.at`.
fn moment_around(name: &Name) -> Option<Moment> {
    let around = |meaning| name.around.has(meaning);
    if !name.is_only(&[M::Opened, M::Date, M::Time]) || around(M::Bot) {
        return None;
    }
    if around(M::Reopened) {
        Some(Moment::Reopened)
    } else if around(M::First) && name.around.has_one(&[M::Reply, M::Answered]) {
        Some(Moment::FirstReply)
    } else if around(M::Reply) || around(M::Message) {
        None
    } else if around(M::Assigned) {
        Some(Moment::Assigned)
    } else if around(M::Closed) {
        Some(Moment::Closed)
    } else {
        around(M::Resolved).then_some(Moment::Resolved)
    }
}

/// Whether a name says that what bots did is not counted.
pub fn excludes_bots(name: &Name) -> bool {
    const WITHOUT: &str = "excluding|excl|without|except|sans|hors|sem|sin|exceto|excepto|excluindo|excluyendo|ohne|senza|escluso|\
                           esclusi";
    name.has(M::Bot) && name.plain.split(' ').any(|word| is_one_of(word, WITHOUT))
}

/// The kind of a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DurationKind {
    /// From the start to the first reply.
    FirstReply,
    /// From the start until an agent answered or the customer left.
    Waited,
    /// From the start until the customer left, where nobody answered.
    UntilLeft,
    /// From an agent's answer to the end.
    Talked,
    /// From the start to the end.
    Whole,
}

/// The beginnings of words that mean an agent talked or worked during that time.
pub const TALKS: [&str; 10] =
    ["talk", "handl", "serv", "convers", "fala", "habla", "gespr", "trait", "bearbeit", "atend"];

/// The kind of a column of durations, by its name; `None` if unknown.
pub fn span_of(name: &Name) -> Option<DurationKind> {
    let has = |meaning| name.has(meaning);
    // `duration (total)`: a sum of parts, not a count.
    let is_sum = has(M::Duration) && [" total", "total "].iter().any(|word| name.plain.contains(word));
    let is_talk = name.plain.split(' ').any(|word| TALKS.iter().any(|talk| word.starts_with(talk)));
    if is_sum && !is_talk && !name.has_one(&[M::Due, M::Last, M::Bot, M::Seen, M::Office, M::Waited, M::Reply]) {
        return Some(DurationKind::Whole);
    }
    let is_of_bot = has(M::Bot) && !excludes_bots(name);
    if is_of_bot || name.has_one(&[M::Due, M::Count, M::Last, M::Seen, M::Updated, M::Status, M::Office]) {
        return None;
    }
    if has(M::First) && name.has_one(&[M::Reply, M::Answered]) {
        return Some(DurationKind::FirstReply);
    }
    // The time before or after a queue is not a wait for an agent; the wait of customers who left is not that of the
    // others.
    let is_beside = name.plain.split(' ').any(|word| is_one_of(word, "pre|post|prequeue|postqueue"));
    if is_beside {
        return None;
    }
    let is_average = name.plain.split(' ').any(|word| is_one_of(word, AVERAGES));
    if has(M::Abandoned) {
        let is_length = name.has_one(&[M::Duration, M::Time]) && !is_average;
        return is_length.then_some(DurationKind::UntilLeft);
    }
    if name.has_one(&[M::Waited]) || (has(M::Queue) && name.has_one(&[M::Duration, M::Time])) {
        return Some(DurationKind::Waited);
    }
    if is_one_of(&name.plain, "answer time|answering time|time to answer") {
        return Some(DurationKind::Waited);
    }
    if has(M::Talked) {
        return Some(DurationKind::Talked);
    }
    // `closedBy` is a person.
    if name.has_one(&[M::Resolved, M::Closed]) && !name.has(M::Author) {
        return Some(DurationKind::Whole);
    }
    // `reply time in minutes`, in a row that is a conversation.
    if has(M::Reply) && name.has_one(&[M::Duration, M::Time]) && !has(M::Customer) && !is_average {
        return Some(DurationKind::FirstReply);
    }
    // `Duração (min)`, `call duration`.
    (has(M::Duration) && !has(M::Reply)).then_some(DurationKind::Talked)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of one moment in each language.
    #[test]
    fn names_in_five_languages() {
        for (moment, names) in [
            (
                Moment::Began,
                "Created at|createdDate|Opened|Start time|Data de criação|Aberto em|Fecha de creación|Abierto el|\
                 Date de création|Créé le|Ouvert le|Erstellt am|Erstellungsdatum|Eröffnet am|conversation_start|openDate|\
                 creationTime|Chat start time",
            ),
            (
                Moment::Queued,
                "Queued at|q_start_at|Entrada na fila|Entrada en cola|Mise en file|In Warteschlange seit|queuedAt",
            ),
            (
                Moment::Assigned,
                "Assigned at|Atribuído em|Data de atribuição|Asignado el|Fecha de asignación|Affecté le|Assigné le|\
                 Zugewiesen am",
            ),
            (
                Moment::Answered,
                "Answered at|Atendido em|Atendida em|Inicio do atendimento|Contestado el|Décroché à|Angenommen um",
            ),
            (
                Moment::FirstReply,
                "First reply at|First response|Initial response time|firstResponseDate|Primeira resposta em|\
                 Data da primeira resposta|Primera respuesta|Date de première réponse|Erste Antwort am|Erstantwort am|\
                 first_answered_at",
            ),
            (
                Moment::CustomerWrote,
                "First customer message at|Primeira mensagem do cliente|Primer mensaje del cliente|\
                 Premier message du client|Erste Nachricht des Kunden",
            ),
            (Moment::Reopened, "Reopened at|Reaberto em|Reabierto el|Rouvert le|Wiedereröffnet am|reopenedIn"),
            (
                Moment::Resolved,
                "Resolved time|Solved at|Resolvido em|Resuelto el|Date de résolution|Résolu le|Gelöst am",
            ),
            (
                Moment::Closed,
                "Closed at|closedAt|Ended at|Chat end time|Encerrado em|Data de fechamento|Fecha de cierre|\
                 Date de clôture|Fermé le|Geschlossen am|Abschlussdatum|closeDate|cls_ended",
            ),
            (
                Moment::Happened,
                "ts|timestamp|Date|Data e hora|Fecha y hora|Horodatage|Zeitpunkt|Uhrzeit|sent_at|event_time",
            ),
        ] {
            for name in names.split('|') {
                assert_eq!(moment_of(&Name::of(name.trim())), Ok(moment), "{name}");
            }
        }
    }

    #[test]
    fn columns_without_events() {
        for name in [
            "Due by Time",
            "Time to resolve",
            "Resolve by",
            "Respond by",
            "Lösung bis",
            "appointment_end",
            "follow_up_date",
            "Tempo para solução",
            "Tiempo para resolver",
            "Temps de résolution",
            "Zeit bis zur Lösung",
            "Prazo",
            "Vencimiento",
            "Date d'échéance",
            "Fällig am",
            "Last update time",
            "Última atualização",
            "Letzte Änderung",
            "events_seen_up_to",
            "Last reply at",
            "Full Export Completed",
            "Data de exportação",
            "q_exit_at",
            "Birthday",
            "Product shipment",
        ] {
            assert!(moment_of(&Name::of(name)).is_err(), "{name}");
        }
        for path in ["agent.created_at", "requester.createdAt"] {
            assert!(moment_of(&Name::of_path(path)).is_err(), "{path}");
        }
        for (path, moment) in [
            ("conversation.createdAt", Moment::Began),
            ("attributes.firstResponse.createdAt", Moment::FirstReply),
            ("attributes.firstDone.createdAt", Moment::Closed),
            ("closed.at", Moment::Closed),
        ] {
            assert_eq!(moment_of(&Name::of_path(path)), Ok(moment), "{path}");
        }
    }

    #[test]
    fn spans_of_durations() {
        for (name, span) in [
            ("First response time", Some(DurationKind::FirstReply)),
            ("Espera (min)", Some(DurationKind::Waited)),
            ("Speed of answer in seconds", Some(DurationKind::Waited)),
            ("AvgTalkDuration", Some(DurationKind::Talked)),
            ("Duração (min)", Some(DurationKind::Talked)),
            ("Durée totale (min)", Some(DurationKind::Whole)),
            ("closedBy", None),
            ("Tempo de espera (1ª resposta)", Some(DurationKind::FirstReply)),
            ("Wartezeit", Some(DurationKind::Waited)),
            ("Gesprächsdauer", Some(DurationKind::Talked)),
            ("Resolution time (in hrs)", Some(DurationKind::Whole)),
            ("Time tracked", None),
        ] {
            assert_eq!(span_of(&Name::of(name)), span, "{name}");
        }
    }
}
