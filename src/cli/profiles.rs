//! `dialogram profiles`: the known exports and how their fields are mapped.

use clap::Args;
use serde_json::{Value, json};

use super::guard::Files;
use super::profile_choice::named;
use super::streams::print;
use crate::event::{Column, Fact, FactSet};
use crate::harmless::shown_lines;
use crate::ingest::profile::{CANONICAL, Condition, EventRule, Format, Profile, Test};
use crate::metrics::{self, Metric};

/// Prints the built-in profiles, or one: what each column comes from, which metrics it feeds, and facts that are not in the export.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram profiles                       all, one per line
  dialogram profiles zendesk-chat          how its fields are read, the metrics it feeds, and those it cannot
  dialogram profiles zendesk-chat --format toml > mine.toml
  dialogram profiles mine.toml             your own, checked")]
pub struct ProfilesArgs {
    /// The name of a profile, or the path of a .toml file, which is checked
    #[arg(value_name = "NAME|FILE")]
    name: Option<String>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ProfilesFormat,
}

/// How profiles are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ProfilesFormat {
    /// For the terminal.
    Text,
    /// For programs.
    Json,
    /// For documentation.
    Markdown,
    /// A built-in profile as it is written, to begin your own with.
    Toml,
}

impl ProfilesArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        if let Some(name) = &self.name {
            files.read_if_path("NAME|FILE", name);
        }
        files.write_stdout();
    }
}

/// Runs the command.
///
/// # Errors
///
/// If there is no such profile, it is wrong, or nothing can be printed.
pub fn run(args: &ProfilesArgs) -> anyhow::Result<()> {
    let names: Vec<&str> = match &args.name {
        None => std::iter::once(CANONICAL).chain(Profile::names()).collect(),
        Some(name) => vec![name],
    };
    let mut pages = Vec::new();
    for name in &names {
        pages.push(ProfilePage::of(name, named(name)?.as_ref()));
    }
    let text = match args.format {
        ProfilesFormat::Text if args.name.is_none() => list(&pages),
        ProfilesFormat::Text => shown_lines(&pages.iter().map(ProfilePage::text).collect::<String>()),
        ProfilesFormat::Json => format!("{:#}\n", Value::Array(pages.iter().map(ProfilePage::json).collect())),
        ProfilesFormat::Markdown => shown_lines(&markdown(&pages)),
        ProfilesFormat::Toml => names.iter().filter_map(|name| Profile::text(name)).collect(),
    };
    print(text.as_bytes())
}

/// The page of a profile.
struct ProfilePage {
    name: String,
    title: String,
    doc: String,
    /// Name and value.
    properties: Vec<(&'static str, String)>,
    /// The columns that every event has, if the profile makes several events.
    common: Vec<(&'static str, String)>,
    events: Vec<RuleEvent>,
    cannot: Vec<String>,
    feeds: Vec<&'static str>,
    unknown: Vec<&'static str>,
}

/// The event made by a rule.
struct RuleEvent {
    kind: String,
    when: String,
    columns: Vec<(&'static str, String)>,
}

impl ProfilePage {
    fn of(name: &str, profile: Option<&Profile>) -> Self {
        let facts = profile.map_or(FactSet::ALL, |profile| profile.facts);
        let is_known = |metric: &&Metric| facts.meet(metric.needs);
        let ids = |metrics: Vec<&'static Metric>| metrics.into_iter().map(|metric| metric.id).collect();
        let (feeds, unknown): (Vec<_>, Vec<_>) = metrics::all().partition(is_known);
        let (feeds, unknown) = (ids(feeds), ids(unknown));
        let Some(profile) = profile else {
            return Self {
                name: name.to_owned(),
                title: "Canonical columns".to_owned(),
                doc: "A log with the columns of docs/log-format.md: it needs no profile.".to_owned(),
                properties: vec![("format", "jsonl, csv or parquet".to_owned()), ("known by", "`ts`".to_owned())],
                common: Vec::new(),
                events: Vec::new(),
                cannot: Vec::new(),
                feeds,
                unknown,
            };
        };
        let mut events: Vec<RuleEvent> = profile.rules.iter().map(RuleEvent::of).collect();
        let mut common = events.first().map(|first| first.columns.clone()).unwrap_or_default();
        common.retain(|column| events.len() > 1 && events.iter().all(|event| event.columns.contains(column)));
        for event in &mut events {
            event.columns.retain(|column| !common.contains(column));
        }
        Self {
            name: profile.name.clone(),
            title: profile.title.clone(),
            doc: profile.doc.clone(),
            properties: properties(profile, facts),
            common,
            events,
            cannot: profile.cannot.clone(),
            feeds,
            unknown,
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{}: {}\n\n{}\n\n", self.name, self.title, self.doc);
        text.extend(self.properties.iter().map(|(name, value)| format!("{name:10}{value}\n")));
        let columns = |columns: &[(&str, String)]| {
            columns.iter().map(|(column, from)| format!("  {column:16}{from}\n")).collect::<String>()
        };
        if !self.common.is_empty() {
            text.push_str(&format!("\nevery event\n{}", columns(&self.common)));
        }
        for event in &self.events {
            text.push_str(&format!("\n{}{}\n{}", event.kind, event.when, columns(&event.columns)));
        }
        if !self.cannot.is_empty() {
            text.push_str("\nnot in the export\n");
            text.extend(self.cannot.iter().map(|line| format!("  {line}\n")));
        }
        text.push_str(&format!("\nfeeds {} of {} metrics\n", self.feeds.len(), self.feeds.len() + self.unknown.len()));
        text.push_str(&format!("  {}\n", self.feeds.join(", ")));
        if !self.unknown.is_empty() {
            text.push_str(&format!("\nnot available from it\n  {}\n", self.unknown.join(", ")));
        }
        text
    }

    fn json(&self) -> Value {
        let object = |entries: &[(&str, String)]| -> Value {
            entries
                .iter()
                .map(|(name, value)| (name.replace(' ', "_"), json!(value)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let event = |event: &RuleEvent| {
            let when = event.when.trim_start_matches(", ");
            json!({ "event": event.kind, "when": when, "columns": object(&event.columns) })
        };
        let events: Vec<Value> = self.events.iter().map(event).collect();
        json!({
            "name": self.name,
            "title": self.title,
            "doc": self.doc,
            "properties": object(&self.properties),
            "columns": object(&self.common),
            "events": events,
            "cannot": self.cannot,
            "feeds": self.feeds,
            "unknown": self.unknown,
        })
    }

    fn markdown(&self) -> String {
        let mut text = format!("\n## `{}`\n\n**{}.** {}\n\n", self.name, self.title, self.doc);
        text.extend(self.properties.iter().map(|(name, value)| format!("- {name}: {value}\n")));
        text.extend(self.cannot.iter().map(|line| format!("- not in the export: {line}\n")));
        if !self.events.is_empty() {
            text.push_str("\n| event | column | from |\n| --- | --- | --- |\n");
        }
        let mut rows = |mut first: String, columns: &[(&str, String)]| {
            if columns.is_empty() {
                text.push_str(&format!("| {} | | |\n", cell(&first)));
            }
            for (column, from) in columns {
                let first = std::mem::take(&mut first);
                text.push_str(&format!("| {} | `{column}` | {} |\n", cell(&first), cell(from)));
            }
        };
        if !self.common.is_empty() {
            rows("every event".to_owned(), &self.common);
        }
        for event in &self.events {
            rows(format!("`{}`{}", event.kind, event.when), &event.columns);
        }
        let ids = |ids: &[&str]| ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
        text.push_str(&format!("\nFeeds {}.\n", ids(&self.feeds)));
        if !self.unknown.is_empty() {
            text.push_str(&format!("\nNot available from it: {}.\n", ids(&self.unknown)));
        }
        text
    }
}

/// A text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn properties(profile: &Profile, facts: FactSet) -> Vec<(&'static str, String)> {
    let mut properties = vec![("format", profile.input.format.name().to_owned())];
    match &profile.input.format {
        Format::Jsonl => {}
        Format::Json(keys) if keys.is_empty() => {
            properties.push(("records", "the documents, or their array".to_owned()));
        }
        Format::Json(keys) => properties.push(("records", format!("`{}`", keys.join(".")))),
        Format::Csv(dialect) => {
            properties.push(("delimiter", format!("`{}`", char::from(dialect.delimiter).escape_debug())));
        }
        Format::Text(forms) => {
            let forms: Vec<String> = forms.iter().map(|form| format!("`{}`", form.text)).collect();
            properties.push(("lines", forms.join(", or ")));
        }
    }
    let paths = |paths: &[crate::ingest::profile::path::Path]| {
        paths.iter().map(|path| format!("`{}`", path.text)).collect::<Vec<_>>().join(", ")
    };
    let signs: Vec<String> = profile.signs.iter().map(|sign| paths(&sign.keys)).collect();
    if !signs.is_empty() {
        properties.push(("known by", signs.join(", or ")));
    }
    if let Some(fill_in) = &profile.fill_in {
        properties.push(("fill in", fill_in.clone()));
    }
    if !profile.input.when.is_empty() {
        let when: Vec<String> = profile.input.when.iter().map(condition).collect();
        properties.push(("only", format!("records where {}", when.join(" and "))));
    }
    if let Some(chain) = &profile.input.chain {
        let text = format!(
            "a record and the record at {} are one conversation; `@root` is the {} of the first record",
            chain.parent.describe(),
            chain.id.describe()
        );
        properties.push(("chain", text));
    }
    if let Some(latest) = &profile.input.latest {
        let text = format!(
            "of records with the same {}, the one with the highest {}",
            latest.key.describe(),
            latest.by.describe()
        );
        properties.push(("latest", text));
    }
    if let Some(sessions) = profile.sessions {
        let value = serde_json::to_value(sessions).unwrap_or_default();
        properties.push(("sessions", value.as_str().unwrap_or_default().to_owned()));
    }
    let facts: Vec<&str> = facts.iter().map(Fact::name).collect();
    properties.push(("facts", facts.join(", ")));
    properties
}

impl RuleEvent {
    fn of(rule: &EventRule) -> Self {
        let value = |column: Column| rule.columns.iter().find(|(known, _)| *known == column).map(|(_, value)| value);
        let kind = value(Column::Event).map(|value| value.describe().replace("always ", "").replace('`', ""));
        let conditions =
            |conditions: &[Condition], with: &str| conditions.iter().map(condition).collect::<Vec<_>>().join(with);
        let mut when = String::new();
        if !rule.each.is_empty() {
            when.push_str(&format!(", each of {}", rule.elements()));
        }
        if !rule.when.is_empty() {
            when.push_str(&format!(", when {}", conditions(&rule.when, " and ")));
        }
        if !rule.any.is_empty() {
            when.push_str(&format!(", where {}", conditions(&rule.any, " or ")));
        }
        let mut columns = vec![(Column::Ts.name(), rule.ts.describe())];
        let others = rule.columns.iter().filter(|(column, _)| *column != Column::Event);
        columns.extend(others.map(|(column, value)| (column.name(), value.describe())));
        Self { kind: kind.unwrap_or_default(), when, columns }
    }
}

fn condition(condition: &Condition) -> String {
    let value = condition.value.describe();
    match &condition.test {
        Test::Is(texts) => format!("{value} is {}", texts.join(" or ")),
        Test::Not(texts) => format!("{value} is not {}", texts.join(" or ")),
        Test::SameAs(other) => format!("{value} is the same as {}", other.describe()),
        Test::DiffersFrom(other) => format!("{value} differs from {}", other.describe()),
        Test::Has(true) => format!("there is {value}"),
        Test::Has(false) => format!("there is no {value}"),
    }
}

fn list(pages: &[ProfilePage]) -> String {
    let width = pages.iter().map(|page| page.name.len()).max().unwrap_or(0);
    let line = |page: &ProfilePage| {
        let format = page.properties.first().map_or("", |(_, format)| format);
        format!("{:width$}  {format:6}{}\n", page.name, page.title)
    };
    let mut pages = pages.iter();
    let first: String = pages.next().map(|page| format!("{:width$}  {}\n", page.name, page.title)).unwrap_or_default();
    first + &pages.map(line).collect::<String>()
}

fn markdown(pages: &[ProfilePage]) -> String {
    let mut text =
        "# Built-in profiles\n\nPrinted by `dialogram profiles --format markdown`. How profiles are written: \
                    [profiles.md](profiles.md).\n"
            .to_owned();
    text.extend(pages.iter().map(ProfilePage::markdown));
    text
}
