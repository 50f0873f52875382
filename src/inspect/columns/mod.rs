//! What the values of one column are.

pub mod column;
