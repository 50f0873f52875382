//! Reads an unknown file from its first byte to its last row.

pub mod bounded;
pub mod by_id;
pub mod bytes;
pub mod description;
mod dialect;
pub mod document;
pub mod form;
mod kept_rows;
pub mod log;
pub mod packed;
pub mod parquet;
pub mod rows;
mod sample;
pub mod source_shape;
pub mod survey;
pub mod trial;
pub mod versions;
