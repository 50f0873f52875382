//! Holds events between reading and folding, by shard: in memory, and beyond a budget in temporary files.

use std::sync::{Mutex, PoisonError};

use hashbrown::HashMap;

use super::spill::Spill;
use crate::dictionary::SHARDS;
use crate::ingest::decode::shards::Slice;
use crate::ingest::source::PartIndex;

/// Slices of one shard, with the ranks of their parts in input order.
pub type Slices = Vec<(u32, Slice)>;

/// The events of a log by shard.
#[derive(Debug)]
pub struct Store {
    shards: Vec<Mutex<Slices>>,
    spills: Vec<Spill>,
    /// The ranks of parts in input order.
    ranks: HashMap<PartIndex, u32>,
}

impl Store {
    /// Stores the slices of parts, in input order, by shard. Slices in temporary files stay there.
    #[must_use]
    pub fn new(parts: Vec<(PartIndex, Vec<Slice>)>, spills: Vec<Spill>) -> Self {
        let mut shards: Vec<Slices> = (0..SHARDS).map(|_| Vec::new()).collect();
        let mut ranks = HashMap::new();
        for (rank, (part, slices)) in (0..).zip(parts) {
            if !spills.is_empty() {
                ranks.insert(part, rank);
            }
            for (shard, slice) in shards.iter_mut().zip(slices) {
                if !slice.is_empty() {
                    shard.push((rank, slice));
                }
            }
        }
        Self { shards: shards.into_iter().map(Mutex::new).collect(), spills, ranks }
    }

    /// Passes each slice to the callback, in no particular order.
    ///
    /// # Errors
    ///
    /// If a temporary file cannot be read.
    pub fn each(&self, mut see: impl FnMut(u32, &Slice)) -> anyhow::Result<()> {
        (0..self.shards.len()).try_for_each(|shard| self.each_of(shard, &mut see))
    }

    /// Passes each slice of a shard to the callback, in no particular order.
    ///
    /// # Errors
    ///
    /// If a temporary file cannot be read.
    pub fn each_of(&self, shard: usize, mut see: impl FnMut(u32, &Slice)) -> anyhow::Result<()> {
        let slices = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        slices.iter().for_each(|(rank, slice)| see(*rank, slice));
        for spill in &self.spills {
            spill.each(shard, |part, slice| see(self.ranks[&part], &slice))?;
        }
        Ok(())
    }

    /// Takes a shard out to free its memory, and returns its slices in input order.
    ///
    /// # Errors
    ///
    /// If a temporary file cannot be read.
    pub fn take(&self, shard: usize) -> anyhow::Result<Slices> {
        let mut slices = std::mem::take(&mut *self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner));
        for spill in &self.spills {
            spill.each(shard, |part, slice| slices.push((self.ranks[&part], slice)))?;
        }
        slices.sort_by_key(|(rank, _)| *rank);
        Ok(slices)
    }

    /// The largest number of events in one shard's temporary files.
    #[must_use]
    pub fn most_spilled(&self) -> usize {
        let events = |shard| self.spills.iter().map(|spill| spill.events(shard)).sum();
        (0..SHARDS).map(events).max().unwrap_or(0)
    }
}
