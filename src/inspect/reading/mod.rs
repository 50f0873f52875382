//! Reading a file that nobody prepared, from its bytes to its last row.

pub mod bytes;
pub mod dialect;
pub mod document;
pub mod log;
pub mod parquet;
pub mod survey;
pub mod trial;
