//! The explanation as JSON (`schemas/explain-1.schema.json`): parts of the report, unchanged, and the definition.

use serde_json::{Value, json};

use super::Explanation;
use super::lines::left_out;
use crate::render;
use crate::report::filters::nested;

pub(super) fn render(explanation: &Explanation) -> String {
    let Explanation { report, id, figure, metric } = *explanation;
    let definition = metric.map(|metric| {
        let formula = metric.formula();
        json!({
            "label": metric.label,
            "doc": metric.doc,
            "table": metric.table.name(),
            "clock": metric.clock.name(),
            "population": formula.population,
            "formula": formula.formula,
            "edge_cases": formula.edge_cases,
            "query": formula.query,
            "revision": metric.revision,
        })
    });
    let tables = explanation
        .tables()
        .map(|(name, table)| json!({"table": name, "rows": table.rows.len(), "adds_up": table.adds_up}));
    let targets = report.targets.iter().filter(|target| target.metric == id);
    render::json::text(&json!({
        "schema": "dialogram/explain/1",
        "generator": report.generator,
        "metric": id,
        "figure": figure,
        "definition": definition,
        "window": report.window,
        "as_of": report.as_of,
        "sessions": report.sessions,
        "filters": nested::json(&report.filters),
        "limits": report.limits,
        "input": report.input,
        "left_out": left_out(report, metric),
        "tables": tables.collect::<Vec<Value>>(),
        "targets": targets.collect::<Vec<_>>(),
        "warnings": report.warnings,
    }))
}
