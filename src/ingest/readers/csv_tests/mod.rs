//! Quotes in CSV that are lost, doubled or misplaced (semantics.md 2).

mod naive;
mod pollution;
mod random;
mod read;
