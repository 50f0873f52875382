//! Random logs compared with the plain second implementation (`reference`): every metric, by every dimension, for the
//! window and the one before, heatmaps, and every row of every fact table.

use std::collections::BTreeMap;
use std::path::Path;

use dialogram::fold::schema::FactTable;
use dialogram::metrics::{self, Clock};
use serde_json::{Map, Value, json};

use crate::reference::cases::{change_json, extreme, table as reference_table, trend_json, value_json};
use crate::reference::event::{Event, to_jsonl};
use crate::reference::facts::Conversation;
use crate::reference::metrics::find as reference_metric;
use crate::reference::options::Options;
use crate::reference::random::{Shape, minimise, random_log, random_options};
use crate::reference::report::{Dimension, Report, empty};
use crate::reference::staffing::staffing_json;
use crate::support::{is_near, key_parts, report, rows};

/// How many logs a run tests; `DIALOGRAM_LOGS` raises it.
const LOGS: u64 = 200;

#[test]
fn random_logs_give_the_same_numbers() {
    let logs = std::env::var("DIALOGRAM_LOGS").ok().and_then(|n| n.parse().ok()).unwrap_or(LOGS);
    let folder = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for seed in 0..logs {
        let log = random_log(seed, 20 + usize::try_from(seed % 7).unwrap() * 40, &Shape::random(seed));
        let options = random_options(seed, &log);
        match differences(&log, &options, folder.path()) {
            Ok(values) => compared += values,
            Err(difference) => {
                let small = minimise(&log, |log| differences(log, &options, folder.path()).is_err());
                let smallest = differences(&small, &options, folder.path()).unwrap_err();
                panic!(
                    "log {seed}, {:?}\n{}\n{difference}\nsmallest log:\n{}{smallest}",
                    options.report_args(),
                    options.opening.as_ref().map_or(String::new(), crate::reference::opening::Opening::toml),
                    to_jsonl(&small)
                );
            }
        }
    }
    println!("{logs} logs, {compared} values");
    assert!(compared > logs * 500, "only {compared} values of {logs} logs");
}

/// How many values were compared, or the first difference.
fn differences(log: &[Event], options: &Options, folder: &Path) -> Result<u64, String> {
    let path = folder.join("log.jsonl");
    std::fs::write(&path, to_jsonl(log)).unwrap();
    let expected = Report::new(log, options);
    let mut args = options.report_args();
    if let Some(opening) = &options.opening {
        let hours = folder.join("hours.toml");
        std::fs::write(&hours, opening.toml()).unwrap();
        args.extend(["--opening-hours".to_owned(), hours.display().to_string()]);
    }
    let mut of_attributes: Vec<Vec<Dimension>> = Vec::new();
    if options.has_attributes {
        of_attributes.extend(Dimension::ATTRIBUTES.map(|dimension| vec![dimension]));
        of_attributes.push(Dimension::ATTRIBUTES.to_vec());
        of_attributes.push(vec![Dimension::Plan, Dimension::Weekday]);
        of_attributes.push(vec![Dimension::Queue, Dimension::Region]);
    }
    for dimensions in &of_attributes {
        let names: Vec<&str> = dimensions.iter().map(|dimension| dimension.name()).collect();
        args.extend(["--by".to_owned(), names.join(",")]);
    }
    let (facts, report) = match report(&[path], &args) {
        Ok(found) => found,
        Err((3, _)) if expected.is_empty() => return Ok(1),
        Err((code, message)) => return Err(format!("exit {code}: {message}")),
    };
    if expected.is_empty() {
        return Err("a report of an empty window".to_owned());
    }
    let mut judge = Judge::default();
    if options.has_attributes {
        let conversations = facts.frame(FactTable::Conversations);
        for (name, of) in [("plan", (|c| &c.plan) as fn(&Conversation) -> &Option<String>), ("region", |c| &c.region)] {
            let texts = |column: &str| conversations.column(column).unwrap().str().unwrap();
            // Rows with the same instant have no order.
            let mut found: Vec<_> = texts("conversation_id").iter().zip(texts(name).iter()).collect();
            let rows = expected.facts.conversations.iter();
            let mut expected: Vec<_> =
                rows.map(|c| (Some(c.common.conversation_id.as_str()), of(c).as_deref())).collect();
            found.sort_unstable();
            expected.sort_unstable();
            judge.equal(name, &json!(expected), &json!(found))?;
        }
    }
    for table in FactTable::ALL {
        judge.table(*table, &reference_table(&expected.facts, table.name()), &rows(&facts, *table))?;
    }
    let json = serde_json::to_value(&report).unwrap();
    let (now, before, change) = (expected.metrics(), expected.previous(), expected.change());
    judge.equal("unfinished", &json!(expected.is_unfinished(&expected.window)), &json["window"]["unfinished"])?;
    let trends: BTreeMap<&str, Value> = metrics::all()
        .filter(|_| options.trend.is_some())
        .map(|metric| (metric.id, trend_json(&expected, metric.id)))
        .collect();
    for metric in metrics::all() {
        let id = metric.id;
        let found = &json["metrics"][id];
        let is_duration = found.get("p50").is_some();
        judge.equal(id, &value_json(&now[id]), if is_duration { found } else { &found["value"] })?;
        let before = before.as_ref().and_then(|before| before.get(id)).map_or(Value::Null, value_json);
        judge.equal(&format!("previous {id}"), &before, &found["previous"])?;
        let change = change.as_ref().and_then(|change| change.get(id)).map_or(Value::Null, change_json);
        judge.equal(&format!("change {id}"), &change, &found["change"])?;
        if options.trend.is_some() {
            judge.equal(&format!("trend {id}"), &trends[id], &found["trend"])?;
            for part in ["best", "worst"] {
                let place = extreme(&expected, id, part == "best");
                judge.equal(&format!("{part} {id}"), &json!(place), &found[part])?;
            }
        }
    }
    let crossings = [
        vec![Dimension::Channel, Dimension::Department],
        vec![Dimension::Tag, Dimension::Weekday],
        vec![Dimension::Agent, Dimension::Hour],
        vec![Dimension::Month, Dimension::Queue],
    ];
    for dimensions in Dimension::ALL.iter().map(|dimension| vec![*dimension]).chain(crossings).chain(of_attributes) {
        let names: Vec<&str> = dimensions.iter().map(|dimension| dimension.name()).collect();
        let table = &json["tables"][format!("by_{}", names.join("_"))];
        judge.by(&dimensions, &expected.by(&dimensions), &table["rows"])?;
    }
    for id in ["engaged_conversations", "transfer_requests"] {
        judge.equal(&format!("heatmap {id}"), &json!(expected.heatmap(id)), &json["heatmaps"][id]["counts"])?;
        judge.equal("hours observed", &json!(expected.hours_observed()), &json["heatmaps"][id]["hours_observed"])?;
    }
    if let Value::Object(heatmap) = &json["heatmaps"]["online_time"] {
        judge.equal("heatmap online_time", &json!(expected.time_heatmap("online_time")), &heatmap["seconds"])?;
    }
    let staffing = &json["staffing"];
    for (part, expected) in staffing_json(&expected).as_object().unwrap() {
        let found = match part.as_str() {
            "handling" => &staffing["handling"]["mean"],
            "handling_n" => &staffing["handling"]["n"],
            "target" | "agent_concurrency" => &staffing[part],
            part => &staffing["cells"][part],
        };
        judge.equal(&format!("staffing {part}"), expected, found)?;
    }
    Ok(judge.compared)
}

#[derive(Default)]
struct Judge {
    compared: u64,
}

impl Judge {
    /// The values of `expected`, in `found`; a change's count has no counterpart in the reference.
    fn equal(&mut self, what: &str, expected: &Value, found: &Value) -> Result<(), String> {
        match (expected, found) {
            (Value::Object(expected), Value::Object(found)) => expected.iter().try_for_each(|(key, value)| {
                self.equal(&format!("{what} {key}"), value, found.get(key).unwrap_or(&Value::Null))
            }),
            (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => expected
                .iter()
                .zip(found)
                .enumerate()
                .try_for_each(|(at, (a, b))| self.equal(&format!("{what} [{at}]"), a, b)),
            _ => {
                self.compared += 1;
                if is_near(expected, found) {
                    Ok(())
                } else {
                    Err(format!("{what}: expected {expected}, found {found}"))
                }
            }
        }
    }

    fn by(
        &mut self,
        dimensions: &[Dimension],
        expected: &BTreeMap<String, crate::reference::report::Values>,
        found: &Value,
    ) -> Result<(), String> {
        let names: Vec<&str> = dimensions.iter().map(|dimension| dimension.name()).collect();
        let key = |row: &Value| key_parts(&names, row).join(" | ");
        let found: BTreeMap<String, &Value> = found.as_array().unwrap().iter().map(|row| (key(row), row)).collect();
        let keys = expected.keys().chain(found.keys());
        for key in keys.collect::<std::collections::BTreeSet<_>>() {
            for metric in metrics::all() {
                // Tables leave out metrics that lack a dimension: at the horizon those of time, for statuses those of
                // rows.
                let known = reference_metric(metric.id).unwrap();
                if !dimensions.iter().all(|dimension| Report::has(known, *dimension)) {
                    continue;
                }
                let nothing = serde_json::to_value(metric.measure.over_no_rows()).unwrap();
                let values =
                    expected.get(key).and_then(|values| values.get(metric.id)).cloned().or_else(|| empty(metric.id));
                let cell = found.get(key).map_or(&nothing, |row| &row[metric.id]);
                // A row on only one side means 0, or null without a status.
                if metric.clock == Clock::Time && !(expected.contains_key(key) && found.contains_key(key)) {
                    let is_nothing = |value: &Value| value.is_null() || value.as_f64() == Some(0.0);
                    let value = value_json(&values.unwrap());
                    self.compared += 1;
                    if !(is_nothing(&value) && is_nothing(cell)) {
                        return Err(format!("by {dimensions:?} {key} {}: {value} and {cell}", metric.id));
                    }
                    continue;
                }
                self.equal(&format!("by {dimensions:?} {key} {}", metric.id), &value_json(&values.unwrap()), cell)?;
            }
        }
        Ok(())
    }

    fn table(&mut self, table: FactTable, expected: &[Value], found: &[Map<String, Value>]) -> Result<(), String> {
        let name = table.name();
        let id =
            |row: &Value| row.get("conversation_id").unwrap_or(&row["agent"]).as_str().unwrap_or_default().to_owned();
        let mut expected = expected.to_vec();
        let mut found: Vec<Value> = found.iter().cloned().map(Value::Object).collect();
        expected.sort_by_key(id);
        found.sort_by_key(id);
        self.equal(&format!("rows of {name}"), &json!(expected.len()), &json!(found.len()))?;
        for (expected, found) in expected.iter().zip(&found) {
            for column in table.columns().iter().filter(|column| !is_ours(table, column.name, expected)) {
                let what = format!("{name} {} {}", id(found), column.name);
                self.equal(
                    &what,
                    expected.get(column.name).ok_or_else(|| format!("the reference has no {what}"))?,
                    &found[column.name],
                )?;
            }
        }
        Ok(())
    }
}

/// Columns that the reference lacks, or reads differently (docs/decisions.md).
fn is_ours(table: FactTable, column: &str, expected: &Value) -> bool {
    match (table, column) {
        (FactTable::Conversations, "request_count" | "visit_count" | "stint_count") => true,
        (FactTable::Conversations, "is_waiting_after_handover" | "ended_before_pickup_count") => true,
        (FactTable::Conversations, "did_customer_write_after_welcome") => true,
        // The reference keeps the status of a conversation that is over without a close.
        (FactTable::Conversations, "status" | "status_since") => {
            ["bot", "none"].iter().any(|phase| expected["phase"] == *phase)
        }
        (FactTable::AgentMessages, "first_response_ms") => true,
        (FactTable::Visits | FactTable::Stints, "visit") => true,
        _ => false,
    }
}
