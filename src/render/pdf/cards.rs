//! The metrics as cards: name, value, change against the window before, what is behind it.

use super::canvas::{Area, Point};
use super::flow::{Align, Flow};
use super::shape::Line;
use super::style::{
    ACCENT, ALERT_PANEL, CARD, CARD_LEAD, CHANGE, CONTENT_WIDTH, GUTTER, INK, LABEL, MARGIN, NOTE, PANEL, SECTION_GAP,
    Style, Weight,
};
use super::words;
use crate::render::{targets, themes};
use crate::report::targets::VALUE;
use crate::report::{MetricValue, Report};
use crate::unit::{Unit, group};

const IN_A_ROW: usize = 4;
const PADDING: f64 = 8.5;
/// Between a label and its value.
const VALUE_GAP: f64 = 1.5;
/// Between rows of cards.
const ROW_GAP: f64 = 8.0;
const RADIUS: f64 = 4.0;
/// Between a value and what stands beside it.
const ASIDE_GAP: f64 = 5.0;
/// Height of the triangle of a change.
const TRIANGLE: f64 = 5.0;
/// With the white beside it.
const TRIANGLE_ROOM: f64 = 9.0;
/// Between a change and the value before.
const CHANGE_GAP: f64 = 4.0;

/// What a card says.
struct Card {
    label: String,
    value: String,
    /// The change and the value before; none where there is no window before.
    change: Option<(Option<String>, String)>,
    /// Stands beside the value.
    aside: Option<String>,
    /// What is behind the value.
    details: Vec<String>,
    /// Its targets in words, and whether it keeps each.
    targets: Vec<(bool, String)>,
}

/// A card whose texts are broken to its width.
struct Broken {
    label: Vec<Line>,
    value: Line,
    change: Option<(Option<String>, Option<Line>)>,
    aside: Option<Line>,
    details: Vec<Line>,
    is_missed: bool,
}

/// Draws names and numbers that have no window before them.
pub fn plain(flow: &mut Flow, figures: Vec<(&str, String, Vec<String>)>) {
    let card = |(label, value, details): (&str, String, Vec<String>)| {
        let label = label.to_owned();
        ("", Card { label, value, change: None, aside: None, details, targets: Vec::new() })
    };
    let cards: Vec<(&str, Card)> = figures.into_iter().map(card).collect();
    flow.gap(SECTION_GAP - 8.0);
    flow.bookmark("Key figures");
    draw_group(flow, None, &cards, true, card_width());
}

fn card_width() -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let count = IN_A_ROW as f64;
    (CONTENT_WIDTH - (count - 1.0) * GUTTER) / count
}

/// Draws every metric of the report, in its order.
pub fn draw(flow: &mut Flow, report: &Report) {
    let width = card_width();
    let cards: Vec<(&str, Card)> = report.metrics.iter().map(|(id, value)| (id, Card::of(report, id, value))).collect();
    if cards.is_empty() {
        return;
    }
    let groups = if cards.len() > themes::MANY {
        themes::groups(cards, |(id, _)| themes::theme(id))
    } else {
        vec![(None, cards)]
    };
    flow.gap(SECTION_GAP - 8.0);
    flow.bookmark("Key figures");
    for (first, (theme, cards)) in groups.into_iter().enumerate().map(|(i, group)| (i == 0, group)) {
        let title = theme.map(|theme| words::capitalized(theme.name()));
        draw_group(flow, title.as_deref(), &cards, first, width);
    }
}

/// Cards in rows, below the name of what they have in common; the first row of all is the largest.
fn draw_group(flow: &mut Flow, title: Option<&str>, cards: &[(&str, Card)], is_first: bool, width: f64) {
    for (i, row) in cards.chunks(IN_A_ROW).enumerate() {
        let style = if i == 0 && is_first { CARD_LEAD } else { CARD };
        let row: Vec<Broken> = row.iter().map(|(_, card)| card.broken(flow, style, width - 2.0 * PADDING)).collect();
        let height = row.iter().map(Broken::height).fold(0.0, f64::max);
        match title {
            Some(title) if i == 0 => flow.part(title, "", height),
            Some(_) | None => flow.gap(if i == 0 { 0.0 } else { ROW_GAP }),
        }
        let top = flow.take(height);
        let mut x = MARGIN;
        for card in row {
            flow.fill(Area::new(x, top, width, height), RADIUS, if card.is_missed { ALERT_PANEL } else { PANEL });
            card.draw(flow, x + PADDING, top + PADDING);
            x += width + GUTTER;
        }
    }
}

impl Card {
    fn of(report: &Report, id: &str, value: &MetricValue) -> Self {
        let (unit, now, before, change, aside, details) = match value {
            MetricValue::Scalar(scalar) => {
                let aside = match scalar.unit {
                    Unit::Rate => Some(format!("of {}", group(scalar.n))),
                    Unit::Score => Some(format!("n {}", group(scalar.n))),
                    Unit::Count | Unit::Seconds => None,
                };
                (scalar.unit, scalar.value, scalar.previous, scalar.change, aside, Vec::new())
            }
            MetricValue::Duration(duration) => {
                let now = duration.statistics;
                let details = vec![
                    format!("p50 {}", duration.unit.format(now.p50)),
                    format!("p90 {} · n {}", duration.unit.format(now.p90), group(now.n)),
                ];
                let aside = Some("mean".to_owned());
                let before = duration.previous.as_ref().and_then(|before| before.mean);
                (duration.unit, now.mean, before, duration.change.and_then(|change| change.mean), aside, details)
            }
        };
        let kind = words::change_kind(id, unit);
        let change = before.map(|before| {
            (change.map(|change| kind.format(unit, change)), format!("from {}", unit.format(Some(before))))
        });
        let targets = report.targets.iter().filter(|target| target.metric == id);
        let targets = targets.map(|target| {
            let is_kept = target.met != Some(false);
            let mark = if is_kept { "" } else { targets::MARK };
            let statistic = if target.statistic == VALUE { String::new() } else { format!("{} ", target.statistic) };
            let bound = targets::bound(target);
            (is_kept, format!("{mark}{statistic}target {bound} {}", targets::verdict(target)))
        });
        let targets = targets.collect();
        Self { label: words::metric(id).into_owned(), value: unit.format(now), change, aside, details, targets }
    }

    fn broken(&self, flow: &mut Flow, style: Style, width: f64) -> Broken {
        let value = shrunk(flow, &self.value, style, width);
        let aside = self.aside.as_ref().map(|aside| flow.type_.line(aside, NOTE));
        let fits = aside.as_ref().is_none_or(|aside| value.width() + ASIDE_GAP + aside.width() <= width);
        let below = if fits { None } else { self.aside.as_ref() };
        let mut details = Vec::new();
        let change = self.change.as_ref().map(|(change, before)| {
            let room = width - change.as_ref().map_or(0.0, |change| change_width(flow, change) + CHANGE_GAP);
            let line = flow.type_.line(before, NOTE);
            if line.width() <= room {
                return (change.clone(), Some(line));
            }
            details.extend(flow.type_.wrap(before, NOTE, width, usize::MAX));
            (change.clone(), None)
        });
        for detail in below.into_iter().chain(&self.details) {
            details.extend(flow.type_.wrap(detail, NOTE, width, usize::MAX));
        }
        for (is_kept, target) in &self.targets {
            let style = if *is_kept { NOTE } else { NOTE.weight(Weight::SemiBold).color(INK) };
            details.extend(flow.type_.wrap(target, style, width, usize::MAX));
        }
        Broken {
            is_missed: self.targets.iter().any(|(is_kept, _)| !is_kept),
            label: flow.type_.wrap(&self.label, LABEL, width, 2),
            value,
            change,
            aside: aside.filter(|_| fits),
            details,
        }
    }
}

impl Broken {
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    fn height(&self) -> f64 {
        let lines = self.label.len() as f64 * LABEL.leading + self.details.len() as f64 * NOTE.leading;
        let change = if self.change.is_some() { CHANGE.leading } else { 0.0 };
        lines + VALUE_GAP + self.value.style().leading + change + 2.0 * PADDING
    }

    fn draw(self, flow: &mut Flow, x: f64, top: f64) {
        let mut y = top + flow.lines(x, top, self.label) + VALUE_GAP;
        let style = self.value.style();
        let width = flow.place(x, style.baseline(y), self.value, Align::Left);
        if let Some(aside) = self.aside {
            flow.place(x + width + ASIDE_GAP, style.baseline(y), aside, Align::Left);
        }
        y += style.leading;
        if let Some((change, before)) = self.change {
            let mut x = x;
            if let Some(change) = change {
                if let Some(direction) = Direction::of(&change) {
                    triangle(flow, x, y, direction);
                    x += TRIANGLE_ROOM;
                }
                x += flow.text(x, CHANGE.baseline(y), &change, CHANGE, Align::Left) + CHANGE_GAP;
            }
            if let Some(before) = before {
                flow.place(x, NOTE.middle(y, CHANGE.leading), before, Align::Left);
            }
            y += CHANGE.leading;
        }
        flow.lines(x, y, self.details);
    }
}

/// Where a change goes, as the sign of its text says: rounded as the reader sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

impl Direction {
    fn of(change: &str) -> Option<Self> {
        if change.starts_with('+') {
            Some(Self::Up)
        } else if change.starts_with('−') {
            Some(Self::Down)
        } else {
            None
        }
    }
}

fn change_width(flow: &mut Flow, change: &str) -> f64 {
    let triangle = if Direction::of(change).is_some() { TRIANGLE_ROOM } else { 0.0 };
    triangle + flow.type_.line(change, CHANGE).width()
}

fn triangle(flow: &mut Flow, x: f64, top: f64, direction: Direction) {
    let middle = top + CHANGE.leading / 2.0;
    let (tip, base) = match direction {
        Direction::Up => (middle - TRIANGLE / 2.0, middle + TRIANGLE / 2.0),
        Direction::Down => (middle + TRIANGLE / 2.0, middle - TRIANGLE / 2.0),
    };
    let width = TRIANGLE + 1.0;
    let corners = vec![Point { x, y: base }, Point { x: x + width, y: base }, Point { x: x + width / 2.0, y: tip }];
    flow.polygon(corners, ACCENT);
}

/// A value that never loses a digit: it is set smaller where it is too wide.
fn shrunk(flow: &mut Flow, value: &str, style: Style, width: f64) -> Line {
    let line = flow.type_.line(value, style);
    if line.width() <= width { line } else { flow.type_.line(value, style.sized(style.size * width / line.width())) }
}
