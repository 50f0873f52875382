//! The kinds of rows: a whole conversation, one event, one message or a rating.

use super::actors::{Activity, activity, actor, names_some_actors};
use super::directions::has_directions;
use super::identity::REPEATED;
use super::instants::ProposedInstant;
use super::likeness::RowMeaning;
use super::moments::{DurationKind, Moment};
use super::proposal::{Candidate, source_of};
use super::roles::named;
use super::spans::Length;
use super::tickets::RowMoments;
use crate::event::{Column, Kind};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::Meaning as M;

/// The shape found for rows.
pub enum FoundShape<'s> {
    /// A whole conversation.
    Tickets,
    /// One event; this column has its kind.
    Events(Activity<'s>),
    /// One message, and the column of its author.
    Messages(Option<Candidate>),
    /// The answer to a survey.
    Ratings,
    /// None of these.
    Unknown,
}

/// The shape of a row.
pub fn shape<'s>(
    columns: &[&'s Seen],
    instants: &[ProposedInstant],
    lengths: &[Length],
    each: Option<&str>,
    still: &[String],
) -> FoundShape<'s> {
    if instants.is_empty() {
        return FoundShape::Unknown;
    }
    let activity = activity(columns);
    let moments = RowMoments::of(instants);
    let is_ticket = moments.begin().is_some() && moments.beside_the_begin() > 0;
    let is_call = (moments.begin().is_some() || moments.get(Moment::Happened).is_some()) && !lengths.is_empty();
    let id = |are_events| {
        let candidates = named(columns, &[], RowMeaning { are_events, each });
        let id = source_of(&candidates, Column::ConversationId)?.source.clone();
        let is_around = each.is_some_and(|each| !id.starts_with(each));
        let share = columns.iter().find(|column| column.name == id).map(|column| column.distinct_share());
        // The elements of a list share the id of their record.
        if is_around { Some(0.0) } else { share }
    };
    let is_repeated = id(true).is_none_or(|share| share < REPEATED);
    let actor = actor(columns);
    let has_text = columns.iter().any(|column| column.looks_like_message());
    let has_message_id = columns.iter().any(|column| column.words.has(M::Message) && column.words.has(M::Id));
    // The current state of a conversation is repeated in each of its messages: it is not an event there.
    let is_standing = |activity: &Activity<'_>| {
        let words = &activity.column.words;
        let is_still = still.contains(&activity.column.name);
        words.has(M::Status) && !words.has_one(&[M::Activity, M::Kind]) && (has_text || has_message_id || is_still)
    };
    // Nor is it one in the single row of a conversation.
    let is_of_its_own = id(false).is_some_and(|share| share >= REPEATED);
    let is_state = |activity: &Activity<'_>| {
        let words = &activity.column.words;
        words.has(M::Status) && !words.has_one(&[M::Activity, M::Kind]) && is_of_its_own
    };
    // If rows are all messages of unknown authors, the questions about them are those about messages.
    let says_more =
        |activity: &Activity<'_>| actor.is_some() || activity.map.iter().any(|(_, kind)| *kind != Kind::Message.name());
    let activity = activity
        .filter(|activity| actor.is_none() || !is_standing(activity))
        .filter(|activity| !is_state(activity) && says_more(activity));
    // Calls with a direction and a length but without an id: each row is a call.
    let is_written = columns.iter().any(|column| column.looks_like_message() && column.is_in_most_rows());
    let is_call_without_id = is_call
        && id(false).is_none()
        && !is_written
        && !has_message_id
        && columns.iter().any(|column| has_directions(column));
    // Neither messages nor single events have a length: rows with a wait and a talk time are whole calls, whatever the
    // names of their states or directions.
    let is_text = |column: &&&Seen| column.words.has_one(&[M::Text, M::Message]) && column.looks_like_message();
    let is_told_otherwise = activity.as_ref().is_some_and(|activity| activity.is_plain)
        || has_message_id
        || columns.iter().any(|column| is_text(&column));
    let is_whole_call = is_call
        && is_lasting(columns, lengths)
        && !is_told_otherwise
        && id(false).is_none_or(|share| share >= REPEATED);
    if is_call_without_id || is_whole_call {
        return FoundShape::Tickets;
    }
    match activity {
        Some(activity) if activity.is_plain && (!is_ticket || is_repeated) => return FoundShape::Events(activity),
        Some(activity) if is_repeated && !is_ticket => return FoundShape::Events(activity),
        Some(_) | None => {}
    }
    if is_ticket {
        return FoundShape::Tickets;
    }
    // Answers of a survey have one instant, a score, and their conversation.
    let named = || named(columns, &[], RowMeaning { are_events: false, each });
    if actor.is_none()
        && !is_call
        && [Column::Score, Column::ConversationId].iter().all(|column| source_of(&named(), *column).is_some())
        && is_of_its_own
    {
        return FoundShape::Ratings;
    }
    // Calls have a length and differ in every row; messages have a text.
    let is_of_its_own = is_of_its_own && !has_message_id;
    // A table of conversations may have their subjects, in addition to waits.
    let is_waited = lengths.iter().any(|length| length.span != DurationKind::Talked);
    let is_about = is_of_its_own && is_waited;
    if is_call && (!has_text || is_about) && (actor.is_none() || is_of_its_own) {
        return FoundShape::Tickets;
    }
    // A conversation has several messages. Rows without a text, each in a conversation of its own, may be calls whose
    // length is not there.
    let says_message = has_text || columns.iter().any(|column| column.words.has(M::Message));
    let are_several = columns.iter().any(|column| column.filled > 1);
    if actor.is_some() && is_of_its_own && are_several && !says_message {
        return FoundShape::Unknown;
    }
    if actor.is_some() {
        return FoundShape::Messages(actor);
    }
    let has_authors = columns.iter().any(|column| names_some_actors(column));
    // One cell may have all messages of a conversation, in its single row.
    let names_conversations = source_of(&named(), Column::ConversationId)
        .is_some_and(|id| columns.iter().any(|column| column.name == id.source && column.words.has(M::Conversation)));
    let has_begin = moments.begin().is_some_and(|begin| begin.words.has(M::Opened));
    if is_of_its_own && names_conversations && has_begin {
        return FoundShape::Unknown;
    }
    if has_text || has_message_id || has_authors || (is_repeated && id(true).is_some()) {
        return FoundShape::Messages(None);
    }
    FoundShape::Unknown
}

/// Whether rows have the lengths of a call: a wait and a talk time, or a talk time by its name.
fn is_lasting(columns: &[&Seen], lengths: &[Length]) -> bool {
    let lasts = |span| lengths.iter().any(|length| length.span == span);
    let is_talked = |length: &Length| {
        let is_named = |column: &&Seen| column.name == length.column && column.words.has(M::Talked);
        length.span == DurationKind::Talked && columns.iter().any(is_named)
    };
    (lasts(DurationKind::Waited) && lasts(DurationKind::Talked)) || lengths.iter().any(is_talked)
}
