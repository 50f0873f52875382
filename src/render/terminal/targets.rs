//! Targets: one line each, with the value, whether it is met, and the rows that miss it.

use crate::language::Language;
use crate::render::targets::{MARK, bound, missed_rows, name, value, verdict};
use crate::report::Report;

use super::line::{Ink, Line, heading};
use super::text;

/// Indentation of a target's further lines.
const INDENT: usize = 4;

pub(super) fn lines(report: &Report, language: Language, width: usize) -> Option<Vec<Line>> {
    if report.targets.is_empty() {
        return None;
    }
    let mut lines = vec![heading(language.text("target.title"), width)];
    for target in &report.targets {
        let value = value(language, target);
        let is_missed = target.met == Some(false);
        let mark = if is_missed { MARK } else { "" };
        let line = language.fill(
            "target.line",
            &[
                ("name", &name(language, target)),
                ("bound", &bound(language, target)),
                ("verdict", &verdict(language, target)),
                ("value", &value),
            ],
        );
        let sentence = format!("{mark}{line}");
        let ink = if is_missed { Ink::Warning } else { Ink::Plain };
        lines.extend(text::wrap(&sentence, width).iter().map(|part| Line::of(ink, part)));
        let rows = missed_rows(language, report, target);
        if !rows.is_empty() {
            for part in text::wrap(&language.fill("target.missed_rows", &[("rows", &rows)]), width - INDENT) {
                let mut line = Line::new();
                line.skip(INDENT);
                lines.push(line.with(Ink::Plain, &part));
            }
        }
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, sample};
    use super::*;

    #[test]
    fn a_missed_target_names_its_rows() {
        let text = paint(&lines(&sample::targets(), Language::English, 80).unwrap_or_default(), false);
        assert!(text.contains("\n! Wait in queue p90 ≤ 2 min 00 s: missed, 11 min 01 s\n"), "{text}");
        assert!(
            text.contains("\n    missed by queue: Fila de encomendas internacionais, Pedidos, no queue\n"),
            "{text}"
        );
        assert!(text.contains("\nNPS ≥ −20.0: met, −12.5\n"), "{text}");
        assert!(lines(&sample::wide(), Language::English, 80).is_none());
    }
}
