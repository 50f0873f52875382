//! Stores events in a temporary file, by shard, for logs larger than memory (decisions.md, read-7).
//!
//! A reader writes the events that it holds as one block, shard after shard, so that a shard is read back in one go.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use crate::dictionary::SHARDS;
use crate::event::{Event, Labels};
use crate::ingest::decode::shards::{RareIds, Slice};
use crate::ingest::source::PartIndex;
use crate::temporary::unusable;

/// The slices of one part in one shard of a block.
#[derive(Debug, Clone, Copy)]
struct PartSlices {
    part: PartIndex,
    events: usize,
    has_ids: bool,
    has_labels: bool,
}

/// Consecutive slices of one shard in the file.
#[derive(Debug, Default)]
struct SliceExtent {
    offset: u64,
    bytes: usize,
    entries: Vec<PartSlices>,
}

/// A temporary file of events. It has no name, and disappears when the program ends.
#[derive(Debug)]
pub struct Spill {
    file: Mutex<File>,
    end: u64,
    /// For each shard, its extent in each block.
    extents: Vec<Vec<SliceExtent>>,
}

const EVENT_BYTES: usize = 24;
const IDS_BYTES: usize = 12;
const LABELS_BYTES: usize = 8;

impl Spill {
    /// Makes a file in the system's folder for temporary files.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        let extents = (0..SHARDS).map(|_| Vec::new()).collect();
        let file = tempfile::tempfile().map_err(|error| unusable("events", &error))?;
        Ok(Self { file: Mutex::new(file), end: 0, extents })
    }

    /// Takes out the slices of parts and writes them.
    ///
    /// # Errors
    ///
    /// If the file cannot be written, for example because the disk is full.
    pub fn write<'a>(&mut self, parts: impl Iterator<Item = (PartIndex, &'a mut Vec<Slice>)>) -> anyhow::Result<()> {
        let parts: Vec<(PartIndex, Vec<Slice>)> =
            parts.map(|(part, slices)| (part, std::mem::take(slices))).filter(|(_, s)| !s.is_empty()).collect();
        self.append(&parts).map_err(|error| unusable("events", &error))
    }

    fn append(&mut self, parts: &[(PartIndex, Vec<Slice>)]) -> io::Result<()> {
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.end))?;
        let mut out = BufWriter::with_capacity(1 << 18, file);
        for (shard, extents) in self.extents.iter_mut().enumerate() {
            let mut extent = SliceExtent { offset: self.end, ..SliceExtent::default() };
            for (part, slices) in parts {
                let slice = &slices[shard];
                if slice.is_empty() {
                    continue;
                }
                let (ids, labels) = (slice.ids(), slice.labels());
                let (has_ids, has_labels) = (!ids.is_empty(), !labels.is_empty());
                extent.entries.push(PartSlices { part: *part, events: slice.len(), has_ids, has_labels });
                slice.iter().try_for_each(|event| out.write_all(&event_bytes(&event)))?;
                ids.iter().try_for_each(|ids| out.write_all(&ids_bytes(ids)))?;
                labels.iter().try_for_each(|labels| out.write_all(&labels_bytes(*labels)))?;
                extent.bytes += slice.len() * EVENT_BYTES + ids.len() * IDS_BYTES + labels.len() * LABELS_BYTES;
            }
            self.end += extent.bytes as u64;
            extents.push(extent);
        }
        out.flush()
    }

    /// Reads the slices of a shard back, block by block.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn each(&self, shard: usize, mut see: impl FnMut(PartIndex, Slice)) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        for extent in &self.extents[shard] {
            self.load(extent, &mut bytes).map_err(|error| unusable("events", &error))?;
            let mut rest = &bytes[..];
            for PartSlices { part, events, has_ids, has_labels } in &extent.entries {
                let (of_events, after) = rest.split_at(events * EVENT_BYTES);
                let (of_ids, after) = after.split_at(if *has_ids { events * IDS_BYTES } else { 0 });
                let (of_labels, after) = after.split_at(if *has_labels { events * LABELS_BYTES } else { 0 });
                rest = after;
                let events: Vec<Event> = of_events.as_chunks::<EVENT_BYTES>().0.iter().map(event).collect();
                let ids = of_ids.as_chunks::<IDS_BYTES>().0.iter().map(ids).collect();
                let labels = of_labels.as_chunks::<LABELS_BYTES>().0.iter().copied().map(labels).collect();
                see(*part, Slice::new(&events, ids, labels));
            }
        }
        Ok(())
    }

    fn load(&self, extent: &SliceExtent, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.resize(extent.bytes, 0);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(extent.offset))?;
        file.read_exact(bytes)
    }

    /// The number of events in a shard.
    #[must_use]
    pub fn events(&self, shard: usize) -> usize {
        self.extents[shard].iter().flat_map(|extent| &extent.entries).map(|entry| entry.events).sum()
    }
}

fn event_bytes(event: &Event) -> [u8; EVENT_BYTES] {
    let Event { ts, line, content, conversation, customer } = *event;
    let mut bytes = [0; EVENT_BYTES];
    bytes[..8].copy_from_slice(&ts.to_le_bytes());
    for (number, four) in [line, content, conversation, customer].iter().zip(bytes[8..].as_chunks_mut::<4>().0) {
        *four = number.to_le_bytes();
    }
    bytes
}

fn event(bytes: &[u8; EVENT_BYTES]) -> Event {
    let [ts1, ts2, line, content, conversation, customer] = fours(bytes);
    let ts = i64::from(ts1) | i64::from(ts2) << 32;
    Event { ts, line, content, conversation, customer }
}

fn ids_bytes(ids: &RareIds) -> [u8; IDS_BYTES] {
    bytes_of([ids.event_id, ids.contact, ids.protocol])
}

fn ids(bytes: &[u8; IDS_BYTES]) -> RareIds {
    let [event_id, contact, protocol] = fours(bytes);
    RareIds { event_id, contact, protocol }
}

fn labels_bytes(labels: Labels) -> [u8; LABELS_BYTES] {
    bytes_of([labels.tags, labels.attributes])
}

fn labels(bytes: [u8; LABELS_BYTES]) -> Labels {
    let [tags, attributes] = fours(&bytes);
    Labels { tags, attributes }
}

fn bytes_of<const NUMBERS: usize, const BYTES: usize>(numbers: [u32; NUMBERS]) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    for (number, four) in numbers.iter().zip(bytes.as_chunks_mut::<4>().0) {
        *four = number.to_le_bytes();
    }
    bytes
}

fn fours<const N: usize>(bytes: &[u8]) -> [u32; N] {
    let (fours, _) = bytes.as_chunks::<4>();
    std::array::from_fn(|at| fours.get(at).map_or(0, |four| u32::from_le_bytes(*four)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::NONE;

    #[test]
    fn written_blocks_are_read_back() {
        let event = |n: u32| Event {
            ts: i64::from(n) - 5_000_000_000,
            line: n,
            content: n + 1,
            conversation: NONE,
            customer: n,
        };
        let part = |n: u32| {
            let mut slices = vec![Slice::default(); SHARDS];
            slices[3] = Slice::new(&[event(n), event(n + 1)], Vec::new(), Vec::new());
            let ids = vec![RareIds { event_id: n, contact: NONE, protocol: 7 }];
            let labels = vec![Labels { tags: n + 8, attributes: NONE }];
            slices[5] = Slice::new(&[event(n + 3)], Vec::new(), labels.clone());
            slices[63] = Slice::new(&[event(n + 2)], ids, labels);
            slices
        };
        let mut parts: Vec<_> = (0..5).map(|n| (PartIndex { file: 0, part: n }, part(n * 10))).collect();
        let before = parts.clone();
        let mut spill = Spill::new().unwrap();
        spill.write(parts[..2].iter_mut().map(|(part, slices)| (*part, slices))).unwrap();
        spill.write(parts[2..].iter_mut().map(|(part, slices)| (*part, slices))).unwrap();
        assert!(parts.iter().all(|(_, slices)| slices.is_empty()));
        for shard in 0..SHARDS {
            let mut found = Vec::new();
            spill.each(shard, |part, slice| found.push((part, slice))).unwrap();
            let expected = before.iter().map(|(part, slices)| (*part, slices[shard].clone()));
            assert_eq!(found, expected.filter(|(_, slice)| !slice.is_empty()).collect::<Vec<_>>());
            assert_eq!(spill.events(shard), found.iter().map(|(_, slice)| slice.len()).sum::<usize>());
        }
    }
}
