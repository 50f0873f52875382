//! Unused instants, durations, scores and ids, each with the reason.

use super::actors::is_of_few_words;
use super::moments::{moment_of, span_of};
use super::proposal::{Leftover, Proposal};
use super::scores::why_unused;
use super::tag_columns::are_tags;
use super::unit_names::may_be_length;
use crate::inspect::columns::column::Column;
use crate::inspect::time_notations::notation::TimeNotation;
use crate::inspect::words::Meaning as M;
use crate::language::Message;

/// The survey of satisfaction, as written in a profile.
const SURVEY: &str = "survey = { value = \"csat\" }";

/// The columns that are not used.
pub fn leftovers(columns: &[Column], proposal: &Proposal) -> Vec<Leftover> {
    let of_rules = proposal.rules.iter().flat_map(|rule| {
        let conditions = rule.conditions.iter().map(|condition| &condition.column);
        rule.when.columns().chain(conditions).chain(rule.actor_by.iter().map(|by| &by.column))
    });
    let of_columns = proposal
        .candidates
        .iter()
        .chain(&proposal.assignees)
        .flat_map(|it| std::iter::once(&it.source).chain(&it.more));
    let of_latest = proposal.latest.iter().flat_map(|latest| [&latest.key, &latest.by]);
    let of_machines = proposal.machines.iter().map(|machine| &machine.column);
    let used: Vec<&String> = of_rules.chain(of_columns).chain(of_latest).chain(of_machines).collect();
    let unused = columns.iter().filter(|column| column.filled > 0 && !used.contains(&&column.name));
    unused.filter_map(|column| leftover(column, proposal)).collect()
}

fn leftover(column: &Column, proposal: &Proposal) -> Option<Leftover> {
    let because = |what, reason: Message| Some(Leftover { column: column.name.clone(), what, reason });
    let left = |what, reason| because(what, Message::new(reason));
    let digits = |value: &String| value.chars().filter(char::is_ascii_digit).count();
    let has_digits = column.kept.iter().any(|(value, _)| digits(value) >= 4);
    if column.words.has(M::Office) && (has_digits || may_be_length(column)) {
        return left("duration", "unused.office_hours");
    }
    let is_elsewhere = match &proposal.each {
        Some(each) => column.name.contains("[]") && !column.name.starts_with(each.as_str()),
        None => column.name.contains("[]"),
    };
    if let Some(time) = column.time() {
        let (what, reason) = match &time.notation {
            _ if is_elsewhere => ("instant", "unused.other_list"),
            TimeNotation::Date(_) => ("instant", "unused.day_alone"),
            TimeNotation::TimeOfDay(_) if span_of(&column.words).is_none() => ("duration", "unused.clock_or_length"),
            TimeNotation::TimeOfDay(_) => ("duration", "unused.known_or_alone"),
            TimeNotation::Rfc3339
            | TimeNotation::Naive
            | TimeNotation::EpochS
            | TimeNotation::EpochMs
            | TimeNotation::EpochUs
            | TimeNotation::EpochNs
            | TimeNotation::JsonDate
            | TimeNotation::ExcelDays
            | TimeNotation::Pattern(_) => {
                let reason = match moment_of(&column.words) {
                    Err(reason) => reason,
                    Ok(_) if proposal.rules.is_empty() => "unused.no_event_of_rows",
                    Ok(_) => "unused.other_column",
                };
                ("instant", reason)
            }
        };
        return left(what, reason);
    }
    // Named like an instant, but not readable as one.
    let is_named_moment =
        column.words.has_one(&[M::Date, M::Time, M::Opened, M::Closed]) && moment_of(&column.words).is_ok();
    let is_other =
        column.words.has_one(&[M::Author, M::Agent, M::Customer, M::Outcome, M::Kind, M::Status, M::Text, M::Message]);
    if is_named_moment
        && !is_other
        && has_digits
        && column.kinds.texts * 2 > column.filled
        && !column.looks_like_message()
    {
        return left("instant", "unused.unread_instant");
    }
    if column.words.has(M::Score) && column.is_number() {
        return because("score", why_unused(column));
    }
    // `Good`, `Bad`, `Offered`: an opinion in words.
    let is_opinion = column.words.has(M::Score)
        && !column.words.has_one(&[M::Text, M::Message, M::Count, M::Id])
        && is_of_few_words(column);
    if is_opinion {
        let example = "score = { from = \"…\", map = { Good = \"5\", Bad = \"1\" }, other = \"\" }";
        return because("score", Message::new("unused.score_in_words").with("survey", SURVEY).with("example", example));
    }
    if may_be_length(column) && (span_of(&column.words).is_some() || column.is_duration()) {
        return left("duration", "unused.known_or_alone");
    }
    if is_elsewhere || column.time().is_some() {
        return None;
    }
    unused_name(column).and_then(|(what, reason)| left(what, reason))
}

/// For a column without instants: what its name means, and why it is not used.
fn unused_name(column: &Column) -> Option<(&'static str, &'static str)> {
    let is_of_somebody =
        column.words.has_one(&[M::Customer, M::Agent, M::User, M::Author, M::Conversation, M::Message])
            || column.words.is_only(&[M::Id]);
    if column.words.has(M::Id) && is_of_somebody && !column.words.has(M::Count) {
        let reason = if column.words.has(M::User) {
            "unused.user_id"
        } else if column.words.has(M::Author) {
            "unused.author_id"
        } else {
            "unused.likelier_id"
        };
        return Some(("id", reason));
    }
    // A plain `user` is a customer in one export and an agent in another.
    if column.words.is_only(&[M::User]) && !column.looks_like_message() {
        return Some(("id", "unused.user_name"));
    }
    are_tags(&column.words).then_some(("tags", "unused.tags"))
}
