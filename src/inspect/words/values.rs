//! The meaning of a value: a kind of event, an actor, the resolution of a conversation, a channel, or no value at all.

use super::meaning::Meaning;
use super::table::Name;
use crate::event::{Actor, Kind, Resolution};
use crate::plain_name::plain;

/// Values for the first event of a conversation, in addition to the words for "opened".
const NEW: &str = "new|novo|nova|nuevo|nueva|nouveau|nouvelle|neu";
/// Things that an event may concern: `ticket closed`, `closed by agent`.
const THINGS: [Meaning; 13] = [
    Meaning::Conversation,
    Meaning::Message,
    Meaning::Agent,
    Meaning::Customer,
    Meaning::User,
    Meaning::Bot,
    Meaning::Author,
    Meaning::Activity,
    Meaning::Time,
    Meaning::First,
    Meaning::Status,
    Meaning::Inbound,
    Meaning::Outbound,
];
/// Words for events, with their kinds; the first that fits counts.
const HAPPENS: [(Meaning, Kind); 13] = [
    (Meaning::Reopened, Kind::Reopened),
    (Meaning::Abandoned, Kind::CustomerLeft),
    (Meaning::Transferred, Kind::Transferred),
    (Meaning::Score, Kind::Rated),
    (Meaning::Closed, Kind::Closed),
    (Meaning::Resolved, Kind::Closed),
    (Meaning::Assigned, Kind::Assigned),
    (Meaning::Answered, Kind::Assigned),
    (Meaning::Queue, Kind::Queued),
    (Meaning::Joined, Kind::Started),
    (Meaning::Opened, Kind::Started),
    (Meaning::Reply, Kind::Message),
    (Meaning::Wrote, Kind::Message),
];

/// Meanings of the parts of a value for a written message.
const OF_MESSAGES: [Meaning; 8] = [
    Meaning::Message,
    Meaning::Time,
    Meaning::Agent,
    Meaning::Customer,
    Meaning::User,
    Meaning::Bot,
    Meaning::Inbound,
    Meaning::Outbound,
];

/// The kind of event for a value of an activity column: all its words must be known.
#[must_use]
pub fn kind_of(value: &str) -> Option<Kind> {
    // The reason for an event is not part of its kind: `Closed by inactivity`, `auto closed`.
    let why = |word: &&str| INACTIVE.iter().any(|begin| word.starts_with(begin)) || is_one_of(word, AUTOMATIC);
    let all = plain(value);
    let what = all.split(' ').filter(|word| !why(word)).collect::<Vec<_>>().join(" ");
    // As the name of a column, `assigned to` is an agent; as a value, `assigned to agent` is an event.
    let what = what.replace("assigned to ", "assigned ");
    let name = if what.is_empty() { Name::of(value) } else { Name::of(&what) };
    if let Some(kind) = Kind::parse(&name.plain.replace(' ', "_")) {
        return Some(kind);
    }
    if is_one_of(&name.plain, NEW) {
        return Some(Kind::Started);
    }
    if let Some(kind) = handover_of(&name.plain) {
        return Some(kind);
    }
    let happens = |part: &&Meaning| HAPPENS.iter().any(|(meaning, _)| meaning == *part);
    let is_known = name
        .parts
        .iter()
        .all(|part| part.has_one(&THINGS) || Meaning::ALL.iter().filter(happens).any(|meaning| part.has(*meaning)));
    if name.parts.is_empty() || !is_known {
        return None;
    }
    // `message_created` is a message, not a start.
    let is_other = [Meaning::Closed, Meaning::Queue, Meaning::Assigned, Meaning::Reopened, Meaning::Transferred];
    if name.has(Meaning::Message) && name.has(Meaning::Opened) && !name.has_one(&is_other) {
        return Some(Kind::Message);
    }
    // An agent who joins a conversation takes it up.
    if name.has(Meaning::Joined) && name.has(Meaning::Agent) && !name.has(Meaning::Queue) {
        return Some(Kind::Assigned);
    }
    // `message.sent`: a written message.
    let is_written = name.has(Meaning::Message) && name.parts.iter().all(|part| part.has_one(&OF_MESSAGES));
    if is_written && name.parts.len() > 1 {
        return Some(Kind::Message);
    }
    let kind = HAPPENS.iter().find(|(meaning, _)| name.has(*meaning)).map(|(_, kind)| *kind);
    kind.or_else(|| (name.has(Meaning::Message) && name.is_only(&[Meaning::Message])).then_some(Kind::Message))
}

/// Whether a value is the direction of a message: `inbound`, `outgoing`, `recebida`.
#[must_use]
pub fn is_way(value: &str) -> bool {
    let name = Name::of(value);
    name.is_only(&[Meaning::Inbound, Meaning::Outbound]) && name.has(Meaning::Inbound) != name.has(Meaning::Outbound)
}

/// The author of a message, by a value for messages: `inbound`, `message_received`, `agent reply`.
#[must_use]
pub fn writer_in(value: &str) -> Option<Actor> {
    const RECEIVED: &str =
        "received|recebida|recebido|recibido|recibida|recu|recue|empfangen|ricevuto|ricevuta|incoming|inbound";
    const SENT: &str = "sent|enviada|enviado|envoye|envoyee|gesendet|inviato|inviata|outgoing|outbound";
    if let Some(writer) = writer_to(&plain(value)) {
        return Some(writer);
    }
    let name = Name::of(value);
    let has = |words: &str| name.plain.split(' ').any(|word| is_one_of(word, words));
    let all = [
        (Actor::Bot, name.has(Meaning::Bot)),
        (Actor::Customer, name.has_one(&[Meaning::Customer, Meaning::User, Meaning::Inbound]) || has(RECEIVED)),
        (
            Actor::Agent,
            name.has_one(&[Meaning::Agent, Meaning::Outbound]) || (has(SENT) && !name.has(Meaning::Customer)),
        ),
    ];
    let mut found = all.into_iter().filter(|(_, is)| *is).map(|(actor, _)| actor);
    match (found.next(), found.next()) {
        (Some(actor), None) => Some(actor),
        _ => None,
    }
}

/// The kinds of events about a customer's request for a person, by the word beside that for a transfer.
const HANDOVERS: [(Kind, &str); 5] = [
    (
        Kind::TransferRequested,
        "requested|request|asked|solicitada|solicitado|solicitou|solicitacao|pedida|pedido|pediu|requisitada|requisitado|\
         solicito|pidio|solicitud|demande|demandee|sollicite|sollicitee|angefordert|anforderung|angefragt|gewunscht|\
         richiesto|richiesta",
    ),
    (
        Kind::TransferSucceeded,
        "succeeded|successful|success|completed|complete|done|concluida|concluido|realizada|realizado|efetuada|efetuado|\
         sucesso|aceita|aceito|completada|completado|exitosa|exitoso|efectuada|efectuado|aceptada|aceptado|reussi|reussie|\
         effectue|effectuee|termine|terminee|accepte|acceptee|erfolgreich|abgeschlossen|durchgefuhrt|angenommen|completato|\
         completata|riuscito|riuscita|effettuato|effettuata|concluso|conclusa|accepted",
    ),
    (
        Kind::TransferCancelled,
        "cancelled|canceled|withdrawn|cancelada|cancelado|cancelou|cancelo|annule|annulee|storniert|zuruckgezogen|\
         abgebrochen|annullato|annullata",
    ),
    (
        Kind::TransferDisabled,
        "disabled|unavailable|desativada|desativado|desabilitada|indisponivel|desactivada|desactivado|desactivee|\
         indisponible|deaktiviert|disattivato|disattivata|indisponibile",
    ),
    (Kind::TransferIncomplete, "incomplete|incompleta|incompleto|unvollstandig"),
];
/// Words for a person whom a customer requests.
const PERSONS: &str = "human|person|humano|humana|pessoa|persona|humain|personne|mensch|umano|umana";

/// The event about a request for a person in a value: `Transferência solicitada`, `agent requested`.
fn handover_of(plain: &str) -> Option<Kind> {
    let words: Vec<Name> = plain.split(' ').map(Name::of).collect();
    let is_outcome = |name: &Name| HANDOVERS.iter().any(|(_, words)| is_one_of(&name.plain, words));
    let kind_of_word = |name: &Name| HANDOVERS.iter().find(|(_, words)| is_one_of(&name.plain, words)).map(|it| it.0);
    let kinds: Vec<Kind> = words.iter().filter_map(kind_of_word).collect();
    // `Transfer request accepted`: the outcome of a request, not a request.
    let kind = *kinds.iter().find(|kind| **kind != Kind::TransferRequested).or(kinds.first())?;
    let is_person = |name: &Name| name.has(Meaning::Agent) || is_one_of(&name.plain, PERSONS);
    let is_request = |name: &Name| is_person(name) && kind == Kind::TransferRequested;
    // A word without a meaning only links others.
    let is_beside = |name: &Name| name.parts.is_empty() || name.has_one(&THINGS) || is_person(name);
    let of_transfer = |name: &Name| name.has(Meaning::Transferred);
    let is_known = words.iter().all(|name| is_outcome(name) || of_transfer(name) || is_beside(name));
    let is_handover = words.iter().any(|name| of_transfer(name) || is_request(name));
    (is_known && is_handover).then_some(kind)
}

/// Whether a value means "resolved", which is not yet the end if another value means "closed".
#[must_use]
pub fn is_resolved_only(value: &str) -> bool {
    let name = Name::of(value);
    name.has(Meaning::Resolved) && !name.has(Meaning::Closed)
}

/// The beginnings of words that mean inactivity.
const INACTIVE: [&str; 7] = ["inactiv", "inativ", "inaktiv", "inattiv", "timeout", "expir", "abgelaufen"];

/// Whether a value means that time ran out: then the platform ended the conversation.
#[must_use]
pub fn is_inactivity(value: &str) -> bool {
    let plain = plain(value);
    let begins = |word: &str| INACTIVE.iter().any(|begin| word.starts_with(begin));
    plain.split(' ').any(begins) || plain.contains("time out") || plain.contains("timed out")
}

/// The actor in a value for who ended a conversation, or for why it ended.
#[must_use]
pub fn closer_of(value: &str) -> Option<Actor> {
    if is_end_by_program(value) { Some(Actor::System) } else { actor_of(value) }
}

/// Whether a value means that the platform ended a conversation: time ran out, or `Auto-closed`.
#[must_use]
pub fn is_end_by_program(value: &str) -> bool {
    let first = plain(value).split(' ').next().is_some_and(|word| is_one_of(word, AUTOMATIC));
    is_inactivity(value) || (first && Name::of(value).has_one(&[Meaning::Closed, Meaning::Resolved]))
}

/// The actor in a word for a close: `closed_by_customer`, `Encerrado pelo cliente`; an agent if it names no actor.
#[must_use]
pub fn closer_in(value: &str) -> Actor {
    let name = Name::of(value);
    if is_inactivity(value) || plain(value).split(' ').any(|word| is_one_of(word, AUTOMATIC)) {
        Actor::System
    } else if name.has(Meaning::Bot) {
        Actor::Bot
    } else if name.has_one(&[Meaning::Customer, Meaning::User]) && !name.has(Meaning::Agent) {
        Actor::Customer
    } else {
        Actor::Agent
    }
}

/// The actor meant by a value of a column of actors.
#[must_use]
pub fn actor_of(value: &str) -> Option<Actor> {
    // `Customer -> Agent`
    if let Some((writer, _)) = value.split_once("->").or_else(|| value.split_once('→')) {
        return actor_of(writer);
    }
    if let Some(writer) = writer_to(&plain(value)) {
        return Some(writer);
    }
    let name = Name::of(value);
    if let Some((actor, _)) = ACTORS.iter().find(|(_, words)| is_one_of(&name.plain, words)) {
        return Some(*actor);
    }
    // `outbound-api`: a direction, and how it was sent.
    let first = value.split(['-', '_']).next().unwrap_or_default();
    if first.len() < value.len() && is_way(first) {
        return Some(if Name::of(first).has(Meaning::Inbound) { Actor::Customer } else { Actor::Agent });
    }
    let when_named = |actor, meanings: &[Meaning]| name.has_one(meanings).then_some(actor);
    let all = [
        when_named(Actor::Customer, &[Meaning::Customer, Meaning::Inbound]),
        when_named(Actor::Bot, &[Meaning::Bot]),
        when_named(Actor::Agent, &[Meaning::Agent, Meaning::Outbound]),
    ];
    let mut found = all.into_iter().flatten();
    match (found.next(), found.next()) {
        (Some(actor), None) if !name.has_unknown() => Some(actor),
        _ => None,
    }
}

/// Where a message goes, as interfaces of messages write it.
const TO_US: &str = "to app|to business|to company|to brand|to page";
const FROM_US: &str = "from app|from business|from company|from brand|from page";

/// Who writes in a value that says to whom: `message_to_operator` is the customer's, `agent to visitor` the agent's.
fn writer_to(plain: &str) -> Option<Actor> {
    const TO: [&str; 5] = [" to ", " para ", " an ", " vers ", " hacia "];
    if is_one_of(plain, TO_US) {
        return Some(Actor::Customer);
    }
    if is_one_of(plain, FROM_US) {
        return Some(Actor::Agent);
    }
    let padded = format!(" {plain}");
    let (before, behind) = TO.iter().find_map(|to| padded.split_once(to))?;
    let reader = actor_of(behind)?;
    let writer = actor_of(before);
    // `assigned to agent` speaks of no message.
    let name = Name::of(before);
    let is_message = name.plain.is_empty()
        || name.is_only(&[Meaning::Message, Meaning::Reply, Meaning::Wrote])
        || name.plain == "sent";
    match (writer, reader) {
        (Some(writer), reader) if writer != reader && name.plain != "sent" => Some(writer),
        (_, Actor::Agent | Actor::Bot) if is_message => Some(Actor::Customer),
        (_, Actor::Customer) if is_message => Some(Actor::Agent),
        _ => None,
    }
}

const ACTORS: [(Actor, &str); 4] = [
    (
        Actor::Customer,
        "customer|client|cliente|visitor|visitante|user|usuario|contact|contato|end user|incoming|inbound|received|in|\
         recebida|recebido|recibido|recibida|entrante|entrant|recu|eingang|eingehend|empfangen|requester|caller|utilisateur|kunde|nutzer|benutzer|besucher|lead|patient|utente|visitatore|contatto|richiedente|ricevuto|fan",
    ),
    (
        Actor::Bot,
        "bot|bots|chatbot|chat bot|robot|robo|agent bot|bot agent|virtual agent|virtual assistant|assistente virtual|\
         asistente virtual|ai agent|assistant|captain assistant|ura|ivr|ai|ia|ki|automation|automated|automacao|automatizado|\
         automatisiert|automatise|automatizzato|autoresponder|auto responder|auto reply|autoreply|auto response|workflow|\
         trigger|campaign|campanha|campana|campagne|kampagne|campagna|broadcast|journey",
    ),
    (
        Actor::Agent,
        "agent|agente|atendente|operator|operador|admin|human|humano|human agent|live agent|human operator|live operator|agente humano|atendente humano|operador humano|humain|agent humain|menschlicher agent|agente umano|operatore umano|outgoing|outbound|sent|out|enviada|enviado|saliente|sortant|envoye|ausgang|ausgehend|gesendet|us|we|nos|nosotros|nous|wir|noi|\
         conseiller|support|staff|mitarbeiter|berater|teammate|rep|operatore|operatrice|addetto|inviato",
    ),
    (
        Actor::System,
        "system|sistema|systeme|activity|server|automatic|automatico|automatica|automatique|automatisch|auto",
    ),
];

/// Words for automatic events.
const AUTOMATIC: &str = "system|sistema|systeme|auto|automatic|automatico|automatica|automatically|automaticamente|\
                         automatique|automatisch";

/// The meaning of a value of a column of resolutions.
#[must_use]
pub fn resolution_of(value: &str) -> Option<Resolution> {
    match plain(value).as_str() {
        "resolved" | "y" | "yes" | "true" | "1" | "sim" | "s" | "si" | "oui" | "ja" | "resolvido" | "resuelto"
        | "resolu" | "gelost" => Some(Resolution::Resolved),
        "unresolved" | "n" | "no" | "false" | "0" | "nao" | "non" | "nein" | "nao resolvido" | "no resuelto"
        | "non resolu" | "ungelost" => Some(Resolution::Unresolved),
        _ => None,
    }
}

/// The meaning of a yes-or-no value.
#[must_use]
pub fn yes_or_no(value: &str) -> Option<bool> {
    match plain(value).as_str() {
        "y" | "yes" | "t" | "true" | "1" | "sim" | "s" | "si" | "oui" | "ja" | "verdadeiro" | "verdadero" | "vrai"
        | "wahr" | "answered" | "atendida" | "contestada" => Some(true),
        "n" | "no" | "f" | "false" | "0" | "nao" | "non" | "nein" | "falso" | "faux" | "falsch" | "abandoned"
        | "abandonada" | "unanswered" | "missed" => Some(false),
        _ => None,
    }
}

/// Words for an average in the name of a column.
pub const AVERAGES: &str =
    "avg|average|mean|media|medio|tma|tme|promedio|moyenne|moyen|durchschnitt|durchschnittlich|schnitt";

/// Values of a column of channels.
pub const CHANNELS: &str = "whatsapp|web|webchat|web chat|email|e mail|instagram|facebook|messenger|telegram|sms|chat|phone|\
     telefone|telefono|telephone|telefon|voice|voz|site|app|twitter|portal|widget|line|viber|apple";

/// Whether a plain text is in a list whose entries are separated by bars.
#[must_use]
pub fn is_one_of(text: &str, words: &str) -> bool {
    words.split('|').any(|word| word == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_meanings() {
        for (value, kind) in [
            ("Transfer_Requested", Some(Kind::TransferRequested)),
            ("Encerrado", Some(Kind::Closed)),
            ("CONVERSATION_QUEUED", Some(Kind::Queued)),
            ("conversation_assignment", Some(Kind::Assigned)),
            ("Take in charge ticket", Some(Kind::Assigned)),
            ("Opened", Some(Kind::Started)),
            ("Abandoned", Some(Kind::CustomerLeft)),
            ("message_created", Some(Kind::Message)),
            ("conversation_created", Some(Kind::Started)),
            ("Assigned to agent", Some(Kind::Assigned)),
            ("Transferred to agent", Some(Kind::Transferred)),
            ("agent requested", Some(Kind::TransferRequested)),
            ("Transfer request cancelled", Some(Kind::TransferCancelled)),
            ("Transbordo solicitado", Some(Kind::TransferRequested)),
            ("Agente saiu", None),
            ("Customer joined queue", Some(Kind::Queued)),
            ("Agent joined chat", Some(Kind::Assigned)),
            ("Visitante entrou", Some(Kind::Started)),
            ("Cliente escreveu", Some(Kind::Message)),
            ("Wiedereröffnet", Some(Kind::Reopened)),
            ("Agent", None),
            ("Assign seriousness", None),
            ("Set priority", None),
            ("", None),
        ] {
            assert_eq!(kind_of(value), kind, "{value}");
        }
        assert!(is_resolved_only("Resolve ticket") && !is_resolved_only("Closed"));
    }

    /// The same six activities in each language.
    #[test]
    fn activities_in_six_languages() {
        let kinds = [
            Kind::TransferRequested,
            Kind::TransferSucceeded,
            Kind::TransferCancelled,
            Kind::CustomerLeft,
            Kind::Rated,
            Kind::Assigned,
        ];
        for sample in [
            "Transfer requested|Transfer completed|Transfer cancelled|Customer left|Rated|Assigned",
            "Transferência solicitada|Transferência concluída|Transferência cancelada|Cliente saiu|Avaliada|Atribuída",
            "Transferencia solicitada|Transferencia completada|Transferencia cancelada|Cliente salió|Valorada|Asignada",
            "Transfert demandé|Transfert effectué|Transfert annulé|Client parti|Notée|Assignée",
            "Übergabe angefordert|Übergabe abgeschlossen|Übergabe abgebrochen|Kunde gegangen|Bewertet|Zugewiesen",
            "Trasferimento richiesto|Trasferimento completato|Trasferimento annullato|Cliente uscito|Valutata|Assegnata",
        ] {
            for (value, kind) in sample.split('|').zip(kinds) {
                assert_eq!(kind_of(value), Some(kind), "{value}");
            }
        }
    }

    #[test]
    fn who_acted() {
        for (value, actor) in ["Cliente", "BOT", "Atendente", "sistema"].into_iter().zip(Actor::ALL) {
            assert_eq!(actor_of(value), Some(*actor), "{value}");
        }
        assert_eq!(actor_of("Chat operator"), Some(Actor::Agent));
        assert_eq!(actor_of("outbound-api"), Some(Actor::Agent));
        assert_eq!(actor_of("HUMAN_AGENT"), Some(Actor::Agent));
        assert_eq!(actor_of("VIRTUAL_AGENT"), Some(Actor::Bot));
        assert_eq!(actor_of("Ana"), None);
        for (value, actor) in [
            ("message_to_operator", Some(Actor::Customer)),
            ("message_to_visitor", Some(Actor::Agent)),
            ("Cliente para agente", Some(Actor::Customer)),
            ("agent to customer", Some(Actor::Agent)),
            ("to agent", Some(Actor::Customer)),
            ("assigned to agent", Some(Actor::Agent)),
        ] {
            assert_eq!(actor_of(value), actor, "{value}");
            assert_eq!(writer_in(value), actor, "{value}");
        }
        assert_eq!(actor_of("Kunde"), Some(Actor::Customer));
        for value in ["Inatividade", "Inactividad del cliente", "Closed due to inactivity", "timeout", "Sistema"] {
            assert_eq!(closer_of(value), Some(Actor::System), "{value}");
        }
        for (value, actor) in [
            ("closed_by_customer", Actor::Customer),
            ("Encerrado por inatividade", Actor::System),
            ("auto_closed", Actor::System),
            ("closed by bot", Actor::Bot),
            ("Closed", Actor::Agent),
        ] {
            assert_eq!((closer_in(value), kind_of(value)), (actor, Some(Kind::Closed)), "{value}");
        }
        assert_eq!(resolution_of("Não"), Some(Resolution::Unresolved));
    }
}
