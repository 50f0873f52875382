//! The request of a report in a form that other processes can read: metrics, windows, filters, opening hours.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::filters::Filters;
use super::query::{ReportQuery, merged, merged_tables};
use super::template::TableTemplate;
use crate::failure::Failure;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::Thresholds;
use crate::metrics::{self, Metric};
use crate::opening_hours::{Opening, OpeningHours};
use crate::time::{Window, Zone, parse_date};

/// The facts that a report needs, as names, numbers and texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// The zone of days and hours.
    pub timezone: String,
    /// The days that the report covers.
    pub window: Days,
    /// The window to compare with.
    pub previous: Option<Days>,
    /// The windows of the trend.
    pub trend: Vec<Days>,
    /// Metrics by id.
    pub metrics: Vec<String>,
    /// The tables by dimensions, besides the totals.
    pub tables: Vec<DemandTable>,
    /// The metrics of heatmaps.
    pub heatmaps: Vec<String>,
    /// Whether agents needed are requested.
    pub staffing: bool,
    /// Filters by dimension.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Parts of the contact.
    pub contact: Vec<String>,
    /// Ticket numbers.
    pub protocol: Vec<String>,
    /// The hours of the filter.
    pub hours: Option<String>,
    /// The weekdays of the filter.
    pub weekdays: Option<String>,
    /// The longest wait within the service level.
    pub service_level_ms: i64,
    /// The calendars, if durations are open time.
    pub opening_hours: Option<DemandHours>,
}

/// The first and the last day of a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    first: String,
    last: String,
}

/// A table of the report: its metrics and its one or two dimensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandTable {
    dimensions: Vec<String>,
    metrics: Vec<String>,
}

/// A file of opening hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandHours {
    file: String,
    timezone: String,
    text: String,
}

impl Days {
    fn of(window: Window) -> Self {
        Self { first: window.first_day().to_string(), last: window.last_day().to_string() }
    }
}

fn ids(metrics: &[&'static Metric]) -> Vec<String> {
    metrics.iter().map(|metric| metric.id.to_owned()).collect()
}

fn wrong(message: &str) -> anyhow::Error {
    Failure::Usage.because(format!("the plan is wrong: {message}"))
}

fn metrics_of(ids: &[String]) -> anyhow::Result<Vec<&'static Metric>> {
    ids.iter().map(|id| metrics::find(id).ok_or_else(|| wrong(&format!("no metric {id}")))).collect()
}

impl Demand {
    /// The demand of a report.
    #[must_use]
    pub fn of(query: &ReportQuery) -> Self {
        let templates = &query.templates;
        let Filters { values, contact, protocol, hours, weekdays } = &query.filters;
        let table = |TableTemplate { dimensions, metrics }: TableTemplate| DemandTable {
            dimensions: dimensions.iter().map(|dimension| dimension.name().to_owned()).collect(),
            metrics: ids(&metrics),
        };
        let Thresholds { service_level_ms, opening } = &query.thresholds;
        Self {
            timezone: query.window.zone().name().to_owned(),
            window: Days::of(query.window),
            previous: query.other().map(Days::of),
            trend: query.trend.iter().copied().map(Days::of).collect(),
            metrics: ids(&merged(templates.iter().map(|template| &template.metrics[..]))),
            tables: merged_tables(templates).into_iter().map(table).collect(),
            heatmaps: ids(&merged(templates.iter().map(|template| &template.heatmaps[..]))),
            staffing: templates.iter().any(|template| template.staffing),
            filters: values.iter().map(|(dimension, values)| (dimension.name().to_owned(), values.clone())).collect(),
            contact: contact.clone(),
            protocol: protocol.clone(),
            hours: hours.map(|hours| hours.to_string()),
            weekdays: weekdays.map(|weekdays| weekdays.to_string()),
            service_level_ms: *service_level_ms,
            opening_hours: opening.as_ref().map(|opening| DemandHours {
                file: opening.hours.file.clone(),
                timezone: opening.hours.zone.name().to_owned(),
                text: opening.hours.text.clone(),
            }),
        }
    }

    /// A word for the first difference from another report's request; `None` if both are equal.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> Option<&'static str> {
        let Self { timezone, window, previous, trend, metrics, tables, heatmaps, staffing, .. } = self;
        let days = (timezone, window, previous, trend);
        let numbers = (metrics, tables, heatmaps, staffing);
        if self == other {
            None
        } else if days != (&other.timezone, &other.window, &other.previous, &other.trend) {
            Some("days")
        } else if numbers != (&other.metrics, &other.tables, &other.heatmaps, &other.staffing) {
            Some("metrics or tables")
        } else {
            Some("filters, limits or opening hours")
        }
    }

    /// The same for other days.
    #[must_use]
    pub fn over(self, window: Window, previous: Option<Window>, trend: &[Window]) -> Self {
        let trend = trend.iter().copied().map(Days::of).collect();
        Self { window: Days::of(window), previous: previous.map(Days::of), trend, ..self }
    }

    /// The zone of days and hours.
    ///
    /// # Errors
    ///
    /// If it is unknown.
    pub fn zone(&self) -> anyhow::Result<Zone> {
        Zone::named(&self.timezone).map_err(|error| wrong(&error.to_string()))
    }

    /// A window.
    ///
    /// # Errors
    ///
    /// If its days are not dates.
    pub(crate) fn window_of(&self, days: &Days) -> anyhow::Result<Window> {
        let date = |text: &str| parse_date(text).map_err(|error| wrong(&error.to_string()));
        let (first, last) = (date(&days.first)?, date(&days.last)?);
        Window::new(self.zone()?, first, last).ok_or_else(|| wrong(&format!("no window {first} to {last}")))
    }

    /// All windows with totals, each once.
    ///
    /// # Errors
    ///
    /// If one has no days.
    pub fn windows(&self) -> anyhow::Result<Vec<Window>> {
        let mut windows: Vec<Window> = Vec::new();
        for days in [&self.window].into_iter().chain(&self.previous).chain(&self.trend) {
            let window = self.window_of(days)?;
            if !windows.contains(&window) {
                windows.push(window);
            }
        }
        Ok(windows)
    }

    /// Half-open spans in UTC milliseconds whose conversations are enough; empty if all are needed, because names in
    /// filters and calendars are looked up in the whole log.
    ///
    /// # Errors
    ///
    /// If a window has no days.
    pub fn spans(&self) -> anyhow::Result<Vec<(i64, i64)>> {
        if !self.filters.is_empty() || self.opening_hours.is_some() {
            return Ok(Vec::new());
        }
        Ok(self.windows()?.iter().map(|window| (window.begins(), window.ends())).collect())
    }

    /// The metrics.
    ///
    /// # Errors
    ///
    /// If one is unknown.
    pub fn metrics(&self) -> anyhow::Result<Vec<&'static Metric>> {
        metrics_of(&self.metrics)
    }

    /// The metrics of heatmaps.
    ///
    /// # Errors
    ///
    /// If one is unknown.
    pub fn heatmaps(&self) -> anyhow::Result<Vec<&'static Metric>> {
        metrics_of(&self.heatmaps)
    }

    /// The tables.
    ///
    /// # Errors
    ///
    /// If a metric of one is unknown.
    pub fn tables(&self) -> anyhow::Result<Vec<TableTemplate>> {
        let table = |table: &DemandTable| {
            let dimensions = table.dimensions.iter().map(|name| Dimension::of_table(name)).collect();
            Ok(TableTemplate { dimensions, metrics: metrics_of(&table.metrics)? })
        };
        self.tables.iter().map(table).collect()
    }

    /// The filters.
    ///
    /// # Errors
    ///
    /// If hours or weekdays cannot be parsed.
    pub fn filters(&self) -> anyhow::Result<Filters> {
        let values = self.filters.iter().map(|(name, values)| (Dimension::of_table(name), values.clone()));
        Ok(Filters {
            values: values.collect(),
            contact: self.contact.clone(),
            protocol: self.protocol.clone(),
            hours: self.hours.as_ref().map(|text| text.parse()).transpose().map_err(|_| wrong("hours"))?,
            weekdays: self.weekdays.as_ref().map(|text| text.parse()).transpose().map_err(|_| wrong("weekdays"))?,
        })
    }

    /// The settings of measures.
    ///
    /// # Errors
    ///
    /// If the opening hours cannot be read.
    pub(crate) fn thresholds(&self) -> anyhow::Result<Thresholds> {
        let opening = |hours: &DemandHours| {
            let zone = Zone::named(&hours.timezone).map_err(|error| wrong(&error.to_string()))?;
            let hours = OpeningHours::parse(&hours.file, &hours.file, &hours.text, zone)?;
            anyhow::Ok(Arc::new(Opening::new(Arc::new(hours))))
        };
        let opening = self.opening_hours.as_ref().map(opening).transpose()?;
        Ok(Thresholds { service_level_ms: self.service_level_ms, opening })
    }
}
