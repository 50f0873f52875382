//! `dialogram` turns exported conversation logs into conversation reports.
//!
//! Data flows one way, up the floors below. A module imports only from floors below its own; a test enforces this. The
//! meaning of every number is in `docs/metrics.md`, printed from [`metrics`].

// floor 0: words
pub mod bytes;
pub mod dictionary;
pub mod event;
pub mod failure;
pub mod harmless;
pub mod language;
pub mod nearest;
pub mod opening_hours;
pub mod shown;
pub mod temporary;
pub mod threads;
pub mod time;
pub mod toml_reader;
pub mod unit;
pub mod value;
// floor 1: in
pub mod ingest;
// floor 2: facts
pub mod fold;
pub mod inspect;
// floor 3: meaning
pub mod metrics;
// floor 4: the report
pub mod report;
// floor 5: the gate, and the stages of an engine
pub mod gate;
pub mod stage;
// floor 6: out
pub mod render;
// floor 7: the post
pub mod mail;
// floor 8: the door
pub mod cli;
