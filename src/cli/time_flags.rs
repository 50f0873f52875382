//! The flags of days and opening hours.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::flags::LogFlags;
use super::guard::Files;
use super::instants::instant;
use crate::failure::Failure;
use crate::metrics::measure::Thresholds;
use crate::opening_hours::{Opening, OpeningHours};
use crate::time::{Period, To, Window, WindowChoice, Zone, resolve};

/// The days of a report.
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

    /// The window of the flags, given the log's last event.
    ///
    /// # Errors
    ///
    /// If they choose no days.
    pub fn window(&self, zone: Zone, now: i64, last_event: Option<i64>) -> anyhow::Result<Window> {
        resolve(self.choice(), zone, now, last_event).map_err(|error| Failure::Usage.because(error.to_string()))
    }

    /// A typed flag that chooses the days, if any.
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

    /// `--now`, or the machine's clock. Only this function reads the clock.
    ///
    /// # Errors
    ///
    /// If `--now` is not an instant.
    pub fn now(&self, zone: Zone) -> anyhow::Result<i64> {
        match &self.now {
            Some(text) => instant("--now", text, zone),
            None => Ok(chrono::Utc::now().timestamp_millis()),
        }
    }
}

/// Opening hours.
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

    /// The settings of measures that are not in the facts, with the opening hours, if any.
    ///
    /// # Errors
    ///
    /// If their file cannot be read, or has mistakes.
    pub fn thresholds(&self, log: &LogFlags) -> anyhow::Result<Thresholds> {
        let zone = log.zone()?;
        let open = |path| OpeningHours::open(path, zone).map_err(|error| Failure::about("opening-hours", error));
        let hours = self.opening_hours.as_deref().map(open).transpose()?;
        Ok(Thresholds { opening: hours.map(|hours| Arc::new(Opening::new(Arc::new(hours)))), ..log.thresholds() })
    }
}
