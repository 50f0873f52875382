//! What changed between two reports, by cause: for people, for programs, for a comment, for a browser.

use serde_json::{Value, json};

use super::document::{self, causes};
use super::json::number;
use super::{heading, moved, name, subject};
use crate::gate::diff::Diff;
use crate::gate::{Cause, Difference, Pair};
use crate::harmless::{in_markdown, shown};
use crate::render::{self, FigureFormat, html, plain};

/// The text of the differences in a format.
#[must_use]
pub fn render(diff: &Diff, format: FigureFormat) -> String {
    match format {
        FigureFormat::Text => text(diff),
        FigureFormat::Plain => plain::render(&document::diff(diff)),
        FigureFormat::Json => json(diff),
        FigureFormat::Markdown => markdown(diff),
        FigureFormat::Html => html::render(&document::diff(diff)),
    }
}

fn by_cause(diff: &Diff) -> impl Iterator<Item = (Cause, Vec<&Difference>)> {
    Cause::ALL.into_iter().filter_map(|cause| {
        let own: Vec<&Difference> = diff.differences.iter().filter(|other| other.cause == cause).collect();
        (!own.is_empty()).then_some((cause, own))
    })
}

fn text(diff: &Diff) -> String {
    let mut text = format!("{} → {}\n", shown(&diff.old), shown(&diff.new));
    for (cause, differences) in by_cause(diff) {
        text.push_str(&format!("\n{}\n", heading(cause)));
        for Difference { what, old, new, .. } in differences {
            text.push_str(&shown(&format!("  {what}: {old} → {new}")));
            text.push('\n');
        }
    }
    if !diff.numbers.is_empty() {
        text.push_str("\nnumbers, and what may have changed them\n");
    }
    for (pair, why) in &diff.numbers {
        let (was, is) = moved(pair);
        let subject = subject(&pair.metric, pair.part, &pair.place);
        text.push_str(&shown(&format!("  {subject}: {was} → {is}{}  [{}]", change(pair), causes(why))));
        text.push('\n');
    }
    text + "\n" + &document::summary(diff) + "\n"
}

/// ` (+12.5%)`, where that can be said.
fn change(pair: &Pair) -> String {
    let (Some(old), Some(new)) = pair.values() else { return String::new() };
    if old == 0.0 || pair.unit == crate::unit::Unit::Rate {
        return String::new();
    }
    let change = crate::unit::ChangeKind::Relative;
    change.between(Some(new), Some(old)).map(|by| format!(" ({})", change.format(pair.unit, by))).unwrap_or_default()
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
            "table": pair.place.table(), "key": pair.place.key(), "old": number(old), "new": number(new),
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

fn markdown(diff: &Diff) -> String {
    let mut text =
        format!("### {} → {}\n\n{}\n", in_markdown(&diff.old), in_markdown(&diff.new), document::summary(diff));
    if !diff.differences.is_empty() {
        text.push_str("\n| cause | what | before | now |\n| --- | --- | --- | --- |\n");
    }
    for (cause, differences) in by_cause(diff) {
        for Difference { what, old, new, .. } in differences {
            let cells = [cause.name().to_owned(), in_markdown(what), in_markdown(old), in_markdown(new)];
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    if !diff.numbers.is_empty() {
        text.push_str("\n| number | where | before | now | cause |\n| --- | --- | ---: | ---: | --- |\n");
    }
    for (pair, why) in &diff.numbers {
        let (was, is) = moved(pair);
        let place = in_markdown(&pair.place.to_string());
        text.push_str(&format!("| `{}` | {place} | {was} | {is} | {} |\n", name(&pair.metric, pair.part), causes(why)));
    }
    text
}
