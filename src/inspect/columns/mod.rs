//! What the values of one column are.

pub mod column;
pub mod distinct;
pub mod privacy;
pub mod times;
