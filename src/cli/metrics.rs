//! `dialogram metrics`: what every number means, printed from the list that computes it.

use clap::Args;
use serde_json::{Value, json};

use super::streams::print;
use crate::failure::Failure;
use crate::metrics::measure::{Measure, Times};
use crate::metrics::{Better, Clock, Metric, all, find, peers};
use crate::nearest::nearest;
use crate::render::PageFormat;
use crate::unit::ChangeKind;

/// Prints every metric, or one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram metrics                        all, one a line
  dialogram metrics first_response_time    what it counts, on which clock, as which query, and how other tools count")]
pub struct MetricsArgs {
    /// The id of a metric
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: PageFormat,
}

/// Runs the command.
///
/// # Errors
///
/// Where there is no metric of that id, or nothing can be printed.
pub fn run(args: &MetricsArgs) -> anyhow::Result<()> {
    let metrics = match &args.id {
        None => all().collect(),
        Some(id) => vec![find(id).ok_or_else(|| unknown(id))?],
    };
    let text = match args.format {
        PageFormat::Text if args.id.is_none() => list(&metrics),
        PageFormat::Text => metrics.iter().map(|metric| page(metric)).collect(),
        PageFormat::Json => format!("{:#}\n", Value::Array(metrics.iter().map(|metric| to_json(metric)).collect())),
        PageFormat::Markdown => markdown(&metrics),
    };
    print(text.as_bytes())
}

pub(super) fn unknown(id: &str) -> anyhow::Error {
    let near = nearest(id, all().map(|metric| metric.id));
    let hint = near.map_or_else(|| ":".to_owned(), |near| format!(", did you mean `{near}`?"));
    Failure::Usage.because(format!("no metric `{id}`{hint} `dialogram metrics` lists all"))
}

fn kind(metric: &Metric) -> &'static str {
    match metric.measure {
        Measure::Count { .. } => "count of rows",
        Measure::Distinct { .. } => "count of distinct values",
        Measure::Rate { .. } | Measure::Within { .. } => "share, 0 to 1; none where there is nothing to share",
        Measure::Score { .. } => "score, −100 to 100; none where there is no rating",
        Measure::Mean { .. } => "mean of whole numbers; none where there are no rows",
        Measure::Ratio { .. } => "rows divided by distinct values; none where there are no rows",
        Measure::Time { of: Times::Concurrency | Times::Occupancy } => {
            "ratio of two times of agents; none where the second is 0"
        }
        Measure::Time { .. } => "seconds, added up over agents; no percentiles",
        Measure::Duration { .. } => "duration: mean, p50, p90, p95, max and n; percentiles are exact, nearest rank",
    }
}

fn change(metric: &Metric) -> &'static str {
    match (metric.clock, metric.change()) {
        (Clock::Horizon, _) => "none: there is no horizon before",
        (Clock::Column(_) | Clock::Time, ChangeKind::Relative) => "(now − before) / before",
        (Clock::Column(_) | Clock::Time, ChangeKind::Difference) => "now − before",
    }
}

fn better(metric: &Metric) -> &'static str {
    match metric.better {
        Better::Lower => "lower",
        Better::Higher => "higher",
        Better::Neither => "neither",
    }
}

/// The clock with its table; of the horizon, which rows it is that are looked at.
fn clock(metric: &Metric) -> String {
    match metric.clock {
        Clock::Column(column) => format!("{}.{column}", metric.table.name()),
        Clock::Horizon => format!("horizon ({})", metric.table.name()),
        Clock::Time => format!("the time itself ({})", metric.table.name()),
    }
}

fn list(metrics: &[&Metric]) -> String {
    let width = metrics.iter().map(|metric| metric.id.len()).max().unwrap_or(0);
    metrics.iter().map(|metric| format!("{:width$}  {:8}{}\n", metric.id, metric.unit().name(), metric.label)).collect()
}

/// What a page says of a metric beside its label and doc: name and value.
fn properties(metric: &Metric) -> Vec<(&'static str, String)> {
    let mut properties = vec![
        ("measure", kind(metric).to_owned()),
        ("unit", metric.unit().name().to_owned()),
        ("clock", clock(metric)),
        ("change", change(metric).to_owned()),
        ("better", better(metric).to_owned()),
        ("revision", metric.revision.to_string()),
    ];
    let formula = metric.formula();
    properties.extend([("population", formula.population), ("formula", formula.formula)]);
    properties.extend(formula.edge_cases.into_iter().map(|case| ("edge case", case.to_owned())));
    properties.extend(metric.terms.iter().map(|(platform, word)| ("called", format!("{word} ({platform})"))));
    let elsewhere = peers::of(metric.id);
    properties
        .extend(elsewhere.map(|other| ("elsewhere", format!("{}: {} ({})", other.platform, other.what, other.source))));
    properties.push(("query", formula.query));
    properties
}

fn page(metric: &Metric) -> String {
    let properties = properties(metric);
    let lines: String = properties.iter().map(|(name, value)| format!("{name:12}{value}\n")).collect();
    format!("{}: {}\n\n{}\n\n{lines}", metric.id, metric.label, metric.doc)
}

fn to_json(metric: &Metric) -> Value {
    let terms: Vec<Value> =
        metric.terms.iter().map(|(platform, word)| json!({ "platform": platform, "term": word })).collect();
    let formula = metric.formula();
    let elsewhere: Vec<Value> = peers::of(metric.id)
        .map(|other| json!({"platform": other.platform, "what": other.what, "source": other.source}))
        .collect();
    json!({
        "id": metric.id,
        "label": metric.label,
        "doc": metric.doc,
        "unit": metric.unit().name(),
        "measure": kind(metric),
        "table": metric.table.name(),
        "clock": metric.clock.name(),
        "change": change(metric),
        "better": better(metric),
        "population": formula.population,
        "formula": formula.formula,
        "edge_cases": formula.edge_cases,
        "query": formula.query,
        "terms": terms,
        "elsewhere": elsewhere,
        "revision": metric.revision,
    })
}

fn markdown(metrics: &[&Metric]) -> String {
    let mut text = "# Metrics\n\nPrinted by `dialogram metrics --format markdown`.\n".to_owned();
    for metric in metrics {
        text.push_str(&format!("\n## `{}`\n\n**{}.** {}\n\n", metric.id, metric.label, metric.doc));
        text.extend(properties(metric).iter().map(|(name, value)| bullet(name, value)));
    }
    text
}

fn bullet(name: &str, value: &str) -> String {
    match name {
        "population" | "formula" | "query" => format!("- {name}: `{value}`\n"),
        // The page that says so is a link where links can be followed.
        "elsewhere" => match value.strip_suffix(')').and_then(|value| value.rsplit_once(" (")) {
            Some((what, source)) => format!("- {name}: {what} ([its page](https://{source}))\n"),
            None => format!("- {name}: {value}\n"),
        },
        _ => format!("- {name}: {value}\n"),
    }
}
