//! Names of things in a language, shared by all outputs for people: metrics, statistics, themes, dimensions, tables and
//! templates. A thing unknown to the program has its id as words.

use crate::event::Status;
use crate::event::aliases::Aliases;
use crate::fold;
use crate::ingest::reject::Reason;
use crate::language::Language;
pub use crate::language::lowered;
use crate::metrics::{self, Theme};
use crate::report::list::{List, Subject};
use crate::report::{LimitSeconds, Report, Sessions, Statistic, Warning};
use crate::time::date_of;

/// An id as words: `first-contact` is `First contact`.
#[must_use]
pub fn named(id: &str) -> String {
    capitalized(&spaced(id))
}

/// A name and what it is, as the language writes them: `Mon 2 Mar: 78`, `lun. 2 mars : 78`.
#[must_use]
pub fn labelled(language: Language, name: &str, text: &str) -> String {
    language.fill("pdf.paragraph", &[("title", &name), ("text", &text)])
}

/// A name before what it is, with a colon: `Total conversations:`.
#[must_use]
pub fn lead(language: Language, name: &str) -> String {
    language.fill("list.lead", &[("name", &name)])
}

/// The text with a capital first letter.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn spaced(id: &str) -> String {
    id.replace(['_', '-'], " ")
}

/// The renamed and merged names of the log, as in its rows: `Queue Suporte N1 is Support`.
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

/// A metric inside a sentence: `incomplete transfers`.
#[must_use]
pub fn in_sentence(language: Language, id: &str) -> String {
    let own = language.find(&format!("sentence.{id}"));
    own.map_or_else(|| lowered(&metric(language, id)), str::to_owned)
}

/// The definition of a metric, as a sentence; `None` for a metric unknown to this version.
#[must_use]
pub fn definition(language: Language, id: &str) -> Option<&'static str> {
    language.find(&format!("metric.{id}.doc")).or_else(|| metrics::describe(id).map(|description| description.doc))
}

/// The definition in the words of a manager's page, if there is such a text: `{service_level}` and `{return_window}`
/// are replaced with the report's own limits.
#[must_use]
pub fn plain_definition(language: Language, id: &str) -> Option<&'static str> {
    let own = language.find(&format!("metric.{id}.plain"));
    let english = || metrics::find(id)?.plain.filter(|_| language == Language::English);
    own.or_else(english).or_else(|| definition(language, id))
}

/// The head of a statistic's column.
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

/// A metric with its leading statistic, the median: `Wait in queue (median)`.
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

/// The head of a dimension's column.
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

/// The head of a list's column.
#[must_use]
pub fn column(language: Language, name: &str) -> String {
    if let Some(head) = language.find(&format!("column.{name}")) {
        return head.to_owned();
    }
    let short = name.strip_suffix("_seconds").unwrap_or(name);
    let short = short.strip_suffix("_id").unwrap_or(short);
    let short = short.strip_prefix("is_").unwrap_or(short);
    named(if short == "ts" { "time" } else { short })
}

/// A text of a list: the program's own words are in the language, and names of the log stay unchanged.
#[must_use]
pub fn listed_value(language: Language, column: &str, text: &str) -> String {
    let section = match column {
        "phase" | "outcome" | "end" | "survey" => column,
        "resolution" | "first_close_resolution" => "resolution",
        "actor" | "last_message_by" | "first_closed_by" | "closed_by" | "last_word_by" | "first_close_last_word_by" => {
            "actor"
        }
        "status" if language != Language::English => "status",
        "support_type" => return language.find(&format!("value.support_type_{text}")).unwrap_or(text).to_owned(),
        _ => return text.to_owned(),
    };
    language.find(&format!("{section}.{text}")).unwrap_or(text).to_owned()
}

/// The reason for a reject; in English its id.
#[must_use]
pub fn reason(language: Language, id: &str) -> String {
    language.find(&format!("reason.{id}")).unwrap_or(id).to_owned()
}

/// The same with a capital letter; in English the id as words.
#[must_use]
pub fn reason_named(language: Language, id: &str) -> String {
    language.find(&format!("reason.{id}")).map_or_else(|| named(id), capitalized)
}

/// A warning as a sentence; its number is appended if the sentence does not contain it.
#[must_use]
pub fn counted(language: Language, warning: &Warning) -> String {
    let word = |id: &str| match crate::metrics::find(id) {
        Some(found) => Some(lowered(&metric(language, found.id))),
        None => Reason::ALL.iter().any(|reason| reason.name() == id).then(|| spaced(id)),
    };
    let sentence = warning.on_page(language, &word);
    // A file, a flag or an id stays as it is: `log.csv: 2 records …`.
    let is_name = sentence.split(' ').next().is_some_and(|word| word.contains(['.', '_', '/', ':', '-', '`']));
    let text = if is_name { sentence } else { capitalized(&sentence) };
    match warning.count.map(|count| language.count(count)) {
        // A warning about one case needs no count.
        Some(count) if warning.count != Some(1) && !has_number(&text, &count) => format!("{text} ({count})"),
        Some(_) | None => text,
    }
}

/// Whether a text contains a number, and not only as part of a longer one.
fn has_number(text: &str, number: &str) -> bool {
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '\u{202f}');
    text.split(|c: char| !of_number(c)).any(|word| word.trim_end_matches(['.', ',', '\u{202f}']) == number)
}

/// True or false.
#[must_use]
pub fn flag(language: Language, is: bool) -> &'static str {
    language.text(if is { "listing.yes" } else { "listing.no" })
}

/// The subject of a list.
#[must_use]
pub fn subject(language: Language, subject: Subject) -> String {
    let table = match subject {
        Subject::Metric(subject) => return metric(language, subject.id),
        Subject::Table(table) => table,
    };
    let title = language.text(match table {
        fold::schema::FactTable::Conversations => "subject.conversations",
        fold::schema::FactTable::Requests => "subject.requests",
        fold::schema::FactTable::Visits => "subject.visits",
        fold::schema::FactTable::Stints => "subject.stints",
        fold::schema::FactTable::AgentMessages => "subject.agent_messages",
        fold::schema::FactTable::Closes => "subject.closes",
        fold::schema::FactTable::Reopenings => "subject.reopenings",
        fold::schema::FactTable::Ratings => "subject.ratings",
        fold::schema::FactTable::AgentStates => "subject.agent_states",
    });
    title.to_owned()
}

/// The number of rows in a list, and their order: `2 of 10 rows, by started_at`.
#[must_use]
pub fn listed(language: Language, list: &List) -> String {
    let shown = list.rows.len() as u64;
    let all = language.counted("count.rows", list.row_count);
    let rows = if shown < list.row_count {
        language.fill("page.rows_of", &[("shown", &language.count(shown)), ("rows", &all)])
    } else {
        all
    };
    // English has the name that --sort accepts.
    let order = language.find(&format!("column.{}", list.order)).map_or_else(|| list.order.clone(), lowered);
    language.fill("listing.rows_by", &[("rows", &rows), ("order", &order)])
}

/// An instant or a day in a file's notation: RFC 3339, with or without an offset. English keeps it unchanged.
#[must_use]
pub fn instant_of_file(language: Language, text: &str) -> String {
    let date = date_of(text).filter(|_| language != Language::English);
    let Some(day) = date.map(|date| language.date_short(date)) else { return text.to_owned() };
    match text.get(10..).unwrap_or_default().trim_start_matches('T') {
        "" => day,
        time => match time.strip_suffix('Z') {
            Some(time) => format!("{day} {time} UTC"),
            None => format!("{day} {time}"),
        },
    }
}

/// The status of a conversation or an agent.
#[must_use]
pub fn status(language: Language, id: &str) -> String {
    language.find(&format!("status.{id}")).map_or_else(|| spaced(id), str::to_owned)
}

/// The noun after a number of conversations with a status.
#[must_use]
pub fn in_status(language: Language, id: &str, n: u64) -> String {
    let is_known = language.find(&format!("status.{id}")).is_some() && Status::parse(id).is_some();
    if is_known { language.counted(&format!("statuses.{id}"), n) } else { status(language, id) }
}

/// The title of a table by these dimensions: `By channel and department`.
#[must_use]
pub fn table(language: Language, dimensions: &[String]) -> String {
    let names: Vec<String> = dimensions.iter().map(|id| dimension(language, id)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    language.fill("table.by", &[("dimensions", &language.list(&names))])
}

/// Between the titles of templates that make one report.
const TITLES: &str = " · ";

/// The title of a report: its own if the template has one, else the templates' titles in the language.
#[must_use]
pub fn title(language: Language, report: &Report) -> String {
    let own_title = |language: Language| {
        let titles = report.templates.iter().map(|name| language.find(&format!("template.{name}")));
        titles.collect::<Option<Vec<_>>>().map(|titles| titles.join(TITLES))
    };
    match (own_title(Language::English), own_title(language)) {
        (Some(english), Some(title)) if english == report.title => title,
        (_, _) => report.title.clone(),
    }
}

/// How events became conversations, after `Conversations:`.
#[must_use]
pub fn rule_of_conversations(language: Language, rule: Sessions) -> &'static str {
    language.text(match rule {
        Sessions::Id => "pdf.one_per_id",
        Sessions::Inactivity => "pdf.by_silence",
        Sessions::InactivityAcrossChannels => "pdf.by_silence_across_channels",
    })
}

/// The rule for conversations.
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
pub fn limits(language: Language, limits: &LimitSeconds) -> Vec<(&'static str, f64)> {
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
