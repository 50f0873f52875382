//! Figures as cards: name, value, change with its judgement, and details.

use super::canvas::{Area, Point};
use super::flow::{Align, Flow};
use super::shape::ShapedLine;
use super::structure::Role;
use super::style::{ALERT_PANEL, CARD_LEAD, CHANGE, GUTTER, INK, LABEL, MARGIN, NOTE, PANEL, Style, Weight};
use super::{figures, spark, words};
use crate::language::Language;
use crate::metrics::roles::is_time;
use crate::render::change::{self, ChangeDirection};
use crate::render::color::Color;
use crate::render::targets;
use crate::render::trend;
use crate::render::words::labelled;
use crate::report::targets::VALUE;
use crate::report::{Leading, MetricValue, Report};
use crate::unit::Unit;

/// Key figures are in rows of three, so that six of them are two rows.
const KEY_FIGURES_IN_A_ROW: usize = 3;
const PLAIN_IN_A_ROW: usize = 4;
/// Space between a label and its value.
const VALUE_GAP: f64 = 1.5;
/// Space between rows of cards.
const ROW_GAP: f64 = 6.0;
const RADIUS: f64 = 4.0;
/// Space between a value and the text beside it.
const ASIDE_GAP: f64 = 5.0;
/// Height of the triangle that shows a change.
const TRIANGLE: f64 = 5.0;
/// The width of a triangle including the space beside it.
const TRIANGLE_ROOM: f64 = 9.0;
/// Height of a sparkline, and the space above it.
const SPARK: f64 = 13.0;
const SPARK_GAP: f64 = 4.0;
/// Space between a change and the value before.
const CHANGE_GAP: f64 = 4.0;

/// The content of a card.
struct Card {
    label: String,
    value: String,
    /// The change and the value before; `None` without a comparison.
    change: Option<(Option<change::ShownChange>, String)>,
    /// The text beside the value.
    aside: Option<String>,
    /// Details of the value.
    details: Vec<String>,
    /// Its targets as texts, and whether each is met.
    targets: Vec<(bool, String)>,
    /// Its trend; empty for none.
    levels: Vec<Option<f64>>,
    /// The text alternative of the trend.
    alt_text: String,
}

/// A card with its texts broken into lines.
struct BrokenCard {
    label: Vec<ShapedLine>,
    value: ShapedLine,
    change: Option<(Option<change::ShownChange>, Option<ShapedLine>)>,
    aside: Option<ShapedLine>,
    details: Vec<ShapedLine>,
    is_missed: bool,
    levels: Vec<Option<f64>>,
    alt_text: String,
}

/// Draws names and numbers without a comparison.
pub fn plain(flow: &mut Flow, figures: Vec<(&str, String, Vec<String>)>) {
    let card = |(label, value, details): (&str, String, Vec<String>)| {
        let label = label.to_owned();
        Card {
            label,
            value,
            change: None,
            aside: None,
            details,
            targets: Vec::new(),
            levels: Vec::new(),
            alt_text: String::new(),
        }
    };
    let cards: Vec<Card> = figures.into_iter().map(card).collect();
    in_rows(flow, &cards, PLAIN_IN_A_ROW);
}

/// Draws the key figures of the report.
pub fn key_figures(flow: &mut Flow, report: &Report) {
    let value = |id: &String| report.metrics.get(id).map(|value| Card::of(report, flow.language, id, value));
    let cards: Vec<Card> = report.key_figures.iter().filter_map(value).collect();
    if !cards.is_empty() {
        in_rows(flow, &cards, KEY_FIGURES_IN_A_ROW);
        let has_trend = cards.iter().any(|card| !card.levels.is_empty());
        if let Some(note) = figures::trend_note(report, flow.language).filter(|_| has_trend) {
            flow.gap(4.0);
            let top = flow.take(NOTE.leading);
            let line = flow.typesetter.fit(&note, NOTE, flow.upright_width());
            flow.place(MARGIN, NOTE.baseline(top), line, Align::Left);
        }
    }
}

/// Draws cards in rows of `in_a_row`.
fn in_rows(flow: &mut Flow, cards: &[Card], in_a_row: usize) {
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let count = in_a_row as f64;
    let width = (flow.upright_width() - (count - 1.0) * GUTTER) / count;
    flow.gap(flow.spacing.part);
    flow.bookmark(flow.language.text("figures.key"));
    let list = flow.begin(Role::List);
    for (i, row) in cards.chunks(in_a_row).enumerate() {
        let style = CARD_LEAD.color(flow.palette.accent);
        let padding = flow.spacing.card;
        let row: Vec<BrokenCard> = row.iter().map(|card| card.broken(flow, style, width - 2.0 * padding)).collect();
        // Values side by side share a baseline.
        let labels = row.iter().map(|card| card.label.len()).max().unwrap_or(0);
        let height = row.iter().map(|card| card.height(labels)).fold(0.0, f64::max) + 2.0 * padding;
        flow.gap(if i == 0 { 0.0 } else { ROW_GAP });
        let top = flow.take(height);
        let mut x = MARGIN;
        for card in row {
            flow.within(list, |flow| {
                flow.element(Role::Item, |flow| {
                    flow.element(Role::Body, |flow| card.draw(flow, Area::new(x, top, width, height), labels));
                });
            });
            x += width + GUTTER;
        }
    }
}

impl Card {
    fn of(report: &Report, language: Language, id: &str, value: &MetricValue) -> Self {
        let Leading { unit, statistic, before, change, .. } = value.leading();
        let (aside, details) = match value {
            MetricValue::Scalar(scalar) => {
                let aside = match scalar.unit {
                    // A rate of times is not a share of its agents.
                    Unit::Rate | Unit::Score | Unit::Count | Unit::Seconds if is_time(id) => {
                        Some(language.counted("count.agents", scalar.n))
                    }
                    Unit::Rate => Some(language.fill("pdf.of", &[("n", &language.count(scalar.n))])),
                    Unit::Score => Some(language.counted("count.cases", scalar.n)),
                    Unit::Count | Unit::Seconds => None,
                };
                (aside, Vec::new())
            }
            MetricValue::Duration(duration) => {
                let now = duration.statistics;
                let mean = language.fill("pdf.mean", &[("mean", &language.value(duration.unit, now.mean))]);
                let details = vec![format!("{mean}, {}", language.counted("count.cases", now.n))];
                let aside = Some(language.text("statistic.p50").to_owned());
                (aside, details)
            }
            MetricValue::Hidden(_) => (statistic.map(|_| language.text("statistic.p50").to_owned()), Vec::new()),
        };
        let is_empty = value.number(statistic).is_none();
        let (aside, details) =
            if is_empty { (Some(language.text("target.no_data").to_owned()), Vec::new()) } else { (aside, details) };
        let change = before.map(|before| {
            let before = language.value(unit, Some(before));
            (
                change.map(|by| change::shown(language, id, unit, by)),
                language.fill("change.from", &[("before", &before)]),
            )
        });
        let targets = report.targets.iter().filter(|target| target.metric == id);
        let targets = targets.map(|target| {
            let is_kept = target.met != Some(false);
            let mark = if is_kept { "" } else { targets::MARK };
            let (bound, verdict) = (targets::bound(language, target), targets::verdict(language, target));
            let text = language.fill("pdf.target", &[("bound", &bound), ("verdict", &verdict)]);
            let statistic = language.find(&format!("statistic.{}", target.statistic));
            let text = match statistic.filter(|_| target.statistic != VALUE) {
                Some(statistic) => labelled(language, statistic, &text),
                None => text,
            };
            (is_kept, format!("{mark}{text}"))
        });
        let targets = targets.collect();
        let trend = trend::series_of(report, id, value);
        let has_hidden = trend.as_ref().is_some_and(|series| !series.hidden.is_empty());
        let levels = trend.map(|series| series.levels);
        let levels = levels.filter(|levels| levels.iter().flatten().count() > 1).unwrap_or_default();
        Self {
            label: words::metric(language, id),
            value: language.shown(unit, value.number(statistic)),
            change,
            aside,
            details,
            targets,
            alt_text: spark::alt_text(language, &words::windows(language, report), unit, &levels, has_hidden),
            levels,
        }
    }

    fn broken(&self, flow: &mut Flow, style: Style, width: f64) -> BrokenCard {
        let value = shrunk(flow, &self.value, style, width);
        let aside = self.aside.as_ref().map(|aside| flow.typesetter.line(aside, NOTE));
        let fits = aside.as_ref().is_none_or(|aside| value.width() + ASIDE_GAP + aside.width() <= width);
        let below = if fits { None } else { self.aside.as_ref() };
        let mut details = Vec::new();
        let change = self.change.as_ref().map(|(change, before)| {
            let room = width - change.as_ref().map_or(0.0, |change| change_width(flow, change) + CHANGE_GAP);
            let line = flow.typesetter.line(before, NOTE);
            if line.width() <= room {
                return (change.clone(), Some(line));
            }
            details.extend(flow.typesetter.wrap(before, NOTE, width, usize::MAX));
            (change.clone(), None)
        });
        for detail in below.into_iter().chain(&self.details) {
            details.extend(flow.typesetter.wrap(detail, NOTE, width, usize::MAX));
        }
        for (is_kept, target) in &self.targets {
            let style = if *is_kept { NOTE } else { NOTE.weight(Weight::SemiBold).color(INK) };
            details.extend(flow.typesetter.wrap(target, style, width, usize::MAX));
        }
        BrokenCard {
            is_missed: self.targets.iter().any(|(is_kept, _)| !is_kept),
            label: flow.typesetter.wrap(&self.label, LABEL, width, 2),
            value,
            change,
            aside: aside.filter(|_| fits),
            details,
            levels: self.levels.clone(),
            alt_text: self.alt_text.clone(),
        }
    }
}

impl BrokenCard {
    /// Its height inside, with that many lines above its value.
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    fn height(&self, labels: usize) -> f64 {
        let lines = labels as f64 * LABEL.leading + self.details.len() as f64 * NOTE.leading;
        let change = if self.change.is_some() { CHANGE.leading } else { 0.0 };
        let spark = if self.levels.is_empty() { 0.0 } else { SPARK_GAP + SPARK };
        lines + VALUE_GAP + self.value.style().leading + change + spark
    }

    /// Draws the card with its value below `labels` lines.
    #[expect(clippy::cast_precision_loss, reason = "a line or two")]
    fn draw(self, flow: &mut Flow, area: Area, labels: usize) {
        flow.fill(area, RADIUS, if self.is_missed { ALERT_PANEL } else { PANEL });
        let padding = flow.spacing.card;
        let (x, top) = (area.x + padding, area.y + padding);
        flow.element(Role::Paragraph, |flow| flow.lines(x, top, self.label));
        let mut y = top + labels as f64 * LABEL.leading + VALUE_GAP;
        let style = self.value.style();
        flow.element(Role::Paragraph, |flow| {
            let width = flow.place(x, style.baseline(y), self.value, Align::Left);
            if let Some(aside) = self.aside {
                flow.place(x + width + ASIDE_GAP, style.baseline(y), aside, Align::Left);
            }
        });
        y += style.leading;
        if let Some((change, before)) = self.change {
            flow.element(Role::Paragraph, |flow| comparison(flow, x, y, change, before));
            y += CHANGE.leading;
        }
        if !self.details.is_empty() {
            flow.element(Role::Paragraph, |flow| flow.lines(x, y, self.details));
        }
        if !self.levels.is_empty() {
            let room = area.width - 2.0 * padding;
            let bottom = area.y + area.height - padding - SPARK;
            let width = spark::width(self.levels.len(), room);
            spark::draw(flow, &self.levels, &self.alt_text, Area::new(x, bottom, width, SPARK));
        }
    }
}

/// The change with its triangle, and the value before.
fn comparison(flow: &mut Flow, left: f64, y: f64, change: Option<change::ShownChange>, before: Option<ShapedLine>) {
    let mut x = left;
    if let Some(change) = change {
        let color = flow.palette.of_change(change.judgement);
        if let Some(direction) = change.direction {
            triangle(flow, x, y, direction, color);
            x += TRIANGLE_ROOM;
        }
        let text = in_words(flow.language, &change);
        x += flow.text(x, CHANGE.baseline(y), &text, CHANGE.color(color), Align::Left) + CHANGE_GAP;
    }
    if let Some(before) = before {
        flow.place(x, NOTE.middle(y, CHANGE.leading), before, Align::Left);
    }
}

/// A change with its triangle and its word.
fn change_width(flow: &mut Flow, change: &change::ShownChange) -> f64 {
    let triangle = if change.direction.is_some() { TRIANGLE_ROOM } else { 0.0 };
    triangle + flow.typesetter.line(&in_words(flow.language, change), CHANGE).width()
}

/// `+43.7% worse`.
fn in_words(language: Language, change: &change::ShownChange) -> String {
    format!("{} {}", change.text, change::word(language, change.judgement)).trim_end().to_owned()
}

fn triangle(flow: &mut Flow, x: f64, top: f64, direction: ChangeDirection, color: Color) {
    let middle = top + CHANGE.leading / 2.0;
    let (tip, base) = match direction {
        ChangeDirection::Up => (middle - TRIANGLE / 2.0, middle + TRIANGLE / 2.0),
        ChangeDirection::Down => (middle + TRIANGLE / 2.0, middle - TRIANGLE / 2.0),
    };
    let width = TRIANGLE + 1.0;
    let corners = vec![Point { x, y: base }, Point { x: x + width, y: base }, Point { x: x + width / 2.0, y: tip }];
    flow.polygon(corners, color);
}

/// A value, set smaller if it is too wide, so that no digit is cut.
fn shrunk(flow: &mut Flow, value: &str, style: Style, width: f64) -> ShapedLine {
    let line = flow.typesetter.line(value, style);
    if line.width() <= width {
        line
    } else {
        flow.typesetter.line(value, style.sized(style.size * width / line.width()))
    }
}
