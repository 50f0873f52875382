//! `dialogram metrics`: the definition of every metric, printed from the list that computes it.

use clap::Args;
use serde_json::{Value, json};

use super::flags::LanguageFlag;
use super::streams::print;
use crate::failure::Failure;
use crate::language::Language;
use crate::metrics::measure::{Measure, Times};
use crate::metrics::{Better, Clock, Metric, all, find, peers};
use crate::nearest::nearest;
use crate::render::{PageFormat, words};
use crate::unit::{ChangeKind, Unit};

/// Prints every metric, or one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram metrics                        all, one per line
  dialogram metrics first_response_time    what it counts, on which clock, as which query, and how other tools count")]
pub struct MetricsArgs {
    /// The id of a metric
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: PageFormat,
    /// The language of the page.
    #[command(flatten)]
    language: LanguageFlag,
}

/// Runs the command.
///
/// # Errors
///
/// If there is no metric of that id, or nothing can be printed.
pub fn run(args: &MetricsArgs) -> anyhow::Result<()> {
    let metrics = match &args.id {
        None => all().collect(),
        Some(id) => vec![find(id).ok_or_else(|| unknown(id))?],
    };
    let language = args.language.language;
    let text = match args.format {
        PageFormat::Text if args.id.is_none() => list(&metrics, language),
        PageFormat::Text => metrics.iter().map(|metric| page(metric, language)).collect(),
        PageFormat::Json => format!("{:#}\n", Value::Array(metrics.iter().map(|metric| to_json(metric)).collect())),
        PageFormat::Markdown => markdown(&metrics, language),
    };
    print(text.as_bytes())
}

pub(super) fn unknown(id: &str) -> anyhow::Error {
    let near = nearest(id, all().map(|metric| metric.id));
    let hint = near.map_or_else(|| ":".to_owned(), |near| format!(", did you mean `{near}`?"));
    Failure::Usage.because(format!("no metric `{id}`{hint} `dialogram metrics` lists all"))
}

fn kind(metric: &Metric, language: Language) -> &'static str {
    language.text(match metric.measure {
        Measure::Count { .. } => "measure.count",
        Measure::Distinct { .. } => "measure.distinct",
        Measure::Rate { .. } | Measure::Within { .. } => "measure.share",
        Measure::Score { .. } => "measure.score",
        Measure::Mean { .. } => "measure.mean",
        Measure::Ratio { .. } => "measure.ratio",
        Measure::Time { times: Times::Concurrency | Times::Occupancy } => "measure.times",
        Measure::Time { .. } => "measure.time",
        Measure::Duration { .. } => "measure.duration",
    })
}

fn unit(metric: &Metric, language: Language) -> &'static str {
    language.text(match metric.unit() {
        Unit::Count => "unit.count",
        Unit::Seconds => "unit.seconds",
        Unit::Rate => "unit.rate",
        Unit::Score => "unit.score",
    })
}

fn change(metric: &Metric, language: Language) -> &'static str {
    language.text(match (metric.clock, metric.change()) {
        (Clock::Horizon, _) => "compared.horizon",
        (Clock::Column(_) | Clock::Time, ChangeKind::Relative) => "compared.relative",
        (Clock::Column(_) | Clock::Time, ChangeKind::Difference) => "compared.difference",
    })
}

fn better(metric: &Metric, language: Language) -> &'static str {
    language.text(match metric.better {
        Better::Lower => "better.lower",
        Better::Higher => "better.higher",
        Better::Neither => "better.neither",
    })
}

/// The clock with its table; for metrics at the horizon, the rows that they count.
fn clock(metric: &Metric) -> String {
    match metric.clock {
        Clock::Column(column) => format!("{}.{column}", metric.table.name()),
        Clock::Horizon => format!("horizon ({})", metric.table.name()),
        Clock::Time => format!("the time itself ({})", metric.table.name()),
    }
}

fn list(metrics: &[&Metric], language: Language) -> String {
    let width = metrics.iter().map(|metric| metric.id.len()).max().unwrap_or(0);
    let units = metrics.iter().map(|metric| unit(metric, language).chars().count()).max().unwrap_or(0) + 1;
    let line = |metric: &&Metric| {
        let (unit, label) = (unit(metric, language), words::metric(language, metric.id));
        format!("{:width$}  {unit:units$}{label}\n", metric.id)
    };
    metrics.iter().map(line).collect()
}

/// The properties of a metric besides its label and doc: the key of the property's name, and its value. Formulas,
/// queries and the counts of other platforms are English in every language.
fn properties(metric: &Metric, language: Language) -> Vec<(&'static str, String)> {
    let mut properties = vec![
        ("property.measure", kind(metric, language).to_owned()),
        ("property.unit", unit(metric, language).to_owned()),
        ("property.clock", clock(metric)),
        ("property.change", change(metric, language).to_owned()),
        ("property.better", better(metric, language).to_owned()),
        ("property.revision", metric.revision.to_string()),
    ];
    let formula = metric.formula();
    properties.extend([("property.population", formula.population), ("property.formula", formula.formula)]);
    let edge_case = |case: &str| language.find(&format!("edge_case.{case}")).unwrap_or(case).to_owned();
    properties.extend(formula.edge_cases.into_iter().map(|case| ("property.edge_case", edge_case(case))));
    properties.extend(metric.terms.iter().map(|(platform, word)| ("property.called", format!("{word} ({platform})"))));
    let elsewhere = peers::of_metric(metric.id);
    properties.extend(
        elsewhere.map(|other| ("property.elsewhere", format!("{}: {} ({})", other.platform, other.what, other.source))),
    );
    properties.push(("property.query", formula.query));
    properties
}

fn page(metric: &Metric, language: Language) -> String {
    let properties = properties(metric, language);
    let name = |key: &&str| language.text(key);
    let width = properties.iter().map(|(key, _)| name(key).chars().count() + 2).max().unwrap_or(0).max(12);
    let lines: String = properties.iter().map(|(key, value)| format!("{:width$}{value}\n", name(key))).collect();
    format!("{}: {}\n\n{}\n\n{lines}", metric.id, words::metric(language, metric.id), doc(metric, language))
}

fn doc(metric: &Metric, language: Language) -> &'static str {
    words::definition(language, metric.id).unwrap_or(metric.doc)
}

fn to_json(metric: &Metric) -> Value {
    let terms: Vec<Value> =
        metric.terms.iter().map(|(platform, word)| json!({ "platform": platform, "term": word })).collect();
    let formula = metric.formula();
    let elsewhere: Vec<Value> = peers::of_metric(metric.id)
        .map(|other| json!({"platform": other.platform, "what": other.what, "source": other.source}))
        .collect();
    json!({
        "id": metric.id,
        "label": metric.label,
        "doc": metric.doc,
        "unit": metric.unit().name(),
        "measure": kind(metric, Language::English),
        "table": metric.table.name(),
        "clock": metric.clock.name(),
        "change": change(metric, Language::English),
        "better": better(metric, Language::English),
        "population": formula.population,
        "formula": formula.formula,
        "edge_cases": formula.edge_cases,
        "query": formula.query,
        "terms": terms,
        "elsewhere": elsewhere,
        "revision": metric.revision,
    })
}

fn markdown(metrics: &[&Metric], language: Language) -> String {
    let printed_by = language.fill("metrics.printed_by", &[("command", &"dialogram metrics --format markdown")]);
    let mut text = format!("# {}\n\n{printed_by}\n", language.text("metrics.title"));
    for metric in metrics {
        let (label, doc) = (words::metric(language, metric.id), doc(metric, language));
        text.push_str(&format!("\n## `{}`\n\n**{label}.** {doc}\n\n", metric.id));
        text.extend(properties(metric, language).iter().map(|(key, value)| bullet(language, key, value)));
    }
    text
}

fn bullet(language: Language, key: &str, value: &str) -> String {
    let name = language.text(key);
    match key {
        "property.population" | "property.formula" | "property.query" => format!("- {name}: `{value}`\n"),
        // The source in brackets becomes a link.
        "property.elsewhere" => match value.strip_suffix(')').and_then(|value| value.rsplit_once(" (")) {
            Some((what, source)) => {
                format!("- {name}: {what} ([{}](https://{source}))\n", language.text("metrics.its_page"))
            }
            None => format!("- {name}: {value}\n"),
        },
        _ => format!("- {name}: {value}\n"),
    }
}
