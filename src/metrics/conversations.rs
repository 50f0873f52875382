//! Conversations, engagement, answers, closings: semantics.md 6.1.

use polars::prelude::*;

use super::measure::{Measure, every_row as all};
use super::{AgentFilter, Better, Clock, Metric, Theme, WRITTEN};
use crate::event::Fact;
use crate::fold::schema::FactTable;

fn is_engaged() -> Expr {
    col("engaged_at").is_not_null()
}

fn is_engaged_with_bot() -> Expr {
    is_engaged().and(col("welcome_at").is_not_null())
}

fn by_agent() -> Expr {
    col("actor").eq(lit("agent"))
}

fn is_contained() -> Expr {
    let none = |column: &str| col(column).eq(lit(0));
    is_engaged_with_bot()
        .and(none("request_count"))
        .and(none("visit_count"))
        .and(none("stint_count"))
        .and(none("agent_messages"))
}

/// Conversations, waits and closings: semantics.md 6.1.
pub const METRICS: &[Metric] = &[
    Metric {
        id: "conversations",
        needs: &[],
        label: "Total conversations",
        doc: "Conversations that started in the window, including those with only the bot.",
        plain: Some("Conversations that started in the period, including those with only the bot."),
        table: FactTable::Conversations,
        clock: Clock::Column("started_at"),
        measure: Measure::Count { rows: all },
        agent: AgentFilter::TookPart,
        theme: Theme::Conversations,
        better: Better::Neither,
        open_time: false,
        joined: None,
        terms: &[
            ("Heyday", "Conversations totales"),
            ("Botmaker, Conecta", "Total de conversas"),
            ("Movidesk, Zenvia Customer Cloud", "Conversaciones totales"),
        ],
        revision: 1,
    },
    Metric {
        id: "engaged_conversations",
        needs: &[WRITTEN],
        label: "Engaged conversations",
        doc: "Conversations in which a customer or an agent wrote after the bot's welcome; without a welcome, conversations in which either wrote at all.",
        plain: Some("Conversations in which the customer or an agent wrote after the bot's welcome."),
        table: FactTable::Conversations,
        clock: Clock::Column("started_at"),
        measure: Measure::Count { rows: is_engaged },
        agent: AgentFilter::TookPart,
        theme: Theme::Conversations,
        better: Better::Neither,
        open_time: false,
        joined: None,
        terms: &[
            ("Heyday", "Conversations engagées"),
            ("Botmaker, Conecta", "Conversas engajadas"),
            ("Movidesk, Zenvia Customer Cloud", "Conversaciones activas"),
        ],
        revision: 1,
    },
    Metric {
        id: "engagement_rate",
        needs: &[WRITTEN],
        label: "Engagement rate",
        doc: "Engaged conversations as a share of all conversations that started in the window.",
        plain: Some("Engaged conversations as a share of all conversations."),
        table: FactTable::Conversations,
        clock: Clock::Column("started_at"),
        measure: Measure::Rate { part: is_engaged, whole: all },
        agent: AgentFilter::TookPart,
        theme: Theme::Conversations,
        better: Better::Higher,
        open_time: false,
        joined: None,
        terms: &[],
        revision: 1,
    },
    Metric {
        id: "engaged_customers",
        needs: &[&[Fact::CustomerMessage], &[Fact::BotMessage], &[Fact::CustomerId]],
        label: "Engaged customers",
        doc: "Distinct customers who wrote after the bot's welcome, in conversations that started in the window.",
        plain: Some("Different customers who wrote after the bot's welcome."),
        table: FactTable::Conversations,
        clock: Clock::Column("started_at"),
        measure: Measure::Distinct { rows: || col("did_customer_write_after_welcome"), column: "customer" },
        agent: AgentFilter::TookPart,
        theme: Theme::Conversations,
        better: Better::Neither,
        open_time: false,
        joined: None,
        terms: &[
            ("Heyday", "Clients engagés"),
            ("Botmaker, Conecta", "Clientes engajados"),
            ("Movidesk, Zenvia Customer Cloud", "Clientes activos"),
        ],
        revision: 1,
    },
    Metric {
        id: "answered_conversations",
        needs: &[&[Fact::AgentMessage]],
        label: "Answered conversations",
        doc: "Distinct conversations with at least one agent message in the window, whenever they started.",
        plain: Some("Conversations in which an agent wrote in the period, whenever they started."),
        table: FactTable::AgentMessages,
        clock: Clock::Column("ts"),
        measure: Measure::Distinct { rows: all, column: "conversation_id" },
        agent: AgentFilter::Own,
        theme: Theme::Conversations,
        better: Better::Neither,
        open_time: false,
        joined: None,
        terms: &[
            ("Heyday", "Conversations avec réponse"),
            ("Botmaker, Conecta", "Conversas respondidas"),
            ("Movidesk, Zenvia Customer Cloud", "Chats contestados"),
        ],
        revision: 1,
    },
    Metric {
        id: "closed_conversations",
        needs: &[&[Fact::ClosedByAgent]],
        label: "Closed conversations",
        doc: "Distinct conversations that an agent closed in the window, whenever they started.",
        plain: Some("Conversations that an agent closed in the period, whenever they started."),
        table: FactTable::Closes,
        clock: Clock::Column("ts"),
        measure: Measure::Distinct { rows: by_agent, column: "conversation_id" },
        agent: AgentFilter::Own,
        theme: Theme::Load,
        better: Better::Neither,
        open_time: false,
        joined: None,
        terms: &[
            ("Heyday", "Conversations closes"),
            ("Botmaker, Conecta", "Conversas fechadas"),
            ("Movidesk, Zenvia Customer Cloud", "Conversaciones cerradas"),
        ],
        revision: 1,
    },
    Metric {
        id: "close_events",
        needs: &[&[Fact::ClosedByAgent]],
        label: "Close events",
        doc: "Closes by an agent in the window; a conversation that was reopened can be closed again.",
        plain: Some("Times an agent closed a conversation; one that was reopened can be closed again."),
        table: FactTable::Closes,
        clock: Clock::Column("ts"),
        measure: Measure::Count { rows: by_agent },
        agent: AgentFilter::Own,
        theme: Theme::Load,
        better: Better::Neither,
        open_time: false,
        joined: None,
        terms: &[],
        revision: 1,
    },
    Metric {
        id: "reopened_conversations",
        needs: &[&[Fact::Closed]],
        label: "Reopened conversations",
        doc: "Distinct conversations that were reopened in the window.",
        plain: Some("Conversations that were opened again after a close."),
        table: FactTable::Reopenings,
        clock: Clock::Column("ts"),
        measure: Measure::Distinct { rows: all, column: "conversation_id" },
        agent: AgentFilter::TookPart,
        theme: Theme::Load,
        better: Better::Lower,
        open_time: false,
        joined: None,
        terms: &[],
        revision: 1,
    },
    Metric {
        id: "transfers_received",
        needs: &[&[Fact::TransferSucceeded]],
        label: "Successful transfers",
        doc: "Requests for a person that reached an inbox in the window, whenever they were made.",
        plain: Some("Requests for a person that reached a queue in the period, whenever they were made."),
        table: FactTable::Requests,
        clock: Clock::Column("decided_at"),
        measure: Measure::Count { rows: || col("outcome").eq(lit("succeeded")) },
        agent: AgentFilter::TookPart,
        theme: Theme::Transfers,
        better: Better::Neither,
        open_time: false,
        joined: None,
        terms: &[
            ("Heyday", "Transferts réussis"),
            ("Botmaker, Conecta", "Transferências bem-sucedidas"),
            ("Movidesk, Zenvia Customer Cloud", "Transferencias realizadas con éxito"),
        ],
        revision: 1,
    },
    Metric {
        id: "first_response_time",
        needs: &[&[Fact::CustomerMessage], &[Fact::AgentMessage]],
        label: "Initial customer wait",
        doc: "From the customer's first message to the first agent message, including the bot's time, if the customer wrote first; counted when the agent answers, for the agent who answered.",
        plain: Some("From the customer's first message to an agent's first message, including the bot's time."),
        table: FactTable::AgentMessages,
        clock: Clock::Column("ts"),
        measure: Measure::Duration { rows: all, milliseconds: || col("first_response_ms") },
        agent: AgentFilter::Own,
        theme: Theme::Waits,
        better: Better::Lower,
        open_time: true,
        joined: None,
        terms: &[
            ("Heyday", "Temps d'attente initial d'un client"),
            ("Botmaker, Conecta", "Espera inicial do cliente"),
            ("Movidesk, Zenvia Customer Cloud", "Espera inicial del cliente"),
        ],
        // 2: a row belongs to the agent who answered; in revision 1, it belonged to the conversation.
        revision: 2,
    },
    Metric {
        id: "bot_time",
        needs: &[&[Fact::BotMessage]],
        label: "Time in the chatbot",
        doc: "From the start to the end of the bot's part (a successful transfer, a queue, an agent, or the last message before the close), in engaged conversations with a welcome.",
        plain: Some("From the start of a conversation to the end of the bot's part in it."),
        table: FactTable::Conversations,
        clock: Clock::Column("started_at"),
        measure: Measure::Duration {
            rows: is_engaged_with_bot,
            milliseconds: || col("bot_ended_at") - col("started_at"),
        },
        agent: AgentFilter::TookPart,
        theme: Theme::Times,
        better: Better::Lower,
        open_time: false,
        joined: None,
        terms: &[
            ("Heyday", "Durée des conversations dans le chatbot"),
            ("Botmaker, Conecta", "Duração no chatbot"),
            ("Movidesk, Zenvia Customer Cloud", "Duración en el chatbot"),
        ],
        revision: 1,
    },
    Metric {
        id: "containment_rate",
        needs: &[&[Fact::BotMessage]],
        label: "Containment rate",
        doc: "Of engaged conversations with a welcome, the share without any request for a person, queue or agent.",
        plain: Some("Share of the conversations with the bot in which nobody else was requested or took part."),
        table: FactTable::Conversations,
        clock: Clock::Column("started_at"),
        measure: Measure::Rate { part: is_contained, whole: is_engaged_with_bot },
        agent: AgentFilter::TookPart,
        theme: Theme::Conversations,
        better: Better::Higher,
        open_time: false,
        joined: None,
        terms: &[],
        revision: 1,
    },
];
