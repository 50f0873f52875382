//! The notes of a page: warnings, definitions, and the sources of the numbers.

use super::words;
use super::{MarkedText, PageCell, PagePart, PageTable, Section, TableColumn};
use crate::event::aliases::Aliases;
use crate::harmless::shown;
use crate::language::Language;
use crate::render::definitions::shown_definitions;
use crate::render::open_hours;
use crate::render::words::{counted, reason_named};
use crate::report::opening_hours::ReportOpeningHours;
use crate::report::{Check, Input, Report, Warning};
use crate::unit::Unit;

/// The warnings; `None` if there are none.
pub fn warnings(language: Language, warnings: &[Warning]) -> Option<Section> {
    let part = |warning: &Warning| {
        PagePart::Warning(MarkedText { lead: warning.id.clone(), text: counted(language, warning) })
    };
    let parts: Vec<PagePart> = warnings.iter().map(part).collect();
    (!parts.is_empty()).then(|| Section { title: words::text(language, "page.warnings"), parts })
}

/// The definition of each displayed number.
pub fn definitions(language: Language, report: &Report) -> Option<Section> {
    let defined = shown_definitions(report, language, |_| true);
    (!defined.is_empty()).then(|| Section {
        title: words::text(language, "page.definitions"),
        parts: vec![PagePart::Definitions(defined)],
    })
}

/// The input files, the reasons for rejects, and the checks.
pub fn sources(language: Language, report: &Report) -> Section {
    let instant = |key: &str, text: &String| language.fill(key, &[("instant", &words::instant(language, text))]);
    let input = &report.input;
    let events = [
        Some(language.fill("page.conversations", &[("rule", &words::sessions(language, report.sessions))])),
        input.first_event.as_ref().map(|text| instant("page.first_event", text)),
        input.last_event.as_ref().map(|text| instant("page.last_event", text)),
        Some(instant("page.as_of", &report.as_of)),
    ];
    let events = events.into_iter().flatten();
    let limits = crate::render::words::limits(language, &report.limits);
    let limits = limits
        .into_iter()
        .map(|(name, seconds)| format!("{name} {}", words::value(language, Unit::Seconds, Some(seconds))));
    let mut parts = vec![PagePart::Table(files(language, &report.input))];
    parts.extend(paragraph(language, "page.events", events));
    parts.extend(rejections(language, &report.input));
    parts.extend(paragraph(language, "page.limits", limits));
    parts.extend(renamed(language, &report.renamed));
    parts.extend(opening_hours(language, report.opening_hours.as_ref()));
    parts.extend(paragraph(language, "page.checks", checks(language, &report.checks).into_iter()));
    Section { title: words::text(language, "page.sources"), parts }
}

/// The calendars for measuring durations; `None` without opening hours.
pub fn opening_hours(language: Language, hours: Option<&ReportOpeningHours>) -> Option<PagePart> {
    let hours = hours?;
    let lead = language.fill("page.open_time", &[("file", &hours.file), ("zone", &hours.zone)]);
    let lines = open_hours::lines(language, hours);
    Some(PagePart::Text(MarkedText { lead: crate::render::words::lead(language, &lead), text: lines.join(" · ") }))
}

/// The reasons for rejects; `None` without rejects.
pub fn rejections(language: Language, input: &Input) -> Option<PagePart> {
    let reasons =
        input.rejections.iter().map(|(id, n)| format!("{} {}", reason_named(language, id), words::count(language, *n)));
    paragraph(language, "page.rejected_rows", reasons)
}

/// The results of the identities.
pub fn checks(language: Language, checks: &[Check]) -> Vec<String> {
    let failed: Vec<String> = checks
        .iter()
        .filter(|check| !check.holds)
        .map(|check| language.fill("page.check_fails", &[("check", &words::named(&check.id))]))
        .collect();
    match (checks.len() as u64, failed.is_empty()) {
        (0, _) => Vec::new(),
        (all, true) => vec![language.counted("page.checks_passed", all)],
        (_, false) => failed,
    }
}

/// Short statements in one paragraph; `None` without statements.
pub fn paragraph(language: Language, key: &str, statements: impl Iterator<Item = String>) -> Option<PagePart> {
    let text = statements.collect::<Vec<_>>().join(" · ");
    (!text.is_empty())
        .then(|| PagePart::Text(MarkedText { lead: crate::render::words::lead(language, language.text(key)), text }))
}

/// The renamed and merged names of the log, if any.
pub fn renamed(language: Language, names: &Aliases) -> Option<PagePart> {
    paragraph(language, "pdf.renamed", crate::render::words::renamed(language, names))
}

/// One row per file.
pub fn files(language: Language, input: &Input) -> PageTable {
    let mut heads = vec![
        ("page.file", false),
        ("page.format", false),
        ("page.profile", false),
        ("page.rows_read", true),
        ("page.accepted", true),
        ("page.duplicates", true),
        ("page.rejected", true),
    ];
    let has_events = input.events_apart().is_some();
    if has_events {
        heads.insert(4, ("head.events", true));
    }
    let column =
        |(key, is_number): (&str, bool)| TableColumn { group: None, head: words::text(language, key), is_number };
    let cells = |texts: [String; 3], rows: u64, numbers: [u64; 4]| {
        let numbers = numbers.into_iter().skip(usize::from(!has_events));
        let numbers = std::iter::once(rows).chain(numbers).map(|it| words::whole(language, it));
        texts.map(PageCell::text).into_iter().chain(numbers).collect::<Vec<_>>()
    };
    let rows = input.files.iter().map(|file| {
        let texts = [shown(&file.name), file.format.clone(), file.profile.clone()];
        cells(texts, file.rows(), [file.rows_read, file.accepted, file.duplicates, file.rejected])
    });
    let sums = [input.rows_read, input.accepted, input.duplicates, input.rejected];
    PageTable {
        title: words::text(language, "page.files"),
        note: String::new(),
        columns: heads.into_iter().map(column).collect(),
        rows: rows.collect(),
        total: (input.files.len() > 1)
            .then(|| cells([words::text(language, "page.total"), String::new(), String::new()], input.rows(), sums)),
        empty: words::text(language, "page.no_files"),
        is_sortable: false,
    }
}

/// The origin of the numbers in one line.
pub fn origin(language: Language, input: &Input, checks: &[Check]) -> PagePart {
    let file = match input.files.as_slice() {
        [file] => file.name.clone(),
        files => language.counted("page.files_read", files.len() as u64),
    };
    let mut texts = vec![file, language.counted("count.rows", input.rows())];
    texts.extend(input.events_apart().map(|events| language.counted("count.events", events)));
    if input.duplicates > 0 {
        texts.push(language.counted("page.repeats", input.duplicates));
    }
    if input.rejected > 0 {
        texts.push(language.counted("page.rejected_count", input.rejected));
    }
    let failed = checks.iter().filter(|check| !check.holds).count() as u64;
    texts.push(match failed {
        0 => language.counted("page.checks_passed", checks.len() as u64),
        failed => language.counted_with("page.checks_failed", failed, &[("all", &checks.len())]),
    });
    PagePart::Text(MarkedText { lead: String::new(), text: texts.join(" · ") })
}
