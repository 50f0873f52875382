//! Key figures: a card for every count, rate and score, as many beside each other as fit.

use crate::report::{MetricValue, Report, ScalarValue};

use super::line::{Ink, Line, heading};
use super::{names, text};

const GAP: usize = 2;
/// Labels longer than this are cut rather than making every card as wide.
const WIDEST_LABEL: usize = 32;
/// With so many cards beside each other there is room for the value before.
const WITH_PREVIOUS: usize = 4;

struct Card {
    label: String,
    value: String,
    change: Option<(Ink, String)>,
    previous: Option<String>,
}

impl Card {
    fn new(id: &str, scalar: &ScalarValue) -> Self {
        Self {
            label: names::metric(id),
            value: scalar.unit.format(scalar.value),
            change: scalar.change.map(|change| names::change(id, scalar.unit, change)),
            previous: scalar.previous.map(|previous| scalar.unit.format(Some(previous))),
        }
    }

    /// What is below the label. The value before stands where there is no change to show, as from 0, and otherwise
    /// where there is room.
    fn figures(&self, with_previous: bool) -> Line {
        let mut line = Line::of(Ink::Strong, &self.value);
        match (&self.change, &self.previous) {
            (Some((ink, change)), Some(previous)) if with_previous => {
                line.skip(GAP);
                line.push(*ink, change);
                line.push(Ink::Faint, &format!(" from {previous}"));
            }
            (Some((ink, change)), _) => {
                line.skip(GAP);
                line.push(*ink, change);
            }
            (None, Some(previous)) => {
                line.skip(GAP);
                line.push(Ink::Faint, &format!("was {previous}"));
            }
            (None, None) => {}
        }
        line
    }

    fn width(&self, with_previous: bool) -> usize {
        text::width(&self.label).min(WIDEST_LABEL).max(self.figures(with_previous).width())
    }
}

pub(super) fn lines(report: &Report, width: usize) -> Option<Vec<Line>> {
    let cards: Vec<Card> = report
        .metrics
        .iter()
        .filter_map(|(id, value)| match value {
            MetricValue::Scalar(scalar) => Some(Card::new(id, scalar)),
            MetricValue::Duration(_) => None,
        })
        .collect();
    if cards.is_empty() {
        return None;
    }
    let widest = |with_previous| cards.iter().map(|card| card.width(with_previous)).max().unwrap_or(1);
    let beside = |with_previous| (width + GAP) / (widest(with_previous) + GAP);
    let with_previous = beside(true) >= WITH_PREVIOUS || (beside(true) == 1 && beside(false) == 1);
    let columns = beside(with_previous).max(1);
    let room = ((width + GAP) / columns - GAP).min(widest(with_previous) + 8);
    let rows = cards.chunks(columns).map(|row| {
        let (mut labels, mut figures) = (Line::new(), Line::new());
        for (index, card) in row.iter().enumerate() {
            labels.fill_to(index * (room + GAP));
            labels.left(Ink::Plain, &card.label, room);
            figures.fill_to(index * (room + GAP));
            figures.append(&card.figures(with_previous));
        }
        [labels, figures]
    });
    let mut lines = vec![heading("Key figures", width)];
    for (index, row) in rows.enumerate() {
        if index > 0 {
            lines.push(Line::new());
        }
        lines.extend(row);
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, week};
    use super::*;

    fn drawn(width: usize) -> String {
        paint(&lines(&week::week(), width).unwrap_or_default(), false)
    }

    #[test]
    fn a_card_says_its_change() {
        let text = drawn(80);
        assert!(
            text.contains("\n540  ▲ +12.5 %             431  ▲ +8.3 %              79.8 %  ▼ −3.1 pts\n"),
            "{text}"
        );
        // From 0 there is no relative change, but there was a number.
        assert!(text.contains("12  was 0"), "{text}");
    }

    #[test]
    fn more_columns_show_the_value_before() {
        assert!(drawn(160).contains("\n540  ▲ +12.5 % from 480 "));
        assert!(drawn(40).contains("\n540  ▲ +12.5 % from 480\n"));
        assert!(!drawn(80).contains("from 480"));
    }
}
