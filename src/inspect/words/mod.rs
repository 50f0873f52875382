//! What exports call things, in English, Portuguese, Spanish and French: names of columns and values. Lower case, without
//! accents, words apart by a space, names apart by a bar.

use crate::event::{Actor, Column, Kind, Resolution};

/// A name as it is compared: lower case, without accents, words apart by one space; `createdAt` is two words.
#[must_use]
pub fn plain(name: &str) -> String {
    let mut plain = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && was_lower {
            plain.push(' ');
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        for lower in c.to_lowercase() {
            let letter = without_accent(lower);
            plain.push(if letter.is_alphanumeric() { letter } else { ' ' });
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

const fn without_accent(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

/// Names of the columns that hold one thing of every event. `ts` stands apart: which instant a column is of decides.
pub const COLUMNS: [(Column, &str); 14] = [
    (Column::EventId, "event id|message id|msg id|id mensagem|id mensaje|id evento"),
    (
        Column::ConversationId,
        "conversation id|conversation|case id|ticket id|chat id|session id|call id|contact id|thread id|\
         interaction id|id conversa|id da conversa|id atendimento|id del chat|id conversacion|id ticket|\
         id conversation|case|ticket|chamado|atendimento|incident|id",
    ),
    (
        Column::Protocol,
        "protocol|protocolo|protocole|ticket number|case number|numero do protocolo|numero de ticket|\
         folio",
    ),
    (
        Column::CustomerId,
        "customer id|customer|client id|user id|contact|id cliente|id do cliente|cliente|client|\
         requester|visitor id|caller|cpf",
    ),
    (
        Column::Contact,
        "customer name|contact name|nome do cliente|nome cliente|nombre del cliente|nom du client|phone|\
         telefone|telefono|telephone|email|e mail|celular|contato|contacto",
    ),
    (
        Column::Actor,
        "actor|role|sender type|author type|direction|sender|author|remetente|autor|auteur|message type|\
         tipo",
    ),
    (Column::AgentId, "agent id|assignee id|operator id|id atendente|id do atendente|id agente|id agent|server"),
    (
        Column::AgentName,
        "agent name|agent|assignee|operator|attendant|resource|owner|atendente|agente|operador|\
         nome do atendente|nombre del agente|responsavel|conseiller|nom de l agent",
    ),
    (Column::Channel, "channel|canal|source channel|canal de atendimento|canal d entree|via"),
    (Column::Queue, "queue|queue name|fila|fila de atendimento|cola|file d attente|skill|topic"),
    (
        Column::Department,
        "department|departamento|departement|team|equipe|equipo|group|grupo|groupe|setor|service|\
         support team|workgroup|inbox",
    ),
    (Column::App, "app|application|aplicacao|aplicativo|aplicacion|company|brand|marca|bot name"),
    (
        Column::Score,
        "score|nps|rating|satisfaction rating|nota|avaliacao|calificacion|puntuacion|\
         note de satisfaction|csat",
    ),
    (Column::Resolution, "resolution|resolved|resolvido|resuelto|resolu|resolucao"),
];

/// What an instant of a row is of: one row, several events.
pub const MOMENTS: [(Moment, &str); 6] = [
    (
        Moment::Began,
        "created|created at|creation date|opened|opened at|start|started at|start time|\
         conversation start|data de criacao|criado em|data de abertura|abertura|inicio|data inicio|\
         fecha de creacion|creado|fecha de inicio|date de creation|cree le|date d ouverture|debut",
    ),
    (
        Moment::Queued,
        "queued|queued at|enqueued|enqueue time|queue start|q start at|entrada na fila|entrada en cola|\
         mise en file",
    ),
    (
        Moment::Assigned,
        "assigned|assigned at|accepted at|picked up at|answered at|data de atribuicao|atribuido em|\
         inicio do atendimento|asignado|fecha de asignacion|date d affectation|assigne le",
    ),
    (
        Moment::FirstReply,
        "first reply|first response|first reply at|first response at|first agent message|\
         primeira resposta|data da primeira resposta|primera respuesta|premiere reponse",
    ),
    (
        Moment::Closed,
        "closed|closed at|resolved at|solved at|ended at|end time|finished at|conversation end|\
         data de encerramento|encerrado em|encerramento|data de fechamento|fechado em|finalizado em|\
         fecha de cierre|cerrado|cierre|date de cloture|cloture le|ferme le|fin|fim",
    ),
    (
        Moment::Happened,
        "ts|timestamp|time|date|datetime|date time|sent at|event time|occurred at|complete timestamp|\
         data|data hora|data e hora|hora|fecha|fecha hora|fecha y hora|horodatage|date heure|heure",
    ),
];

/// What an instant is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// The begin of a conversation.
    Began,
    /// The customer entered a queue.
    Queued,
    /// An agent was given it.
    Assigned,
    /// An agent first wrote.
    FirstReply,
    /// The end.
    Closed,
    /// What the row tells, whatever that is.
    Happened,
}

/// Names of a column that says what happened.
pub const ACTIVITY: &str = "event|event type|event name|activity|action|type|evento|atividade|acao|tipo de evento|actividad|\
     accion|evenement|activite|status|tipo";

/// Names of a column of message text.
pub const MESSAGE_TEXT: &str = "message|messages|text|body|content|comment|comments|note|notes|subject|description|mensagem|texto|\
     conteudo|comentario|comentarios|observacao|descricao|mensaje|contenido|descripcion|contenu";

/// What a value of an activity column means.
#[must_use]
pub fn kind_of(value: &str) -> Option<Kind> {
    let value = plain(value);
    if let Some(kind) = Kind::parse(&value.replace(' ', "_")) {
        return Some(kind);
    }
    KINDS.iter().find(|(_, words)| is_one_of(&value, words)).map(|(kind, _)| *kind)
}

const KINDS: [(Kind, &str); 9] = [
    (Kind::Started, "start|started|created|opened|open|new|inicio|iniciado|criado|aberto|creado|abierto|cree|ouvert"),
    (Kind::Message, "message|msg|reply|mensagem|mensaje|message sent|resposta|respuesta|reponse"),
    (Kind::Queued, "queued|enqueued|entered queue|wait|na fila|entrou na fila|en cola|en file"),
    (
        Kind::Assigned,
        "assigned|assign|accepted|picked up|take in charge ticket|atribuido|assumido|asignado|assigne|\
         pris en charge",
    ),
    (Kind::Transferred, "transferred|transfer|forwarded|transferido|transferencia|transfere"),
    (Kind::Closed, "closed|close|completed|ended|finished|encerrado|fechado|finalizado|cerrado|ferme|cloture"),
    (Kind::Reopened, "reopened|reopen|reaberto|reabierto|rouvert"),
    (Kind::Rated, "rated|rating|survey|avaliado|avaliacao|calificado|note"),
    (Kind::CustomerLeft, "abandoned|abandon|left|hang|hangup|abandonado|desistiu|abandonne"),
];

/// Who a value of a column of actors means.
#[must_use]
pub fn actor_of(value: &str) -> Option<Actor> {
    let value = plain(value);
    ACTORS.iter().find(|(_, words)| is_one_of(&value, words)).map(|(actor, _)| *actor)
}

const ACTORS: [(Actor, &str); 4] = [
    (
        Actor::Customer,
        "customer|client|cliente|visitor|visitante|user|usuario|contact|contato|end user|incoming|\
         inbound|received|in|recebida|entrante|requester|caller",
    ),
    (Actor::Bot, "bot|chatbot|robot|robo|virtual agent|automation|assistant|ura"),
    (
        Actor::Agent,
        "agent|agente|atendente|operator|operador|admin|human|humano|outgoing|outbound|sent|out|enviada|\
         saliente|conseiller|support|staff",
    ),
    (Actor::System, "system|sistema|systeme|activity"),
];

/// What a value of a column of resolutions means.
#[must_use]
pub fn resolution_of(value: &str) -> Option<Resolution> {
    match plain(value).as_str() {
        "resolved" | "y" | "yes" | "true" | "1" | "sim" | "si" | "oui" | "resolvido" | "resuelto" | "resolu" => {
            Some(Resolution::Resolved)
        }
        "unresolved" | "n" | "no" | "false" | "0" | "nao" | "non" | "nao resolvido" | "no resuelto" => {
            Some(Resolution::Unresolved)
        }
        _ => None,
    }
}

/// Values of a column of channels.
pub const CHANNELS: &str = "whatsapp|web|webchat|web chat|email|e mail|instagram|facebook|messenger|telegram|sms|chat|phone|\
     telefone|telefono|telephone|voice|site|app|twitter";

/// How like a name is to one of these, from 0 to 1, and to which.
#[must_use]
pub fn likeness<'w>(name: &str, words: &'w str) -> (f64, &'w str) {
    let name = plain(name);
    let mut best = (0.0, "");
    for (rank, word) in words.split('|').enumerate() {
        let like = if name == word {
            1.0
        } else if has_words(&name, word) {
            // A word of several says less: `agent group` is no agent.
            if name.ends_with(word) { 0.75 } else { 0.6 }
        } else if word.len() > 4 {
            let near = strsim::normalized_damerau_levenshtein(&name, word);
            if near >= 0.85 { 0.7 } else { 0.0 }
        } else {
            0.0
        };
        // Of equal ones the first: lists go from the plainest name on.
        #[expect(clippy::cast_precision_loss, reason = "lists are short")]
        let like = like - rank as f64 * 1e-4 * f64::from(u8::from(like > 0.0));
        if like > best.0 {
            best = (like, word);
        }
    }
    best
}

/// Whether a plain text is one of a list.
#[must_use]
pub fn is_one_of(text: &str, words: &str) -> bool {
    words.split('|').any(|word| word == text)
}

fn has_words(name: &str, words: &str) -> bool {
    format!(" {name} ").contains(&format!(" {words} ")) && words.len() > 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_plainly() {
        assert_eq!(plain("Data de Criação"), "data de criacao");
        assert_eq!(plain("createdAt"), "created at");
        assert_eq!(plain("history[].agent_id"), "history agent id");
        assert_eq!(plain("  Answered (Y/N) "), "answered y n");
    }

    #[test]
    fn likeness_goes_by_words() {
        let like = |name: &str, words: &str| likeness(name, words).0;
        assert!(like("Atendente", "agent|atendente") > 0.99);
        assert!(like("Nome do atendente", "atendente") > 0.7);
        assert!(like("Protocol", "protocolo") > 0.6);
        assert!(like("Produto", "protocolo") < 0.1);
        assert!(like("identity", "id") < 0.1);
        let names = COLUMNS.iter().map(|(_, names)| *names).chain(MOMENTS.iter().map(|(_, names)| *names));
        for name in names.flat_map(|names| names.split('|')) {
            assert_eq!(plain(name), name, "the lists are plain");
        }
    }

    #[test]
    fn values_have_meanings() {
        assert_eq!(kind_of("Transfer_Requested"), Some(Kind::TransferRequested));
        assert_eq!(kind_of("Encerrado"), Some(Kind::Closed));
        assert_eq!(kind_of("Assign seriousness"), None);
        for (value, actor) in ["Cliente", "BOT", "Atendente", "sistema"].into_iter().zip(Actor::ALL) {
            assert_eq!(actor_of(value), Some(*actor), "{value}");
        }
        assert_eq!(resolution_of("Não"), Some(Resolution::Unresolved));
    }
}
