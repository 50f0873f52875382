//! The filters: which rows a report keeps.

use std::collections::BTreeMap;

use clap::Args;

use crate::event::attributes::interned;
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::metrics::dimensions::Dimension;
use crate::report::filters::Filters;
use crate::report::unknown_names::Unknown;
use crate::time::{Hours, Weekdays};

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
    /// Checks that the log has a value for each filter.
    ///
    /// # Errors
    ///
    /// If the log has none of a filter's values: exit code 3, with the nearest name. `--allow-empty` allows it.
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

    /// The attributes in `--where`.
    pub fn attributes(&self) -> impl Iterator<Item = String> + '_ {
        self.where_.iter().map(|one| one.name.clone())
    }

    /// The flags as filters of a report or list.
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
    /// The value; [`NO_VALUE`](crate::metrics::dimensions::NO_VALUE) for no value.
    pub value: String,
}

fn where_value(text: &str) -> Result<Where, String> {
    let (name, value) = text.split_once('=').ok_or("expected an attribute and its value, as in plan=gold")?;
    Ok(Where { name: name.to_owned(), value: value.to_owned() })
}
