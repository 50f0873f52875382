//! Targets as a table: the bound, the value, whether it is met, and the rows that miss it.

use super::flow::Flow;
use super::style::{BODY, MARGIN, NOTE};
use super::table::{self, Grid, GridColumn, GridRow};
use crate::render::targets::{MARK, bound, missed_rows, name, value, verdict};
use crate::report::Report;

/// Draws the targets, if any.
pub fn draw(flow: &mut Flow, report: &Report) {
    if report.targets.is_empty() {
        return;
    }
    let language = flow.language;
    flow.section(language.text("target.title"));
    let rows = report.targets.iter().map(|target| {
        let is_missed = target.met == Some(false);
        let value = value(language, target);
        let mark = if is_missed { MARK } else { "" };
        GridRow {
            labels: vec![name(language, target)],
            numbers: vec![bound(language, target), format!("{mark}{value}"), verdict(language, target).to_owned()],
            missed: if is_missed { vec![1, 2] } else { Vec::new() },
            ..GridRow::default()
        }
    });
    table::draw(
        flow,
        &Grid {
            title: language.text("pdf.in_total").to_owned(),
            note: String::new(),
            labels: vec![language.text("pdf.number").to_owned()],
            numbers: [language.text("pdf.target_head"), language.text("pdf.value"), ""]
                .map(|head| GridColumn { head: head.to_owned(), ..GridColumn::default() })
                .to_vec(),
            rows: rows.collect(),
            total: None,
            empty: "",
            ..Grid::default()
        },
    );
    let missing: Vec<(String, String)> =
        report.targets.iter().map(|target| (name(language, target), missed_rows(language, report, target))).collect();
    flow.gap(6.0);
    for (name, rows) in missing.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let text = language.fill("pdf.target_missed", &[("name", &name), ("rows", &rows)]);
        let text = format!("{MARK}{text}");
        let lines = flow.typesetter.wrap(&text, BODY, flow.upright_width(), usize::MAX);
        flow.paragraph(MARGIN, lines);
        flow.gap(NOTE.leading / 4.0);
    }
}
