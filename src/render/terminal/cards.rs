//! Figures as cards, as many side by side as fit: first the key figures, then all other counts, rates and scores.

use crate::language::Language;
use crate::metrics::Theme;
use crate::render::{repeats, targets, themes, trend as series, words};
use crate::report::{HiddenValue, MetricValue, Report, ScalarValue};

use super::line::{Ink, Line, heading};
use super::{names, text, trend};

const GAP: usize = 2;
/// Longer labels are cut, so that not every card becomes as wide.
const WIDEST_LABEL: usize = 32;
/// Up to this many cards side by side, there is room for the value before.
const WITH_PREVIOUS: usize = 4;

struct TerminalCard {
    label: String,
    value: String,
    change: Option<(Ink, String)>,
    previous: Option<String>,
    /// The bounds of its targets, and whether each is met.
    targets: Vec<(bool, String)>,
    /// Its trend, one character per window; empty for none.
    spark: String,
    language: Language,
}

impl TerminalCard {
    /// A key figure; its change has a word for the judgement.
    fn key(report: &Report, language: Language, id: &str, value: &MetricValue) -> Self {
        let leading = value.leading();
        let mut card = match value {
            MetricValue::Scalar(scalar) => Self::new(report, language, id, scalar),
            MetricValue::Hidden(HiddenValue::Scalar(scalar)) => Self {
                value: language.shown(leading.unit, value.number(None)),
                ..Self::new(report, language, id, scalar)
            },
            MetricValue::Duration(_) | MetricValue::Hidden(HiddenValue::Duration(_)) => {
                let seconds = |value| language.seconds(value);
                let targets = report.targets.iter().filter(|target| target.is_of(id, leading.statistic));
                Self {
                    label: words::median_of(language, id),
                    value: targets::marked(
                        report,
                        id,
                        leading.statistic,
                        leading.value,
                        &language.shown(leading.unit, value.number(leading.statistic)),
                    ),
                    targets: targets
                        .map(|target| (target.met != Some(false), targets::bound(language, target)))
                        .collect(),
                    change: None,
                    previous: leading.before.map(|previous| seconds(Some(previous))),
                    spark: String::new(),
                    language,
                }
            }
        };
        card.change = leading.change.map(|by| names::judged(language, id, leading.unit, by));
        let series = series::series_of(report, id, value).filter(|series| series.levels.iter().flatten().count() > 1);
        card.spark = series.map(|series| trend::marks(&series)).unwrap_or_default();
        card
    }

    fn new(report: &Report, language: Language, id: &str, scalar: &ScalarValue) -> Self {
        let value = |value| language.value(scalar.unit, value);
        let targets = report.targets.iter().filter(|target| target.is_of(id, None));
        Self {
            label: words::metric(language, id),
            value: targets::marked(report, id, None, scalar.value, &value(scalar.value)),
            targets: targets.map(|target| (target.met != Some(false), targets::bound(language, target))).collect(),
            change: scalar.change.map(|change| names::change(language, id, scalar.unit, change)),
            previous: scalar.previous.map(|previous| value(Some(previous))),
            spark: String::new(),
            language,
        }
    }

    /// The line below the label. It has the value before if no change can be shown, as from 0, and otherwise if there
    /// is room.
    fn figures(&self, with_previous: bool, with_spark: bool) -> Line {
        let is_missed = self.targets.iter().any(|(is_met, _)| !is_met);
        let mut line = Line::of(if is_missed { Ink::Warning } else { Ink::Strong }, &self.value);
        match (&self.change, &self.previous) {
            (Some((ink, change)), Some(previous)) if with_previous => {
                line.skip(GAP);
                line.push(*ink, change);
                line.skip(1);
                line.push(Ink::Faint, &self.language.fill("change.from", &[("before", previous)]));
            }
            (Some((ink, change)), _) => {
                line.skip(GAP);
                line.push(*ink, change);
            }
            (None, Some(previous)) => {
                line.skip(GAP);
                line.push(Ink::Faint, &self.language.fill("change.was", &[("before", previous)]));
            }
            (None, None) => {}
        }
        if with_spark && !self.spark.is_empty() {
            line.skip(GAP);
            line.push(Ink::Bar, &self.spark);
        }
        for (is_met, bound) in &self.targets {
            line.skip(GAP);
            if *is_met {
                line.push(Ink::Faint, bound);
            } else {
                line.push(Ink::Warning, &self.language.fill("target.not", &[("bound", bound)]));
            }
        }
        line
    }

    fn width(&self, with_previous: bool, with_spark: bool) -> usize {
        text::width(&self.label).min(WIDEST_LABEL).max(self.figures(with_previous, with_spark).width())
    }
}

/// The key figures, in one section.
pub(super) fn key_figures(report: &Report, language: Language, width: usize) -> Option<Vec<Line>> {
    let card = |id: &String| report.metrics.get(id).map(|value| TerminalCard::key(report, language, id, value));
    let cards: Vec<TerminalCard> = report.key_figures.iter().filter_map(card).collect();
    (!cards.is_empty()).then(|| lines(language.text("figures.key"), &cards, width))
}

/// The other counts, rates and scores: in one section, or if there are many, in one for each theme.
pub(super) fn sections(report: &Report, language: Language, width: usize) -> Vec<Vec<Line>> {
    let repeats = repeats::repeated(report);
    let scalars: Vec<(&str, TerminalCard)> = report
        .metrics
        .iter()
        .filter(|(id, _)| !repeats::is_repeat(&repeats, id))
        .filter_map(|(id, value)| match value {
            MetricValue::Scalar(_) | MetricValue::Hidden(_) if report.key_figures.iter().any(|key| key == id) => None,
            MetricValue::Scalar(scalar) => Some((id, TerminalCard::new(report, language, id, scalar))),
            MetricValue::Hidden(HiddenValue::Scalar(scalar)) => {
                let value = language.shown(scalar.unit, value.number(None));
                Some((id, TerminalCard { value, ..TerminalCard::new(report, language, id, scalar) }))
            }
            MetricValue::Duration(_) | MetricValue::Hidden(HiddenValue::Duration(_)) => None,
        })
        .collect();
    let groups = if report.metrics.0.len() > themes::MANY {
        themes::groups(scalars, |(id, _)| themes::theme(id))
    } else {
        vec![(None, scalars)]
    };
    let groups = groups.into_iter().filter(|(_, cards)| !cards.is_empty());
    let section = |(theme, cards): (Option<Theme>, Vec<(&str, TerminalCard)>)| {
        let title = theme.map_or_else(
            || language.text("figures.all").to_owned(),
            |theme| language.fill("figures.of_theme", &[("theme", &words::theme(language, theme))]),
        );
        lines(&title, &cards.into_iter().map(|(_, card)| card).collect::<Vec<_>>(), width)
    };
    let mut sections: Vec<Vec<Line>> = groups.map(section).collect();
    if let (Some(last), Some(note)) = (sections.last_mut(), repeats::note(language, &repeats)) {
        last.extend(text::wrap(&note, width).iter().map(|part| Line::of(Ink::Faint, part)));
    }
    sections
}

fn lines(title: &str, cards: &[TerminalCard], width: usize) -> Vec<Line> {
    let widest =
        |with_previous, with_spark| cards.iter().map(|card| card.width(with_previous, with_spark)).max().unwrap_or(1);
    let beside = |with_previous, with_spark| (width + GAP) / (widest(with_previous, with_spark) + GAP);
    let with_previous = beside(true, false) >= WITH_PREVIOUS || (beside(true, false) == 1 && beside(false, false) == 1);
    // Sparklines are shown only if no card becomes narrower and none is cut.
    let with_spark =
        beside(with_previous, true) == beside(with_previous, false) && widest(with_previous, true) <= width;
    let most = beside(with_previous, with_spark).max(1);
    // As many rows as needed, all of about the same length: of six cards none is alone in its row.
    let columns = cards.len().div_ceil(cards.len().div_ceil(most).max(1)).max(1);
    let room = ((width + GAP) / columns - GAP).min(widest(with_previous, with_spark) + 8);
    let rows = cards.chunks(columns).map(|row| {
        let labels: Vec<Vec<String>> = row.iter().map(|card| text::wrap(&card.label, room)).collect();
        let height = labels.iter().map(Vec::len).max().unwrap_or(1);
        let mut lines = vec![Line::new(); height + 1];
        for (index, (card, label)) in row.iter().zip(labels).enumerate() {
            // Short labels are aligned with their values at the bottom.
            let above = height - label.len();
            for (line, part) in lines[above..height].iter_mut().zip(&label) {
                line.fill_to(index * (room + GAP));
                line.push(Ink::Plain, part);
            }
            let figures = &mut lines[height];
            figures.fill_to(index * (room + GAP));
            figures.append(&card.figures(with_previous, with_spark));
        }
        lines
    });
    let mut lines = vec![heading(title, width)];
    for (index, row) in rows.enumerate() {
        if index > 0 {
            lines.push(Line::new());
        }
        lines.extend(row);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, week};
    use super::*;

    fn drawn(width: usize) -> String {
        paint(&key_figures(&week::week(), Language::English, width).unwrap_or_default(), false)
    }

    #[test]
    fn rows_of_cards_have_about_the_same_length() {
        // Three of the four cards fit beside each other.
        let text = drawn(120);
        let row = |label: &str| text.lines().position(|line| line.contains(label)).unwrap();
        assert_eq!(row("Total conversations"), row("Engagement rate"), "{text}");
        assert_eq!(row("Initial customer wait"), row("Transfer success rate"), "{text}");
        assert!(row("Engagement rate") < row("Initial customer wait"), "{text}");
    }

    #[test]
    fn a_key_figure_has_its_change_and_judgement() {
        let text = drawn(80);
        assert!(text.contains("\n540  ▲ +12.5%") && text.contains("79.8%  ▼ −3.1 pts worse\n"), "{text}");
        assert!(text.contains("Initial customer wait (median)"), "{text}");
    }

    #[test]
    fn other_figures_are_shown_once() {
        let text = paint(&sections(&week::week(), Language::English, 80).concat(), false);
        assert!(text.starts_with("Figures ─") && !text.contains("Total conversations"), "{text}");
        // From 0 there is no relative change, but the value before exists.
        assert!(text.contains("12  was 0"), "{text}");
    }

    #[test]
    fn a_figure_that_repeats_another_is_named_once_below() {
        let mut report = week::week();
        for (id, value) in &mut report.metrics.0 {
            if id == "transfers_received" {
                *value = MetricValue::Scalar(week::count(139, 128));
            }
        }
        for language in Language::ALL {
            let text = paint(&sections(&report, language, 300).concat(), false);
            let (repeat, kept) =
                (words::metric(language, "transfers_received"), words::metric(language, "transfers_succeeded"));
            let note = language.fill("pdf.repeat", &[("repeat", &repeat), ("kept", &kept)]);
            assert_eq!(text.matches(&repeat).count(), 1, "{text}");
            assert!(text.contains(&note) && text.matches(&kept).count() == 2, "{text}");
            let page = crate::render::document::report(&report, language, usize::MAX);
            let tables = page.sections.iter().flat_map(|section| &section.parts);
            let figures = tables.filter_map(|part| match part {
                crate::render::document::PagePart::Table(table) if table.title == language.text("page.figures") => {
                    Some(table)
                }
                _ => None,
            });
            let figures: Vec<_> = figures.collect();
            assert!(figures.iter().all(|table| table.rows.iter().all(|row| row[0].text != repeat)), "{language}");
            assert!(figures.iter().any(|table| table.note.contains(&note)), "{language}");
        }
    }

    #[test]
    fn a_single_column_shows_the_value_before() {
        assert!(drawn(50).contains("\n540  ▲ +12.5% from 480\n"), "{}", drawn(50));
        assert!(!drawn(80).contains("from 480"));
    }
}
