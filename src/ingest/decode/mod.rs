//! Bytes of a part in, its events out.

pub mod cells;
pub mod csv;
pub mod jsonl;
pub mod keys;
pub mod parquet;
pub mod part_reader;
pub mod parts;
pub mod profile;
pub mod record_places;
pub mod reject;
pub mod row;
pub mod said;
pub mod shards;
pub mod timestamp;
pub mod utf8;
