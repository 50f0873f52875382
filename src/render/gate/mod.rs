//! The findings of the gate, one file for each output format: for people, for programs, and for the pages of CI
//! services.

pub mod diff;
mod document;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
#[cfg(test)]
pub(crate) mod sample;
mod sarif;
mod text;

use std::path::Path;

use crate::gate::{Bound, Broke, Cause, CellPath, Direction, Finding, MetricPart, Outcome, Pair, Severity};
use crate::language::Language;
use crate::render::look::Look;
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

impl CheckFormat {
    /// Whether people read it, each in their language; what programs and CI services read is English.
    #[must_use]
    pub const fn is_translated(self) -> bool {
        match self {
            Self::Text | Self::Plain | Self::Markdown | Self::Html => true,
            Self::Json | Self::Junit | Self::Github | Self::Gitlab | Self::Sarif => false,
        }
    }
}

/// The text of the outcome in a format. Formats for programs and CI services are English in every language.
///
/// # Errors
///
/// If a name cannot be written in the format.
pub fn render(outcome: &Outcome, format: CheckFormat, language: Language, look: &Look) -> anyhow::Result<String> {
    match format {
        CheckFormat::Text => Ok(text::render(outcome, language)),
        CheckFormat::Plain => Ok(plain::render(&document::check(outcome, language))),
        CheckFormat::Json => Ok(json::render(outcome)),
        CheckFormat::Junit => junit::render(outcome),
        CheckFormat::Github => Ok(github::render(outcome)),
        CheckFormat::Gitlab => Ok(gitlab::render(outcome)),
        CheckFormat::Markdown => Ok(markdown::render(outcome, language)),
        CheckFormat::Html => Ok(html::render(&document::check(outcome, language), look)),
        CheckFormat::Sarif => Ok(sarif::render(outcome)),
    }
}

/// The heading of a cause.
fn heading(language: Language, cause: Cause) -> &'static str {
    language.text(match cause {
        Cause::Definition => "gate.heading_definition",
        Cause::Window => "gate.heading_window",
        Cause::Filters => "gate.heading_filters",
        Cause::Data => "gate.heading_data",
    })
}

/// The name of a severity.
fn severity(language: Language, severity: Severity) -> &'static str {
    language.text(match severity {
        Severity::Fail => "gate.fail",
        Severity::Warn => "gate.warn",
    })
}

/// A number's name: `queue_wait.p90`, `conversations`.
fn name(metric: &str, part: MetricPart) -> String {
    match part {
        MetricPart::Value => metric.to_owned(),
        MetricPart::Statistic(_) | MetricPart::N => format!("{metric}.{}", part.name()),
    }
}

/// `queue_wait.p90 by_queue Pedidos`; for a total, only the name.
fn subject(metric: &str, part: MetricPart, path: &CellPath) -> String {
    match path {
        CellPath::Total => name(metric, part),
        CellPath::Row { .. } | CellPath::Hour { .. } | CellPath::Staffing { .. } | CellPath::Trend { .. } => {
            format!("{} {path}", name(metric, part))
        }
    }
}

/// With this many decimals, any two numbers that differ in JSON differ in the text too.
const MOST_DECIMALS: usize = 17;

/// The two numbers for people, with enough decimals to differ.
fn numbers(language: Language, unit: Unit, old: Option<f64>, new: Option<f64>) -> (String, String) {
    let (was, is) = (language.value(unit, old), language.value(unit, new));
    let (Some(from), Some(to)) = (old, new) else { return (was, is) };
    if was != is || from.to_bits() == to.to_bits() {
        return (was, is);
    }
    let precise = |value: f64, decimals: usize| match unit {
        Unit::Rate => format!("{}{}", language.decimals(value * 100.0, decimals), language.notation().percent),
        Unit::Seconds => format!("{} s", language.decimals(value, decimals)),
        Unit::Count | Unit::Score => language.decimals(value, decimals),
    };
    let mut pairs = (1..=MOST_DECIMALS).map(|decimals| (precise(from, decimals), precise(to, decimals)));
    pairs.find(|(was, is)| was != is).unwrap_or((was, is))
}

/// `no change is allowed`, `±37.2 s is allowed`, `must be at least 80.0%`.
fn limit(language: Language, unit: Unit, broke: Broke) -> String {
    let notation = language.notation();
    let tenths = |value: f64| format!("{}", (value * 10.0).round() / 10.0).replace('.', notation.decimal);
    let allowed = |sign: &str, value: f64| {
        let distance = match unit {
            Unit::Rate => format!("{}{}", tenths(value * 100.0), notation.points_of(value * 100.0)),
            Unit::Count | Unit::Score => tenths(value),
            Unit::Seconds => language.value(unit, Some(value)),
        };
        language.fill("gate.allowed", &[("change", &format!("{sign}{distance}"))])
    };
    let bound = |key: &str, limit: f64| language.fill(key, &[("limit", &language.value(unit, Some(limit)))]);
    match broke {
        Broke::Change { direction: Direction::Any, allowed: 0.0 } => language.text("gate.no_change").to_owned(),
        Broke::Change { direction: Direction::Up, allowed: 0.0 } => language.text("gate.no_rise").to_owned(),
        Broke::Change { direction: Direction::Down, allowed: 0.0 } => language.text("gate.no_fall").to_owned(),
        Broke::Change { direction: Direction::Any, allowed: by } => allowed("±", by),
        Broke::Change { direction: Direction::Up, allowed: by } => allowed("+", by),
        Broke::Change { direction: Direction::Down, allowed: by } => allowed("−", by),
        Broke::Bound(Bound::AtMost(limit)) | Broke::NoData(Bound::AtMost(limit)) => bound("gate.at_most", limit),
        Broke::Bound(Bound::AtLeast(limit)) | Broke::NoData(Bound::AtLeast(limit)) => bound("gate.at_least", limit),
    }
}

/// How far a number moved: `, +18%` for most numbers, `, −6.0 pts` for a rate; empty if one of the numbers is missing.
fn distance(language: Language, unit: Unit, old: Option<f64>, new: Option<f64>) -> String {
    let kind = if unit == Unit::Rate { ChangeKind::Difference } else { ChangeKind::Relative };
    match kind.between(new, old) {
        None => String::new(),
        // Tenths of a percent do not matter for large changes.
        Some(by) if kind == ChangeKind::Relative && by.abs() >= 0.1 => {
            let sign = if by > 0.0 { "+" } else { "−" };
            let percent = language.decimals(by.abs() * 100.0, 0);
            format!(", {sign}{percent}{}", language.notation().percent)
        }
        Some(by) => format!(", {}", language.change(kind, unit, by)),
    }
}

/// The movement of a number: `6 min 12 s → 8 min 33 s, +38%; +37 s is allowed`; for a bound without a baseline only the
/// number; `no data; must be at most 5 min 00 s`.
fn event(language: Language, finding: &Finding) -> String {
    let (was, is) = figures(language, finding);
    let limit = limit(language, finding.unit, finding.broke);
    let is_same = finding.old == finding.new;
    let arrow = || language.fill("gate.moved", &[("was", &was), ("is", &is)]);
    let moved = match finding.broke {
        Broke::Bound(_) | Broke::NoData(_) if is_same => is,
        Broke::Bound(_) if finding.old.is_none() => is,
        Broke::NoData(_) => arrow(),
        Broke::Bound(_) | Broke::Change { .. } => arrow() + &distance(language, finding.unit, finding.old, finding.new),
    };
    language.fill("gate.event", &[("moved", &moved), ("limit", &limit)])
}

/// The two numbers of a finding for people, or the words for hidden or missing ones.
fn figures(language: Language, finding: &Finding) -> (String, String) {
    let (was, is) = numbers(language, finding.unit, finding.old, finding.new);
    let is = match finding.broke {
        Broke::NoData(_) => language.text("gate.no_data").to_owned(),
        Broke::Bound(_) | Broke::Change { .. } => is,
    };
    or_hidden(language, finding.hidden, (was, is))
}

/// Two numbers for people, with the word for hidden ones.
fn or_hidden(language: Language, hidden: (bool, bool), (was, is): (String, String)) -> (String, String) {
    let or_hidden =
        |is_hidden: bool, text: String| if is_hidden { language.text("gate.hidden").to_owned() } else { text };
    (or_hidden(hidden.0, was), or_hidden(hidden.1, is))
}

/// How many conversations an output names.
const NAMED: usize = 5;

/// `conversations PA-0007 (12 s → 3 min), …`; `None` if no conversation is known.
fn conversations(language: Language, finding: &Finding) -> Option<String> {
    if finding.conversations.is_empty() {
        return None;
    }
    let moves = finding.conversations.iter().take(NAMED).map(|contributor| {
        let (was, is) = numbers(language, finding.unit, contributor.old, contributor.new);
        let moved = |is: &str| language.fill("gate.moved", &[("was", &was), ("is", &is)]);
        let what = match (contributor.old, contributor.new) {
            (None, _) => is,
            (Some(_), None) => moved(language.text("gate.none")),
            (Some(_), Some(_)) => moved(&is),
        };
        format!("{} ({what})", contributor.id)
    });
    let names = moves.collect::<Vec<_>>().join(", ");
    Some(match finding.conversations.len().saturating_sub(NAMED) {
        0 => language.fill("gate.conversations", &[("names", &names)]),
        more => {
            let more = language.count(more as u64);
            language.fill("gate.conversations_and_more", &[("names", &names), ("n", &more)])
        }
    })
}

/// The movement of a number, with the conversations behind it.
fn event_with_conversations(language: Language, finding: &Finding) -> String {
    let event = event(language, finding);
    match conversations(language, finding) {
        Some(conversations) => language.fill("gate.event", &[("moved", &event), ("limit", &conversations)]),
        None => event,
    }
}

/// A finding as a sentence.
fn sentence(language: Language, finding: &Finding) -> String {
    let subject = subject(&finding.metric, finding.part, &finding.path);
    language.fill("gate.finding", &[("subject", &subject), ("event", &event_with_conversations(language, finding))])
}

/// The two numbers of a pair: `6 min 12 s → 8 min 33 s`.
fn moved(language: Language, pair: &Pair) -> (String, String) {
    let (old, new) = pair.values();
    let (was, is) = numbers(language, pair.unit, old, new);
    let or_absent =
        |is_there: bool, text: String| if is_there { text } else { language.text("gate.not_shown").to_owned() };
    or_hidden(language, pair.hidden(), (or_absent(pair.old.is_some(), was), or_absent(pair.new.is_some(), is)))
}

/// The file and the line where a finding is reported: the rule, else the baseline.
fn location(outcome: &Outcome, finding: &Finding) -> Option<(String, usize)> {
    let path = outcome.rules.as_ref().or(outcome.baseline.as_ref())?;
    Some((path.clone(), finding.line.unwrap_or(1)))
}

/// A path with forward slashes; relative if it was given so.
fn with_slashes(path: &str) -> String {
    let parts: Vec<_> = Path::new(path).components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let text = parts.join("/");
    text.strip_prefix("//").map_or(text.clone(), |rest| format!("/{rest}")).trim_start_matches("./").to_owned()
}

/// A fingerprint of a finding that does not depend on its numbers, so that it stays the same from run to run: FNV-1a,
/// 64 bits.
fn fingerprint(finding: &Finding) -> String {
    let text = [&finding.rule, "\0", &subject(&finding.metric, finding.part, &finding.path)].concat();
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// Whether a line is a [`summary`] in one of the languages.
pub(super) fn is_summary(line: &str) -> bool {
    Language::ALL.into_iter().any(|language| {
        let empty: &dyn std::fmt::Display = &"";
        let between = language.fill("gate.summary", &[("numbers", empty), ("verdict", empty)]);
        let Some((numbers, verdict)) = line.rsplit_once(&between) else { return false };
        let is_of_numbers = leading(language, "gate.numbers", numbers).is_some_and(|counted| {
            let against = language.fill("gate.against", &[("numbers", &counted), ("baseline", empty)]);
            numbers == counted || numbers.starts_with(&against)
        });
        let is_part = |part: &str| {
            let counted = ["gate.failures", "gate.warnings", "gate.numbers_hidden"];
            let is_counted = counted.iter().any(|key| leading(language, key, part).as_deref() == Some(part));
            is_counted || ["gate.all_hold", "gate.all_shown_hold"].iter().any(|key| language.text(key) == part)
        };
        is_of_numbers && verdict.split(", ").all(is_part)
    })
}

/// The text of a counted key, with the number at the beginning of another text.
fn leading(language: Language, key: &str, text: &str) -> Option<String> {
    let group = language.notation().group;
    let is_of_number = |c: char| c.is_ascii_digit() || group.contains(c);
    let number: String = text.chars().take_while(|c| is_of_number(*c)).filter(char::is_ascii_digit).collect();
    Some(language.counted(key, number.parse().ok()?))
}

/// `57 numbers against base.json: 2 failures, 1 warning`.
#[must_use]
pub fn summary(language: Language, outcome: &Outcome) -> String {
    let count = |severity: Severity| outcome.count(severity) as u64;
    let failed = language.counted("gate.failures", count(Severity::Fail));
    let warned = language.counted("gate.warnings", count(Severity::Warn));
    let mut parts = match (count(Severity::Fail), count(Severity::Warn)) {
        (0, 0) if outcome.hidden() > 0 => vec![language.text("gate.all_shown_hold").to_owned()],
        (0, 0) => vec![language.text("gate.all_hold").to_owned()],
        (0, _) => vec![warned],
        (_, 0) => vec![failed],
        (_, _) => vec![failed, warned],
    };
    if outcome.hidden() > 0 {
        parts.push(language.counted("gate.numbers_hidden", outcome.hidden() as u64));
    }
    let verdict = parts.join(", ");
    let numbers = language.counted("gate.numbers", outcome.numbers() as u64);
    let numbers = match &outcome.baseline {
        Some(baseline) => language.fill("gate.against", &[("numbers", &numbers), ("baseline", baseline)]),
        None => numbers,
    };
    language.fill("gate.summary", &[("numbers", &numbers), ("verdict", &verdict)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_known_in_every_language() {
        let mut outcome = sample::outcome();
        for language in Language::ALL {
            for baseline in [None, Some("base: 1.json".to_owned())] {
                outcome.baseline = baseline;
                let line = summary(language, &outcome);
                assert!(is_summary(&line), "{language}: {line}");
                let none = Outcome { findings: Vec::new(), ..outcome.clone() };
                assert!(is_summary(&summary(language, &none)), "{language}");
            }
            outcome.applied[0].hidden = 2;
            for findings in [Vec::new(), outcome.findings.clone()] {
                let line = summary(language, &Outcome { findings, ..outcome.clone() });
                assert!(is_summary(&line), "{language}: {line}");
            }
            outcome.applied[0].hidden = 0;
        }
        for line in ["12 numbers I like: all hold true", "12: all hold", "numbers: all hold", "12 numbers: 3 cats", ""]
        {
            assert!(!is_summary(line), "{line}");
        }
    }
}
