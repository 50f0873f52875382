//! The summary below the title, which answers "how was the week?": sentences, then the key figures.

use crate::language::Language;
use crate::metrics::Judgement;
use crate::render::summary::written;
use crate::report::Report;

use super::line::{Ink, Line};
use super::text;

/// Indentation of a sentence's further lines.
const INDENT: usize = 2;

pub(super) fn lines(report: &Report, language: Language, width: usize) -> Option<Vec<Line>> {
    let mut lines = Vec::new();
    for sentence in written(report, language) {
        let (judgement, lead) = sentence.lead;
        let ink = match judgement {
            Judgement::Improved => Ink::Better,
            Judgement::Worsened => Ink::Worse,
            Judgement::Neutral => Ink::Strong,
        };
        let parts = text::wrap(&format!("{lead} {}", sentence.text), width - INDENT);
        lines.extend(parts.iter().enumerate().map(|(index, part)| match part.strip_prefix(lead) {
            Some(rest) if index == 0 => Line::of(ink, lead).with(Ink::Plain, rest),
            Some(_) | None => {
                let mut line = Line::new();
                line.skip(if index == 0 { 0 } else { INDENT });
                line.with(Ink::Plain, part)
            }
        }));
    }
    (!lines.is_empty()).then_some(lines)
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, sample, week};
    use super::*;

    #[test]
    fn sentences_are_wrapped_to_the_terminal() {
        let text = paint(&lines(&week::week(), Language::English, 80).unwrap_or_default(), false);
        assert!(text.contains("Volume: 540 conversations, +12.5% from 480.\n"), "{text}");
        assert!(lines(&sample::empty(), Language::English, 80).is_none());
    }
}
