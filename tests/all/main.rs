//! All integration tests in one binary: linking polars once is enough.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accessible;
mod aliases;
mod bad_input;
mod browser;
mod bug_reports;
mod cases;
mod cli;
mod comments;
mod completions;
mod config;
mod equal_inputs;
mod exits;
mod faults;
mod floors;
mod formats;
mod forms;
mod fuzz;
mod gate;
mod guard;
mod hostile;
mod imports;
mod inspect;
mod inspect_kinds;
mod inspect_reports;
mod language;
mod laws;
mod leftovers;
mod list;
mod list_cli;
#[cfg(feature = "mail")]
mod mail;
mod mutated;
mod newcomers;
mod numbers;
mod packages;
mod parquet;
mod pdf;
mod privacy;
mod profile_language;
mod profiles;
mod properties;
mod readable;
mod readme;
mod recipes;
mod reference;
mod schemas;
mod sheets;
mod show;
mod site;
mod snapshot;
mod support;
mod told;
mod warnings;
mod watch;
