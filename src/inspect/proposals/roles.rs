//! Finds the canonical column for each column of a file, by the words of its name and by its values.

use super::actors::{known, share_with_meaning};
use super::likeness::{RowMeaning, likeness};
use super::proposal::{Candidate, Confidence, source_of};
use super::tag_columns::are_tags;
use crate::event::{Column, Resolution};
use crate::ingest::profile::sample::KEY;
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::{CHANNELS, Meaning as M, is_one_of, plain, resolution_of};
use crate::language::Message;

/// The smallest maximum of scores on the scale from 0 to 10: a lower one suggests five steps.
const LOWEST_TOP_SCORE: u64 = 6;
/// With fewer conversations than this, nothing can be inferred about customers.
const FEW_CONVERSATIONS: u64 = 20;
/// There are nearly as many customers as conversations, but few agents.
const CUSTOMERS_PER_CONVERSATION: f64 = 0.5;

/// The sources of canonical columns. Each source is used once; the most likely comes first.
pub fn named(columns: &[&Seen], used: &[&str], rows: RowMeaning<'_>) -> Vec<Candidate> {
    let mut found: Vec<(f64, Candidate)> = Vec::new();
    for seen in columns {
        let is_free = !used.contains(&seen.name.as_str()) && seen.filled > 0;
        let is_text = seen.looks_like_message() && !are_tags(&seen.words);
        if !is_free || is_text || seen.time().is_some() || seen.kinds.lists + seen.kinds.objects > 0 {
            continue;
        }
        for column in Column::ALL {
            if let Some((like, candidate)) = fitting(*column, seen, rows) {
                found.push((like, candidate));
            }
        }
    }
    // An id that is the same in all rows is that of a server, or of the account.
    let is_constant = |candidate: &Candidate| {
        let is_id = matches!(candidate.column, Column::ConversationId | Column::CustomerId);
        let seen = columns.iter().find(|seen| seen.name == candidate.source);
        is_id && seen.is_some_and(|seen| seen.distinct().0 == 1 && seen.filled > 1)
    };
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| is_constant(&a.1).cmp(&is_constant(&b.1))));
    let mut taken: Vec<Candidate> = Vec::new();
    for (_, candidate) in found {
        let is_free = |other: &Candidate| other.column != candidate.column && other.source != candidate.source;
        if taken.iter().all(is_free) {
            taken.push(candidate);
        }
    }
    if source_of(&taken, Column::ConversationId).is_none()
        && let Some(protocol) = source_of(&taken, Column::Protocol).cloned()
    {
        let reason = Message::new("candidate.only_id");
        taken.push(Candidate { column: Column::ConversationId, reason, confidence: Confidence::Medium, ..protocol });
    }
    if source_of(&taken, Column::CustomerId).is_none()
        && let Some(user) = user_of_customers(columns, used, &taken)
    {
        taken.push(user);
    }
    taken
}

/// A candidate, if name and values allow it.
fn fitting(column: Column, seen: &Seen, rows: RowMeaning<'_>) -> Option<(f64, Candidate)> {
    let found = |like: f64, reason: Message, map: Vec<(String, &'static str)>| {
        let confidence = match like {
            like if like > 0.85 => Confidence::High,
            like if like > 0.65 => Confidence::Medium,
            _ => Confidence::Low,
        };
        Some((like, Candidate { column, source: seen.name.clone(), more: Vec::new(), reason, confidence, map }))
    };
    if seen.name == KEY {
        let like = likeness(column, seen, rows)?;
        return found(like, Message::new("candidate.key"), Vec::new());
    }
    if Column::parse(&seen.name) == Some(column) && !matches!(column, Column::Ts | Column::Event | Column::Actor) {
        return found(2.0, Message::new("candidate.own_name"), Vec::new());
    }
    let words = &seen.words;
    if are_tags(words) {
        return if column == Column::Tags { found(0.9, Message::new("candidate.tags"), Vec::new()) } else { None };
    }
    if words.has_one(&[M::Count, M::Due, M::Duration, M::Waited, M::Talked]) && !words.has(M::Score) {
        return None;
    }
    let named = |key| Message::new(key).with("what", Message::new(meaning(column)));
    if column == Column::Resolution {
        let map = known(seen, |value| resolution_of(value).map(Resolution::name));
        let is_one = words.has(M::Resolved) && share_with_meaning(seen, &map) >= 0.9;
        return if is_one { found(0.9, named("candidate.named"), map) } else { None };
    }
    if column == Column::Score {
        let is_score = words.has(M::Score) && seen.kinds.integers == seen.filled;
        let is_nps = is_score
            && (LOWEST_TOP_SCORE..=10).contains(&seen.largest)
            && (is_promoter(seen) || !is_satisfaction(seen));
        if is_score && is_csat(seen) {
            return found(0.9, named("candidate.named_steps").with("highest", seen.largest), Vec::new());
        }
        return if is_nps {
            found(0.9, named("candidate.named_whole").with("highest", seen.largest), Vec::new())
        } else {
            None
        };
    }
    if column == Column::Channel {
        let channels = known(seen, |value| is_one_of(&plain(value), CHANNELS).then_some(""));
        let is_other = words.has_one(&[M::Agent, M::Customer, M::Author, M::Id, M::Reach, M::Status]);
        if share_with_meaning(seen, &channels) > 0.5 && !is_other {
            let values: Vec<&str> = channels.iter().map(|(value, _)| value.as_str()).take(3).collect();
            let like = if words.has(M::Channel) { 1.0 } else { 0.7 };
            return found(like, Message::new("candidate.channels").with("values", values.join(", ")), Vec::new());
        }
    }
    // Some telephone systems number calls with a point in between.
    let is_number_of_call = words.has(M::Conversation) && words.has(M::Id);
    if seen.kinds.booleans > seen.filled / 2 || (seen.kinds.decimals > seen.filled / 2 && !is_number_of_call) {
        return None;
    }
    let like = likeness(column, seen, rows)?;
    let is_other_in_every_row = seen.is_unique() && seen.filled > 1;
    let key = if is_other_in_every_row { "candidate.named_unique" } else { "candidate.named" };
    found(like, named(key), Vec::new())
}

/// Whether a score is that of a satisfaction question with five steps: by name and by range.
pub fn is_csat(seen: &Seen) -> bool {
    let is_named = is_satisfaction(seen);
    // `Rating (/5)`
    let is_of_five_steps = is_of_five_steps(&seen.words.plain) || seen.name.contains("/5");
    // On a scale from 1 to 5, 0 is not an answer.
    let least = u64::from(!is_of_five_steps);
    (is_named || is_of_five_steps) && seen.smallest.is_some_and(|smallest| smallest >= least) && seen.largest <= 5
}

/// Whether a name means satisfaction.
pub fn is_satisfaction(seen: &Seen) -> bool {
    const NAMES: [&str; 8] = ["csat", "satisf", "soddisf", "star", "estrel", "etoile", "zufried", "sterne"];
    NAMES.iter().any(|name| seen.words.plain.contains(name))
}

/// Whether a name is that of the question of the Net Promoter Score.
pub fn is_promoter(seen: &Seen) -> bool {
    const NAMES: [&str; 6] = ["nps", "promot", "recom", "likel", "empfehl", "consigl"];
    seen.words.plain.split(' ').any(|word| NAMES.iter().any(|name| word.starts_with(name)))
}

/// Whether a name gives a scale from 1 to 5: `Rating (1-5)`, `Nota de 1 a 5`.
fn is_of_five_steps(plain: &str) -> bool {
    const TO: [&str; 5] = ["to", "a", "bis", "al", "ate"];
    let words: Vec<&str> = plain.split(' ').filter(|word| !TO.contains(word)).collect();
    words.windows(2).any(|pair| pair == ["1", "5"])
}

/// The key of the description of a canonical column.
fn meaning(column: Column) -> &'static str {
    match column {
        Column::ConversationId => "meaning.conversation",
        Column::CustomerId => "meaning.customer",
        Column::EventId => "meaning.event",
        Column::Protocol => "meaning.protocol",
        Column::Contact => "meaning.contact",
        Column::AgentId | Column::AgentName => "meaning.agent",
        Column::Channel => "meaning.channel",
        Column::Queue => "meaning.queue",
        Column::Department => "meaning.department",
        Column::App => "meaning.app",
        Column::Score => "meaning.score",
        Column::Resolution => "meaning.resolution",
        _ => "meaning.other",
    }
}

/// A user is a customer in one export and an agent in another: users are customers if there are nearly as many as
/// conversations.
fn user_of_customers(columns: &[&Seen], used: &[&str], taken: &[Candidate]) -> Option<Candidate> {
    let id = source_of(taken, Column::ConversationId)?;
    let conversations = columns.iter().find(|seen| seen.name == id.source)?.distinct().0;
    let users = columns.iter().find(|seen| {
        let is_user = seen.words.is_only(&[M::User, M::Id]) && seen.words.has(M::User) && seen.words.around.is_empty();
        is_user && !used.contains(&seen.name.as_str()) && taken.iter().all(|candidate| candidate.source != seen.name)
    })?;
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let per_conversation = users.distinct().0 as f64 / conversations.max(1) as f64;
    let is_many = conversations > FEW_CONVERSATIONS && per_conversation >= CUSTOMERS_PER_CONVERSATION;
    is_many.then(|| Candidate {
        column: Column::CustomerId,
        source: users.name.clone(),
        more: Vec::new(),
        reason: Message::new("candidate.many_users"),
        confidence: Confidence::Low,
        map: Vec::new(),
    })
}
