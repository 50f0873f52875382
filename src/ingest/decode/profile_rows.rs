//! Turns the records of a profile into rows of a part.

use super::cells::Row;
use super::part_read::{PartCounts, PartRead};
use super::part_reader::{PartReader, add_read};
use super::profile::batch::RecordBatch;
use super::profile::convert;
use super::profile::instant::InputZone;
use super::record_positions::RecordPositions;
use super::timestamp::InstantUnit;
use crate::event::{Actor, Content, Detail, FactSet, Kind};

impl PartReader<'_> {
    /// Turns records into events by the rules of their profile. A row is an event, or an unreadable record or event.
    ///
    /// # Errors
    ///
    /// If a record contradicts the profile.
    pub fn read_batch(&mut self, batch: &RecordBatch) -> anyhow::Result<PartRead> {
        self.begin();
        let (mut rejects, mut records) = (Vec::new(), RecordPositions::default());
        let of_batch = PartCounts { records: batch.spans.len() as u64, ..PartCounts::default() };
        let (mut counts, mut number, mut expected) = (of_batch, 0, 0);
        let input_zone = InputZone::new(self.input_zone);
        // The cells are lent to the profile while it makes an event.
        let mut cells = std::mem::take(&mut self.cells);
        for (at, span) in batch.spans.iter().enumerate() {
            if !batch.is_latest(at) {
                counts.superseded += 1;
                continue;
            }
            let (rows, first) = (counts.rows, number + 1);
            let made = convert::record(batch, *span, &input_zone, &mut cells, &mut expected, &mut |made| {
                counts.rows += 1;
                let read = made.and_then(|(ts, cells, rule)| {
                    let read = self.rows.read_at(Some(ts), InstantUnit::Utc(1), Row::made(cells));
                    Ok((read.map_err(|fault| rule.explain(fault))?, cells))
                });
                match read {
                    Ok((read, cells)) => {
                        number += 1;
                        let content = &self.rows.contents[read.1 as usize];
                        if acts_as_agent(content) {
                            counts.of_agents += 1;
                            counts.without_agent += u64::from(content.agent().is_none());
                        }
                        let may_add = batch.profile.may_add;
                        if may_add != FactSet::NONE {
                            let asks =
                                |survey| matches!(content.detail, Detail::Score(requested, _) if requested == survey);
                            let known = FactSet::of_events(content.kind, |actor| content.actor == Some(actor), asks);
                            counts.known = counts.known.or(known.and(may_add));
                        }
                        if number == first {
                            records.begin(first, span.line);
                        }
                        add_read(&mut self.events, &mut self.keys, read, Row::made(cells), number);
                    }
                    Err(fault) => rejects.push((span.line, fault)),
                }
            });
            counts.skipped += u64::from(counts.rows == rows);
            made?;
        }
        self.cells = cells;
        counts.expected = expected;
        counts.missing_facts = batch.bound.as_ref().map_or(FactSet::NONE, |bound| bound.missing_facts);
        counts.unclear = input_zone.unclear();
        Ok(PartRead { records, local_times: input_zone.used_for(), ..self.finish(counts, rejects) })
    }
}

/// Whether an event is an agent's act, so that it could name the agent.
fn acts_as_agent(content: &Content) -> bool {
    match content.kind {
        Kind::Message => content.actor == Some(Actor::Agent),
        Kind::Assigned => true,
        Kind::Started
        | Kind::TransferRequested
        | Kind::TransferSucceeded
        | Kind::TransferCancelled
        | Kind::TransferDisabled
        | Kind::TransferIncomplete
        | Kind::Queued
        | Kind::Transferred
        | Kind::Closed
        | Kind::CustomerLeft
        | Kind::Reopened
        | Kind::StatusChanged
        | Kind::AgentStatus
        | Kind::Rated => false,
    }
}
