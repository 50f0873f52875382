//! Decides what depends on the whole run, after all rows are read: how conversations are distinguished, which files are
//! newest first, which rows are repeats (semantics.md 2 and 3).

use std::collections::HashSet;
use std::sync::Arc;

use super::instant_order::InstantOrder;
use super::missing_facts::MissingFacts;
use super::order_texts::OrderTexts;
use super::repeats::{Repeat, equal_rows, equal_statuses, repeats};
use super::rounded_ids;
use super::store::Store;
use super::{FileCounts, Log, PartPosition, ReaderRead, TagSets};
use crate::dictionary::{Dictionary, Frozen, SHARDS};
use crate::event::aliases::{Aliases, Renamed};
use crate::event::attributes::Names;
use crate::event::table_order::TableOrder;
use crate::event::{Column, Content, Event, FactSet, KEYS, Key, NONE, Sessions, TEXT_DOMAINS, Text};
use crate::ingest::decode::part_read::{PartCounts, PartRead};
use crate::ingest::decode::profile::{CANONICAL, Latest, Profile};
use crate::ingest::decode::record_positions::RecordPositions;
use crate::ingest::decode::reject::{Fault, Reason, Reject};
use crate::ingest::decode::shards::{Extra, Slice};
use crate::ingest::source::{PartIndex, Source, SourceFacts};
use crate::time::UnclearTimes;

/// The settings of the run.
#[derive(Debug, Clone, Copy)]
pub struct LogRules<'o> {
    /// The profile of each source.
    pub profiles: &'o [Option<Arc<Profile>>],
    /// How events are grouped into conversations, if known.
    pub sessions: Option<Sessions>,
    /// Whether rows without an event id that are equal to an earlier one are duplicates.
    pub drop_repeats: bool,
    /// The requested attributes.
    pub attributes: &'o Names,
    /// Other names for values.
    pub aliases: &'o Aliases,
    /// The column that orders the rows of a table; `None` if positions order them.
    pub table: Option<&'o TableOrder>,
    /// Whether the source is a piece of a file. Then only all pieces together show whether the file is newest first.
    pub is_piece: bool,
}

/// Puts the results of the readers into input order, drops repeats and rows without a conversation, and counts.
///
/// # Errors
///
/// If a temporary file cannot be read.
pub fn resolve(
    readers: Vec<ReaderRead>,
    sources: &[Source],
    known: &[SourceFacts],
    keys: [Frozen; KEYS],
    rules: LogRules,
) -> anyhow::Result<Log> {
    let mut gathered = gather(readers, sources, known, keys, rules)?;
    if let Some(order) = rules.table {
        let texts = OrderTexts::read(sources, order)?;
        gathered
            .put_in_table_order(|log, rank, line| texts.of(log.parts[rank as usize].file, log.line_of(rank, line)))?;
    }
    gathered.settle(rules.drop_repeats)
}

/// Puts the results of the readers into input order, and looks for rounded ids.
///
/// # Errors
///
/// If a temporary file cannot be read.
pub fn gather(
    readers: Vec<ReaderRead>,
    sources: &[Source],
    known: &[SourceFacts],
    keys: [Frozen; KEYS],
    rules: LogRules,
) -> anyhow::Result<Gathered> {
    let profiles: Vec<Option<&Profile>> =
        (0..sources.len()).map(|at| rules.profiles.get(at).and_then(Option::as_deref)).collect();
    let of_file = |((source, known), profile): ((&Source, &SourceFacts), Option<&Profile>)| {
        FileCounts::unread(source.name(), known, profile)
    };
    let counts = sources.iter().zip(known).zip(profiles.iter().copied()).map(of_file).collect();
    let mut gathered = put_in_order(readers, counts, &profiles, keys, rules);
    rounded_ids::note(&mut gathered.log, &gathered.statuses, &profiles)?;
    Ok(gathered)
}

/// The rows of a log in input order, before any are dropped.
#[derive(Debug)]
pub struct Gathered {
    /// The log, with the events of all readable rows.
    pub(super) log: Log,
    /// Agents' statuses; their contents have the log's numbers.
    pub(super) statuses: Vec<(u32, Event, Extra)>,
    /// Unreadable rows.
    pub(super) rejects: Vec<Reject>,
    /// For each source: the direction of its instants, and its number of lines.
    pub(super) instant_orders: Vec<(InstantOrder, u32)>,
    /// The counts over all parts.
    pub(super) totals: LogTotals,
}

/// Puts the results of the readers into input order. `counts` are the sources; none of their rows is counted yet.
pub(super) fn put_in_order(
    readers: Vec<ReaderRead>,
    mut counts: Vec<FileCounts>,
    profiles: &[Option<&Profile>],
    keys: [Frozen; KEYS],
    rules: LogRules,
) -> Gathered {
    let LogRules { sessions, attributes, aliases, table, is_piece, .. } = rules;
    let mut meanings = NumberMeanings { aliases: aliases.clone(), ..NumberMeanings::default() };
    let (mut read, mut spills) = (Vec::new(), Vec::new());
    for (reader, of_reader) in readers.into_iter().enumerate() {
        meanings.add(&of_reader.texts, &of_reader.contents);
        spills.extend(of_reader.spill);
        read.extend(of_reader.parts.into_iter().map(|(position, part)| (position, reader, part)));
    }
    read.sort_by_key(|(position, ..)| *position);

    let with_conversation: u64 = read.iter().map(|(.., part)| part.counts.with_conversation).sum();
    let sessions = sessions.unwrap_or(if with_conversation > 0 { Sessions::Id } else { Sessions::Inactivity });

    let (mut ordered, mut missing, mut rejects, mut instant_orders) =
        (Ordered::default(), MissingFacts::default(), Vec::new(), Vec::new());
    ordered.totals.with_conversation = with_conversation;
    let mut read = read.into_iter().peekable();
    for (file, count) in counts.iter_mut().enumerate() {
        let parts: Vec<_> = std::iter::from_fn(|| read.next_if(|(position, ..)| position.file == file)).collect();
        let of_parts: Vec<&PartCounts> = parts.iter().map(|(.., part)| &part.counts).collect();
        count_rows(count, &of_parts);
        let instant_order = instant_order(&of_parts);
        count.is_newest_first = instant_order.is_newest_first() && table.is_none() && !is_piece;
        missing.add(&count.profile, &of_parts);
        note_keys(count, profiles.get(file).copied().flatten(), &of_parts);
        count.local_times = parts.iter().find_map(|(.., part)| part.local_times.clone());
        let lines = ordered.add(file, parts, count.is_newest_first, &mut rejects);
        instant_orders.push((instant_order, lines));
    }
    missing.note(&mut counts);
    let Ordered { parts, records, slices, statuses, totals } = ordered;
    let statuses: Vec<(u32, Event, Extra)> = statuses
        .into_iter()
        .map(|(rank, event, extra)| {
            let content = meanings.renumber[parts[rank as usize].reader][event.content as usize];
            (rank, Event { content, ..event }, extra)
        })
        .collect();
    let log = Log {
        store: Store::new(slices, spills),
        group_counts: [0; SHARDS],
        parts,
        records,
        table: None,
        statuses: Vec::new(),
        repeated_statuses: Vec::new(),
        contents: meanings.contents,
        renumber: meanings.renumber,
        texts: meanings.texts,
        attributes: Arc::clone(attributes),
        tag_sets: TagSets::of(&keys[Key::Tags as usize]),
        unused_aliases: aliases.without(&meanings.renamed),
        renamed: meanings.renamed,
        keys,
        dropped: HashSet::new(),
        latest: totals.latest,
        files: counts,
        rejects: Vec::new(),
        sessions,
        is_department_queue: false,
    };
    Gathered { log, statuses, rejects, instant_orders, totals }
}

impl Gathered {
    /// Drops repeats and rows without a conversation, and counts.
    ///
    /// # Errors
    ///
    /// If a temporary file cannot be read.
    pub(super) fn settle(self, drop_repeats: bool) -> anyhow::Result<Log> {
        let Self { mut log, statuses, mut rejects, totals, .. } = self;
        let mut is_clean = true;
        let missing = match log.sessions {
            Sessions::Id => totals.without_conversation,
            Sessions::Inactivity | Sessions::InactivityAcrossChannels => totals.without_customer,
        };
        if missing > 0 {
            is_clean = false;
            rejects.extend(without_conversation(&log)?);
        }
        if totals.with_event_id > 0 {
            is_clean &= !drop_repeated_ids(&mut log, &statuses, &mut rejects)?;
        }
        let equal = equal_statuses(&log.tag_sets, &statuses);
        if drop_repeats {
            let of_statuses = equal.iter().map(|at| (statuses[*at].0, statuses[*at].1.line));
            is_clean &= !drop_equal_rows(&mut log, of_statuses)?;
        } else {
            log.repeated_statuses = equal.into_iter().map(|at| statuses[at].1.ts).collect();
        }
        log.statuses = statuses
            .into_iter()
            .filter(|(rank, event, _)| !log.dropped.contains(&(*rank, event.line)))
            .map(|(rank, event, _)| (rank, event))
            .collect();
        rejects.sort_by_key(|reject| (reject.file, reject.line));
        for reject in &rejects {
            log.files[reject.file].rejected += 1;
        }
        for file in &mut log.files {
            file.accepted = file.rows_read - file.duplicates - file.rejected;
        }
        log.rejects = rejects;
        log.group_counts = std::array::from_fn(|shard| log.key(log.session_key()).len_of(shard));
        // It is needed only to find repeats, and for the order of a table.
        if log.table.is_none() {
            log.keys[Key::EventId as usize] = Frozen::default();
        }
        let (has_queue, latest) =
            if is_clean { (names_queue(log.contents.iter()), log.latest) } else { accepted(&log)? };
        log.is_department_queue = !has_queue;
        log.latest = latest;
        Ok(log)
    }
}

/// Drops rows whose event id an earlier row has, and rejects those that contradict it. Returns whether there were any.
fn drop_repeated_ids(
    log: &mut Log,
    statuses: &[(u32, Event, Extra)],
    rejects: &mut Vec<Reject>,
) -> anyhow::Result<bool> {
    let found = repeats(log, statuses)?;
    for Repeat { rank, line, event_id, is_equal } in &found {
        let part = log.parts[*rank as usize];
        if *is_equal {
            log.files[part.file].duplicates += 1;
        } else {
            let id = log.key(Key::EventId).get(*event_id);
            let fault = Fault::column(Reason::ConflictingDuplicate, Column::EventId, Some(id));
            rejects.push(Reject { file: part.file, line: log.line_of(*rank, *line), fault });
        }
        log.dropped.insert((*rank, *line));
    }
    Ok(!found.is_empty())
}

/// Drops rows that are equal to an earlier one in everything, and such agents' statuses. Returns whether there were
/// any.
fn drop_equal_rows(log: &mut Log, statuses: impl Iterator<Item = (u32, u32)>) -> anyhow::Result<bool> {
    let found: Vec<(u32, u32)> = equal_rows(log)?.into_iter().chain(statuses).collect();
    for (rank, line) in &found {
        log.files[log.parts[*rank as usize].file].duplicates += 1;
        log.dropped.insert((*rank, *line));
    }
    Ok(!found.is_empty())
}

/// Counts the rows of a file's parts, and adds the facts they provide and their unclear local times.
fn count_rows(count: &mut FileCounts, parts: &[&PartCounts]) {
    count.rows_read = parts.iter().map(|part| part.rows).sum();
    count.source_rows = count.source_rows.map(|_| parts.iter().map(|part| part.records).sum());
    count.skipped = parts.iter().map(|part| part.skipped).sum();
    count.superseded = parts.iter().map(|part| part.superseded).sum();
    let known = parts.iter().fold(FactSet::NONE, |known, part| known.or(part.known));
    count.lacks.retain(|name| !known.iter().any(|fact| fact.name() == name));
    count.unclear_times = parts.iter().fold(UnclearTimes::default(), |sum, part| sum.with(part.unclear));
    let missing_facts = parts.iter().fold(FactSet::NONE, |facts, part| facts.or(part.missing_facts));
    count.lacks.extend(missing_facts.minus(known).iter().map(|fact| fact.name().to_owned()));
}

/// Notes the paths that a profile expects but no part of its source has.
fn note_keys(count: &mut FileCounts, profile: Option<&Profile>, parts: &[&PartCounts]) {
    let Some(profile) = profile.filter(|_| !parts.is_empty()) else { return };
    let expected = parts.iter().fold(0, |expected, part| expected | part.expected);
    count.unmet = profile.unmet(expected).map(str::to_owned).collect();
    count.resembled = profile.resembled(expected).map(str::to_owned).collect();
}

impl FileCounts {
    /// Adds the counts of another part of the same table or file.
    pub fn add_part(&mut self, part: &Self) {
        self.rows_read += part.rows_read;
        self.accepted += part.accepted;
        self.duplicates += part.duplicates;
        self.rejected += part.rejected;
        self.local_times = self.local_times.take().or_else(|| part.local_times.clone());
        self.unclear_times = self.unclear_times.with(part.unclear_times);
    }

    /// The counts of a source before any row is counted.
    #[must_use]
    pub fn unread(name: String, known: &SourceFacts, profile: Option<&Profile>) -> Self {
        let lacks = profile.into_iter().flat_map(|profile| FactSet::ALL.minus(profile.facts).iter());
        Self {
            name,
            format: known.format,
            profile: profile.map_or(CANONICAL, |profile| &profile.name).to_owned(),
            lacks: lacks.map(|fact| fact.name().to_owned()).collect(),
            cannot: profile.map(|profile| profile.cannot.clone()).unwrap_or_default(),
            skipped: 0,
            superseded: 0,
            unmet: Vec::new(),
            resembled: Vec::new(),
            version: profile.and_then(|profile| profile.input.latest.as_ref()).map(Latest::describe),
            source_rows: profile.map(|_| 0),
            rows_read: 0,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            is_newest_first: false,
            local_times: None,
            unclear_times: UnclearTimes::default(),
            spoilt: rounded_ids::of_number_cells(&known.long_numbers, profile),
            notes: known.notes.clone(),
        }
    }
}

/// The merged meaning of the readers' numbers.
#[derive(Default)]
struct NumberMeanings {
    texts: [Dictionary; TEXT_DOMAINS],
    contents: Vec<Content>,
    renumber: Vec<Vec<u32>>,
    known: hashbrown::HashMap<Content, u32>,
    aliases: Aliases,
    /// The aliases that were applied to a row.
    renamed: Aliases,
}

impl NumberMeanings {
    /// Adds the contents of a reader.
    fn add(&mut self, texts: &[Dictionary; TEXT_DOMAINS], contents: &[Content]) {
        let numbers: Vec<Vec<u32>> = texts
            .iter()
            .zip(&mut self.texts)
            .map(|(theirs, ours)| theirs.iter().map(|text| ours.number(text)).collect())
            .collect();
        let ours = contents.iter().map(|content| {
            let mut content = *content;
            for text in Text::ALL {
                let number = &mut content.text[text as usize];
                if *number != NONE {
                    let theirs = *number;
                    *number = numbers[text.domain() as usize][theirs as usize];
                    if let Some(kind) = Renamed::of(text).filter(|_| !self.aliases.is_empty()) {
                        let old = texts[text.domain() as usize].get(theirs);
                        if let Some(new) = self.aliases.get(kind, old) {
                            self.renamed.insert(kind, old, new);
                            *number = self.texts[text.domain() as usize].number(new);
                        }
                    }
                }
            }
            *self.known.entry(content).or_insert_with(|| {
                self.contents.push(content);
                u32::try_from(self.contents.len() - 1).expect("more than 2^32 different rows")
            })
        });
        self.renumber.push(ours.collect());
    }
}

/// Parts in input order.
#[derive(Default)]
struct Ordered {
    parts: Vec<PartPosition>,
    records: Vec<RecordPositions>,
    slices: Vec<(PartIndex, Vec<Slice>)>,
    statuses: Vec<(u32, Event, Extra)>,
    totals: LogTotals,
}

/// The counts over all parts.
#[derive(Debug, Default)]
pub(super) struct LogTotals {
    /// Readable rows with a conversation id.
    pub(super) with_conversation: u64,
    without_conversation: u64,
    without_customer: u64,
    /// Readable rows with an event id.
    pub(super) with_event_id: u64,
    latest: Option<i64>,
}

impl Ordered {
    /// Adds the parts of a file, from the end if it is newest first, and returns its number of lines.
    fn add(
        &mut self,
        file: usize,
        parts: Vec<(PartIndex, usize, PartRead)>,
        is_newest_first: bool,
        rejects: &mut Vec<Reject>,
    ) -> u32 {
        let mut lines = 0;
        let mut ready = Vec::with_capacity(parts.len());
        for (at, reader, part) in parts {
            let lines_before = lines + part.counts.lines_before;
            let rejected = part.rejects.into_iter();
            rejects.extend(rejected.map(|(line, fault)| Reject { file, line: line + lines_before, fault }));
            lines = lines_before + part.counts.lines;
            self.totals.without_conversation += part.counts.without_conversation;
            self.totals.without_customer += part.counts.without_customer;
            self.totals.with_event_id += part.counts.with_event_id;
            self.totals.latest = self.totals.latest.max(part.counts.latest);
            let position = PartPosition { file, lines_before, is_newest_first, reader };
            ready.push((position, part.records, (at, part.slices), part.statuses));
        }
        if is_newest_first {
            ready.reverse();
        }
        for (position, records, slices, mut statuses) in ready {
            let rank = u32::try_from(self.parts.len()).expect("more than 2^32 parts");
            if is_newest_first {
                statuses.reverse();
            }
            self.parts.push(position);
            self.records.push(records);
            self.slices.push(slices);
            self.statuses.extend(statuses.into_iter().map(|(event, extra)| (rank, event, extra)));
        }
        lines
    }
}

/// The direction of the instants in a file's parts.
fn instant_order(parts: &[&PartCounts]) -> InstantOrder {
    parts.iter().fold(InstantOrder::NONE, |instant_order, part| instant_order.then(InstantOrder::of(part)))
}

/// Rejects for rows without a conversation.
fn without_conversation(log: &Log) -> anyhow::Result<Vec<Reject>> {
    let column = log.session_key().column();
    let mut rejects = Vec::new();
    log.store.each(|rank, slice| {
        let file = log.parts[rank as usize].file;
        let missing = slice.iter().filter(|event| event.session(log.sessions) == NONE);
        rejects.extend(missing.map(|event| Reject {
            file,
            line: log.line_of(rank, event.line),
            fault: Fault::column(Reason::NoConversation, column, None),
        }));
    })?;
    Ok(rejects)
}

fn names_queue<'a>(mut contents: impl Iterator<Item = &'a Content>) -> bool {
    contents.any(|content| content.text(Text::Queue).is_some() || content.text(Text::ToQueue).is_some())
}

/// Whether an accepted row has a queue, and the latest instant of accepted rows.
fn accepted(log: &Log) -> anyhow::Result<(bool, Option<i64>)> {
    let names = |content: u32| names_queue(std::iter::once(&log.contents[content as usize]));
    let mut has_queue = log.statuses.iter().any(|(_, event)| names(event.content));
    let mut latest = log.statuses.iter().map(|(_, event)| event.ts).max();
    log.store.each(|rank, slice| {
        let renumber = &log.renumber[log.parts[rank as usize].reader];
        for event in slice.iter().filter(|event| log.is_accepted(rank, event)) {
            latest = latest.max(Some(event.ts));
            has_queue = has_queue || names(renumber[event.content as usize]);
        }
    })?;
    Ok((has_queue, latest))
}
