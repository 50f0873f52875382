//! The head of the report: whose numbers these are, of which days, and what was read for them.

use std::collections::BTreeMap;

use crate::report::{Generator, Input, Limits, Report, ReportWindow, Sessions};
use crate::unit::{Unit, group};

use super::line::{Ink, Line, heading};
use super::names::plural;
use super::{dates, text};

/// More input files than these are counted, not named.
const FILES_NAMED: usize = 4;
/// Columns of the name before each fact.
const NAME_WIDTH: usize = 10;

pub(super) fn lines(report: &Report, width: usize) -> Vec<Line> {
    head(&report.title, &report.generator, &facts(report), width)
}

/// A title, who made this, and named facts.
pub(super) fn head(title: &str, generator: &Generator, facts: &[(&str, String)], width: usize) -> Vec<Line> {
    let mut lines = title_lines(title, generator, width);
    lines.push(Line::of(Ink::Faint, &"━".repeat(width)));
    for (name, value) in facts {
        lines.extend(entry(name, value, width));
    }
    lines
}

fn title_lines(title: &str, generator: &Generator, width: usize) -> Vec<Line> {
    let program = format!("{} {}", generator.name, generator.version);
    let mut lines: Vec<Line> = text::wrap(title, width).iter().map(|part| Line::of(Ink::Title, part)).collect();
    let room = width.saturating_sub(text::width(&program));
    match lines.as_mut_slice() {
        [line] if line.width() + 2 <= room => {
            line.fill_to(room);
            line.push(Ink::Faint, &program);
        }
        _ => lines.push(Line::of(Ink::Faint, &text::fit(&program, width))),
    }
    lines
}

/// A name and what it is, wrapped beside it.
pub(super) fn entry(name: &str, value: &str, width: usize) -> Vec<Line> {
    text::wrap(value, width - NAME_WIDTH)
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let mut line = Line::new();
            line.left(Ink::Faint, if index == 0 { name } else { "" }, NAME_WIDTH);
            line.with(Ink::Plain, part)
        })
        .collect()
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let window = &report.window;
    let mut facts = vec![("Window", days(window))];
    if let Some(previous) = report.compared_with() {
        facts.push(("Compared", format!("with {}", dates::days(&previous.from, &previous.to))));
    }
    facts.extend(only(&report.filters));
    facts
}

/// What was read for the numbers, and how events became conversations.
pub(super) fn origin(report: &Report, width: usize) -> Vec<Line> {
    let mut facts = read(&report.input);
    if let (Some(first), Some(last)) = (&report.input.first_event, &report.input.last_event) {
        facts.push(("Events", format!("{} – {}", dates::instant(first), dates::instant(last))));
    }
    facts.extend(horizon(&report.input, &report.as_of));
    facts.extend(of_rules(report.sessions, &report.limits));
    if let Some(hours) = &report.opening_hours {
        facts.push(("Open time", format!("durations count the time that {} is open ({})", hours.file, hours.zone)));
        facts.extend(hours.lines().into_iter().map(|(name, week)| ("", format!("{name}: {week}"))));
    }
    let mut lines = vec![heading("Where the numbers come from", width)];
    lines.extend(facts.iter().flat_map(|(name, value)| entry(name, value, width)));
    lines
}

/// The horizon. By default it is the last event, which stands in the report already.
pub(super) fn horizon(input: &Input, as_of: &str) -> Option<(&'static str, String)> {
    let is_last = input.last_event.as_deref().is_some_and(|last| dates::same_instant(last, as_of));
    (!is_last).then(|| ("As of", format!("{}, later events are unseen", dates::instant(as_of))))
}

/// What was read, and what of it is shown.
pub(super) fn of_input(filters: &BTreeMap<String, Vec<String>>, input: &Input) -> Vec<(&'static str, String)> {
    only(filters).into_iter().chain(read(input)).collect()
}

/// What the numbers are restricted to.
fn only(filters: &BTreeMap<String, Vec<String>>) -> Option<(&'static str, String)> {
    let shown: Vec<String> = filters.iter().map(|(name, values)| format!("{name}: {}", values.join(", "))).collect();
    (!shown.is_empty()).then(|| ("Only", shown.join(" · ")))
}

fn read(input: &Input) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Log", files(input)), ("Rows", rows(input))];
    if !input.rejections.is_empty() {
        let reasons = input.rejections.iter().map(|(reason, n)| format!("{} {reason}", group(*n)));
        facts.push(("Rejected", reasons.collect::<Vec<_>>().join(", ")));
    }
    facts
}

/// How events became conversations, and the limits that are not the usual ones.
pub(super) fn of_rules(rule: Sessions, limits: &Limits) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Sessions", sessions(rule).to_owned())];
    let limits = limits.named().into_iter().zip(Limits::default().named());
    let unusual = limits.filter(|(limit, default)| limit != default);
    let unusual: Vec<String> =
        unusual.map(|((name, seconds), _)| format!("{name} {}", Unit::Seconds.format(Some(seconds)))).collect();
    if !unusual.is_empty() {
        facts.push(("Limits", unusual.join(", ")));
    }
    facts
}

/// The days of a window, and their zone.
pub(super) fn days(window: &ReportWindow) -> String {
    let days = plural(u64::from(window.days), "day");
    format!("{}, {days}, {}", dates::days(&window.from, &window.to), dates::zone(window))
}

fn sessions(rule: Sessions) -> &'static str {
    match rule {
        Sessions::Id => "one conversation per conversation_id",
        Sessions::Inactivity => "by inactivity, per customer and channel",
        Sessions::InactivityAcrossChannels => "by inactivity, per customer across channels",
    }
}

fn rows(input: &Input) -> String {
    format!(
        "{} read: {} accepted, {}, {} rejected",
        group(input.rows_read),
        group(input.accepted),
        plural(input.duplicates, "duplicate"),
        group(input.rejected)
    )
}

fn files(input: &Input) -> String {
    let mut names: Vec<String> = input
        .files
        .iter()
        .take(FILES_NAMED)
        .map(|file| format!("{} ({}, {})", file.name, file.format, file.profile))
        .collect();
    let unnamed = input.files.len().saturating_sub(FILES_NAMED);
    if unnamed > 0 {
        names.push(format!("{unnamed} more"));
    }
    if names.is_empty() { "no file".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, sample, week};
    use super::*;

    fn drawn(report: &Report) -> String {
        paint(&lines(report, 100), false) + &paint(&origin(report, 100), false)
    }

    #[test]
    fn the_window_stands_in_words() {
        let text = drawn(&week::week());
        assert!(
            text.contains("Window    Mon 9 Mar – Sun 15 Mar 2026, 7 days, America/Sao_Paulo (UTC−03:00)\n"),
            "{text}"
        );
        assert!(text.contains("Compared  with Mon 2 Mar – Sun 8 Mar 2026\n"), "{text}");
        assert!(!drawn(&sample::silent()).contains("Compared"));
    }

    #[test]
    fn the_horizon_is_named_where_it_is_not_the_last_event() {
        assert!(!drawn(&week::week()).contains("As of"));
        assert!(drawn(&sample::names()).contains("As of     Thu 12 Mar 2026 12:00 UTC, later events are unseen\n"));
    }

    #[test]
    fn many_files_are_counted() {
        assert!(drawn(&sample::large()).contains("2026-03.csv (csv, canonical), 8 more\n"));
        assert!(drawn(&sample::empty()).contains("Log       no file\n"));
    }

    #[test]
    fn only_unusual_limits_are_named() {
        assert!(!drawn(&week::week()).contains("Limits"));
        let mut report = week::week();
        report.limits.service_level = 30.0;
        assert!(drawn(&report).contains("\nLimits    service level 30 s\n"), "{}", drawn(&report));
    }
}
