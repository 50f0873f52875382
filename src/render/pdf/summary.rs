//! The summary below the title, which answers "how was the week?": one sentence per line, with the lead words in a
//! separate column.

use super::flow::{Align, Flow};
use super::structure::Role;
use super::style::{ANSWER, GUTTER, MARGIN, Weight};
use crate::render::summary::written;
use crate::report::Report;

/// Draws the sentences, if any.
pub fn draw(flow: &mut Flow, report: &Report) {
    let sentences = written(report, flow.language);
    if sentences.is_empty() {
        return;
    }
    flow.gap(flow.spacing.part);
    let leads = ANSWER.weight(Weight::SemiBold);
    let column =
        sentences.iter().map(|sentence| flow.typesetter.line(sentence.lead.1, leads).width()).fold(0.0, f64::max);
    let left = MARGIN + column + GUTTER;
    for sentence in sentences {
        let lines = flow.typesetter.wrap(&sentence.text, ANSWER, flow.upright_width() - column - GUTTER, usize::MAX);
        #[expect(clippy::cast_precision_loss, reason = "a line or two")]
        let top = flow.take(lines.len() as f64 * ANSWER.leading);
        let (judgement, lead) = sentence.lead;
        let style = leads.color(flow.palette.of_change(judgement));
        flow.element(Role::Paragraph, |flow| {
            flow.text(MARGIN, leads.baseline(top), lead, style, Align::Left);
            flow.lines(left, top, lines);
        });
    }
}
