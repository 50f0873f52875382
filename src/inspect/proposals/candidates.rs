//! Which column of a file could be which canonical column, by name and by values.

use crate::event::{Actor, Column, Kind};
use crate::inspect::columns::column::{Column as Seen, share};
use crate::inspect::proposals::proposal::{Candidate, Confidence};
use crate::inspect::words::{self, ACTIVITY, COLUMNS};

/// A name that is less like than this is no candidate.
pub(in crate::inspect) const LIKE: f64 = 0.55;
/// Words that a column of activities has at most: a longer list is none.
const MOST_WORDS: usize = 64;
/// The share of the rows that a column of activities must tell.
const LEAST_TOLD: f64 = 0.1;
/// A score of a satisfaction question with five answers is none from 0 to 10.
const LOWEST_TOP_SCORE: u32 = 6;

/// The column that says what happened.
pub(in crate::inspect) struct Activity<'s> {
    /// Which.
    pub column: &'s Seen,
    /// What its values mean.
    pub map: Vec<(String, &'static str)>,
    /// Its name is one of a state, or of many other things.
    pub is_vague: bool,
    /// It is named for nothing else.
    pub is_plain: bool,
}

/// The column that says what happened, if one does.
pub(in crate::inspect) fn activity<'s>(columns: &[&'s Seen]) -> Option<Activity<'s>> {
    let of = |seen: &&'s Seen| {
        let map: Vec<_> = known(seen, |value| words::kind_of(value).map(Kind::name));
        let told = told(seen, &map);
        let (like, word) = words::likeness(&seen.name, ACTIVITY);
        let is_vague = matches!(word, "status" | "type" | "tipo");
        let is_one = is_of_few_words(seen) && !map.is_empty() && like > LIKE && told > LEAST_TOLD;
        is_one.then_some((Activity { column: seen, map, is_vague, is_plain: like > 0.9 && !is_vague }, like + told))
    };
    columns.iter().filter_map(of).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(activity, _)| activity)
}

/// The column that says who acted.
pub(in crate::inspect) fn actor(columns: &[&Seen]) -> Option<Candidate> {
    let names = COLUMNS.iter().find(|(column, _)| *column == Column::Actor).map_or("", |(_, names)| names);
    let of = |column: &&Seen| {
        let map: Vec<_> = known(column, |value| words::actor_of(value).map(Actor::name));
        let told = told(column, &map);
        let (like, _) = words::likeness(&column.name, names);
        let values: Vec<&str> = map.iter().map(|(value, _)| value.as_str()).collect();
        let candidate = Candidate {
            column: Column::Actor,
            source: column.name.clone(),
            reason: format!("its values are {}", values.join(", ")),
            confidence: if like > LIKE && told > 0.95 { Confidence::High } else { Confidence::Medium },
            map,
        };
        (told > 0.8 && (like > LIKE || candidate.map.len() > 1)).then_some((candidate, like + told))
    };
    columns.iter().filter_map(of).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(candidate, _)| candidate)
}

/// Whether values may be named: a few words that recur, not what people write.
fn is_of_few_words(seen: &Seen) -> bool {
    seen.time().is_none() && !seen.looks_like_message() && seen.distinct().0 <= MOST_WORDS
}

/// The values of a column that have a meaning, where it has few.
fn known(column: &Seen, meaning: impl Fn(&str) -> Option<&'static str>) -> Vec<(String, &'static str)> {
    column.kept.iter().filter_map(|(value, _)| meaning(value).map(|meaning| (value.clone(), meaning))).collect()
}

/// The share of the values that have a meaning.
fn told(column: &Seen, map: &[(String, &'static str)]) -> f64 {
    let is_known = |value: &String| map.iter().any(|(known, _)| known == value);
    share(column.kept.iter().filter(|(value, _)| is_known(value)).map(|(_, count)| count).sum(), column.filled)
}

/// The sources of canonical columns by name and values: each source once, the likest first.
pub(in crate::inspect) fn named(columns: &[&Seen], used: &[&str]) -> Vec<Candidate> {
    let mut found: Vec<(f64, Candidate)> = Vec::new();
    for seen in columns {
        if used.contains(&seen.name.as_str()) || seen.filled == 0 || seen.looks_like_message() || seen.time().is_some()
        {
            continue;
        }
        for (column, names) in COLUMNS {
            let (like, word) = words::likeness(&seen.name, names);
            if let Some((like, candidate)) = fitting(column, seen, like, word) {
                found.push((like, candidate));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut taken: Vec<Candidate> = Vec::new();
    for (_, candidate) in found {
        let is_free = |other: &Candidate| other.column != candidate.column && other.source != candidate.source;
        if taken.iter().all(is_free) {
            taken.push(candidate);
        }
    }
    taken
}

/// A candidate, if name and values allow it.
fn fitting(column: Column, seen: &Seen, like: f64, word: &str) -> Option<(f64, Candidate)> {
    let (mut like, mut reason) = (like, format!("its name is like `{word}`"));
    let mut map = Vec::new();
    match column {
        Column::Channel => {
            let is_channel = |value: &str| words::is_one_of(&words::plain(value), words::CHANNELS);
            let channels = known(seen, |value| is_channel(value).then_some(""));
            if told(seen, &channels) > 0.5 {
                let values: Vec<&str> = channels.iter().map(|(value, _)| value.as_str()).take(3).collect();
                let name = if like > LIKE { format!("{reason}, ") } else { String::new() };
                (like, reason) = (like.max(0.6) + 0.3, format!("{name}its values are channels: {}", values.join(", ")));
            }
        }
        Column::Score => {
            let scores: Option<Vec<u32>> = seen.kept.iter().map(|(value, _)| value.parse().ok()).collect();
            let most = scores?.into_iter().max()?;
            if !(LOWEST_TOP_SCORE..=10).contains(&most) {
                return None;
            }
            reason = format!("{reason}, whole numbers up to {most}");
        }
        Column::Resolution => {
            map = known(seen, |value| words::resolution_of(value).map(crate::event::Resolution::name));
            if told(seen, &map) < 0.9 {
                return None;
            }
        }
        Column::ConversationId if seen.distinct_share() > 0.999 && seen.filled > 1 => {
            reason = format!("{reason}, another in every row");
        }
        _ if seen.kinds.booleans + seen.kinds.decimals > seen.filled / 2 => return None,
        _ => {}
    }
    let confidence = match like {
        like if like > 0.85 => Confidence::High,
        like if like > 0.65 => Confidence::Medium,
        _ => Confidence::Low,
    };
    (like > LIKE).then(|| (like, Candidate { column, source: seen.name.clone(), reason, confidence, map }))
}

/// What follows from which columns there are.
pub(in crate::inspect) fn tidy(candidates: &mut Vec<Candidate>, notes: &mut Vec<String>) {
    let of = |candidates: &[Candidate], column: Column| candidates.iter().find(|c| c.column == column).cloned();
    if of(candidates, Column::ConversationId).is_none()
        && let Some(protocol) = of(candidates, Column::Protocol)
    {
        let reason = "no other column tells conversations apart".to_owned();
        candidates.push(Candidate {
            column: Column::ConversationId,
            reason,
            confidence: Confidence::Medium,
            ..protocol
        });
    }
    if of(candidates, Column::ConversationId).is_none() && of(candidates, Column::CustomerId).is_some() {
        notes.push("no conversation id: conversations are told apart by silence (--sessions inactivity)".to_owned());
    }
}

/// The candidate for a canonical column.
pub(in crate::inspect) fn source_of(candidates: &[Candidate], column: Column) -> Option<&Candidate> {
    candidates.iter().find(|candidate| candidate.column == column)
}

/// Whether a column says who of the agents.
pub(in crate::inspect) fn has_agent(candidates: &[Candidate]) -> bool {
    [Column::AgentId, Column::AgentName].iter().any(|column| source_of(candidates, *column).is_some())
}
