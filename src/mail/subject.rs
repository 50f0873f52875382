//! The subject of a mail, with placeholders such as `{week}` and `{service_level}`.

use chrono::{Datelike, NaiveDate};

use crate::language::Language;
use crate::metrics;
use crate::nearest::{hint, unknown};
use crate::render::{change, words};
use crate::report::{MetricValue, Report, Shown, Statistic};
use crate::unit::NO_DATA;

/// A parsed subject.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubjectTemplate(Vec<SubjectPart>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum SubjectPart {
    Text(String),
    Placeholder(SubjectPlaceholder),
    Figure(SubjectFigure),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SubjectPlaceholder {
    Days,
    From,
    To,
    Week,
    Template,
    Report,
    Title,
    Value,
}

const PLACEHOLDERS: [(&str, SubjectPlaceholder); 8] = [
    ("days", SubjectPlaceholder::Days),
    ("from", SubjectPlaceholder::From),
    ("to", SubjectPlaceholder::To),
    ("week", SubjectPlaceholder::Week),
    ("template", SubjectPlaceholder::Template),
    ("report", SubjectPlaceholder::Report),
    ("title", SubjectPlaceholder::Title),
    ("value", SubjectPlaceholder::Value),
];

/// A number of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SubjectFigure {
    metric: &'static str,
    /// For a duration; the leading statistic by default.
    statistic: Which,
    /// Whether it is the change, not the number itself.
    is_change: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Statistic(Statistic),
    N,
    Leading,
}

/// The values of the placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectValues {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
    /// Names of the templates, as in the names of outputs.
    pub template: String,
    /// The name of the report in the config.
    pub report: String,
    /// For a split report, the value of the mail; empty for the mail of the whole report.
    pub value: String,
}

impl SubjectTemplate {
    /// The default subject: the title and the days.
    #[must_use]
    pub fn usual(language: Language) -> Self {
        Self::parse(language.text("mail.subject")).unwrap_or_default()
    }

    /// Parses a subject.
    ///
    /// # Errors
    ///
    /// If a placeholder is neither a word nor a number of a report.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or("a `{` without its `}`")?;
            parts.push(SubjectPart::Text(before.to_owned()));
            parts.push(part(name)?);
            rest = after;
        }
        parts.push(SubjectPart::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The metrics in the subject.
    pub fn metrics(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().filter_map(|part| match part {
            SubjectPart::Figure(figure) => Some(figure.metric),
            SubjectPart::Text(_) | SubjectPart::Placeholder(_) => None,
        })
    }

    /// The subject of a report.
    #[must_use]
    pub fn of(&self, report: &Report, language: Language, named: &SubjectValues) -> String {
        let text = |part: &SubjectPart| match part {
            SubjectPart::Text(text) => text.clone(),
            SubjectPart::Figure(figure) => figure.of(report, language),
            SubjectPart::Placeholder(word) => match word {
                SubjectPlaceholder::Days => language.days(named.first, named.last),
                SubjectPlaceholder::From => language.date_short(named.first),
                SubjectPlaceholder::To => language.date_short(named.last),
                SubjectPlaceholder::Week => {
                    let week = named.last.iso_week();
                    format!("{}-W{:02}", week.year(), week.week())
                }
                SubjectPlaceholder::Template => named.template.clone(),
                SubjectPlaceholder::Report => named.report.clone(),
                SubjectPlaceholder::Title => words::title(language, report),
                SubjectPlaceholder::Value => named.value.clone(),
            },
        };
        let subject: String = self.0.iter().map(text).collect();
        // Mails of several values have different subjects, even if the config does not name the value.
        let says_value =
            named.value.is_empty() || self.0.contains(&SubjectPart::Placeholder(SubjectPlaceholder::Value));
        if says_value { subject } else { format!("{subject} ({})", named.value) }
    }
}

fn part(name: &str) -> Result<SubjectPart, String> {
    if let Some((_, word)) = PLACEHOLDERS.iter().find(|(known, _)| *known == name) {
        return Ok(SubjectPart::Placeholder(*word));
    }
    let mut names = name.split('.');
    let id = names.next().unwrap_or_default();
    let Some(metric) = metrics::find(id) else {
        let known = PLACEHOLDERS.iter().map(|(known, _)| *known).chain(metrics::all().map(|metric| metric.id));
        let words: Vec<&str> = PLACEHOLDERS.iter().map(|(known, _)| *known).collect();
        return Err(format!(
            "no `{{{name}}}`{} ({{{}}}, or a metric as in {{service_level}} or {{conversations.change}})",
            hint(id, known),
            words.join("}, {")
        ));
    };
    let mut figure = SubjectFigure { metric: metric.id, statistic: Which::Leading, is_change: false };
    for name in names {
        let statistic = Statistic::ALL.into_iter().find(|statistic| statistic.name() == name);
        match (statistic, name) {
            (Some(statistic), _) => figure.statistic = Which::Statistic(statistic),
            (None, "n") => figure.statistic = Which::N,
            (None, "value") => {}
            (None, "change") => figure.is_change = true,
            (None, _) => {
                let known = ["mean", "p50", "p90", "p95", "max", "n", "change"];
                return Err(format!("`{{{id}.{name}}}`: {}", unknown("part of a number", name, known)));
            }
        }
    }
    Ok(SubjectPart::Figure(figure))
}

impl SubjectFigure {
    fn of(self, report: &Report, language: Language) -> String {
        let Some(value) = report.metrics.get(self.metric) else { return NO_DATA.to_owned() };
        let unit = value.unit();
        let (now, by, n) = match (value, self.statistic) {
            (MetricValue::Hidden(_), _) => return language.shown(unit, Some(Shown::Hidden)),
            (MetricValue::Scalar(scalar), _) => (scalar.value, scalar.change, scalar.n),
            (MetricValue::Duration(duration), which) => {
                let statistic = match which {
                    Which::Statistic(statistic) => statistic,
                    Which::Leading | Which::N => Statistic::LEADING,
                };
                let by = duration.change.as_ref().and_then(|change| statistic.of_change(change));
                (statistic.of(&duration.statistics), by, duration.statistics.n)
            }
        };
        match (self.is_change, self.statistic) {
            (true, _) => {
                by.map_or_else(|| NO_DATA.to_owned(), |by| change::shown(language, self.metric, unit, by).text)
            }
            (false, Which::N) => language.count(n),
            (false, Which::Statistic(_) | Which::Leading) => language.value(unit, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::terminal::week;

    fn words() -> SubjectValues {
        let (first, last) = ("2026-03-02".parse().unwrap(), "2026-03-08".parse().unwrap());
        let (template, report) = ("queues".to_owned(), "weekly".to_owned());
        SubjectValues { first, last, template, report, value: String::new() }
    }

    #[test]
    fn words_and_numbers_are_filled_in() {
        let report = week::week();
        let subject = |text: &str| SubjectTemplate::parse(text).unwrap().of(&report, Language::English, &words());
        assert_eq!(subject("{report} {week}: {from} to {to}"), "weekly 2026-W10: 2 Mar 2026 to 8 Mar 2026");
        let usual = |language| SubjectTemplate::usual(language).of(&report, language, &words());
        assert_eq!(usual(Language::English), format!("{}: 2–8 March 2026", report.title));
        assert!(usual(Language::Portuguese).ends_with(": 2–8 de março de 2026"));
        assert!(usual(Language::French).ends_with("\u{a0}: 2–8 mars 2026"));
        assert_eq!(subject("{title}"), report.title);
        let Some(MetricValue::Scalar(conversations)) = report.metrics.get("conversations") else { panic!("a count") };
        assert_eq!(subject("{conversations}"), conversations.unit.format(conversations.value));
        assert!(subject("{conversations.change}").ends_with('%'));
        // A number that the report does not have.
        assert_eq!(subject("{csat}"), NO_DATA);
        let of_value = |text: &str| {
            let words = SubjectValues { value: "Billing".to_owned(), ..words() };
            SubjectTemplate::parse(text).unwrap().of(&report, Language::English, &words)
        };
        assert_eq!(
            (of_value("{value}, {week}"), of_value("{week}")),
            ("Billing, 2026-W10".into(), "2026-W10 (Billing)".into())
        );
        assert_eq!(subject("{week}{value}"), "2026-W10");
    }

    #[test]
    fn unknown_names_get_the_nearest() {
        for (text, expected) in [
            ("{weak}", "did you mean `week`?"),
            ("{servic_level}", "did you mean `service_level`?"),
            ("{queue_wait.p91}", "did you mean `p90`?"),
            ("{week", "a `{` without its `}`"),
        ] {
            let error = SubjectTemplate::parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert_eq!(
            SubjectTemplate::parse("{queue_wait.p90.change} {csat}").unwrap().metrics().collect::<Vec<_>>(),
            ["queue_wait", "csat"]
        );
    }
}
