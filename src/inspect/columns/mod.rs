//! The values of one column.

pub mod column;
pub mod distinct;
pub mod privacy;
pub mod times;
