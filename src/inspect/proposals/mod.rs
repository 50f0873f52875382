//! How the columns of a file could become events.

mod candidates;
pub mod proposal;
mod rules;
