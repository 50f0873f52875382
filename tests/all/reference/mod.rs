//! A second implementation of the numbers, slow and plain, written from the specification alone (semantics.md).
//! The property tests feed the same log to it and to the program and compare. Where a rule has a section, its doc
//! comment names it. Nothing here may use the program's code: that it does the same again is meant.
#![expect(dead_code, reason = "a kit: not every test uses all of it")]
#![expect(clippy::pedantic, reason = "the plainest spelling of a rule is the one to compare with")]

pub mod cases;
pub mod event;
pub mod facts;
pub mod identities;
pub mod machine;
pub mod metrics;
pub mod opening;
pub mod options;
pub mod period;
pub mod random;
pub mod report;
pub mod sessions;
pub mod snapshot;
pub mod staffing;
pub mod times;
pub mod window;

#[cfg(test)]
mod selftest;
