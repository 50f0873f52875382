//! Flags that several commands share, as typed by the user and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::duration::parse_ms;
use super::guard::Files;
use super::language_parser::LanguageParser;
use super::max_record::MaxRecord;
use super::max_rejects::MaxRejects;
use super::memory::Memory;
use super::profile_choice;
use super::steps::StepFlags;
use super::warn::warning_id;
use crate::event::aliases::{Aliases, Renamed};
use crate::event::attributes::{Names, interned};
use crate::event::table_order::TableOrder;
use crate::event::{Column, Sessions};
use crate::failure::{Failure, input_error};
use crate::fold::Limits;
use crate::fold::facts::Facts;
use crate::fold::pseudonyms::{PseudonymKind, Pseudonyms, SHORTEST_KEY};
use crate::fold::schema::FactTable;
use crate::harmless::shown_path;
use crate::ingest::encoding::Encoding;
use crate::ingest::source::InputFormat;
use crate::language::Language;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::Thresholds;
use crate::nearest::unknown;
use crate::opening_hours::{Opening, OpeningHours};
use crate::report::WarningId;
use crate::report::filters::{Filters, Unknown};
use crate::time::{Hours, Period, To, Weekdays, Window, WindowChoice, Zone, parse_instant, resolve};

/// In which language pages are.
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
    /// The profile of the logs, or of those that match: a built-in one, or a .toml file; repeatable [default: by their keys]
    #[arg(long, value_name = "NAME|FILE[:LOG]", help_heading = "Reading")]
    pub profile: Vec<String>,
    /// A further column of the log to read as a dimension, with a table, a filter (`--where`) and a column of the facts; repeatable
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
    /// Read Parquet files as a table, whose rows have no position: rows of one instant are ordered by this column, then by all columns that are read; * means no such column
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
    /// Past half of this much memory events go to temporary files, and past a quarter the facts of a report; ids, names and queries take up to 150 bytes a conversation beside it. Lists, folders of facts and pseudonyms need all facts in memory, 250 bytes a conversation or more, with a note where they take more [default: half of the machine's]
    #[arg(long, value_name = "SIZE", help_heading = "Reading")]
    pub memory: Option<Memory>,
    /// Replace these names with pseudonyms in every output: agent, customer, contact
    #[arg(long, value_enum, value_name = "WHO", value_delimiter = ',', help_heading = "Privacy")]
    pub pseudonymize: Vec<PseudonymKind>,
    /// The key of pseudonyms, a file of 16 bytes or more: the same name has the same pseudonym in all reports of a key
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
    /// Long names of the flags whose value is a default of the environment or the config file.
    #[arg(skip)]
    pub defaults: Vec<String>,
    /// Long names of the flags that were typed, and of those that the config file's named report has.
    #[arg(skip)]
    pub typed: Vec<String>,
    /// The attributes that the flags ask for: those of `--attribute`, then those of `--where`, then those of the profiles
    /// that are named.
    #[arg(skip)]
    pub declared: Names,
}

impl LogFlags {
    /// Whether a flag was not typed, but has its value from the environment or the config file.
    #[must_use]
    pub fn is_default(&self, long: &str) -> bool {
        self.defaults.iter().any(|name| name == long)
    }

    /// Whether a flag was typed, or stands in the named report of the config file.
    #[must_use]
    pub fn is_typed(&self, long: &str) -> bool {
        self.typed.iter().any(|name| name == long)
    }

    /// Checks the names of attributes, and declares those that `--where` and the named profiles have beside them.
    ///
    /// # Errors
    ///
    /// Where a name cannot be one of an attribute, or a profile cannot be read.
    pub fn declare(&mut self, filtered: impl Iterator<Item = String>) -> anyhow::Result<()> {
        let mut names: Vec<&'static str> = Vec::new();
        for name in self.attribute.iter().cloned().chain(filtered) {
            check_attribute(&name)?;
            names.push(interned(&name));
        }
        for profile in profile_choice::named_profiles(&self.profile)? {
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

    /// Refuses `--min-cell` where single rows are told.
    ///
    /// # Errors
    ///
    /// Where the flag is given.
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
        for Alias { of, old, new } in &self.alias {
            aliases.insert(*of, old, new);
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
    /// Where there is none of that name.
    pub fn zone(&self) -> anyhow::Result<Zone> {
        zone("--tz", &self.tz)
    }

    /// The zone of `--input-tz`.
    ///
    /// # Errors
    ///
    /// Where there is none of that name.
    pub fn input_zone(&self) -> anyhow::Result<Zone> {
        self.input_tz.as_deref().map_or(Ok(Zone::UTC), |name| zone("--input-tz", name))
    }

    /// The instant of `--as-of`, UTC milliseconds.
    ///
    /// # Errors
    ///
    /// Where it is none.
    pub fn as_of(&self) -> anyhow::Result<Option<i64>> {
        instant_of("--as-of", self.as_of.as_deref(), self.zone()?)
    }

    /// Who makes pseudonyms, where any are asked for.
    ///
    /// # Errors
    ///
    /// Where the key cannot be read, or is too short.
    pub fn pseudonyms(&self) -> anyhow::Result<Option<Pseudonyms>> {
        if self.pseudonymize.is_empty() {
            // A key alone hides nothing, and one who typed it believes that it does.
            if self.is_typed("pseudonym-key") {
                return Err(Failure::Usage.because(
                    "--pseudonym-key has no effect without --pseudonymize: say what to replace, as in --pseudonymize \
                     agent,customer,contact",
                ));
            }
            return Ok(None);
        }
        let path = self.pseudonym_key.as_ref().ok_or_else(|| {
            Failure::Usage.because("--pseudonymize needs a key: name its file with --pseudonym-key FILE")
        })?;
        let place = shown_path(path);
        let bytes = std::fs::read(path).map_err(|error| input_error(&place, &error))?;
        let key = bytes.trim_ascii_end();
        if key.len() < SHORTEST_KEY {
            return Err(Failure::Usage.because(format!(
                "--pseudonym-key: {place} has {} bytes, and {SHORTEST_KEY} are needed: make a key with \
                 `openssl rand -hex 32 > {place}`",
                key.len()
            )));
        }
        Ok(Some(Pseudonyms::new(key, &self.pseudonymize)))
    }

    /// The limits that the fold goes by.
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

    /// Flags typed that only the making of facts looks at; a default says nothing of facts that are made.
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

/// Which days a report is of.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Time")]
pub struct WindowFlags {
    /// Number of days [default: 7]
    #[arg(long, value_name = "N")]
    pub days: Option<u32>,
    /// First day, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = crate::time::parse_date)]
    pub from: Option<chrono::NaiveDate>,
    /// Last day, YYYY-MM-DD, or log-end: the day of the log's last event [default: yesterday]
    #[arg(long, value_name = "DATE|log-end")]
    pub to: Option<To>,
    /// A unit of the calendar instead: today, yesterday, this-week, last-month, …, or 2026, 2026-Q1, 2026-03, 2026-W10
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<Period>,
    /// The current time, which decides which day is today [default: the machine's clock]
    #[arg(long, value_name = "INSTANT")]
    pub now: Option<String>,
}

impl WindowFlags {
    /// The flags that choose a window.
    #[must_use]
    pub fn choice(&self) -> WindowChoice {
        WindowChoice { days: self.days, from: self.from, to: self.to, period: self.period }
    }

    /// The window that the flags choose, given the log's last event.
    ///
    /// # Errors
    ///
    /// Where they choose none.
    pub fn window(&self, zone: Zone, now: i64, last_event: Option<i64>) -> anyhow::Result<Window> {
        resolve(self.choice(), zone, now, last_event).map_err(|error| Failure::Usage.because(error.to_string()))
    }

    /// A flag that chooses the days, if one was typed.
    #[must_use]
    pub fn given(&self, log: &LogFlags) -> Option<&'static str> {
        let flags = [
            ("days", self.days.is_some()),
            ("from", self.from.is_some()),
            ("to", self.to.is_some()),
            ("period", self.period.is_some()),
        ];
        flags.into_iter().find_map(|(flag, is_given)| (is_given && !log.is_default(flag)).then_some(flag))
    }

    /// `--now`, or the machine's clock: the only place that reads it.
    ///
    /// # Errors
    ///
    /// Where `--now` is no instant.
    pub fn now(&self, zone: Zone) -> anyhow::Result<i64> {
        match &self.now {
            Some(text) => instant("--now", text, zone),
            None => Ok(chrono::Utc::now().timestamp_millis()),
        }
    }
}

/// When somebody is there to answer.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Time")]
pub struct OpeningFlags {
    /// Opening hours by queue and department, a .toml file: waits and handling are measured in open time
    #[arg(long, value_name = "FILE")]
    pub opening_hours: Option<PathBuf>,
}

impl OpeningFlags {
    /// The files that these flags name.
    pub fn files(&self, files: &mut Files) {
        if let Some(path) = &self.opening_hours {
            files.read("--opening-hours", path);
        }
    }

    /// The settings of measures beside the facts, with the opening hours if any.
    ///
    /// # Errors
    ///
    /// Where their file cannot be read, or has mistakes.
    pub fn thresholds(&self, log: &LogFlags) -> anyhow::Result<Thresholds> {
        let zone = log.zone()?;
        let hours = self.opening_hours.as_ref().map(|path| OpeningHours::open(path, zone)).transpose()?;
        Ok(Thresholds { opening: hours.map(|hours| Arc::new(Opening::new(Arc::new(hours)))), ..log.thresholds() })
    }
}

/// Which rows a report keeps. Several values of one flag: any of them; several flags: all.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Filters (repeatable; `(none)` for no value)")]
pub struct FilterFlags {
    /// Only this channel
    #[arg(long, value_name = "NAME")]
    pub channel: Vec<String>,
    /// Only this department
    #[arg(long, value_name = "NAME")]
    pub department: Vec<String>,
    /// Only this queue
    #[arg(long, value_name = "NAME")]
    pub queue: Vec<String>,
    /// Only this agent, by id or name
    #[arg(long, value_name = "ID|NAME")]
    pub agent: Vec<String>,
    /// Only this app
    #[arg(long, value_name = "NAME")]
    pub app: Vec<String>,
    /// Only this kind of support: automated, assisted, agent, none, or the log's own label
    #[arg(long, value_name = "NAME")]
    pub support_type: Vec<String>,
    /// Only conversations with this tag
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Only conversations whose attribute has this value; it need not be declared with --attribute
    #[arg(long = "where", value_name = "NAME=VALUE", value_parser = where_value)]
    pub where_: Vec<Where>,
    /// Only conversations whose contact contains this text, in upper or lower case
    #[arg(long, value_name = "TEXT")]
    pub contact: Vec<String>,
    /// Only the conversation with this ticket number
    #[arg(long, value_name = "NUMBER")]
    pub protocol: Vec<String>,
    /// Only these local hours of each metric's clock: 9-18 is 09:00 up to 18:00
    #[arg(long, value_name = "FROM-TO")]
    pub hours: Option<Hours>,
    /// Only these local weekdays of each metric's clock: mon-fri, or sat,sun
    #[arg(long, value_name = "DAYS")]
    pub weekdays: Option<Weekdays>,
    /// Accept filters by names that the log does not have: every figure is 0, with a warning
    #[arg(long)]
    pub allow_empty: bool,
}

impl FilterFlags {
    /// Whether each filter names something that the log has.
    ///
    /// # Errors
    ///
    /// Where one has none of its names: exit code 3, with the nearest name. `--allow-empty` allows it.
    pub fn check(&self, facts: &Facts) -> anyhow::Result<()> {
        if self.allow_empty {
            return Ok(());
        }
        match Unknown::find(&self.filters(), facts)?.into_iter().find(|unknown| unknown.is_all) {
            None => Ok(()),
            Some(unknown) => {
                let words = unknown.in_words();
                let end = if words.ends_with('?') { "" } else { "." };
                let message = format!("{words}{end} --allow-empty allows it: every figure is then 0");
                Err(Failure::EmptyWindow.because(message))
            }
        }
    }

    /// The attributes that `--where` names.
    pub fn attributes(&self) -> impl Iterator<Item = String> + '_ {
        self.where_.iter().map(|one| one.name.clone())
    }

    /// The filters.
    #[must_use]
    pub fn filters(&self) -> Filters {
        let values = [
            (Dimension::Channel, &self.channel),
            (Dimension::SupportType, &self.support_type),
            (Dimension::Department, &self.department),
            (Dimension::Queue, &self.queue),
            (Dimension::Agent, &self.agent),
            (Dimension::App, &self.app),
            (Dimension::Tag, &self.tag),
        ];
        let given = values.into_iter().filter(|(_, values)| !values.is_empty());
        let mut values: BTreeMap<Dimension, Vec<String>> =
            given.map(|(dimension, values)| (dimension, values.clone())).collect();
        for Where { name, value } in &self.where_ {
            values.entry(Dimension::Attribute(interned(name))).or_default().push(value.clone());
        }
        Filters {
            values,
            contact: self.contact.clone(),
            protocol: self.protocol.clone(),
            hours: self.hours,
            weekdays: self.weekdays,
        }
    }
}

/// The value of `--where`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Where {
    /// The attribute.
    pub name: String,
    /// The value, [`NO_VALUE`](crate::metrics::dimensions::NO_VALUE) for none.
    pub value: String,
}

fn where_value(text: &str) -> Result<Where, String> {
    let (name, value) = text.split_once('=').ok_or("expected an attribute and its value, as in plan=gold")?;
    Ok(Where { name: name.to_owned(), value: value.to_owned() })
}

/// The value of `--min-cell`. Below 3 a hidden number could only be 1.
fn min_cell(text: &str) -> Result<u64, String> {
    let least = text.parse().ok().filter(|least| *least >= 3);
    least
        .ok_or_else(|| format!("`{text}` is not a number of rows from 3 on: a hidden number must be able to be 1 or 2"))
}

/// The value of `--alias`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    of: Renamed,
    old: String,
    new: String,
}

/// A `=` in an old name is written `\=`.
fn alias(text: &str) -> Result<Alias, String> {
    let expected = || "expected KIND:OLD=NEW, as in queue:Suporte N1=Support".to_owned();
    let (of, names) = text.split_once(':').ok_or_else(expected)?;
    let names_of = || Renamed::ALL.iter().map(|of| of.name());
    let of = Renamed::parse(of).ok_or_else(|| unknown("kind of alias", of, names_of()))?;
    let escaped = names.replace("\\=", "\0");
    let (old, new) = escaped.split_once('=').ok_or_else(expected)?;
    let [old, new] = [old, new].map(|name| name.replace('\0', "="));
    if old.is_empty() || new.is_empty() {
        return Err(expected());
    }
    Ok(Alias { of, old, new })
}

/// Whether a name can be one of an attribute.
fn check_attribute(name: &str) -> anyhow::Result<()> {
    let taken = if name.is_empty() {
        "an empty name"
    } else if name.contains([',', '=']) {
        "a comma and `=` cannot be in the name"
    } else if Column::parse(name).is_some() {
        "every log has this column; it needs no --attribute"
    } else if Dimension::parse(name).is_some() {
        "there is a dimension of this name"
    } else if FactTable::ALL.iter().any(|table| table.has(name)) {
        "a fact table has a column of this name"
    } else {
        return Ok(());
    };
    Err(Failure::Usage.because(format!("attribute `{name}`: {taken}")))
}

/// The zone that a flag names.
///
/// # Errors
///
/// Where there is none of that name.
pub fn zone(flag: &str, name: &str) -> anyhow::Result<Zone> {
    Zone::named(name).map_err(|error| Failure::Usage.because(format!("{flag}: {error}")))
}

/// The instant of a flag, UTC milliseconds.
///
/// # Errors
///
/// Where it is none.
pub fn instant_of(flag: &str, text: Option<&str>, zone: Zone) -> anyhow::Result<Option<i64>> {
    text.map(|text| instant(flag, text, zone)).transpose()
}

fn instant(flag: &str, text: &str, zone: Zone) -> anyhow::Result<i64> {
    parse_instant(text, zone).map_err(|error| Failure::Usage.because(format!("{flag}: {error}")))
}
