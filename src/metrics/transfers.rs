//! Requests for a person and their outcomes: semantics.md 6.2.

use polars::prelude::*;

use super::measure::{Measure, RowFilter, every_row};
use super::{AgentFilter, Better, Clock, Metric, REQUEST, Theme};
use crate::event::Fact;
use crate::fold::schema::FactTable;

const fn of_requests(
    id: &'static str,
    needs: &'static [&'static [Fact]],
    [label, doc, plain]: [&'static str; 3],
    measure: Measure,
    better: Better,
    terms: &'static [(&'static str, &'static str)],
) -> Metric {
    Metric {
        id,
        needs,
        label,
        doc,
        plain: Some(plain),
        table: FactTable::Requests,
        clock: Clock::Column("requested_at"),
        measure,
        agent: AgentFilter::TookPart,
        theme: Theme::Transfers,
        better,
        open_time: false,
        joined: None,
        terms,
        revision: 1,
    }
}

const fn count(rows: RowFilter) -> Measure {
    Measure::Count { rows }
}

fn succeeded() -> Expr {
    col("outcome").eq(lit("succeeded"))
}

/// The metrics of 6.2, all by the instant of the request.
pub const METRICS: &[Metric] = &[
    of_requests(
        "transfer_requests",
        &[REQUEST],
        [
            "Transfer requests",
            "Requests for a person that were made in the window.",
            "Requests for a person made in the period.",
        ],
        count(every_row),
        Better::Neither,
        &[
            ("Heyday", "Demandes de transfert"),
            ("Botmaker, Conecta", "Pedidos de transferência"),
            ("Movidesk, Zenvia Customer Cloud", "Solicitudes de transferencia"),
        ],
    ),
    of_requests(
        "transfers_succeeded",
        &[&[Fact::TransferSucceeded]],
        [
            "Transfers succeeded",
            "Transfer requests that reached an inbox: the customer waits in a queue.",
            "Requests that reached a queue.",
        ],
        count(succeeded),
        Better::Higher,
        &[("Heyday", "Réussis"), ("Botmaker, Conecta", "Concluídas"), ("Movidesk, Zenvia Customer Cloud", "Exitosas")],
    ),
    of_requests(
        "transfers_cancelled",
        &[&[Fact::TransferCancelled]],
        [
            "Transfers cancelled",
            "Transfer requests that the customer withdrew.",
            "Requests that the customer withdrew.",
        ],
        count(|| col("outcome").eq(lit("cancelled"))),
        Better::Lower,
        &[
            ("Heyday", "Annulés"),
            ("Botmaker, Conecta", "Canceladas"),
            ("Movidesk, Zenvia Customer Cloud", "Canceladas"),
        ],
    ),
    of_requests(
        "transfers_disabled",
        &[&[Fact::TransferDisabled]],
        [
            "Transfers disabled",
            "Transfer requests that failed because transfer was switched off: agents could not be reached.",
            "Requests that were switched off because no agent could be reached.",
        ],
        count(|| col("outcome").eq(lit("disabled"))),
        Better::Lower,
        &[
            ("Heyday", "Désactivés"),
            ("Botmaker, Conecta", "Desativadas"),
            ("Movidesk, Zenvia Customer Cloud", "Desactivadas"),
        ],
    ),
    of_requests(
        "transfers_incomplete",
        &[&[Fact::TransferRequested, Fact::TransferIncomplete]],
        [
            "Transfers incomplete",
            "Transfer requests that the customer did not finish.",
            "Requests that the customer did not finish.",
        ],
        count(|| col("outcome").eq(lit("incomplete"))),
        Better::Lower,
        &[
            ("Heyday", "Incomplets"),
            ("Botmaker, Conecta", "Incompletas"),
            ("Movidesk, Zenvia Customer Cloud", "Incompletas"),
        ],
    ),
    of_requests(
        "transfers_pending",
        &[&[Fact::TransferRequested]],
        [
            "Transfers pending",
            "Transfer requests that are undecided at the report's horizon.",
            "Requests that are not decided at the end of the report.",
        ],
        count(|| col("outcome").eq(lit("pending"))),
        Better::Neither,
        &[],
    ),
    of_requests(
        "transfer_success_rate",
        &[
            &[Fact::TransferSucceeded],
            &[Fact::TransferRequested, Fact::TransferCancelled, Fact::TransferDisabled, Fact::TransferIncomplete],
        ],
        [
            "Transfer success rate",
            "Succeeded requests as a share of the decided ones, that is all except the pending ones.",
            "Requests that succeeded as a share of those that are decided.",
        ],
        Measure::Rate { part: succeeded, whole: || col("outcome").neq(lit("pending")) },
        Better::Higher,
        &[],
    ),
];
