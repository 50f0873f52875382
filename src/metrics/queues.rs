//! Queues and agents: semantics.md 6.3, except `closed_conversations`, which is among the conversations.

use polars::prelude::*;

use super::measure::{Measure, every_row as all};
use super::surveys::is_of;
use super::{AgentFilter, Better, CLOSING, Clock, DUE, END, ENTRY, EVER_OPEN, Metric, Theme};
use crate::event::{Fact, Survey};
use crate::fold::schema::FactTable;

/// The fields shared by metrics of one table and clock.
const fn shared(table: FactTable, clock: Clock) -> Metric {
    Metric {
        id: "",
        needs: &[],
        label: "",
        doc: "",
        plain: None,
        table,
        clock,
        measure: Measure::Count { rows: all },
        agent: AgentFilter::Own,
        theme: Theme::Load,
        better: Better::Neither,
        open_time: false,
        joined: None,
        terms: &[],
        revision: 1,
    }
}

const OPEN: Metric = shared(FactTable::Conversations, Clock::Horizon);
const MESSAGES: Metric = shared(FactTable::AgentMessages, Clock::Column("ts"));
const VISITS: Metric = shared(FactTable::Visits, Clock::Column("entered_at"));
const ASSIGNED: Metric = shared(FactTable::Stints, Clock::Column("assigned_at"));
const CLOSED: Metric = shared(FactTable::Conversations, Clock::Column("closed_at"));

fn is_open() -> Expr {
    col("phase").eq(lit("waiting")).or(col("phase").eq(lit("human"))).or(col("is_unanswered"))
}

fn has_reply() -> Expr {
    col("first_reply_at").is_not_null()
}

fn until_reply() -> Expr {
    col("first_reply_at") - col("entered_at")
}

fn is_abandoned() -> Expr {
    col("is_abandoned")
}

/// Queues and agents: semantics.md 6.3.
pub const METRICS: &[Metric] = &[
    Metric {
        id: "open_conversations",
        needs: &[CLOSING, EVER_OPEN],
        label: "Open conversations",
        doc: "Conversations that wait for a person or are with one, at the report's horizon, whenever they started.",
        plain: Some("Conversations that wait for a person or are with one at the end of the report."),
        measure: Measure::Count { rows: is_open },
        better: Better::Lower,
        terms: &[
            ("Heyday", "Conversations en cours"),
            ("Botmaker, Conecta", "Conversas em andamento"),
            ("Movidesk, Zenvia Customer Cloud", "Conversaciones en curso"),
        ],
        ..OPEN
    },
    Metric {
        id: "awaiting_reply",
        needs: &[CLOSING, DUE],
        label: "Customers waiting for a reply",
        doc: "Open conversations in which the customer waits for a person's answer, at the report's horizon.",
        plain: Some("Open conversations in which the customer waits for an answer at the end of the report."),
        measure: Measure::Count { rows: || is_open().and(col("due_since").is_not_null()) },
        better: Better::Lower,
        terms: &[
            ("Heyday", "Clients en attente de réponse"),
            ("Botmaker, Conecta", "Usuários aguardando resposta do atendente"),
            ("Movidesk, Zenvia Customer Cloud", "Clientes a la espera de respuesta"),
        ],
        ..OPEN
    },
    Metric {
        id: "response_time",
        open_time: true,
        needs: &[&[Fact::AgentMessage], DUE],
        label: "Response time",
        doc: "From when a customer began to wait for a person to the agent message that answered: every answer, not only the first.",
        plain: Some(
            "From when the customer began to wait for a person to the agent's answer; every answer counts, not only the first.",
        ),
        measure: Measure::Duration { rows: all, milliseconds: || col("response_ms") },
        theme: Theme::Times,
        better: Better::Lower,
        terms: &[
            ("Heyday", "Temps de réponse"),
            ("Botmaker, Conecta", "Tempo médio de resposta"),
            ("Movidesk, Zenvia Customer Cloud", "Tiempo de respuesta"),
        ],
        ..MESSAGES
    },
    Metric {
        id: "replies",
        needs: &[&[Fact::AgentMessage]],
        label: "Replies",
        doc: "Messages that agents wrote in the window.",
        plain: Some("Messages that agents wrote in the period."),
        measure: Measure::Count { rows: all },
        terms: &[
            ("Heyday", "Réponses"),
            ("Botmaker, Conecta", "Quantidade de respostas"),
            ("Movidesk, Zenvia Customer Cloud", "Respuestas"),
        ],
        ..MESSAGES
    },
    Metric {
        id: "replies_per_agent",
        needs: &[&[Fact::AgentMessage], &[Fact::AgentId]],
        label: "Replies per agent",
        doc: "Agent messages divided by the distinct agents who wrote them; messages without an agent count as one agent's.",
        plain: Some("Messages of agents divided by the agents who wrote them."),
        measure: Measure::Ratio { rows: all, per: "agent" },
        ..MESSAGES
    },
    Metric {
        id: "queue_wait",
        open_time: true,
        needs: &[ENTRY, &[Fact::Assigned]],
        label: "Wait in queue",
        doc: "From entering a queue to the first assignment in that visit; counted when the customer enters.",
        plain: Some("From entering a queue to the first assignment of an agent."),
        measure: Measure::Duration { rows: all, milliseconds: || col("assigned_at") - col("entered_at") },
        theme: Theme::Waits,
        better: Better::Lower,
        terms: &[
            ("Heyday", "Attente dans la file"),
            ("Botmaker, Conecta", "Espera na fila"),
            ("Movidesk, Zenvia Customer Cloud", "Espera en la cola"),
        ],
        ..VISITS
    },
    Metric {
        id: "agent_wait",
        open_time: true,
        needs: &[&[Fact::Assigned], &[Fact::AgentMessage]],
        label: "Wait for the agent",
        doc: "From an assignment to that agent's first message; counted at the assignment.",
        plain: Some("From an assignment to that agent's first message."),
        measure: Measure::Duration { rows: all, milliseconds: || col("first_message_at") - col("assigned_at") },
        theme: Theme::Waits,
        better: Better::Lower,
        terms: &[
            ("Heyday", "Attente de l'agent"),
            ("Botmaker, Conecta", "Espera por atendente"),
            ("Movidesk, Zenvia Customer Cloud", "Espera por el agente"),
        ],
        ..ASSIGNED
    },
    Metric {
        id: "total_wait",
        open_time: true,
        needs: &[ENTRY, &[Fact::AgentMessage]],
        label: "Queue and agent wait",
        doc: "From entering a queue to the first agent message in that visit; counted when the customer enters.",
        plain: Some("From entering a queue to an agent's first message."),
        measure: Measure::Duration { rows: all, milliseconds: until_reply },
        theme: Theme::Waits,
        better: Better::Lower,
        terms: &[
            ("Heyday", "Attente totale"),
            ("Botmaker, Conecta", "Espera na fila + espera do atendente"),
            ("Movidesk, Zenvia Customer Cloud", "Espera total"),
        ],
        ..VISITS
    },
    Metric {
        id: "agent_time",
        open_time: true,
        needs: &[&[Fact::AgentMessage], &[Fact::Closed]],
        label: "Time with the agent",
        doc: "From the first agent message to the close, of conversations that are closed at the horizon and in which an agent wrote before the close; counted at the close.",
        plain: Some("From an agent's first message to the close."),
        measure: Measure::Duration {
            rows: || col("first_agent_message_at").lt_eq(col("closed_at")),
            milliseconds: || col("closed_at") - col("first_agent_message_at"),
        },
        theme: Theme::Times,
        better: Better::Lower,
        terms: &[
            ("Heyday", "Conversation avec l'agent"),
            ("Botmaker, Conecta", "Conversa com atendente"),
            ("Movidesk, Zenvia Customer Cloud", "Conversación con el agente"),
        ],
        ..CLOSED
    },
    Metric {
        id: "conversation_time",
        open_time: true,
        needs: &[&[Fact::AgentMessage], &[Fact::Closed]],
        label: "Conversation time",
        doc: "From the start to the close, of conversations that are closed at the horizon and in which an agent wrote; counted at the close.",
        plain: Some("From the start of a conversation to its close, where an agent wrote."),
        measure: Measure::Duration {
            rows: || col("first_agent_message_at").is_not_null(),
            milliseconds: || col("closed_at") - col("started_at"),
        },
        theme: Theme::Times,
        better: Better::Lower,
        terms: &[
            ("Heyday", "Durée totale"),
            ("Botmaker, Conecta", "Total de conversas (uma duração)"),
            ("Movidesk, Zenvia Customer Cloud", "Duración"),
        ],
        ..CLOSED
    },
    Metric {
        id: "handovers_in",
        needs: &[&[Fact::Transferred, Fact::Assigned]],
        label: "Handovers received",
        doc: "Times an agent took over a conversation that another had handed on; counted when the agent begins.",
        plain: Some("Times an agent took over a conversation that another had handed on."),
        measure: Measure::Count { rows: || col("was_received_by_transfer") },
        terms: &[
            ("Heyday", "Transferts reçus"),
            ("Botmaker, Conecta", "Transferências recebidas"),
            ("Movidesk, Zenvia Customer Cloud", "Transferencias recibidas"),
        ],
        ..shared(FactTable::Stints, Clock::Column("began_at"))
    },
    Metric {
        id: "handovers_out",
        needs: &[&[Fact::Transferred, Fact::Assigned]],
        label: "Handovers made",
        doc: "Times an agent's conversation was handed on to somebody else or to a queue; counted when it leaves the agent.",
        plain: Some("Times an agent's conversation was handed on."),
        measure: Measure::Count { rows: || col("end").eq(lit("transferred")) },
        terms: &[
            ("Heyday", "Transferts effectués"),
            ("Botmaker, Conecta", "Transferências realizadas"),
            ("Movidesk, Zenvia Customer Cloud", "Transferencias realizadas"),
        ],
        ..shared(FactTable::Stints, Clock::Column("ended_at"))
    },
    Metric {
        id: "queue_transfers_in",
        needs: &[&[Fact::Transferred]],
        label: "Transfers into the queue",
        doc: "Visits that a transfer opened, by a person or a router: customers handed on to the queue; counted when the visit opens.",
        plain: Some("Times a customer came to the queue by a transfer."),
        measure: Measure::Count { rows: || col("is_by_transfer") },
        ..shared(FactTable::Visits, Clock::Column("opened_at"))
    },
    Metric {
        id: "queue_transfers_out",
        needs: &[&[Fact::Transferred]],
        label: "Transfers out of the queue",
        doc: "Visits that ended with a transfer to another queue, by a person or a router, with or without an agent in the visit; counted when the visit ends.",
        plain: Some("Times a customer left the queue by a transfer to another one."),
        measure: Measure::Count { rows: || col("end").eq(lit("transferred_out")) },
        ..shared(FactTable::Visits, Clock::Column("ended_at"))
    },
    Metric {
        id: "abandoned",
        needs: &[ENTRY, END],
        label: "Customer left",
        doc: "Visits to a queue without an agent message that the customer left, or that customer, bot or system closed; counted when the customer enters.",
        plain: Some("Times a customer left a queue before an agent wrote."),
        measure: Measure::Count { rows: is_abandoned },
        theme: Theme::Service,
        better: Better::Lower,
        terms: &[
            ("Heyday", "Client parti"),
            ("Botmaker, Conecta", "Usuário saiu"),
            ("Movidesk, Zenvia Customer Cloud", "Usuario salió"),
        ],
        ..VISITS
    },
    Metric {
        id: "abandonment_rate",
        needs: &[ENTRY, END],
        label: "Abandonment rate",
        doc: "Abandoned visits as a share of all visits that customers entered in the window.",
        plain: Some("Share of the stays in a queue that ended before an agent wrote."),
        measure: Measure::Rate { part: is_abandoned, whole: all },
        theme: Theme::Service,
        better: Better::Lower,
        ..VISITS
    },
    Metric {
        id: "time_to_abandon",
        open_time: true,
        needs: &[ENTRY, END],
        label: "Time to abandon",
        doc: "From entering a queue to the end of the visit, of abandoned visits; counted when the customer enters.",
        plain: Some("How long customers were in a queue before they left it without an answer."),
        measure: Measure::Duration { rows: is_abandoned, milliseconds: || col("ended_at") - col("entered_at") },
        theme: Theme::Waits,
        better: Better::Neither,
        ..VISITS
    },
    Metric {
        id: "no_shows",
        needs: &[&[Fact::Assigned], &[Fact::AgentMessage]],
        label: "Agent no-show (24 h)",
        doc: "Assignments without a message of that agent for more than 24 hours, as known at the report's horizon; counted at the assignment.",
        plain: Some("Assignments after which the agent wrote nothing for more than 24 hours."),
        measure: Measure::Count { rows: || col("is_no_show") },
        theme: Theme::Service,
        better: Better::Lower,
        terms: &[
            ("Heyday", "Agent absent"),
            ("Botmaker, Conecta", "Atendente saiu"),
            ("Movidesk, Zenvia Customer Cloud", "Agente ausente"),
        ],
        ..ASSIGNED
    },
    Metric {
        id: "service_level",
        open_time: true,
        needs: &[ENTRY, &[Fact::AgentMessage], END],
        label: "Service level",
        doc: "Visits whose first agent message came within the time of --service-level (60 seconds by default; exactly that long counts as within), as a share of the visits answered or abandoned.",
        plain: Some(
            "Stays in a queue that an agent answered within {service_level}, as a share of those answered or abandoned.",
        ),
        measure: Measure::Within { milliseconds: until_reply, whole: || has_reply().or(is_abandoned()) },
        theme: Theme::Service,
        better: Better::Higher,
        ..VISITS
    },
    Metric {
        id: "nps",
        needs: &[&[Fact::RatedNps]],
        label: "NPS",
        doc: "Net promoter score: 100 × (ratings of 9 and 10 − ratings of 0 to 6) / all ratings of survey nps in the window.",
        plain: Some(
            "Net promoter score: the share of ratings of 9 and 10 less the share of ratings of 0 to 6, times 100.",
        ),
        measure: Measure::Score {
            plus: || is_of(Survey::Nps).and(col("score").gt_eq(lit(9))),
            minus: || is_of(Survey::Nps).and(col("score").lt_eq(lit(6))),
            whole: || is_of(Survey::Nps),
        },
        theme: Theme::Service,
        better: Better::Higher,
        terms: &[("Heyday, Botmaker, Conecta, Movidesk, Zenvia Customer Cloud", "NPS")],
        ..shared(FactTable::Ratings, Clock::Column("ts"))
    },
];
