//! The facts that a report needs; no others are kept.

use std::sync::Arc;

use super::filters::Filters;
use super::query::ReportQuery;
use super::snapshot::operation::READ;
use crate::fold::projection::Projection;
use crate::fold::schema::FactTable;
use crate::metrics::agents::{self, ARRIVALS, HANDLED};
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::Measure;
use crate::metrics::{Joined, Metric, roles};

/// The columns and rows of the facts that a report needs.
#[must_use]
pub fn needs(query: &ReportQuery) -> Projection {
    let columns = FactTable::ALL.iter().map(|_| Vec::new()).collect();
    let is_by_place = query.thresholds.opening.as_ref().is_some_and(|opening| opening.is_by_place());
    let mut needed = Needed { columns, is_by_place };
    for template in &query.templates {
        for metric in template.metrics.iter().chain(&template.heatmaps) {
            needed.metric(metric);
        }
        for table in &template.tables {
            for metric in &table.metrics {
                needed.metric(metric);
                for dimension in &table.dimensions {
                    needed.dimension(metric.table, *dimension);
                    if let Measure::Time { .. } = metric.measure {
                        needed.dimension(FactTable::Stints, *dimension);
                    }
                }
            }
        }
    }
    if query.templates.iter().any(|template| template.staffing) {
        [ARRIVALS, HANDLED].iter().chain(agents::METRICS).for_each(|metric| needed.metric(metric));
    }
    // A warning counts conversations that the metric leaves out.
    if let Some(metric) = roles::of_customers() {
        needed.metric(metric);
        // Another warning explains why it is 0.
        needed.column(metric.table, "engaged_at");
        needed.column(metric.table, "welcome_at");
    }
    needed.filters(&query.filters);
    let returns = needed.columns[FactTable::Conversations as usize].contains(&"is_returned");
    // Values of filters are looked up in the whole log, to distinguish rare values from mistyped ones.
    let spans = if query.filters.values.is_empty() { query.spans() } else { Vec::new() };
    // Warnings of calendars for queues and departments that no row has need all rows.
    let places = is_by_place;
    let columns = Some(needed.columns);
    Projection {
        spans,
        columns,
        has_numbered_ids: true,
        has_numbered_texts: true,
        returns,
        places,
        may_be_stored: true,
        ..Projection::all()
    }
}

/// The facts that a snapshot reads, as listed in [`super::snapshot::operation`]; filters use the same columns.
#[must_use]
pub fn snapshot(filters: &Filters) -> Projection {
    let columns = FactTable::ALL.iter().map(|_| vec!["conversation_id"]).collect();
    let mut needed = Needed { columns, is_by_place: false };
    needed.filters(filters);
    for (table, columns) in READ {
        columns.iter().for_each(|column| needed.column(*table, column));
    }
    let columns = Some(needed.columns);
    Projection { columns, returns: false, may_be_stored: true, ..Projection::all() }
}

/// The facts that a series of snapshots reads: no rows, but the values for looking up its filters.
#[must_use]
pub fn series(filters: &Filters, instants: Arc<[i64]>) -> Projection {
    let columns = FactTable::ALL.iter().map(|_| vec!["conversation_id"]).collect();
    let mut needed = Needed { columns, is_by_place: false };
    needed.filters(filters);
    let nothing = vec![(i64::MIN, i64::MIN)];
    let spans = if filters.values.is_empty() { nothing } else { Vec::new() };
    let columns = Some(needed.columns);
    Projection {
        spans,
        columns,
        has_numbered_ids: true,
        returns: false,
        instants: Some(instants),
        may_be_stored: true,
        ..Projection::all()
    }
}

/// The necessary columns of each table.
struct Needed {
    columns: Vec<Vec<&'static str>>,
    /// Whether calendars depend on a row's queue and department.
    is_by_place: bool,
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
                self.column(FactTable::Closes, column);
            }
        }
        if metric.joined == Some(Joined::OpeningHours) || metric.open_time && self.is_by_place {
            self.column(metric.table, "queue");
            self.column(metric.table, "department");
        }
        if let Measure::Time { .. } = metric.measure {
            let states = ["agent", "status", "since", "until"].map(|column| (FactTable::AgentStates, column));
            let stints = ["conversation_id", "agent", "began_at", "ended_at"].map(|column| (FactTable::Stints, column));
            for (table, column) in states.into_iter().chain(stints) {
                self.column(table, column);
            }
        }
        for name in metric.measure.columns() {
            self.column(metric.table, &name);
        }
    }

    fn filters(&mut self, filters: &Filters) {
        for dimension in filters.values.keys() {
            for table in FactTable::ALL {
                self.dimension(*table, *dimension);
            }
        }
        if !filters.contact.is_empty() || !filters.protocol.is_empty() {
            self.column(FactTable::Conversations, "contact");
            self.column(FactTable::Conversations, "protocol");
        }
    }

    /// A table without the dimension's column uses that of the conversation.
    fn dimension(&mut self, table: FactTable, dimension: Dimension) {
        if let Dimension::Attribute(name) = dimension {
            self.column(table, "conversation_id");
            self.column(FactTable::Conversations, "conversation_id");
            let columns = &mut self.columns[FactTable::Conversations as usize];
            if !columns.contains(&name) {
                columns.push(name);
            }
        } else if let Some(column) = dimension.column() {
            self.column(table, column);
            self.column(table, "conversation_id");
            self.column(FactTable::Conversations, column);
            self.column(FactTable::Conversations, "conversation_id");
        }
    }

    fn column(&mut self, table: FactTable, name: &str) {
        let columns = &mut self.columns[table as usize];
        if let Some(spec) = table.columns().iter().find(|spec| spec.name == name)
            && !columns.contains(&spec.name)
        {
            columns.push(spec.name);
        }
    }
}
