//! Derives a metric's definition, in words and as a query, from the expressions that compute it, so that they cannot
//! differ.

use polars::prelude::*;

use super::agent_queries;
use super::hours::IS_OUT_OF_HOURS;
use super::measure::{Measure, Times};
use super::{AgentFilter, Clock, Joined, Metric};
use crate::fold::schema::{FactTable, Type};

/// An expression as SQL over the Parquet tables that `dialogram fold` writes; `None` for a node without a translation
/// here.
fn sql(expr: &Expr, table: FactTable) -> Option<String> {
    let in_sql = |expr: &Expr| sql(expr, table);
    Some(match expr {
        // `end` is a keyword of SQL.
        Expr::Column(name) if name == "end" => "\"end\"".to_owned(),
        Expr::Column(name) => name.to_string(),
        Expr::Literal(value) => match value.to_any_value()? {
            AnyValue::String(text) => format!("'{}'", text.replace('\'', "''")),
            AnyValue::StringOwned(text) => format!("'{}'", text.replace('\'', "''")),
            value => value.to_string(),
        },
        Expr::BinaryExpr { left, op: Operator::Minus, right } => {
            format!("{} - {}", milliseconds(left, table)?, milliseconds(right, table)?)
        }
        Expr::BinaryExpr { left, op, right } => {
            let sign = match op {
                Operator::Eq => "=",
                Operator::NotEq => "<>",
                Operator::Lt => "<",
                Operator::LtEq => "<=",
                Operator::Gt => ">",
                Operator::GtEq => ">=",
                Operator::And | Operator::LogicalAnd => "AND",
                Operator::Or | Operator::LogicalOr => "OR",
                _ => return None,
            };
            format!("{} {sign} {}", within(&in_sql(left)?, left, *op), within(&in_sql(right)?, right, *op))
        }
        Expr::Function { input, function } => {
            let first = in_sql(input.first()?)?;
            match function {
                FunctionExpr::Boolean(BooleanFunction::IsNull) => format!("{first} IS NULL"),
                FunctionExpr::Boolean(BooleanFunction::IsNotNull) => format!("{first} IS NOT NULL"),
                FunctionExpr::Boolean(BooleanFunction::Not) => format!("NOT {}", in_brackets(&first, &input[0])),
                FunctionExpr::FillNull => format!("coalesce({first}, {})", in_sql(input.get(1)?)?),
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// An instant as epoch milliseconds; a number unchanged.
fn milliseconds(expr: &Expr, table: FactTable) -> Option<String> {
    let text = sql(expr, table)?;
    let is_instant = table.columns().iter().any(|column| column.name == text && column.holds == Type::Instant);
    Some(if is_instant { format!("epoch_ms({text})") } else { text })
}

/// A part of a condition, in parentheses if it is joined by a different operator.
fn within(text: &str, expr: &Expr, outer: Operator) -> String {
    match expr {
        Expr::BinaryExpr { op, .. } if *op != outer && is_word(*op) => format!("({text})"),
        _ => text.to_owned(),
    }
}

fn in_brackets(text: &str, expr: &Expr) -> String {
    if matches!(expr, Expr::BinaryExpr { .. }) { format!("({text})") } else { text.to_owned() }
}

const fn is_word(op: Operator) -> bool {
    matches!(op, Operator::And | Operator::LogicalAnd | Operator::Or | Operator::LogicalOr)
}

/// Statistics of `ms`. The discrete quantiles of `DuckDB` use the nearest rank.
const STATISTICS: &str = "avg(ms) / 1000 AS mean, quantile_disc(ms, 0.5) / 1000 AS p50, quantile_disc(ms, 0.9) / 1000 AS p90, \
     quantile_disc(ms, 0.95) / 1000 AS p95, max(ms) / 1000 AS max, count(ms) AS n";

/// The definition of agents' times, in words.
const fn in_words(times: Times) -> &'static str {
    match times {
        Times::Online => "the time in status online, added up over agents",
        Times::Paused => "the time in status paused, added up over agents",
        Times::Handling => "the lengths of stints, added up: two at once count twice",
        Times::Attended => "the time with at least one stint, added up over agents",
        Times::Concurrency => "handling_time / attended_time",
        Times::Occupancy => "the time both online and with a stint / online_time",
    }
}

/// Every row: no condition.
const ALL: &str = "conversation_id IS NOT NULL";

/// A metric's definition, derived from the expressions that compute it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the formula is one of the parts of the definition")]
pub struct Formula {
    /// The rows that count.
    pub population: String,
    /// The number computed from them.
    pub formula: String,
    /// The result for few or no rows.
    pub edge_cases: Vec<&'static str>,
    /// The definition as SQL for `DuckDB`, over the tables that `dialogram fold -o facts` writes; `$from` and `$to` are
    /// the window's first instant and the first instant after it, `$horizon` is the last instant that counts.
    pub query: String,
}

impl Metric {
    /// Its definition.
    #[must_use]
    pub fn formula(&self) -> Formula {
        // A node without a translation is shown in the form of polars; a test checks that this does not occur.
        let sql = |expr: Expr| sql(&expr, self.table).unwrap_or_else(|| expr.to_string());
        let count = |rows: fn() -> Expr| match sql(rows()) {
            rows if rows == ALL => "count(*)".to_owned(),
            rows => format!("count(*) FILTER (WHERE {rows})"),
        };
        let (condition, formula, select) = match self.measure {
            Measure::Count { rows } => (sql(rows()), "the number of rows".to_owned(), "count(*) AS value".to_owned()),
            Measure::Distinct { rows, column } => {
                let select = format!("count(DISTINCT {column}) AS value");
                (sql(rows()), format!("the number of different values of {column}"), select)
            }
            Measure::Rate { part, whole } => {
                let part = sql(part());
                let select = format!("count(*) FILTER (WHERE {part}) / nullif(count(*), 0) AS value, count(*) AS n");
                (sql(whole()), format!("the rows where {part}, divided by all of them"), select)
            }
            Measure::Within { milliseconds, whole } => {
                let within = format!("{} <= 1000 * $service_level", sql(milliseconds()));
                let select = format!("count(*) FILTER (WHERE {within}) / nullif(count(*), 0) AS value, count(*) AS n");
                (sql(whole()), format!("the rows where {within}, divided by all of them"), select)
            }
            Measure::Score { plus, minus, whole } => {
                let formula =
                    format!("100 × (the rows where {} − those where {}) / all of them", sql(plus()), sql(minus()));
                let select =
                    format!("100 * ({} - {}) / nullif(count(*), 0) AS value, count(*) AS n", count(plus), count(minus));
                (sql(whole()), formula, select)
            }
            Measure::Ratio { rows, per } => {
                // "No value" counts as one value.
                let values = format!("count(DISTINCT {per}) + CAST(count(*) > count({per}) AS INTEGER)");
                let select = format!("count(*) / nullif({values}, 0) AS value, count(*) AS n");
                (sql(rows()), format!("the number of rows, divided by the different values of {per}"), select)
            }
            Measure::Mean { rows, column } => {
                let select = format!("avg({column}) AS value, count({column}) AS n");
                (sql(rows()), format!("the mean of {column}"), select)
            }
            Measure::Time { times } => (ALL.to_owned(), in_words(times).to_owned(), String::new()),
            Measure::Duration { rows, milliseconds } => {
                let milliseconds = sql(milliseconds());
                let select = format!("{milliseconds} AS ms");
                (sql(rows()), format!("of each row {milliseconds}, in seconds: mean, percentiles, maximum"), select)
            }
        };
        let condition = Some(condition).filter(|condition| condition != ALL);
        Formula {
            population: self.population(condition.as_deref()),
            formula,
            edge_cases: self.edge_cases(),
            query: match self.measure {
                Measure::Duration { .. } => {
                    format!("SELECT {STATISTICS} FROM ({})", self.query(&select, condition.as_deref()))
                }
                Measure::Count { .. }
                | Measure::Distinct { .. }
                | Measure::Rate { .. }
                | Measure::Within { .. }
                | Measure::Score { .. }
                | Measure::Ratio { .. }
                | Measure::Mean { .. } => self.query(&select, condition.as_deref()),
                Measure::Time { times } => agent_queries::query(times).to_owned(),
            },
        }
    }

    fn population(&self, condition: Option<&str>) -> String {
        let table = self.table.name();
        let rows = match self.clock {
            Clock::Column(clock) => format!("rows of {table} whose {clock} is in the window"),
            Clock::Horizon => format!("rows of {table} as they are at the horizon"),
            Clock::Time => {
                "spans of agent_states and stints, cut to the window; open ones end at the horizon".to_owned()
            }
        };
        condition.map_or(rows.clone(), |condition| format!("{rows}, where {condition}"))
    }

    fn query(&self, select: &str, condition: Option<&str>) -> String {
        let join = match self.joined {
            Some(Joined::FirstClose) => {
                let columns = Joined::FIRST_CLOSE.map(|(column, name)| format!("{column} AS {name}")).join(", ");
                format!(
                    " LEFT JOIN (SELECT conversation_id, {columns} FROM 'facts/closes.parquet' WHERE is_first) \
                     USING (conversation_id)"
                )
            }
            Some(Joined::OpeningHours) => {
                format!(" /* {IS_OUT_OF_HOURS} is not in the facts: it follows from --opening-hours */")
            }
            None => String::new(),
        };
        let window = self.clock.column().map(|clock| format!("{clock} >= $from AND {clock} < $to"));
        let condition = condition.map(|condition| match &window {
            Some(_) if condition.contains(" OR ") => format!("({condition})"),
            Some(_) | None => condition.to_owned(),
        });
        let conditions: Vec<String> = window.into_iter().chain(condition).collect();
        let conditions =
            if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        format!("SELECT {select} FROM 'facts/{}.parquet'{join}{conditions}", self.table.name())
    }

    fn edge_cases(&self) -> Vec<&'static str> {
        let mut cases = match self.measure {
            Measure::Count { .. } => vec!["without rows it is 0"],
            Measure::Distinct { .. } => vec![
                "without rows it is 0",
                "a row without the value is not counted",
                "one conversation can be in several rows of a table, so the rows may not add up to the total",
            ],
            Measure::Rate { .. } | Measure::Score { .. } => vec!["without rows it is no data, never 0"],
            Measure::Mean { .. } => vec!["without rows it is no data, never 0"],
            Measure::Within { .. } => vec![
                "without rows it is no data, never 0",
                "exactly the limit of --service-level is within it",
                "a customer who left without an answer counts against it; one who still waits does not count",
            ],
            Measure::Ratio { .. } => vec!["without rows it is no data, never 0", "no value is one value"],
            Measure::Time { .. } => vec![
                "--hours and --weekdays cut the spans; so do tables by day, weekday, hour, week and month",
                "for an agent without any status, online_time, paused_time and occupancy are no data, never 0",
                "filters other than --agent, --hours and --weekdays apply to handling_time only; with them the other times are no data",
            ],
            Measure::Duration { .. } => vec![
                "a row that lacks one of the instants is not in n",
                "without rows it is no data, never 0",
                "percentiles are values that occurred (nearest rank, without interpolation)",
            ],
        };
        if self.open_time {
            cases.push("with --opening-hours it is open time: 0 if the whole span is closed");
        }
        if self.joined == Some(Joined::OpeningHours) {
            cases.push("without --opening-hours it is no data");
        }
        if self.clock == Clock::Horizon {
            cases.push("the window, --hours and --weekdays do not affect it, and it has no previous value");
        }
        cases.push(match self.agent {
            AgentFilter::Own if self.clock == Clock::Time => "--agent keeps the time of that agent",
            AgentFilter::Own => "--agent keeps the rows of that agent",
            AgentFilter::TookPart => "--agent keeps conversations with a stint or message of that agent",
        });
        cases
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{all, find};

    #[test]
    fn every_metric_has_a_query_without_words_of_polars() {
        for metric in all() {
            let Formula { population, formula, query, .. } = metric.formula();
            for text in [&population, &formula, &query] {
                for odd in ["col(", "lit(", "[(", "dyn int", "=="] {
                    assert!(!text.contains(odd), "{}: {text}", metric.id);
                }
            }
            assert!(query.contains(&format!("'facts/{}.parquet'", metric.table.name())));
        }
    }

    #[test]
    fn only_instants_are_converted_to_milliseconds() {
        let of = |name: &str| milliseconds(&col(name), FactTable::Conversations).unwrap();
        assert_eq!([of("started_at"), of("reopen_count")], ["epoch_ms(started_at)", "reopen_count"]);
    }

    #[test]
    fn metrics_of_opening_hours_have_no_data_without_them() {
        let text = "without --opening-hours it is no data";
        let has = |metric: &Metric| metric.formula().edge_cases.contains(&text);
        let ids: Vec<&str> = all().filter(|metric| has(metric)).map(|metric| metric.id).collect();
        assert_eq!(ids, ["conversations_out_of_hours", "out_of_hours_rate"]);
    }

    #[test]
    fn queries_give_the_computed_numbers() {
        let query = |id: &str| find(id).unwrap().formula().query;
        assert_eq!(
            query("transfers_succeeded"),
            "SELECT count(*) AS value FROM 'facts/requests.parquet' \
             WHERE requested_at >= $from AND requested_at < $to AND outcome = 'succeeded'"
        );
        assert_eq!(
            query("awaiting_reply"),
            "SELECT count(*) AS value FROM 'facts/conversations.parquet' \
             WHERE (phase = 'waiting' OR phase = 'human' OR is_unanswered) AND due_since IS NOT NULL"
        );
        let shares = "100 * (count(*) FILTER (WHERE survey = 'nps' AND score >= 9) - count(*) FILTER (WHERE survey = 'nps' AND score <= 6))";
        assert!(query("nps").contains(shares), "{}", query("nps"));
        assert!(query("queue_wait").contains("FROM (SELECT epoch_ms(assigned_at) - epoch_ms(entered_at) AS ms FROM"));
        assert!(query("unresolved_first_contact").contains(" AND NOT ("));
        assert!(query("resolved_first_contact").contains("WHERE is_first) USING (conversation_id)"));
    }
}
