//! The changes between two reports by cause: for people, for programs, for a comment, for a browser.

use serde_json::{Value, json};

use super::document::{self, causes, difference_in};
use super::json::number;
use super::{heading, moved, name, subject};
use crate::gate::diff::Diff;
use crate::gate::{Cause, Difference, Pair};
use crate::harmless::{in_markdown, shown};
use crate::language::Language;
use crate::render::look::Look;
use crate::render::{self, FigureFormat, html, plain};

/// The text of the differences in a format.
#[must_use]
pub fn render(diff: &Diff, format: FigureFormat, language: Language, look: &Look) -> String {
    match format {
        FigureFormat::Text => text(diff, language),
        FigureFormat::Plain => plain::render(&document::diff(diff, language)),
        FigureFormat::Json => json(diff),
        FigureFormat::Markdown => markdown(diff, language),
        FigureFormat::Html => html::render(&document::diff(diff, language), look),
    }
}

fn by_cause(diff: &Diff) -> impl Iterator<Item = (Cause, Vec<&Difference>)> {
    Cause::ALL.into_iter().filter_map(|cause| {
        let own: Vec<&Difference> = diff.differences.iter().filter(|other| other.cause == cause).collect();
        (!own.is_empty()).then_some((cause, own))
    })
}

fn text(diff: &Diff, language: Language) -> String {
    let mut text = format!("{} → {}\n", shown(&diff.old), shown(&diff.new));
    for (cause, differences) in by_cause(diff) {
        text.push_str(&format!("\n{}\n", heading(language, cause)));
        for difference in differences {
            let [_, what, old, new] = difference_in(language, difference);
            let moved = language.fill("gate.moved", &[("was", &old), ("is", &new)]);
            text.push_str(&shown(&format!(
                "  {}",
                language.fill("gate.finding", &[("subject", &what), ("event", &moved)])
            )));
            text.push('\n');
        }
    }
    if !diff.numbers.is_empty() {
        text.push_str(&format!("\n{}\n", language.text("gate.of_numbers")));
    }
    for (pair, why) in &diff.numbers {
        let (was, is) = moved(language, pair);
        let subject = subject(&pair.metric, pair.part, &pair.path);
        let moved = language.fill("gate.moved", &[("was", &was), ("is", &is)]) + &change(language, pair);
        let number = language.fill("gate.finding", &[("subject", &subject), ("event", &moved)]);
        text.push_str(&shown(&format!("  {number}  [{}]", causes(language, why))));
        text.push('\n');
    }
    text + "\n" + &document::summary(language, diff) + "\n"
}

/// ` (+12.5%)`, if there is a relative change.
fn change(language: Language, pair: &Pair) -> String {
    let (Some(old), Some(new)) = pair.values() else { return String::new() };
    if old == 0.0 || pair.unit == crate::unit::Unit::Rate {
        return String::new();
    }
    let change = crate::unit::ChangeKind::Relative;
    change
        .between(Some(new), Some(old))
        .map(|by| format!(" ({})", language.change(change, pair.unit, by)))
        .unwrap_or_default()
}

fn json(diff: &Diff) -> String {
    let differences = diff.differences.iter().map(|difference| {
        json!({
            "cause": difference.cause.name(), "what": difference.what, "metric": difference.metric,
            "old": difference.old, "new": difference.new, "comparable": !difference.forbids,
        })
    });
    let numbers = diff.numbers.iter().map(|(pair, causes)| {
        let (old, new) = pair.values();
        json!({
            "metric": pair.metric, "statistic": pair.part.name(), "unit": pair.unit.name(),
            "table": pair.path.table(), "key": pair.path.key(), "old": number(old), "new": number(new),
            "causes": causes.iter().map(|cause| cause.name()).collect::<Vec<_>>(),
        })
    });
    render::json::text(&json!({
        "schema": "dialogram/diff/1",
        "old": diff.old,
        "new": diff.new,
        "differs": !diff.is_empty(),
        "compared": diff.compared,
        "differences": differences.collect::<Vec<Value>>(),
        "numbers": numbers.collect::<Vec<Value>>(),
    }))
}

fn markdown(diff: &Diff, language: Language) -> String {
    let heads =
        |keys: &[&str]| keys.iter().map(|key| language.text(key).to_lowercase()).collect::<Vec<_>>().join(" | ");
    let mut text = format!(
        "### {} → {}\n\n{}\n",
        in_markdown(&diff.old),
        in_markdown(&diff.new),
        document::summary(language, diff)
    );
    if !diff.differences.is_empty() {
        let heads = heads(&["gate.cause", "gate.what", "gate.before", "gate.now"]);
        text.push_str(&format!("\n| {heads} |\n| --- | --- | --- | --- |\n"));
    }
    for difference in by_cause(diff).flat_map(|(_, differences)| differences) {
        let cells = difference_in(language, difference).map(|cell| in_markdown(&cell));
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    if !diff.numbers.is_empty() {
        let heads = heads(&["gate.number", "gate.where", "gate.before", "gate.now", "gate.cause"]);
        text.push_str(&format!("\n| {heads} |\n| --- | --- | ---: | ---: | --- |\n"));
    }
    for (pair, why) in &diff.numbers {
        let (was, is) = moved(language, pair);
        let (name, path) = (name(&pair.metric, pair.part), in_markdown(&pair.path.to_string()));
        text.push_str(&format!("| `{name}` | {path} | {was} | {is} | {} |\n", causes(language, why)));
    }
    text
}
