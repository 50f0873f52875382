//! Bytes of a part in, its events out: the formats, the checks of semantics.md 2, and why most rows are not parsed.
//!
//! # One idea: rows are looked up
//!
//! A log of ten million rows has ten million instants and millions of ids, but everything else in its rows comes in a few
//! hundred combinations. So a row is split into varying values and segments, which repeat:
//!
//! ```text
//! {"ts":"2026-03-02T09:00:05-03:00","event":"message","actor":"agent","conversation_id":"c-17","agent_id":"ana"}
//!        ─────────────────────────                                                       ────
//!        varying value: instant                                           varying value: key
//!  ──────                         ───────────────────────────────────────────────────────    ──────────────────
//!  keys alone                     segment 1                                                     segment 2
//!
//!  segments 1, 2 ──► content cache ──► content 12 = { message, agent, agent_id "ana" }
//!  "c-17" ─────────► recent keys ────► conversation 5            (else the dictionary that all readers share)
//!  "2026-…" ───────► the instant, read anew in every row
//!                                       Event { ts, line, content: 12, conversation: 5, customer: none }
//! ```
//!
//! Tags and attributes are keys too: their values repeat, but independently of each other and of the rest of the row. As
//! parts of the segments they would make nearly every row new.
//!
//! The first row with these segments is read exactly: all of its grammar, all of its checks. Its content gets a number.
//! Every later row with the same segments is only compared with them, byte by byte, and gets the same number: equal bytes
//! have the same meaning, so only the varying values are checked. A row that differs anywhere is read exactly. So the exact
//! readers alone decide the meaning of a row, and remembered rows only make reading faster (decisions.md, read-2 and
//! read-4).
//!
//! # What is remembered
//!
//! | what | looked up by | gives | where |
//! | --- | --- | --- | --- |
//! | line templates, JSON Lines | the bytes between two varying values | the segment's number, and what follows | `jsonl::line_templates` |
//! | content cache, JSON Lines | the numbers of a line's segments | the content's number | `jsonl::line_contents` |
//! | content cache, CSV and Parquet | the bytes of all other cells, in two halves | the content's number | [`content_cache`] |
//! | combinations, Parquet | the codes of a row's cells, column by column | the rows of the part that have the same content | `parquet::combinations` |
//! | recent keys | the hash of the id | its number | [`keys`] |
//! | dictionaries | the text | its number | [`crate::dictionary`] |
//!
//! They share one vocabulary: `get` finds an entry, `insert` adds one, `learn` adds all segments of a line, and `number` of
//! a dictionary finds or adds. Keys are the exception: `add` finds a key or postpones the row until the part is read,
//! because the shared dictionaries are read for many keys at once. They have no common trait: each is used in the
//! innermost loop with a key of another form (a run of bytes, a pair of small numbers, a hash), and its layout in memory
//! makes it fast: dense rows of sixteen or sixty-four, and sixteen-bit tags beside the keys.
//!
//! # Where formats differ
//!
//! - JSON Lines finds the end of a known line by its literals, and does not search for it.
//! - CSV finds its fields by masks of 64 bytes. It never compares whole records, because it has found their fields anyway.
//! - Parquet has its values in columns, and the file numbers them. These codes are compared instead of the texts. An id is
//!   looked up once per part, however many rows have it.
//! - Records of an export are not in canonical form. [`profile`] turns them into rows, which are then checked.
//! - If a part has too little in common with earlier parts, nothing is learned for a while.

pub mod buffer;
mod cells;
mod content_cache;
pub mod csv;
mod jsonl;
mod keys;
pub mod parquet;
pub mod part_read;
pub mod part_reader;
pub mod parts;
mod pieces;
pub mod profile;
mod profile_rows;
pub mod record_positions;
pub mod reject;
mod row;

pub mod shards;
pub mod timestamp;
mod utf8;
