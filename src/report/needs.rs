//! What a report needs of the facts, so that no more is kept.

use super::build::Ask;
use crate::fold::keep::Keep;
use crate::fold::schema::Table;
use crate::metrics::dimensions::Dimension;
use crate::metrics::{self, Joined, Metric};

/// The facts' columns and rows that a report asks for.
#[must_use]
pub fn needs(ask: &Ask) -> Keep {
    let columns = Table::ALL.iter().map(|_| Vec::new()).collect();
    let mut needed = Needed { columns };
    for template in &ask.templates {
        for metric in template.metrics.iter().chain(&template.heatmaps) {
            needed.metric(metric);
        }
        for table in &template.tables {
            for metric in &table.metrics {
                needed.metric(metric);
                needed.dimension(metric.table, table.dimension);
            }
        }
    }
    // A warning counts those who are not in it.
    if let Some(metric) = metrics::find("engaged_customers") {
        needed.metric(metric);
    }
    for dimension in ask.filters.values.keys() {
        for table in Table::ALL {
            needed.dimension(*table, *dimension);
        }
    }
    if !ask.filters.contact.is_empty() || !ask.filters.protocol.is_empty() {
        needed.column(Table::Conversations, "contact");
        needed.column(Table::Conversations, "protocol");
    }
    let returns = needed.columns[Table::Conversations as usize].contains(&"is_returned");
    // A filter's values are looked up in all of the log, to tell a rare one from a mistyped one.
    let spans = if ask.filters.values.is_empty() { ask.spans() } else { Vec::new() };
    Keep { spans, columns: Some(needed.columns), returns, origins: false }
}

/// The columns of each table.
struct Needed {
    columns: Vec<Vec<&'static str>>,
}

impl Needed {
    fn metric(&mut self, metric: &Metric) {
        self.column(metric.table, "conversation_id");
        if let Some(clock) = metric.clock.column() {
            self.column(metric.table, clock);
        }
        if let Some(Joined::FirstClose) = metric.joined {
            let joined = Joined::FIRST_CLOSE.iter().map(|(column, _)| *column);
            for column in ["conversation_id", "is_first"].into_iter().chain(joined) {
                self.column(Table::Closes, column);
            }
        }
        for name in metric.measure.columns() {
            self.column(metric.table, &name);
        }
    }

    /// A table without the dimension's column takes its conversation's.
    fn dimension(&mut self, table: Table, dimension: Dimension) {
        if let Some(column) = dimension.column() {
            self.column(table, column);
            self.column(table, "conversation_id");
            self.column(Table::Conversations, column);
            self.column(Table::Conversations, "conversation_id");
        }
    }

    fn column(&mut self, table: Table, name: &str) {
        let columns = &mut self.columns[table as usize];
        if let Some(spec) = table.columns().iter().find(|spec| spec.name == name)
            && !columns.contains(&spec.name)
        {
            columns.push(spec.name);
        }
    }
}
