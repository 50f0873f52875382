//! The head of the report: program, days and input.

use std::collections::BTreeMap;

use crate::event::aliases::Aliases;
use crate::language::Language;
use crate::render::{filters, hidden, open_hours, words};
use crate::report::opening_hours::ReportOpeningHours;
use crate::report::{Generator, Input, LimitSeconds, Report, ReportWindow, Sessions};

use super::line::{Ink, Line, heading};
use super::{dates, text};

/// More input files than these are counted, not named.
const FILES_NAMED: usize = 4;
/// The width of the name before each fact; more in a language with a longer name.
const NAME_WIDTH: usize = 10;

pub(super) fn lines(report: &Report, language: Language, width: usize) -> Vec<Line> {
    head(&words::title(language, report), &report.generator, &facts(report, language), width)
}

/// A title, the program, and named facts.
pub(super) fn head(title: &str, generator: &Generator, facts: &[(&str, String)], width: usize) -> Vec<Line> {
    let mut lines = title_lines(title, generator, width);
    lines.push(Line::of(Ink::Faint, &"━".repeat(width)));
    lines.extend(entries(facts, width));
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

/// Names with their values, wrapped beside them.
fn entries(facts: &[(&str, String)], width: usize) -> Vec<Line> {
    let name = facts.iter().map(|(name, _)| text::width(name) + 1).fold(NAME_WIDTH, usize::max);
    facts.iter().flat_map(|(fact, value)| entry_beside(fact, value, name, width)).collect()
}

/// A name with its value, wrapped beside it.
pub(super) fn entry(name: &str, value: &str, width: usize) -> Vec<Line> {
    entry_beside(name, value, NAME_WIDTH, width)
}

fn entry_beside(name: &str, value: &str, room: usize, width: usize) -> Vec<Line> {
    text::wrap(value, width - room)
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let mut line = Line::new();
            line.left(Ink::Faint, if index == 0 { name } else { "" }, room);
            line.with(Ink::Plain, part)
        })
        .collect()
}

fn facts(report: &Report, language: Language) -> Vec<(&'static str, String)> {
    let window = &report.window;
    let mut facts = vec![(language.text("head.window"), days(language, window))];
    if let Some(previous) = report.compared_span() {
        let days = dates::days(language, previous);
        facts.push((language.text("head.compared"), language.fill("head.compared_with", &[("days", &days)])));
    }
    facts.extend(only(language, &report.filters));
    facts.extend(hidden::note(language, report).map(|note| (language.text("min_cell.title"), note)));
    facts
}

/// The input of the numbers, and the rule for conversations.
pub(super) fn origin(report: &Report, language: Language, width: usize) -> Vec<Line> {
    let mut facts = read(language, &report.input);
    if let (Some(first), Some(last)) = (&report.input.first_event, &report.input.last_event) {
        let instant = |text: &str| dates::instant(language, text, &report.window.timezone);
        let span = format!("{} – {}", instant(first), instant(last));
        facts.push((language.text("head.events"), span));
    }
    facts.extend(horizon(language, &report.input, &report.as_of, &report.window.timezone));
    facts.extend(of_rules(language, report.sessions, &report.limits));
    facts.extend(of_renamed(language, &report.renamed));
    facts.extend(of_opening_hours(language, report.opening_hours.as_ref()));
    let mut lines = vec![heading(language.text("head.origin"), width)];
    lines.extend(entries(&facts, width));
    lines
}

/// The horizon. By default it is the last event, which the report shows already.
pub(super) fn horizon(language: Language, input: &Input, as_of: &str, zone: &str) -> Option<(&'static str, String)> {
    let is_last = input.last_event.as_deref().is_some_and(|last| dates::same_instant(last, as_of));
    let horizon = || language.fill("head.horizon", &[("instant", &dates::instant(language, as_of, zone))]);
    (!is_last).then(|| (language.text("head.as_of"), horizon()))
}

/// The input, and the displayed part of it.
pub(super) fn of_input(
    language: Language,
    filters: &BTreeMap<String, Vec<String>>,
    input: &Input,
) -> Vec<(&'static str, String)> {
    only(language, filters).into_iter().chain(read(language, input)).collect()
}

/// The filters of the numbers.
fn only(language: Language, filters: &BTreeMap<String, Vec<String>>) -> Option<(&'static str, String)> {
    let shown = filters::in_words(language, filters);
    (!shown.is_empty()).then(|| (language.text("head.only"), shown.join(" · ")))
}

fn read(language: Language, input: &Input) -> Vec<(&'static str, String)> {
    let mut facts =
        vec![(language.text("head.log"), files(language, input)), (language.text("head.rows"), rows(language, input))];
    if !input.rejections.is_empty() {
        let reasons = input
            .rejections
            .iter()
            .map(|(reason, n)| format!("{} {}", language.count(*n), words::reason(language, reason)));
        facts.push((language.text("head.rejected"), reasons.collect::<Vec<_>>().join(", ")));
    }
    facts
}

/// The renamed and merged names of the log, one per line.
pub(super) fn of_renamed(language: Language, names: &Aliases) -> impl Iterator<Item = (&'static str, String)> {
    let heads = std::iter::once(language.text("pdf.renamed")).chain(std::iter::repeat(""));
    heads.zip(words::renamed(language, names))
}

/// The calendars for measuring durations.
pub(super) fn of_opening_hours(language: Language, hours: Option<&ReportOpeningHours>) -> Vec<(&'static str, String)> {
    let Some(hours) = hours else { return Vec::new() };
    let open = language.fill("head.open_by", &[("file", &hours.file), ("zone", &hours.zone)]);
    let weeks = open_hours::lines(language, hours).into_iter().map(|line| ("", line));
    std::iter::once((language.text("head.open_time"), open)).chain(weeks).collect()
}

/// The rule for conversations, and the limits that are not the defaults.
pub(super) fn of_rules(language: Language, rule: Sessions, limits: &LimitSeconds) -> Vec<(&'static str, String)> {
    let mut facts = vec![(language.text("head.sessions"), words::sessions(language, rule).to_owned())];
    let limits = words::limits(language, limits).into_iter().zip(words::limits(language, &LimitSeconds::default()));
    let unusual = limits.filter(|(limit, default)| limit != default);
    let unusual: Vec<String> =
        unusual.map(|((name, seconds), _)| format!("{name} {}", language.seconds(Some(seconds)))).collect();
    if !unusual.is_empty() {
        facts.push((language.text("head.limits"), unusual.join(", ")));
    }
    facts
}

/// The days of a window, and their zone.
pub(super) fn days(language: Language, window: &ReportWindow) -> String {
    let count = language.counted("count.days", u64::from(window.days));
    let days = dates::days(language, window.span());
    let zone = dates::zone(language, window);
    language.fill("head.window_days", &[("days", &days), ("count", &count), ("zone", &zone)])
}

fn rows(language: Language, input: &Input) -> String {
    let key = if input.events_apart().is_some() { "head.events_read" } else { "head.rows_read" };
    language.fill(
        key,
        &[
            ("rows", &language.count(input.rows())),
            ("read", &language.count(input.rows_read)),
            ("accepted", &language.count(input.accepted)),
            ("duplicates", &language.counted("count.duplicates", input.duplicates)),
            ("rejected", &language.counted("page.rejected_count", input.rejected)),
        ],
    )
}

fn files(language: Language, input: &Input) -> String {
    let mut names: Vec<String> = input
        .files
        .iter()
        .take(FILES_NAMED)
        .map(|file| format!("{} ({}, {})", file.name, file.format, file.profile))
        .collect();
    let unnamed = input.files.len().saturating_sub(FILES_NAMED);
    if unnamed > 0 {
        names.push(language.fill("list.more", &[("n", &unnamed)]));
    }
    if names.is_empty() { language.text("head.no_file").to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, sample, week};
    use super::*;

    fn drawn(report: &Report) -> String {
        let language = Language::English;
        paint(&lines(report, language, 100), false) + &paint(&origin(report, language, 100), false)
    }

    #[test]
    fn the_window_is_in_words() {
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
        assert!(drawn(&sample::names()).contains("As of     Thu 12 Mar 2026 09:00; later events are ignored\n"));
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
