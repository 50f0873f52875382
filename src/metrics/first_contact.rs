//! Resolution at first contact: semantics.md 6.4.

use polars::prelude::*;

use super::measure::{Measure, every_row as all};
use super::{AgentFilter, Better, CLOSING, Clock, Joined, Metric, Theme};
use crate::event::Fact;
use crate::fold::schema::FactTable;

/// All metrics of 6.4 count conversations by the first agent message, and use the first close.
const OF_CHATS: Metric = Metric {
    id: "",
    needs: &[],
    label: "",
    doc: "",
    plain: None,
    table: FactTable::Conversations,
    clock: Clock::Column("first_agent_message_at"),
    measure: Measure::Count { rows: all },
    agent: AgentFilter::Own,
    open_time: false,
    theme: Theme::FirstContact,
    better: Better::Neither,
    joined: Some(Joined::FirstClose),
    terms: &[],
    revision: 1,
};

/// By definition, customers who cannot be distinguished have not returned.
const OUTCOME: &[&[Fact]] = &[&[Fact::AgentMessage], &[Fact::Closed]];

fn is(column: &str, word: &'static str) -> Expr {
    col(column).eq(lit(word)).fill_null(false)
}

fn is_closed() -> Expr {
    is("phase", "closed")
}

/// Whether the first close was by an agent, or by bot or system after the agent's last message; the conversation was
/// never reopened; and it was either marked as resolved, or not marked and the customer has not returned.
fn is_resolved() -> Expr {
    let after_agent =
        is("first_closed_by", "bot").or(is("first_closed_by", "system")).and(is("first_close_last_word_by", "agent"));
    let helped = is("first_close_resolution", "resolved")
        .or(col("first_close_resolution").is_null().and(col("is_returned").not()));
    is_closed().and(is("first_closed_by", "agent").or(after_agent)).and(col("reopen_count").eq(lit(0))).and(helped)
}

/// Chats answered and their outcomes: semantics.md 6.4.
pub const METRICS: &[Metric] = &[
    Metric {
        id: "chats_answered",
        needs: &[&[Fact::AgentMessage]],
        label: "Chats answered",
        doc: "Conversations whose first agent message is in the window.",
        plain: Some("Conversations in which an agent wrote for the first time in the period."),
        measure: Measure::Count { rows: all },
        terms: &[
            ("Heyday", "Chats répondus"),
            ("Botmaker, Conecta", "Chats atendidos"),
            ("Movidesk, Zenvia Customer Cloud", "Chats contestados"),
        ],
        ..OF_CHATS
    },
    Metric {
        id: "resolved_first_contact",
        needs: OUTCOME,
        label: "Resolved at first contact",
        doc: "Answered chats closed by an agent, or by bot or system after the agent wrote last, that were never reopened, and that are marked resolved or whose customer has not come back to an agent within --return-window (72 hours).",
        plain: Some(
            "Answered chats that were closed, never reopened, and are marked resolved or, if not marked, whose customer has not come back within {return_window}. The latest may still come back.",
        ),
        measure: Measure::Count { rows: is_resolved },
        better: Better::Higher,
        terms: &[
            ("Heyday", "Résolus au premier contact"),
            ("Botmaker, Conecta", "Resolvidos no primeiro contato"),
            ("Movidesk, Zenvia Customer Cloud", "Resueltos en la primera llamada"),
        ],
        ..OF_CHATS
    },
    Metric {
        id: "unresolved_first_contact",
        needs: OUTCOME,
        label: "Not resolved at first contact",
        doc: "Answered chats that have ended without being resolved at first contact, including those abandoned without a close.",
        plain: Some("Answered chats that have ended without being resolved at first contact."),
        measure: Measure::Count { rows: || is_closed().and(is_resolved().not()) },
        better: Better::Lower,
        terms: &[
            ("Heyday", "Non résolus au premier contact"),
            ("Botmaker, Conecta", "Não resolvidos no primeiro contato"),
            ("Movidesk, Zenvia Customer Cloud", "Sin resolver en la primera llamada"),
        ],
        ..OF_CHATS
    },
    Metric {
        id: "still_open",
        needs: &[&[Fact::AgentMessage], CLOSING],
        label: "Still open",
        doc: "Answered chats that are not closed at the report's horizon.",
        plain: Some("Answered chats that have not ended at the end of the report."),
        measure: Measure::Count { rows: || is_closed().not() },
        ..OF_CHATS
    },
    Metric {
        id: "first_contact_resolution_rate",
        needs: OUTCOME,
        label: "First contact resolution rate",
        doc: "Chats resolved at first contact as a share of the answered chats that have ended.",
        plain: Some("Chats resolved at first contact as a share of the answered chats that have ended."),
        measure: Measure::Rate { part: is_resolved, whole: is_closed },
        better: Better::Higher,
        ..OF_CHATS
    },
];
