//! A proposal as the text of a profile (docs/profiles.md).

use std::fmt::Write;

use super::bytes::How;
use super::proposal::{Gives, Proposal, Rule, of_every_event};
use super::{Form, instants::Instant};
use crate::event::Column;
use crate::ingest::source::InputFormat;

/// The profile, or none where the proposal has no events.
#[must_use]
pub(super) fn to_toml(name: &str, form: &Form, proposal: &Proposal) -> Option<String> {
    if proposal.rules.is_empty() {
        return None;
    }
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!(
        "# Proposed by `dialogram inspect` from the names and values of {}: look at it before it is used.",
        comment(name)
    ));
    for note in &proposal.notes {
        line(format!("# {}", comment(note)));
    }
    line(format!("title = {}", text(&format!("As {name}"))));
    line(String::new());
    line("[input]".to_owned());
    let format = match form.format {
        InputFormat::Jsonl => "jsonl",
        InputFormat::Json => "json",
        InputFormat::Csv | InputFormat::Xlsx | InputFormat::Parquet => "csv",
    };
    line(format!("format = {}", text(format)));
    if !form.records.is_empty() {
        line(format!("records = {}", text(&form.records.join("."))));
    }
    if let Some(found) = form.encoding
        && !matches!(found.how, How::Valid)
    {
        line(format!("encoding = {}", text(&found.encoding.name())));
    }
    if let Some(dialect) = &form.dialect {
        if dialect.delimiter != b',' {
            line(format!("delimiter = {}", text(&char::from(dialect.delimiter).to_string())));
        }
        if dialect.lines_above > 0 {
            line(format!("skip_lines = {}", dialect.lines_above));
        }
        if dialect.header.is_none() {
            let names: Vec<String> = (1..=dialect.columns).map(|at| text(&format!("c{at}"))).collect();
            line(format!("header = [{}]", names.join(", ")));
        }
    }
    line(String::new());
    line("[recognise]".to_owned());
    line(format!("keys = [{}]", sources(proposal).iter().map(|source| text(source)).collect::<Vec<_>>().join(", ")));
    line(String::new());
    line("[columns]".to_owned());
    for candidate in of_every_event(&proposal.candidates) {
        let from = text(&proposal.path(&candidate.source));
        let value = if candidate.map.is_empty() {
            from
        } else {
            let map: Vec<_> =
                candidate.map.iter().map(|(value, meaning)| (value.clone(), (*meaning).to_owned())).collect();
            format!("{{ from = {from}, map = {} }}", table(&map))
        };
        let reason = comment(&candidate.reason);
        line(format!("{} = {value}  # {reason}", candidate.column.name()));
    }
    for rule in &proposal.rules {
        out.push('\n');
        out.push_str(&rule_text(rule, proposal));
    }
    Some(out)
}

fn rule_text(rule: &Rule, proposal: &Proposal) -> String {
    let mut out = "[[event]]\n".to_owned();
    // Writing to a string cannot fail.
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{key} = {value}");
    };
    let mut when = Vec::new();
    match &rule.gives {
        Gives::Kind(kind) => line("event", &text(kind.name())),
        Gives::Said(column, map) => {
            let from = text(&proposal.path(column));
            let map: Vec<_> = map.iter().map(|(value, kind)| (value.clone(), (*kind).to_owned())).collect();
            line("event", &format!("{{ from = {from}, map = {} }}", table(&map)));
            let values: Vec<String> = map.iter().map(|(value, _)| text(value)).collect();
            when.push(format!("{{ from = {from}, is = [{}] }}", values.join(", ")));
        }
    }
    if let Some(has) = &rule.has {
        when.push(format!("{{ from = {}, has = true }}", text(&proposal.path(has))));
    }
    if !when.is_empty() {
        line("when", &format!("[{}]", when.join(", ")));
    }
    if let Some(each) = &proposal.each {
        line("each", &text(&each.replace("[]", "")));
    }
    line("ts", &instant(&rule.instant, proposal));
    if rule.is_optional {
        line("optional", "true");
    }
    if let Some(actor) = rule.actor {
        line("actor", &format!("{{ value = {} }}", text(actor.name())));
    }
    for (column, source) in &rule.columns {
        let from = text(&proposal.path(source));
        let map = proposal.candidates.iter().find(|c| c.column == *column).map(|c| c.map.clone()).unwrap_or_default();
        let value = if map.is_empty() {
            from
        } else {
            let map: Vec<_> = map.into_iter().map(|(value, meaning)| (value, meaning.to_owned())).collect();
            format!("{{ from = {from}, map = {}, other = \"\" }}", table(&map))
        };
        line(column.name(), &value);
    }
    out
}

fn instant(instant: &Instant, proposal: &Proposal) -> String {
    let format = text(&instant.format);
    let paths: Vec<String> = instant.sources.iter().map(|source| text(&proposal.path(source))).collect();
    match &paths[..] {
        [path] if instant.has_weekday => format!("{{ from = {path}, after = \" \", format = {format} }}"),
        [path] => format!("{{ from = {path}, format = {format} }}"),
        _ => format!("{{ join = [{}], format = {format} }}", paths.join(", ")),
    }
}

impl Proposal {
    /// A column's path as a rule writes it: within the list that rules are of, or from the record.
    fn path(&self, source: &str) -> String {
        match &self.each {
            Some(each) => match source.strip_prefix(each.as_str()).and_then(|rest| rest.strip_prefix('.')) {
                Some(inside) => inside.to_owned(),
                None => format!("$.{source}"),
            },
            None => source.to_owned(),
        }
    }
}

/// The columns that the file must have for the profile to fit: one of each.
fn sources(proposal: &Proposal) -> Vec<String> {
    let mut sources: Vec<String> = Vec::new();
    let of_rules = proposal.rules.iter().flat_map(|rule| {
        let said = match &rule.gives {
            Gives::Said(column, _) => Some(column),
            Gives::Kind(_) => None,
        };
        rule.instant.sources.iter().chain(said)
    });
    let of_columns = proposal.candidates.iter().filter(|c| c.column != Column::Contact).map(|c| &c.source);
    for source in of_rules.chain(of_columns).filter(|source| !source.starts_with('#') && !source.contains("[]")) {
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    sources
}

/// A text as TOML writes it.
fn text(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

fn table(map: &[(String, String)]) -> String {
    let entries: Vec<String> = map.iter().map(|(key, value)| format!("{} = {}", text(key), text(value))).collect();
    format!("{{ {} }}", entries.join(", "))
}

/// On one line, as a comment must be.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
