//! `dialogram` turns exported conversation logs into conversation reports.
//!
//! Data flows one way, up the floors below. A module imports only from floors below its own; a test enforces this.
//! `docs/architecture.md` shows the way of one row, explains the terms, and lists the files to change for a new metric,
//! dimension, format, profile or command. The meaning of every number is in `docs/metrics.md`, printed from
//! [`metrics`].

// floor 0: base
pub mod bytes;
pub mod dictionary;
pub mod event;
pub mod failure;
pub mod file_identity;
pub mod harmless;
pub mod language;
pub mod nearest;
pub mod opening_hours;
pub mod plain_name;
pub mod shown;
pub mod temporary;
pub mod threads;
pub mod time;
pub mod toml_reader;
pub mod unit;
pub mod value;
// floor 1: reading
pub mod ingest;
// floor 2: facts
pub mod fold;
pub mod inspect;
// floor 3: metrics
pub mod metrics;
// floor 4: report
pub mod report;
// floor 5: gate, and stages of an engine
pub mod gate;
pub mod stage;
// floor 6: rendering
pub mod render;
// floor 7: mail
pub mod mail;
// floor 8: command line
pub mod cli;
