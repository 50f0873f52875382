//! Instants whose rows say something else than their name or their notation.

use std::collections::BTreeSet;

use super::instants::{ProposedInstant, instant_in};
use super::moments::{Moment, moment_of};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::language::Message;

/// The instants without that of a customer's first reply, if it comes after the agent's first reply in most rows: it is
/// not the customer's first message.
pub fn without_later_replies(
    instants: Vec<ProposedInstant>,
    columns: &[&Seen],
    survey: &Survey,
    each: Option<&str>,
) -> Vec<ProposedInstant> {
    let of = |moment: Moment| instants.iter().find(|instant| moment_of(&instant.words) == Ok(moment));
    let (Some(wrote), Some(replied)) = (of(Moment::CustomerWrote), of(Moment::FirstReply)) else { return instants };
    let sources = |instant: &ProposedInstant| instant.sources.clone();
    let (wrote, replied) = (sources(wrote), sources(replied));
    let names: Vec<&str> = wrote.iter().chain(&replied).map(String::as_str).collect();
    let (mut later, mut both) = (0, 0);
    for row in survey.together(&names, each) {
        let (his, ours) = (&names[..wrote.len()], &names[wrote.len()..]);
        let at = (instant_in(columns, his, &row[..wrote.len()]), instant_in(columns, ours, &row[wrote.len()..]));
        if let (Some(his), Some(ours)) = at {
            both += 1;
            later += usize::from(his > ours);
        }
    }
    if later * 2 <= both {
        return instants;
    }
    instants.into_iter().filter(|instant| instant.sources != wrote).collect()
}

/// The question about dates of three short numbers of which the first is the same in all rows, and the last is not: they
/// may begin with the year.
pub fn year_first(instants: &[&ProposedInstant], columns: &[&Seen]) -> Option<Message> {
    /// The fewest dates that differ.
    const LEAST: usize = 2;
    let is_short = |format: &String| {
        let at = |part: &str| format.find(part);
        matches!((at("%d"), at("%m"), at("%y")), (Some(day), Some(month), Some(year)) if day.max(month) < year)
    };
    instants.iter().filter(|instant| instant.formats.iter().all(is_short)).find_map(|instant| {
        let seen = columns.iter().find(|column| Some(&column.name) == instant.sources.first())?;
        let numbers = |value: &str| -> Option<(u32, u32)> {
            let mut numbers = value.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
            let first = numbers.next()?.parse().ok()?;
            let last = numbers.nth(1)?.parse().ok()?;
            Some((first, last))
        };
        let dates: Vec<(u32, u32)> = seen.kept.iter().filter_map(|(value, _)| numbers(value)).collect();
        let firsts: BTreeSet<u32> = dates.iter().map(|(first, _)| *first).collect();
        let lasts: BTreeSet<u32> = dates.iter().map(|(_, last)| *last).collect();
        // A day that is the same in different years, against a year that is the same on different days.
        let may_be_days = lasts.iter().all(|last| (1..=31).contains(last));
        (firsts.len() == 1 && lasts.len() >= LEAST && may_be_days)
            .then(|| Message::new("proposal.year_first").with("instant", instant.quoted()))
    })
}
