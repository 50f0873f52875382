//! Names of things in the words of a language, which every output for people shares: metrics, statistics, themes,
//! dimensions, tables and templates. What the program does not know has its id in words.

use crate::event::aliases::Aliases;
use crate::language::Language;
use crate::metrics::plain::plain;
use crate::metrics::{self, Theme};
use crate::report::{Limits, Report, Sessions, Statistic};
use crate::unit::Unit;

/// A name inside a sentence; abbreviations stay as they are.
#[must_use]
pub fn lowered(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

/// An id as a name: `first-contact` is `First contact`.
#[must_use]
pub fn named(id: &str) -> String {
    capitalized(&spaced(id))
}

/// With a capital first letter.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn spaced(id: &str) -> String {
    id.replace(['_', '-'], " ")
}

/// The names of the log that stand for others, as rows had them: `Queue Suporte N1 is Support`.
pub fn renamed(language: Language, names: &Aliases) -> impl Iterator<Item = String> {
    names.iter().map(move |(what, old, new)| {
        language.fill("pdf.renamed_to", &[("what", &dimension(language, what)), ("old", &old), ("new", &new)])
    })
}

/// The name of a metric.
#[must_use]
pub fn metric(language: Language, id: &str) -> String {
    match (language.find(&format!("metric.{id}.label")), metrics::describe(id)) {
        (Some(label), _) => label.to_owned(),
        (None, Some(description)) => description.label.to_owned(),
        (None, None) => named(id),
    }
}

/// Metrics whose names are headings, as platforms write them, and no nouns: a sentence calls them otherwise.
pub const NAMED_IN_SENTENCES: [&str; 9] = [
    "transfers_succeeded",
    "transfers_cancelled",
    "transfers_disabled",
    "transfers_incomplete",
    "abandoned",
    "no_shows",
    "resolved_first_contact",
    "unresolved_first_contact",
    "still_open",
];

/// A metric inside a sentence: `incomplete transfers`.
#[must_use]
pub fn in_sentence(language: Language, id: &str) -> String {
    let own = language.find(&format!("sentence.{id}"));
    own.map_or_else(|| lowered(&metric(language, id)), str::to_owned)
}

/// What a metric counts, in a sentence; none of one that this version does not know.
#[must_use]
pub fn definition(language: Language, id: &str) -> Option<&'static str> {
    language.find(&format!("metric.{id}.doc")).or_else(|| metrics::describe(id).map(|description| description.doc))
}

/// The same in the words of a page that a manager reads, where there is such a text: `{service_level}` and
/// `{return_window}` stand for the report's own limits.
#[must_use]
pub fn plain_definition(language: Language, id: &str) -> Option<&'static str> {
    let own = language.find(&format!("metric.{id}.plain"));
    let english = || plain(id).filter(|_| language == Language::English);
    own.or_else(english).or_else(|| definition(language, id))
}

/// What a metric counts in; of one that this version does not know, rows.
#[must_use]
pub fn unit(id: &str) -> Unit {
    metrics::describe(id).map_or(Unit::Count, |description| description.unit)
}

/// The name of a statistic over its column.
#[must_use]
pub fn statistic(language: Language, statistic: Statistic) -> &'static str {
    language.text(&format!("statistic.{}", statistic.name()))
}

/// A metric with its statistic: `Wait in queue p90`.
#[must_use]
pub fn metric_with(language: Language, id: &str, statistic: &str) -> String {
    let name = language.find(&format!("statistic.{statistic}")).unwrap_or(statistic);
    language.fill("statistic.of_metric", &[("metric", &metric(language, id)), ("statistic", &name)])
}

/// A metric that leads with the median: `Wait in queue (median)`.
#[must_use]
pub fn median_of(language: Language, id: &str) -> String {
    language.fill("statistic.median", &[("metric", &metric(language, id))])
}

/// The name of a theme.
#[must_use]
pub fn theme(language: Language, theme: Theme) -> &'static str {
    language.text(match theme {
        Theme::Conversations => "theme.conversations",
        Theme::Transfers => "theme.transfers",
        Theme::Load => "theme.load",
        Theme::Waits => "theme.waits",
        Theme::Times => "theme.times",
        Theme::Service => "theme.service",
        Theme::Agents => "theme.agents",
        Theme::FirstContact => "theme.first_contact",
    })
}

/// The name of a dimension, inside a sentence.
#[must_use]
pub fn dimension(language: Language, id: &str) -> String {
    language.find(&format!("dimension.{id}")).map_or_else(|| spaced(id), str::to_owned)
}

/// The name of a dimension over its column.
#[must_use]
pub fn head(language: Language, id: &str) -> &'static str {
    language.text(match id {
        "agent" => "head_of.agent",
        "channel" => "head_of.channel",
        "department" => "head_of.department",
        "queue" => "head_of.queue",
        _ => "head_of.other",
    })
}

/// The status of a conversation or an agent.
#[must_use]
pub fn status(language: Language, id: &str) -> String {
    language.find(&format!("status.{id}")).map_or_else(|| spaced(id), str::to_owned)
}

/// The title of a table by these dimensions: `By channel and department`.
#[must_use]
pub fn table(language: Language, dimensions: &[String]) -> String {
    let names: Vec<String> = dimensions.iter().map(|id| dimension(language, id)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    language.fill("table.by", &[("dimensions", &language.list(&names))])
}

/// The title of a report: that of its template in the language, unless the template has one of its own.
#[must_use]
pub fn title(language: Language, report: &Report) -> String {
    let of = |language: Language| match report.templates.as_slice() {
        [name] => language.find(&format!("template.{name}")),
        _ => None,
    };
    match (of(Language::English), of(language)) {
        (Some(english), Some(title)) if english == report.title => title.to_owned(),
        (_, _) => report.title.clone(),
    }
}

/// How events became conversations.
#[must_use]
pub fn sessions(language: Language, rule: Sessions) -> &'static str {
    language.text(match rule {
        Sessions::Id => "sessions.id",
        Sessions::Inactivity => "sessions.inactivity",
        Sessions::InactivityAcrossChannels => "sessions.inactivity_across_channels",
    })
}

/// The limits with their names, in seconds.
#[must_use]
pub fn limits(language: Language, limits: &Limits) -> Vec<(&'static str, f64)> {
    let name = |name: &str| language.text(&format!("limit.{}", name.replace(' ', "_")));
    limits.named().into_iter().map(|(english, seconds)| (name(english), seconds)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_stay() {
        assert_eq!(["Wait in queue", "NPS", "", "A"].map(lowered), ["wait in queue", "NPS", "", "A"]);
    }

    #[test]
    fn names_in_words() {
        let english = Language::English;
        assert_eq!(metric(english, "engagement_rate"), "Engagement rate");
        assert_eq!(metric(Language::Portuguese, "engagement_rate"), "Taxa de engajamento");
        assert_eq!(metric(Language::French, "not_in_the_list"), "Not in the list");
        assert_eq!(named("first-contact"), "First contact");
        assert_eq!(named(""), "");
        assert_eq!(table(english, &["channel".to_owned(), "support_type".to_owned()]), "By channel and support type");
        assert_eq!(table(Language::Spanish, &["queue".to_owned()]), "Por cola");
        assert_eq!(metric_with(english, "queue_wait", "p90"), "Wait in queue p90");
    }
}
