//! Which tables are drawn as bars, beside each other under one heading: the same in every format that has charts.

/// A chart: one bar a row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Charted {
    /// The table.
    pub table: &'static str,
    /// The metric that bars are as long as.
    pub whole: &'static str,
    /// A metric that is part of it, drawn inside.
    pub part: Option<&'static str>,
}

/// Charts beside each other.
#[derive(Debug, Clone, Copy)]
pub struct ChartRow {
    /// The key of its heading among the texts.
    pub title: &'static str,
    /// The charts, from the left.
    pub charts: [Charted; 3],
}

impl ChartRow {
    /// Whether all charts are of the same rows.
    #[must_use]
    pub fn is_of_one_table(&self) -> bool {
        self.charts.iter().all(|chart| chart.table == self.charts[0].table)
    }
}

const fn chart(table: &'static str, whole: &'static str, part: Option<&'static str>) -> Charted {
    Charted { table, whole, part }
}

/// Where conversations come from.
pub const PLACES: ChartRow = ChartRow {
    title: "page.charts_places",
    charts: [
        chart("by_channel", "conversations", Some("engaged_conversations")),
        chart("by_support_type", "conversations", Some("engaged_conversations")),
        chart("by_department", "closed_conversations", None),
    ],
};

/// The queues.
pub const QUEUES: ChartRow = ChartRow {
    title: "page.charts_queues",
    charts: [
        chart("by_queue", "open_conversations", Some("awaiting_reply")),
        chart("by_queue", "total_wait", None),
        chart("by_queue", "service_level", None),
    ],
};

/// The agents.
pub const AGENTS: ChartRow = ChartRow {
    title: "page.charts_agents",
    charts: [
        chart("by_agent", "closed_conversations", None),
        chart("by_agent", "response_time", None),
        chart("by_agent", "service_level", None),
    ],
};
