//! Flags that several commands share, as typed by the user and checked.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::duration::parse_ms;
use super::guard::Files;
use super::instants::{instant_of, zone};
use super::language_parser::LanguageParser;
use super::max_record::MaxRecord;
use super::max_rejects::MaxRejects;
use super::memory::Memory;
use super::once::Once;
use super::profile_choice::Binding;
use super::steps::StepFlags;
use super::warn::warning_id;
use crate::event::aliases::{Aliases, Renamed};
use crate::event::attributes::{Names, interned};
use crate::event::table_order::TableOrder;
use crate::event::{Column, Sessions};
use crate::failure::{Failure, input_error};
use crate::fold::Limits;
use crate::fold::pseudonyms::{PseudonymKind, Pseudonyms, SHORTEST_KEY};
use crate::fold::schema::FactTable;
use crate::harmless::shown_path;
use crate::ingest::encoding::Encoding;
use crate::ingest::source::InputFormat;
use crate::language::Language;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::Thresholds;
use crate::nearest::unknown;
use crate::report::WarningId;
use crate::time::Zone;

/// The language of pages.
#[derive(Debug, Clone, Copy, Args)]
pub struct LanguageFlag {
    /// Language of the pages that people read; JSON, CSV and error messages are always English
    #[arg(
        id = "lang",
        long = "lang",
        alias = "language",
        value_parser = LanguageParser,
        value_name = "LANGUAGE",
        default_value = "en",
        help_heading = "Output"
    )]
    pub language: Language,
}

/// How a log is read and folded.
#[derive(Debug, Clone, Args)]
pub struct LogFlags {
    /// Logs: files (.jsonl, .csv, .parquet, .xlsx, plain, .gz, .zst, or in a .zip), globs, folders, a folder of facts, or - for standard input
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<PathBuf>,
    /// Time zone of days, weekdays and hours, an IANA name
    #[arg(long, value_name = "ZONE", default_value = "UTC", help_heading = "Time")]
    pub tz: String,
    /// Time zone of date-times in the log that have no offset [default: UTC, with a warning]
    #[arg(long, value_name = "ZONE", help_heading = "Reading")]
    pub input_tz: Option<String>,
    /// Look at the log as it was at this instant [default: its last event]
    #[arg(long, value_name = "INSTANT", help_heading = "Time")]
    pub as_of: Option<String>,
    /// The format of the logs [default: from the name, else from the first bytes]
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Reading")]
    pub input_format: Option<InputFormat>,
    /// The encoding of text files that do not declare one, such as windows-1252 [default: utf-8; utf-16 is detected]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub encoding: Option<Encoding>,
    /// The sheet of Excel workbooks, by name [default: the first that is not hidden]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub sheet: Option<String>,
    /// The profile of the logs, or of the logs that match: a built-in one, or a .toml file; repeatable [default: by their keys]
    #[arg(long, value_name = "NAME|FILE[:LOG]", help_heading = "Reading")]
    pub profile: Vec<String>,
    /// Another column of the log to read, as a dimension for `--by` and templates, a filter (`--where`) and a column of the facts; repeatable
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub attribute: Vec<String>,
    /// Rename or merge a name of the log, as in `queue:Suporte N1=Support`; also department, agent, channel; repeatable
    #[arg(long, value_name = "WHAT:OLD=NEW", value_parser = alias, help_heading = "Reading")]
    pub alias: Vec<Alias>,
    /// How events become conversations [default: id where any row has a `conversation_id`]
    #[arg(long, value_enum, value_name = "RULE", help_heading = "Reading")]
    pub sessions: Option<Sessions>,
    /// Drop rows without an `event_id` that are equal to an earlier row in every column: the log holds them twice
    #[arg(long, help_heading = "Reading")]
    pub drop_repeats: bool,
    /// Read Parquet files as a table, whose rows have no position: rows of one instant are ordered by this column, then by all columns that are read; * for none
    #[arg(long, value_name = "COLUMN", help_heading = "Reading")]
    pub order_by: Option<TableOrder>,
    /// Silence that ends a conversation with the bot [default: 10m]
    #[arg(long, value_name = "DURATION", value_parser = parse_ms, help_heading = "Reading")]
    pub inactivity: Option<i64>,
    /// Silence that ends a conversation while an agent is in charge [default: 24h]
    #[arg(long, value_name = "DURATION", value_parser = parse_ms, help_heading = "Reading")]
    pub human_inactivity: Option<i64>,
    /// Silence after which an attended conversation is inactive [default: 10m]
    #[arg(long, value_name = "DURATION", value_parser = parse_ms, help_heading = "Reading")]
    pub inactive_after: Option<i64>,
    /// How soon a customer must come back to count as returned [default: 72h]
    #[arg(long, value_name = "DURATION", value_parser = parse_ms, help_heading = "Reading")]
    pub return_window: Option<i64>,
    /// The longest wait for a first reply within the service level [default: 60s]
    #[arg(long, value_name = "DURATION", value_parser = parse_ms, help_heading = "Reading")]
    pub service_level: Option<i64>,
    /// Rejected rows allowed before the run stops: a number, or a share of the rows read [default: 1%]
    #[arg(long, value_name = "N|P%", help_heading = "Reading")]
    pub max_rejects: Option<MaxRejects>,
    /// Write the rejected rows, with file, line, column and reason, as JSON Lines
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub rejects: Option<PathBuf>,
    /// The maximum length of a row; longer rows are rejected as malformed [default: 16MiB]
    #[arg(long, value_name = "SIZE", help_heading = "Reading")]
    pub max_record: Option<MaxRecord>,
    /// Past half of this much memory events go to temporary files, and past a quarter facts. Beside it, ids, names and queries take up to 150 bytes a conversation (with ids of 36 characters 200), each row that a list shows 6 kB, and an open conversation of `snapshot` 1 kB. A folder of facts is read into memory, with a note where it takes more [default: half of the machine's]
    #[arg(long, value_name = "SIZE", help_heading = "Reading")]
    pub memory: Option<Memory>,
    /// Replace these names with pseudonyms in every output: agent, customer, contact
    #[arg(long, value_enum, value_name = "WHO", value_delimiter = ',', help_heading = "Privacy")]
    pub pseudonymize: Vec<PseudonymKind>,
    /// The key of pseudonyms, a file of 16 bytes or more: reports with the same key have the same pseudonym for a name
    #[arg(long, value_name = "FILE", help_heading = "Privacy")]
    pub pseudonym_key: Option<PathBuf>,
    /// Hide numbers with fewer than N rows behind them (N at least 3), and numbers that would reveal them; commands that list single rows refuse it
    #[arg(long, value_name = "N", value_parser = min_cell, help_heading = "Privacy")]
    pub min_cell: Option<u64>,
    /// Keep this warning off standard error, by its id; the report keeps it; repeatable
    #[arg(long, value_name = "WARNING-ID", value_parser = warning_id, help_heading = "Output")]
    pub allow: Vec<WarningId>,
    /// Hide the progress bar and notes on standard error; warnings that change how a number must be read stay
    #[arg(long, short)]
    pub quiet: bool,
    /// Progress and steps of the run.
    #[command(flatten)]
    pub steps: StepFlags,
    /// Replace files that dialogram did not write; without it only its own files are replaced
    #[arg(long, help_heading = "Output")]
    pub force: bool,
    /// Long names of the flags whose value comes from the environment or the config file.
    #[arg(skip)]
    pub defaults: Vec<String>,
    /// Long names of the flags that were typed, and of those that the config file's named report sets.
    #[arg(skip)]
    pub typed: Vec<String>,
    /// The requested attributes: first those of `--attribute`, then of `--where`, then of the named profiles.
    #[arg(skip)]
    pub declared: Names,
    /// The profiles of `--profile`.
    #[arg(skip)]
    pub(super) bindings: Once<Vec<Binding>>,
}

impl LogFlags {
    /// Whether a flag has its value from the environment or the config file.
    #[must_use]
    pub fn is_default(&self, long: &str) -> bool {
        self.defaults.iter().any(|name| name == long)
    }

    /// Whether a flag was typed, or the named report of the config file sets it.
    #[must_use]
    pub fn is_typed(&self, long: &str) -> bool {
        self.typed.iter().any(|name| name == long)
    }

    /// Checks the names of attributes, and adds those of `--where` and of the named profiles.
    ///
    /// # Errors
    ///
    /// If a name cannot be an attribute's, or a profile cannot be read.
    pub fn declare(&mut self, filtered: impl Iterator<Item = String>) -> anyhow::Result<()> {
        let mut names: Vec<&'static str> = Vec::new();
        let typed = self.attribute.iter().map(|name| ("attribute", name.clone()));
        for (flag, name) in typed.chain(filtered.map(|name| ("where", name))) {
            check_attribute(&name).map_err(|error| Failure::about(flag, error))?;
            names.push(interned(&name));
        }
        for profile in self.bindings()?.iter().filter_map(|binding| binding.profile.as_ref()) {
            for (name, _) in &profile.attributes {
                check_attribute(name)?;
                names.push(interned(name));
            }
        }
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        self.declared = names.into();
        Ok(())
    }

    /// The profiles of `--profile`.
    ///
    /// # Errors
    ///
    /// Where one is unknown or wrong.
    pub fn bindings(&self) -> anyhow::Result<&[Binding]> {
        let parse = || {
            let binding = |value: &String| Binding::parse(value).map_err(|error| Failure::about("profile", error));
            self.profile.iter().map(binding).collect()
        };
        self.bindings.get_or_make(parse).map(Vec::as_slice)
    }

    /// Refuses `--min-cell` for a command that shows single rows.
    ///
    /// # Errors
    ///
    /// If the flag is given.
    pub fn refuse_min_cell(&self, who: &str) -> anyhow::Result<()> {
        match self.min_cell {
            None => Ok(()),
            Some(least) => Err(Failure::Usage.because(format!(
                "--min-cell {least}: {who} lists single rows, which cannot be hidden; use `dialogram report`{}",
                if self.is_default("min-cell") {
                    ", or leave min_cell out of the configuration for this command"
                } else {
                    ""
                }
            ))),
        }
    }

    /// The aliases of the flags.
    #[must_use]
    pub fn aliases(&self) -> Aliases {
        let mut aliases = Aliases::default();
        for Alias { kind, old, new } in &self.alias {
            aliases.insert(*kind, old, new);
        }
        aliases
    }

    /// The files that these flags name.
    pub fn files(&self, files: &mut Files) {
        files.read_logs("LOG", &self.logs);
        for profile in &self.profile {
            files.read_if_path("--profile", profile);
        }
        if let Some(path) = &self.pseudonym_key {
            files.read("--pseudonym-key", path);
        }
        if let Some(path) = &self.rejects {
            files.write_file("--rejects", path);
        }
        files.replace_others(self.force);
    }

    /// The zone of `--tz`.
    ///
    /// # Errors
    ///
    /// If no zone has that name.
    pub fn zone(&self) -> anyhow::Result<Zone> {
        zone("--tz", &self.tz)
    }

    /// The zone of `--input-tz`.
    ///
    /// # Errors
    ///
    /// If no zone has that name.
    pub fn input_zone(&self) -> anyhow::Result<Zone> {
        self.input_tz.as_deref().map_or(Ok(Zone::UTC), |name| zone("--input-tz", name))
    }

    /// The instant of `--as-of`, UTC milliseconds.
    ///
    /// # Errors
    ///
    /// If the value is not an instant.
    pub fn as_of(&self) -> anyhow::Result<Option<i64>> {
        instant_of("--as-of", self.as_of.as_deref(), self.zone()?)
    }

    /// The maker of pseudonyms, if any are requested.
    ///
    /// # Errors
    ///
    /// If the key cannot be read, or is too short.
    pub fn pseudonyms(&self) -> anyhow::Result<Option<Pseudonyms>> {
        if self.pseudonymize.is_empty() {
            // A key alone hides nothing, but the user who typed it expects pseudonyms.
            if self.is_typed("pseudonym-key") {
                return Err(Failure::Usage.because(
                    "--pseudonym-key has no effect without --pseudonymize: name the values to replace, as in --pseudonymize \
                     agent,customer,contact",
                ));
            }
            return Ok(None);
        }
        let path = self.pseudonym_key.as_ref().ok_or_else(|| {
            Failure::Usage.because("--pseudonymize needs a key: name its file with --pseudonym-key FILE")
        })?;
        let location = shown_path(path);
        let bytes = std::fs::read(path).map_err(|error| input_error(&location, &error))?;
        let key = bytes.trim_ascii_end();
        if key.len() < SHORTEST_KEY {
            return Err(Failure::Usage.because(format!(
                "--pseudonym-key: {location} has {} bytes, and {SHORTEST_KEY} are needed: make a key with \
                 `openssl rand -hex 32 > {location}`",
                key.len()
            )));
        }
        Ok(Some(Pseudonyms::new(key, &self.pseudonymize)))
    }

    /// The limits of the fold.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            inactivity_ms: self.inactivity.unwrap_or(default.inactivity_ms),
            human_inactivity_ms: self.human_inactivity.unwrap_or(default.human_inactivity_ms),
            inactive_after_ms: self.inactive_after.unwrap_or(default.inactive_after_ms),
            return_window_ms: self.return_window.unwrap_or(default.return_window_ms),
        }
    }

    /// The settings of measures.
    #[must_use]
    pub fn thresholds(&self) -> Thresholds {
        let default = Thresholds::default();
        Thresholds { service_level_ms: self.service_level.unwrap_or(default.service_level_ms), ..default }
    }

    /// Typed flags that only the fold reads. Defaults are ignored: they do not concern facts that exist already.
    pub fn fold_flags(&self) -> impl Iterator<Item = &'static str> + '_ {
        [
            ("--as-of", self.as_of.is_some()),
            ("--alias", !self.alias.is_empty()),
            ("--sessions", self.sessions.is_some()),
            ("--drop-repeats", self.drop_repeats),
            ("--order-by", self.order_by.is_some()),
            ("--inactivity", self.inactivity.is_some()),
            ("--human-inactivity", self.human_inactivity.is_some()),
            ("--inactive-after", self.inactive_after.is_some()),
            ("--return-window", self.return_window.is_some()),
            ("--input-format", self.input_format.is_some()),
            ("--encoding", self.encoding.is_some()),
            ("--sheet", self.sheet.is_some()),
            ("--profile", !self.profile.is_empty()),
            ("--max-record", self.max_record.is_some()),
            ("--rejects", self.rejects.is_some()),
            ("--memory", self.memory.is_some()),
        ]
        .into_iter()
        .filter(|(flag, is_given)| *is_given && !self.is_default(flag.trim_start_matches('-')))
        .map(|(flag, _)| flag)
    }
}

/// The value of `--min-cell`. Below 3 every hidden number would be known to be 1.
fn min_cell(text: &str) -> Result<u64, String> {
    let least = text.parse().ok().filter(|least| *least >= 3);
    least.ok_or_else(|| {
        format!("`{text}` is not a number of rows of at least 3: with less, a hidden number could only be 1")
    })
}

/// The value of `--alias`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    kind: Renamed,
    old: String,
    new: String,
}

/// A `=` in an old name is written `\=`.
fn alias(text: &str) -> Result<Alias, String> {
    let expected = || "expected KIND:OLD=NEW, as in queue:Suporte N1=Support".to_owned();
    let (kind, names) = text.split_once(':').ok_or_else(expected)?;
    let names_of = || Renamed::ALL.iter().map(|kind| kind.name());
    let kind = Renamed::parse(kind).ok_or_else(|| unknown("kind of alias", kind, names_of()))?;
    let escaped = names.replace("\\=", "\0");
    let (old, new) = escaped.split_once('=').ok_or_else(expected)?;
    let [old, new] = [old, new].map(|name| name.replace('\0', "="));
    if old.is_empty() || new.is_empty() {
        return Err(expected());
    }
    Ok(Alias { kind, old, new })
}

/// Checks that a name can be an attribute's.
fn check_attribute(name: &str) -> anyhow::Result<()> {
    let taken = if name.is_empty() {
        "an empty name"
    } else if name.contains([',', '=']) {
        "a comma and `=` cannot be in the name"
    } else if Column::parse(name).is_some() {
        "every log has this column: remove the --attribute"
    } else if Dimension::parse(name).is_some() {
        "there is a dimension of this name"
    } else if FactTable::ALL.iter().any(|table| table.has(name)) {
        "a fact table has a column of this name"
    } else {
        return Ok(());
    };
    Err(Failure::Usage.because(format!("attribute `{name}`: {taken}")))
}
