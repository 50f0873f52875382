//! Rows of a table of messages that are not messages to or from a customer: notes between agents, and records of
//! events.

use super::actors::{MOST_ACTORS, is_of_delivery, is_of_few_words, known, share_with_meaning};
use super::proposal::{Candidate, ColumnTest, ProposedCondition, quoted};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::{Meaning as M, is_one_of, plain, yes_or_no};
use crate::language::Message;

/// Rows that are left out.
pub struct LeftOut {
    /// The condition for all other rows.
    pub others: ProposedCondition,
    /// The note about it.
    pub note: Message,
}

/// The rows to leave out, by each column that shows some. `actor` is the column of authors.
pub fn left_out(columns: &[&Seen], actor: Option<&str>) -> Vec<LeftOut> {
    let free = columns.iter().filter(|column| Some(column.name.as_str()) != actor && is_of_few_words(column));
    free.filter_map(|column| {
        let values = |is_one: fn(&str) -> bool| -> Vec<String> {
            known(column, |value| is_one(value).then_some("")).into_iter().map(|(value, _)| value).collect()
        };
        let words = &column.words;
        let (values, why) = if words.has(M::Private) && !words.has_one(&OTHERS) {
            (values(|value| yes_or_no(value) == Some(true) || is_note(value)), "proposal.unseen_by_customers")
        } else if words.has(M::Public) && !words.has_one(&OTHERS) {
            (values(|value| yes_or_no(value) == Some(false) || is_note(value)), "proposal.unseen_by_customers")
        } else if words.has_one(&[M::Kind, M::Activity]) && !words.has_one(&OTHERS) {
            (values(|value| is_note(value) || is_record(value)), "proposal.no_messages")
        } else if is_of_delivery(column) {
            (values(is_failed), "proposal.unseen_by_customers")
        } else {
            return None;
        };
        // What all rows say sets none apart: the envelope of a message may be a notification.
        let is_of_all = values.len() == column.kept.len() && why == "proposal.no_messages";
        if values.is_empty() || is_of_all {
            return None;
        }
        let shown: Vec<&str> = values.iter().map(String::as_str).collect();
        let note = Message::new(why).with("values", quoted(&shown)).with("column", &column.name);
        Some(LeftOut { others: ProposedCondition { column: column.name.clone(), test: ColumnTest::Not(values) }, note })
    })
    .collect()
}

/// The rows to leave out because the column of authors has kinds of records as well, such as `action` beside `user` and
/// `bot`.
pub fn others_than_messages(actor: &Candidate, columns: &[&Seen]) -> Option<LeftOut> {
    let column = columns.iter().find(|column| column.name == actor.source)?;
    if share_with_meaning(column, &actor.map) > MOST_ACTORS {
        return None;
    }
    let writers: Vec<String> = actor.map.iter().map(|(value, _)| value.clone()).collect();
    let others: Vec<&str> = column
        .kept
        .iter()
        .map(|(value, _)| value.as_str())
        .filter(|value| !writers.iter().any(|it| it == value))
        .collect();
    let note = Message::new("proposal.no_messages").with("values", quoted(&others)).with("column", &column.name);
    Some(LeftOut { others: ProposedCondition { column: column.name.clone(), test: ColumnTest::Is(writers) }, note })
}

/// A column with one of these meanings is a count, or describes the conversation.
const OTHERS: [M; 5] = [M::Count, M::Conversation, M::Team, M::Customer, M::Date];

/// Values that mean a note between agents.
const NOTES: &str = "note|notes|private note|internal note|internal comment|private comment|internal|private|whisper|agents|\
                     agents only|nota|nota interna|nota privada|comentario interno|comentario privado|interno|interna|privado|\
                     privada|sussurro|susurro|note interne|note privee|commentaire interne|interne|prive|privee|notiz|\
                     interne notiz|private notiz|interner kommentar|intern|privat|nota privata|commento interno|privato|privata";
/// Values that mean the record of an event.
const RECORDS: &str = "reaction|reacao|reaccion|reazione|reaktion|protocol|revoked|call log|e2e notification|gp2|event|activity|system|system message|system event|notification|status|status change|info|log|join|leave|\
                       joined|left|typing|typing indicator|line item|lineitem|read|read receipt|receipt|delivered|evento|atividade|actividad|sistema|\
                       mensagem de sistema|mensaje de sistema|notificacao|notificacion|evenement|activite|systeme|ereignis|\
                       aktivitat|system nachricht|attivita|notifica";

/// States of messages that never arrived.
const FAILED: &str = "draft|rascunho|borrador|brouillon|entwurf|bozza|failed|undelivered|rejected|bounced|falhou|fallido|echoue|fehlgeschlagen|fallito";

fn is_failed(value: &str) -> bool {
    is_one_of(&plain(value), FAILED)
}

fn is_note(value: &str) -> bool {
    is_one_of(&plain(value), NOTES)
}

fn is_record(value: &str) -> bool {
    is_one_of(&plain(value), RECORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, values: &[&str]) -> Seen {
        let mut column = Seen::new(name.to_owned());
        for value in values {
            column.see(value);
        }
        column
    }

    #[test]
    fn notes_and_records_are_left_out() {
        for (name, values, out) in [
            ("private", &["true", "false"][..], &["true"][..]),
            ("public", &["true", "false"], &["false"]),
            ("Público", &["sim", "não"], &["não"]),
            ("type", &["text", "note", "event", "file"], &["note", "event"]),
            ("Tipo de mensagem", &["Texto", "Nota interna"], &["Nota interna"]),
            ("visibility", &["all", "agents"], &["agents"]),
            ("Status", &["Received", "Read", "Failed"], &["Failed"]),
            ("Status", &["Received", "Solved", "Failed"], &[]),
            ("conversation type", &["internal", "note"], &[]),
            ("notes", &["1", "0"], &[]),
        ] {
            let column = column(name, values);
            let found = left_out(&[&column], None);
            let out: Vec<String> = out.iter().map(|&value| value.to_owned()).collect();
            let left: Vec<String> = found
                .into_iter()
                .flat_map(|out| match out.others.test {
                    ColumnTest::Not(values) => values,
                    ColumnTest::Is(_) | ColumnTest::Has(_) | ColumnTest::SameAs(_) | ColumnTest::DiffersFrom(_) => {
                        Vec::new()
                    }
                })
                .collect();
            assert_eq!(left, out, "{name}");
            assert!(left_out(&[&column], Some(name)).is_empty(), "{name} says who wrote");
        }
    }
}
