//! Turns the rows of one part into events: reads row by row, numbers keys shard by shard, then cuts the events into
//! slices.

use std::sync::Arc;

use super::cells::{Cells, Row};
use super::csv::{
    AttributeField, CsvLayout, ReadStop, Record, RecordReader, Separators, plain_fields, read_record, without_end,
};
use super::jsonl::LineReader;
use super::keys::KeyColumn;
use super::parquet::{Coded, EventReader, RowRange};
use super::part_read::{PartCounts, PartRead};
use super::parts::{PartCut, RowLayout};
use super::pieces::{Piece, Strays};
use super::record_positions::RecordPositions;
use super::reject::{Fault, RUNS_ON, Reason, TOO_LONG};
use super::row::RowReader;
use super::shards::{Extra, PartEvents, RareIds, shard_of_event};
use super::timestamp::InstantUnit;
use super::utf8::Utf8;
use crate::dictionary::Sharded;
use crate::event::attributes::{Names, RowValues};
use crate::event::{Column, Event, KEYS, Key, Kind, Labels, NONE, Sessions};
use crate::time::Zone;

/// The dictionaries of keys shared by all readers, by [`Key`].
pub type KeyDictionaries = [Sharded; KEYS];

/// A bit for each column of [`RareIds`].
const IDS_BITS: u32 = Column::set(&[Column::EventId, Column::Contact, Column::Protocol]);
/// A bit for each column of [`Labels`].
const LABELS_BITS: u32 = Column::set(&[Column::Tags, Column::Attributes]);

/// The name of the instants of a canonical log, in messages.
fn ts_in_words() -> String {
    format!("`{}`", Column::Ts.name())
}

/// Reads parts one after another.
#[derive(Debug)]
pub struct PartReader<'k> {
    /// The reader of rows, with the texts that it met in all parts.
    pub rows: RowReader,
    dictionaries: &'k KeyDictionaries,
    pub(super) input_zone: Zone,
    sessions: Option<Sessions>,
    /// The attributes of the current row, if they are joined from several columns.
    values: RowValues,
    /// The fields of a CSV record that are attributes.
    fields: Arc<[AttributeField]>,
    pub(super) cells: Cells,
    lines: LineReader,
    /// The reused memory of the columns of Parquet rows.
    columns: Vec<Coded>,
    /// Events of the current part.
    pub(super) events: PartEvents,
    pub(super) keys: [KeyColumn; KEYS],
}

impl<'k> PartReader<'k> {
    /// A new reader. If `sessions` is `None`, rows are grouped by their conversation id or their customer.
    #[must_use]
    pub fn new(
        input_zone: Zone,
        sessions: Option<Sessions>,
        attributes: &Names,
        dictionaries: &'k KeyDictionaries,
    ) -> Self {
        Self {
            rows: RowReader::new(input_zone),
            dictionaries,
            input_zone,
            sessions,
            values: RowValues::default(),
            fields: Arc::default(),
            cells: Cells::default(),
            lines: LineReader::new(Arc::clone(attributes)),
            columns: Vec::new(),
            events: PartEvents::default(),
            keys: Default::default(),
        }
    }

    /// Reads the rows of a part.
    pub fn read(&mut self, part: &[u8], cut: &PartCut) -> PartRead {
        self.begin();
        let mut rejects = Vec::new();
        let (rows, lines) = match (&cut.layout, cut.piece.too_long) {
            (_, Some(lines)) => {
                rejects.push((1, too_long()));
                (1, lines)
            }
            (RowLayout::Jsonl, None) => self.read_lines(part, cut.piece.longest, &mut rejects),
            (RowLayout::Csv(layout), None) => self.read_csv(part, &cut.piece, layout, &mut rejects),
        };
        self.finish(PartCounts { rows, lines, lines_before: cut.lines_before, ..PartCounts::default() }, rejects)
    }

    /// Reads rows of a Parquet file. A row counts as a line.
    ///
    /// # Errors
    ///
    /// If they cannot be read or decoded.
    pub fn read_range(&mut self, range: &RowRange) -> anyhow::Result<PartRead> {
        let rows = range.fetch(&mut self.columns)?;
        self.begin();
        let mut rejects = Vec::new();
        let Self { rows: reader, cells, values: attributes, events, keys, dictionaries, .. } = self;
        EventReader { rows: reader, cells, attributes, keys, dictionaries }.read(&rows, events, &mut rejects)?;
        let lines = u32::try_from(rows.len()).expect("a part has fewer rows than 2^32");
        let counts = PartCounts { rows: lines.into(), lines, ..PartCounts::default() };
        let read = self.finish_numbered(counts, rejects);
        let is_naive = matches!(rows.instant_unit(), Some(InstantUnit::Naive(_)));
        self.columns = rows.into_memory();
        Ok(PartRead { local_times: read.local_times.or_else(|| is_naive.then(ts_in_words)), ..read })
    }

    /// Forgets the rows of the preceding part.
    pub(super) fn begin(&mut self) {
        self.events.clear();
        self.keys.iter_mut().for_each(KeyColumn::clear);
    }

    /// The events of the part, after all its rows are read.
    pub(super) fn finish(&mut self, counts: PartCounts, rejects: Vec<(u32, Fault)>) -> PartRead {
        self.number_keys();
        self.finish_numbered(counts, rejects)
    }

    /// The same, after their keys are numbered.
    fn finish_numbered(&mut self, counts: PartCounts, rejects: Vec<(u32, Fault)>) -> PartRead {
        let counts = PartCounts { unclear: counts.unclear.with(self.rows.take_unclear()), ..counts };
        let counts = self.counts(counts);
        let statuses = self.take_statuses();
        self.shard();
        PartRead {
            slices: self.events.slices(),
            statuses,
            rejects,
            counts,
            records: RecordPositions::default(),
            local_times: self.rows.take_has_local().then(ts_in_words),
        }
    }

    /// Returns the number of rows and of line ends.
    ///
    /// A separate function, so that the code of each row is inlined into it for every caller.
    #[inline(never)]
    fn read_lines(&mut self, part: &[u8], longest: Option<usize>, rejects: &mut Vec<(u32, Fault)>) -> (u64, u32) {
        let mut utf8 = Utf8::new(part);
        let (mut rows, mut line) = (0, 1);
        let mut start = 0;
        while start < part.len() {
            let recalled = if utf8.is_line(start) { self.lines.recall(part, start, &mut self.cells) } else { None };
            let read = if let Some((next, content)) = recalled {
                let begin = std::mem::replace(&mut start, next);
                if longest.is_some_and(|longest| next - 1 - begin > longest) {
                    Err(too_long())
                } else {
                    let ts = self.rows.instant(Row::in_part(part, &self.cells));
                    ts.map(|ts| self.add_read((ts, content), part, line))
                }
            } else {
                let end = memchr::memchr(b'\n', &part[start..]).map_or(part.len(), |length| start + length);
                let begin = std::mem::replace(&mut start, end + 1);
                let (from, to) = trimmed(part, begin, end);
                if from == to {
                    line += 1;
                    continue;
                }
                if longest.is_some_and(|longest| end - begin > longest) {
                    Err(too_long())
                } else if utf8.is_row(from, to) {
                    self.read_line(part, (from, to), line, (begin, end))
                } else {
                    Err(not_utf8())
                }
            };
            rows += 1;
            if let Err(fault) = read {
                let begin = memchr::memrchr(b'\n', &part[..start - 1]).map_or(0, |end| end + 1);
                rejects.push((line, fault.in_row(part, begin, &self.cells)));
            }
            line += 1;
        }
        (rows, line - 1 - u32::from(part.last().is_some_and(|last| *last != b'\n')))
    }

    /// Reads the line from `begin` to `end`, whose text without blanks at its ends is between `from` and `to`, and
    /// learns from it.
    fn read_line(
        &mut self,
        part: &[u8],
        (from, to): (usize, usize),
        line: u32,
        (begin, end): (usize, usize),
    ) -> Result<(), Fault> {
        self.lines.read(part, from, to, &mut self.cells)?;
        let (ts, content) = self.rows.read(Row::in_part(part, &self.cells))?;
        if end < part.len() {
            self.lines.learn(part, begin, end + 1, content);
        }
        self.add_read((ts, content), part, line);
        Ok(())
    }

    /// Returns the number of rows and of line ends.
    fn read_csv(
        &mut self,
        part: &[u8],
        piece: &Piece,
        layout: &CsvLayout,
        rejects: &mut Vec<(u32, Fault)>,
    ) -> (u64, u32) {
        let (mut counts, mut from) = ((0, 0), 0);
        self.fields = Arc::clone(&layout.attributes);
        for &(start, end) in &piece.alone {
            self.read_records(&part[from..start], false, piece, layout, &mut counts, rejects);
            let is_text = std::str::from_utf8(&part[start..end]).is_ok();
            rejects.push((counts.1 + 1, if is_text { Fault::row(Reason::Malformed, RUNS_ON) } else { not_utf8() }));
            counts = (counts.0 + 1, counts.1 + 1);
            from = end;
        }
        self.read_records(&part[from..], piece.ends_quoted, piece, layout, &mut counts, rejects);
        counts
    }

    /// Reads the records of bytes that hold nothing else. Returns the number of rows and of line ends.
    fn read_records(
        &mut self,
        part: &[u8],
        ends_quoted: bool,
        piece: &Piece,
        layout: &CsvLayout,
        (rows, lines): &mut (u64, u32),
        rejects: &mut Vec<(u32, Fault)>,
    ) {
        let mut records = RecordReader::new(part, layout);
        let mut utf8 = Utf8::new(part);
        let is_odd = piece.strays != Strays::None || piece.longest.is_some() || layout.doubled.is_some();
        while let Some(record) = records.next(&mut self.cells) {
            *rows += 1;
            let line = *lines + record.line;
            let read = if !utf8.is_row(record.start, record.end) {
                Err(not_utf8())
            } else if ends_quoted && record.is_cut {
                Err(Fault::row(Reason::Malformed, "a quoted field does not end"))
            } else if is_odd {
                self.check_odd(part, record, piece, layout).and_then(|()| self.add(part, line))
            } else if record.fields == layout.columns.len() {
                self.add(part, line)
            } else {
                Err(other_width(record.fields, layout))
            };
            if let Err(fault) = read {
                rejects.push((line, fault.in_row(part, record.start, &self.cells)));
            }
        }
        *lines += records.lines();
    }

    /// Checks a record of a part that may have stray quotes or too long records. In a file without quoting, the cells
    /// get the values of a row with its quotes unchanged.
    #[cold]
    fn check_odd(&mut self, part: &[u8], record: Record, piece: &Piece, layout: &CsvLayout) -> Result<(), Fault> {
        if piece.longest.is_some_and(|longest| record.end - record.start > longest) {
            return Err(too_long());
        }
        if let Some(column) = layout.doubled {
            let detail = Some(format!("the header has `{}` twice", column.name()).into());
            return Err(Fault { detail, ..Fault::column(Reason::Malformed, column, None) });
        }
        let bytes = &part[record.start..record.end];
        let reading =
            read_record(bytes, 0, true, Separators { delimiter: layout.delimiter, quote: b'"' }, ReadStop::NEVER);
        let mut fields = record.fields;
        if let Some(stray) = reading.stray {
            if piece.strays == Strays::Malformed || reading.has_newline {
                return Err(Fault::row(Reason::Malformed, stray.detail()));
            }
            self.cells.clear();
            fields = 0;
            for (from, to) in plain_fields(without_end(bytes), layout.delimiter) {
                if let Some(&Some(column)) = layout.columns.get(fields) {
                    self.cells.set(column, record.start + from, record.start + to);
                }
                fields += 1;
            }
        }
        if fields == layout.columns.len() { Ok(()) } else { Err(other_width(fields, layout)) }
    }

    /// Adds the row whose values are in the cells.
    #[inline]
    fn add(&mut self, part: &[u8], line: u32) -> Result<(), Fault> {
        if !self.fields.is_empty() {
            self.put_fields_together(part);
        }
        let read = self.rows.read(Row::in_part(part, &self.cells))?;
        self.add_read(read, part, line);
        Ok(())
    }

    /// Joins the fields that are attributes into one value.
    fn put_fields_together(&mut self, part: &[u8]) {
        self.values.clear();
        let spans = self.cells.attribute_fields();
        for AttributeField { attribute, index } in &*self.fields {
            if let Some(span) = spans.get(*index) {
                self.values.set_text(*attribute, self.cells.bytes(part, *span));
            }
        }
        self.cells.set_attributes(part.len(), &mut self.values);
    }

    /// Adds the row whose values are in the cells, with its instant and content.
    #[inline]
    fn add_read(&mut self, read: (i64, u32), part: &[u8], line: u32) {
        add_read(&mut self.events, &mut self.keys, read, Row::in_part(part, &self.cells), line);
    }

    /// Numbers the keys that are new.
    fn number_keys(&mut self) {
        let PartEvents { events, ids, labels, .. } = &mut self.events;
        for key in Key::ALL {
            let (keys, dictionaries) = (&mut self.keys[key as usize], &self.dictionaries[key as usize]);
            match key {
                Key::ConversationId => keys.number(dictionaries, events, |e, n| e.conversation = n, |e| e.conversation),
                Key::CustomerId => keys.number(dictionaries, events, |e, n| e.customer = n, |e| e.customer),
                Key::EventId => keys.number(dictionaries, ids, |e, n| e.event_id = n, |e| e.event_id),
                Key::Contact => keys.number(dictionaries, ids, |e, n| e.contact = n, |e| e.contact),
                Key::Protocol => keys.number(dictionaries, ids, |e, n| e.protocol = n, |e| e.protocol),
                Key::Tags => keys.number(dictionaries, labels, |e, n| e.tags = n, |e| e.tags),
                Key::Attributes => keys.number(dictionaries, labels, |e, n| e.attributes = n, |e| e.attributes),
            }
        }
    }

    fn counts(&self, counts: PartCounts) -> PartCounts {
        let events = &self.events.events;
        let contents = &self.rows.contents;
        let mut counts = PartCounts { never_rises: true, ..counts };
        let (mut before, mut latest) = (i64::MAX, i64::MIN);
        for event in events {
            counts.never_rises &= before >= event.ts;
            (before, latest) = (event.ts, latest.max(event.ts));
            let has_conversation = event.conversation != NONE;
            counts.with_conversation += u64::from(has_conversation);
            if !has_conversation || event.customer == NONE {
                let needs = u64::from(contents[event.content as usize].kind != Kind::AgentStatus);
                counts.without_conversation += needs * u64::from(!has_conversation);
                counts.without_customer += needs * u64::from(event.customer == NONE);
            }
        }
        counts.with_event_id = self.events.ids.iter().filter(|ids| ids.event_id != NONE).count() as u64;
        counts.ends = events.first().zip(events.last()).map(|(first, last)| (first.ts, last.ts));
        counts.latest = counts.ends.map(|_| latest);
        counts
    }

    /// Takes out agents' statuses, which belong to no conversation.
    fn take_statuses(&mut self) -> Vec<(Event, Extra)> {
        // Reading the content of each row would cost memory accesses.
        if !self.rows.has_statuses {
            return Vec::new();
        }
        let contents = &self.rows.contents;
        let is_status = |event: &Event| contents[event.content as usize].kind == Kind::AgentStatus;
        let rows = &mut self.events;
        let all = rows.events.iter().enumerate();
        let statuses = all.filter(|(_, event)| is_status(event)).map(|(at, event)| (*event, rows.extra(at))).collect();
        let marks: Vec<bool> = rows.events.iter().map(|event| !is_status(event)).collect();
        rows.retain(&marks);
        statuses
    }

    fn shard(&mut self) {
        let by_customer = self.sessions.is_some_and(Sessions::is_by_silence);
        let shard = |event: &Event| shard_of_event(event, by_customer);
        self.events.shards.clear();
        self.events.shards.extend(self.events.events.iter().map(shard));
    }
}

/// Adds a row with its instant and content.
#[inline]
pub(super) fn add_read(
    rows: &mut PartEvents,
    keys: &mut [KeyColumn; KEYS],
    (ts, content): (i64, u32),
    row: Row,
    line: u32,
) {
    let at = u32::try_from(rows.events.len()).expect("parts are shorter than 4 GiB");
    let conversation = number_in(keys, Key::ConversationId, at, row);
    let customer = number_in(keys, Key::CustomerId, at, row);
    rows.events.push(Event { ts, line, content, conversation, customer });
    if row.filled() & (IDS_BITS | LABELS_BITS) != 0 || rows.has_extras() {
        add_extra(rows, keys, at, row);
    }
}

/// Adds the keys that few logs have.
#[inline(never)]
fn add_extra(rows: &mut PartEvents, keys: &mut [KeyColumn; KEYS], at: u32, row: Row) {
    if row.filled() & IDS_BITS != 0 || !rows.ids.is_empty() {
        let [event_id, contact, protocol] =
            [Key::EventId, Key::Contact, Key::Protocol].map(|key| number_in(keys, key, at, row));
        rows.push_ids(RareIds { event_id, contact, protocol });
    }
    if row.filled() & LABELS_BITS != 0 || !rows.labels.is_empty() {
        let [tags, attributes] = [Key::Tags, Key::Attributes].map(|key| number_in(keys, key, at, row));
        rows.push_labels(Labels { tags, attributes });
    }
}

/// The number of a row's key; [`NONE`] if it has none or is not numbered yet.
#[inline]
fn number_in(keys: &mut [KeyColumn; KEYS], key: Key, at: u32, row: Row) -> u32 {
    match row.get(key.column()) {
        Some(value) => keys[key as usize].add(at, value),
        None => NONE,
    }
}

fn other_width(fields: usize, layout: &CsvLayout) -> Fault {
    let detail = format!("{fields} fields, but the header has {}", layout.columns.len());
    Fault::row(Reason::Malformed, &detail)
}

fn too_long() -> Fault {
    Fault::row(Reason::Malformed, TOO_LONG)
}

fn not_utf8() -> Fault {
    Fault::row(Reason::BadEncoding, "the row is not UTF-8")
}

/// The span without ASCII white space at its ends.
fn trimmed(part: &[u8], start: usize, end: usize) -> (usize, usize) {
    let line = &part[start..end];
    let from = start + (line.len() - line.trim_ascii_start().len());
    (from, from + line.trim_ascii().len())
}
