//! Rows of a table of conversations that agents began: outbound calls, in which no customer waited.

use super::actors::known;
use super::proposal::{ColumnTest, ProposedCondition, quoted};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::{Meaning as M, Name, plain};

/// The mark of outbound rows, and the condition that leaves them out.
pub struct Outbound {
    /// The condition of all other rows.
    pub inbound: ProposedCondition,
    /// The note about it.
    pub note: String,
}

/// The outbound rows, if a column of directions has both kinds.
pub fn outbound(columns: &[&Seen]) -> Option<Outbound> {
    columns.iter().find_map(|column| {
        if column.time().is_some() || column.looks_like_message() || column.is_number() {
            return None;
        }
        let inbound = known(column, |value| is_direction(value, M::Inbound, INBOUND).then_some(""));
        let outbound = known(column, |value| is_direction(value, M::Outbound, OUTBOUND).then_some(""));
        let is_all = inbound.len() + outbound.len() == column.kept.len();
        // Of a few rows all may be outbound; a column named for it says so all the same.
        let is_named = column.words.has_one(&[M::Author, M::Kind, M::Inbound, M::Outbound]);
        if outbound.is_empty() || !(is_named || is_all && !inbound.is_empty()) {
            return None;
        }
        let values: Vec<String> = outbound.into_iter().map(|(value, _)| value).collect();
        let shown: Vec<&str> = values.iter().map(String::as_str).collect();
        let note = format!(
            "rows with {} in `{}` are left out: agents began them, and no customer waited",
            quoted(&shown),
            column.name
        );
        Some(Outbound {
            inbound: ProposedCondition { column: column.name.clone(), test: ColumnTest::Not(values) },
            note,
        })
    })
}

const INBOUND: &[&str] = &["in", "inbound", "incoming", "receptivo", "receptiva", "entrada", "eingehend"];
const OUTBOUND: &[&str] = &["out", "outbound", "outgoing", "ativo", "ativa", "saida", "salida", "ausgehend"];

fn is_direction(value: &str, meaning: M, words: &[&str]) -> bool {
    let plain = plain(value);
    let name = Name::of(value);
    words.contains(&plain.as_str()) || (name.has(meaning) && !name.has_unknown())
}
