//! A report as the body of a mail: the sentences and the key figures of its first page, as text and as HTML.

mod html;
mod text;

pub use html::html;
pub use text::text;

use super::dates::{days_of, local_instant};
use super::summary::written;
use super::{change, words};
use crate::language::Language;
use crate::metrics::Judgement;
use crate::render::{filters, hidden};
use crate::report::{Leading, MetricValue, Report, WarningId};
use crate::unit::Unit;

/// The content of a letter, before it is text or HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LetterText {
    title: String,
    /// The window, and the window to compare with.
    days: Vec<String>,
    /// The lead word of a sentence with its judgement, and the rest.
    sentences: Vec<(Judgement, &'static str, String)>,
    figures: Vec<LetterFigure>,
    /// Warnings that change how a number must be read.
    warnings: Vec<String>,
    /// The program and what it read.
    source: Vec<String>,
}

/// A key figure.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LetterFigure {
    label: String,
    value: String,
    /// The number of rows behind the value: `120 cases`.
    aside: String,
    /// The change, the value before and the judgement; empty without a comparison.
    compared: String,
    judgement: Judgement,
    /// The targets that it misses.
    missed: Vec<String>,
}

impl LetterText {
    fn of(report: &Report, language: Language) -> Self {
        let window = &report.window;
        let mut days = vec![format!("{} ({})", days_of(language, window.span()), window.timezone)];
        if let Some(before) = report.compared_span() {
            let with = language.fill("head.compared_with", &[("days", &days_of(language, before))]);
            days.push(format!("{} {with}", language.text("head.compared")));
        }
        for filter in filters::in_words(language, &report.filters) {
            days.push(format!("{} {filter}", language.text("head.only")));
        }
        days.extend(hidden::note(language, report));
        let changes_numbers = |id: &str| WarningId::parse(id).is_some_and(WarningId::changes_numbers);
        let warnings = report.warnings.iter().filter(|warning| changes_numbers(&warning.id));
        let input = &report.input;
        let mut source = language.counted("count.rows", input.rows());
        if let Some(events) = input.events_apart() {
            source.push_str(&format!(", {}", language.counted("count.events", events)));
        }
        if input.rejected > 0 {
            source.push_str(&format!(", {}", language.counted("count.rejected_rows", input.rejected)));
        }
        if let (Some(first), Some(last)) = (&input.first_event, &input.last_event) {
            let minute = |instant: &str| local_instant(language, instant, &window.timezone);
            source.push_str(&format!(", {} – {}", minute(first), minute(last)));
        }
        Self {
            title: words::title(language, report),
            days,
            sentences: written(report, language).into_iter().map(|one| (one.lead.0, one.lead.1, one.text)).collect(),
            figures: report.key_figures.iter().filter_map(|id| LetterFigure::of(report, language, id)).collect(),
            warnings: warnings.map(|warning| warning.sentence(language)).collect(),
            source: vec![source, format!("{} {}", report.generator.name, report.generator.version)],
        }
    }
}

impl LetterFigure {
    fn of(report: &Report, language: Language, id: &str) -> Option<Self> {
        let number = report.metrics.get(id)?;
        let Leading { unit, statistic, before, change, .. } = number.leading();
        let aside = match number {
            MetricValue::Scalar(scalar) => match scalar.unit {
                Unit::Rate | Unit::Score => language.counted("count.cases", scalar.n),
                Unit::Count | Unit::Seconds => String::new(),
            },
            MetricValue::Duration(duration) => language.counted("count.cases", duration.statistics.n),
            MetricValue::Hidden(_) => String::new(),
        };
        let change = change.map(|by| change::shown(language, id, unit, by));
        let judgement = change.as_ref().map_or(Judgement::Neutral, |change| change.judgement);
        let before = before.map(|before| language.value(unit, Some(before)));
        let compared = match (change.map(|change| change.text), before) {
            (None, None) => String::new(),
            (None, Some(before)) => language.fill("change.from", &[("before", &before)]),
            (Some(change), None) => change,
            (Some(change), Some(before)) => {
                language.fill("change.by_from", &[("change", &change), ("before", &before)])
            }
        };
        let word = change::word(language, judgement);
        let compared = if word.is_empty() { compared } else { format!("{compared} ({word})") };
        let missed = report.targets.iter().filter(|target| target.metric == id && target.met == Some(false));
        let missed = missed.map(|target| {
            let bound = super::targets::bound(language, target);
            language.fill("target.missed_bound", &[("bound", &bound)])
        });
        Some(Self {
            label: match unit {
                Unit::Seconds => words::median_of(language, id),
                Unit::Count | Unit::Rate | Unit::Score => words::metric(language, id),
            },
            value: language.shown(unit, number.number(statistic)),
            aside,
            compared,
            judgement,
            missed: missed.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::brand::Brand;
    use crate::render::terminal::{sample, week};

    #[test]
    fn the_letter_of_a_week_has_its_numbers_in_both_forms() {
        let report = week::week();
        let letter = LetterText::of(&report, Language::English);
        assert!(!letter.figures.is_empty() && !letter.sentences.is_empty());
        let (text, html) = (text(&report, Language::English), html(&report, Language::English, &Brand::default()));
        for figure in &letter.figures {
            assert!(text.contains(&figure.value) && html.contains(&figure.value), "{figure:?}\n{text}\n{html}");
        }
        // Line breaks differ, because the text is wrapped.
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for (_, lead, sentence) in &letter.sentences {
            assert!(words(&text).contains(&words(&format!("{lead} {sentence}"))), "{sentence}\n{text}");
        }
        for wrong in ["http", "<script", "<img", "url("] {
            assert!(!html.contains(wrong), "{wrong}\n{html}");
        }
        assert!(text.lines().all(|line| !line.ends_with(' ')), "{text}");
    }

    #[test]
    fn names_of_the_data_neither_format_nor_break_a_line() {
        let mut report = sample::empty();
        report.title = "Weekly\r\nBcc: x@example.com <b>&\"".to_owned();
        report.filters.insert("queue".to_owned(), vec!["<img src=x>\u{202e}".to_owned()]);
        let (text, html) = (text(&report, Language::English), html(&report, Language::English, &Brand::default()));
        assert!(text.starts_with("Weekly\\r\\nBcc: x@example.com <b>&\"\n"), "{text}");
        assert!(html.contains("Weekly\\r\\nBcc: x@example.com &lt;b&gt;&amp;&quot;"), "{html}");
        assert!(html.contains("&lt;img src=x&gt;\\u{202e}"), "{html}");
    }
}
