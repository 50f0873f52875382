//! What the gate found, one file an output format: people, programs, and the pages of CI services.

pub mod diff;
pub mod document;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod markdown;
#[cfg(test)]
pub(crate) mod sample;
pub mod sarif;
pub mod text;

use std::path::Path;

use crate::gate::{Bound, Broke, Cause, Direction, Finding, Outcome, Pair, Part, Place, Severity};
use crate::render::{html, plain};
use crate::unit::{ChangeKind, Unit};

/// The formats of `check --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum CheckFormat {
    /// One line a finding.
    Text,
    /// Lines of a name, a tab and a value, for screen readers and pipes.
    Plain,
    /// For programs.
    Json,
    /// `JUnit` XML: one case a rule.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// For a comment or a job's summary.
    Markdown,
    /// A page for a browser or a mail: one file, nothing is fetched.
    Html,
    /// For code scanning.
    Sarif,
}

/// The text of the outcome in a format.
///
/// # Errors
///
/// Where a name in it cannot be written in the format.
pub fn render(outcome: &Outcome, format: CheckFormat) -> anyhow::Result<String> {
    match format {
        CheckFormat::Text => Ok(text::render(outcome)),
        CheckFormat::Plain => Ok(plain::render(&document::check(outcome))),
        CheckFormat::Json => Ok(json::render(outcome)),
        CheckFormat::Junit => junit::render(outcome),
        CheckFormat::Github => Ok(github::render(outcome)),
        CheckFormat::Gitlab => Ok(gitlab::render(outcome)),
        CheckFormat::Markdown => Ok(markdown::render(outcome)),
        CheckFormat::Html => Ok(html::render(&document::check(outcome))),
        CheckFormat::Sarif => Ok(sarif::render(outcome)),
    }
}

/// What a cause is, as a heading.
const fn heading(cause: Cause) -> &'static str {
    match cause {
        Cause::Definition => "definition: what the numbers mean",
        Cause::Window => "window: which days",
        Cause::Filters => "filters: which conversations, by which limits",
        Cause::Data => "data: which events",
    }
}

/// A number's name: `queue_wait.p90`, `conversations`.
fn name(metric: &str, part: Part) -> String {
    match part {
        Part::Value => metric.to_owned(),
        Part::Statistic(_) | Part::N => format!("{metric}.{}", part.name()),
    }
}

/// `queue_wait.p90 by_queue Pedidos`; in the total the name alone.
fn subject(metric: &str, part: Part, place: &Place) -> String {
    match place {
        Place::Total => name(metric, part),
        Place::Row { .. } | Place::Hour { .. } | Place::Staffing { .. } | Place::Trend { .. } => {
            format!("{} {place}", name(metric, part))
        }
    }
}

/// The two numbers for people; with all their digits where they would look the same.
fn numbers(unit: Unit, old: Option<f64>, new: Option<f64>) -> (String, String) {
    let (was, is) = (unit.format(old), unit.format(new));
    if was == is && old != new {
        let raw = |value: Option<f64>| value.map_or(was.clone(), |value| format!("{value} {}", unit.name()));
        return (raw(old), raw(new));
    }
    (was, is)
}

/// `no change is allowed`, `±37.2 s is allowed`, `must be at least 80.0%`.
fn limit(unit: Unit, broke: Broke) -> String {
    let distance = |value: f64| match unit {
        Unit::Rate => format!("{} pts", (value * 1000.0).round() / 10.0),
        Unit::Count | Unit::Score => format!("{}", (value * 10.0).round() / 10.0),
        Unit::Seconds => unit.format(Some(value)),
    };
    match broke {
        Broke::Change { direction: Direction::Any, allowed: 0.0 } => "no change is allowed".to_owned(),
        Broke::Change { direction: Direction::Up, allowed: 0.0 } => "no rise is allowed".to_owned(),
        Broke::Change { direction: Direction::Down, allowed: 0.0 } => "no fall is allowed".to_owned(),
        Broke::Change { direction: Direction::Any, allowed } => format!("±{} is allowed", distance(allowed)),
        Broke::Change { direction: Direction::Up, allowed } => format!("+{} is allowed", distance(allowed)),
        Broke::Change { direction: Direction::Down, allowed } => format!("−{} is allowed", distance(allowed)),
        Broke::Bound(Bound::AtMost(limit)) | Broke::NoData(Bound::AtMost(limit)) => {
            format!("must be at most {}", unit.format(Some(limit)))
        }
        Broke::Bound(Bound::AtLeast(limit)) | Broke::NoData(Bound::AtLeast(limit)) => {
            format!("must be at least {}", unit.format(Some(limit)))
        }
    }
}

/// How far a number moved: `, +18%` of most, `, −6.0 pts` of a rate; nothing where that cannot be said.
fn distance(unit: Unit, old: Option<f64>, new: Option<f64>) -> String {
    let kind = if unit == Unit::Rate { ChangeKind::Difference } else { ChangeKind::Relative };
    match kind.between(new, old) {
        None => String::new(),
        // Nobody reads a tenth of so many percent.
        Some(by) if kind == ChangeKind::Relative && by.abs() >= 0.1 => {
            let sign = if by > 0.0 { "+" } else { "−" };
            format!(", {sign}{:.0}%", by.abs() * 100.0)
        }
        Some(by) => format!(", {}", kind.format(unit, by)),
    }
}

/// What happened to a number: `6 min 12 s → 8 min 33 s, +38%; +37 s is allowed`; of a bound without a baseline the number
/// alone; `no data; must be at most 5 min 00 s`.
fn event(finding: &Finding) -> String {
    let (was, is) = numbers(finding.unit, finding.old, finding.new);
    let limit = limit(finding.unit, finding.broke);
    let is_same = finding.old == finding.new;
    let moved = match finding.broke {
        Broke::NoData(_) if is_same => "no data".to_owned(),
        Broke::NoData(_) => format!("{was} → no data"),
        Broke::Bound(_) if is_same || finding.old.is_none() => is,
        Broke::Bound(_) | Broke::Change { .. } => {
            format!("{was} → {is}{}", distance(finding.unit, finding.old, finding.new))
        }
    };
    format!("{moved}; {limit}")
}

/// How many conversations an output names.
const NAMED: usize = 5;

/// `; conversations PA-0007 (12 s → 3 min), …`, or nothing.
fn conversations(finding: &Finding) -> String {
    if finding.conversations.is_empty() {
        return String::new();
    }
    let named = finding.conversations.iter().take(NAMED).map(|behind| {
        let (was, is) = numbers(finding.unit, behind.old, behind.new);
        match (behind.old, behind.new) {
            (None, _) => format!("{} ({is})", behind.id),
            (Some(_), None) => format!("{} ({was} → none)", behind.id),
            (Some(_), Some(_)) => format!("{} ({was} → {is})", behind.id),
        }
    });
    let more = finding.conversations.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("; conversations {}{more}", named.collect::<Vec<_>>().join(", "))
}

/// One sentence for a finding.
fn sentence(finding: &Finding) -> String {
    let subject = subject(&finding.metric, finding.part, &finding.place);
    format!("{subject}: {}{}", event(finding), conversations(finding))
}

/// A pair as a finding says it: `6 min 12 s → 8 min 33 s`.
fn moved(pair: &Pair) -> (String, String) {
    let (old, new) = pair.values();
    let (was, is) = numbers(pair.unit, old, new);
    let or_absent = |is_there: bool, text: String| if is_there { text } else { "not shown".to_owned() };
    (or_absent(pair.old.is_some(), was), or_absent(pair.new.is_some(), is))
}

/// The file that a finding is pinned to, and the line: the rule, else the baseline.
fn location(outcome: &Outcome, finding: &Finding) -> Option<(String, usize)> {
    let path = outcome.rules.as_ref().or(outcome.baseline.as_ref())?;
    Some((path.clone(), finding.line.unwrap_or(1)))
}

/// A path with slashes, relative where it was given so.
fn with_slashes(path: &str) -> String {
    let parts: Vec<_> = Path::new(path).components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let text = parts.join("/");
    text.strip_prefix("//").map_or(text.clone(), |rest| format!("/{rest}")).trim_start_matches("./").to_owned()
}

/// A name of a finding that stays the same from run to run, whatever its numbers: FNV-1a, 64 bits.
fn fingerprint(finding: &Finding) -> String {
    let text = [&finding.rule, "\0", &subject(&finding.metric, finding.part, &finding.place)].concat();
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// Whether a line is a [`summary`].
pub(super) fn is_summary(line: &str) -> bool {
    let Some((numbers, verdict)) = line.rsplit_once(": ") else { return false };
    let mut words = numbers.split(' ');
    let is_count = |word: Option<&str>| word.is_some_and(|word| word.parse::<usize>().is_ok());
    let counts = is_count(words.next()) && matches!(words.next(), Some("number" | "numbers"));
    let against = matches!(words.next(), None | Some("against"));
    let part = |part: &str| {
        let (count, word) = part.split_once(' ').unwrap_or_default();
        is_count(Some(count))
            && matches!(word, "failure" | "failures" | "warning" | "warnings" | "fails" | "fail" | "warns" | "warn")
    };
    counts && against && (verdict == "all hold" || verdict.split(", ").all(part))
}

/// `57 numbers against base.json: 2 failures, 1 warning`.
#[must_use]
pub fn summary(outcome: &Outcome) -> String {
    let against = outcome.baseline.as_ref().map(|path| format!(" against {path}")).unwrap_or_default();
    let one_or_many = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let failed = one_or_many(outcome.count(Severity::Fail), "failure", "failures");
    let warned = one_or_many(outcome.count(Severity::Warn), "warning", "warnings");
    let verdict = match (outcome.count(Severity::Fail), outcome.count(Severity::Warn)) {
        (0, 0) => "all hold".to_owned(),
        (0, _) => warned,
        (_, 0) => failed,
        (_, _) => format!("{failed}, {warned}"),
    };
    format!("{}{against}: {verdict}", one_or_many(outcome.numbers(), "number", "numbers"))
}
