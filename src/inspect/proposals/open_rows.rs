//! Ends that open conversations have, too: such an instant is one by which something should end, or an end before the
//! conversation was opened again.

use super::actors::is_of_few_words;
use super::instants::{ProposedInstant, instant_in};
use super::moments::{Moment, moment_of};
use crate::event::Kind;
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::{Meaning as M, is_one_of, kind_of, plain};
use crate::language::Message;

/// States of conversations that have not ended, in addition to those that mean an opening.
const OPEN: &str = "in progress|in process|work in progress|pending|on hold|waiting|active|ongoing|unresolved|assigned|\
     em andamento|em atendimento|em atendimento atribuido|em espera|pendente|aguardando|ativo|ativa|\
     en curso|en progreso|en proceso|en espera|pendiente|activo|activa|\
     en cours|en attente|actif|active|in bearbeitung|in arbeit|wartend|ausstehend|aktiv|\
     in corso|in attesa|in lavorazione|attivo|attiva";

/// Earlier instants mean none: `0001-01-01`, an epoch of 0.
const OLDEST_MS: i64 = 946_684_800_000;

/// The instants without the ends that all open rows have, if another end is none of those; else the question about them.
pub fn without_ends_of_open(
    instants: Vec<ProposedInstant>,
    columns: &[&Seen],
    survey: &Survey,
    each: Option<&str>,
) -> (Vec<ProposedInstant>, Option<Message>) {
    let is_end = |instant: &ProposedInstant| matches!(moment_of(&instant.words), Ok(Moment::Resolved | Moment::Closed));
    let mut found = None;
    for status in columns.iter().filter(|column| column.words.has(M::Status) && is_of_few_words(column)) {
        let of_open = |instant: &ProposedInstant| is_of_open(instant, status, columns, survey, each);
        if let Some(end) = instants.iter().filter(|instant| is_end(instant)).find(|instant| of_open(instant)) {
            let question = Message::new("proposal.end_of_open").with("end", end.quoted()).with("status", &status.name);
            let names: Vec<Vec<String>> =
                instants.iter().filter(|it| is_end(it) && of_open(it)).map(|it| it.sources.clone()).collect();
            found = Some((question, names));
            break;
        }
    }
    let Some((question, of_open)) = found else { return (instants, None) };
    let has_other = instants.iter().any(|instant| is_end(instant) && !of_open.contains(&instant.sources));
    if !has_other {
        return (instants, Some(question));
    }
    (instants.into_iter().filter(|instant| !of_open.contains(&instant.sources)).collect(), None)
}

/// Whether every open row has the instant, by a column of states with open and closed rows.
fn is_of_open(
    instant: &ProposedInstant,
    status: &Seen,
    columns: &[&Seen],
    survey: &Survey,
    each: Option<&str>,
) -> bool {
    let is_closed = |value: &str| kind_of(value) == Some(Kind::Closed);
    let is_open = |value: &str| kind_of(value) == Some(Kind::Started) || is_one_of(&plain(value), OPEN);
    if !status.kept.iter().any(|(value, _)| is_closed(value)) {
        return false;
    }
    let sources: Vec<&str> = instant.sources.iter().map(String::as_str).collect();
    let names: Vec<&str> = std::iter::once(status.name.as_str()).chain(sources.iter().copied()).collect();
    let rows = survey.together(&names, each);
    let mut open = rows.iter().filter(|row| row[0].as_deref().is_some_and(is_open)).peekable();
    let has_end = |row: &Vec<Option<String>>| instant_in(columns, &sources, &row[1..]).is_some_and(|ms| ms > OLDEST_MS);
    open.peek().is_some() && open.all(has_end)
}
