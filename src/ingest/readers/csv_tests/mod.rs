//! Quotes in CSV that are lost, doubled or where none should be (semantics.md 2).

mod naive;
mod pollution;
mod random;
mod read;
