//! `dialogram tables`: the fact tables and the meaning of their columns, printed from the list that makes them.

use clap::Args;
use serde_json::{Value, json};

use super::streams::print;
use crate::failure::Failure;
use crate::fold::schema::{FactTable, Type};
use crate::nearest;
use crate::render::PageFormat;
use crate::report::list::{Subject, sort};

/// Prints the fact tables, or one: its columns, what each holds and means.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram tables                         all, one per line
  dialogram tables visits                  its columns, as `dialogram fold` writes and `dialogram list` shows them")]
pub struct TablesArgs {
    /// The name of a table
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: PageFormat,
}

/// Runs the command.
///
/// # Errors
///
/// If there is no table of that name, or nothing can be printed.
pub fn run(args: &TablesArgs) -> anyhow::Result<()> {
    let tables = match &args.name {
        None => FactTable::ALL.to_vec(),
        Some(name) => vec![FactTable::parse(name).ok_or_else(|| unknown(name))?],
    };
    let text = match args.format {
        PageFormat::Text if args.name.is_none() => tables.iter().map(|table| line(*table)).collect(),
        PageFormat::Text => tables.iter().map(|table| page(*table)).collect(),
        PageFormat::Json => format!("{:#}\n", Value::Array(tables.iter().map(|table| to_json(*table)).collect())),
        PageFormat::Markdown => markdown(&tables),
    };
    print(text.as_bytes())
}

fn unknown(name: &str) -> anyhow::Error {
    Failure::Usage.because(nearest::unknown("table", name, FactTable::ALL.iter().map(|table| table.name())))
}

const fn type_name(holds: Type) -> &'static str {
    match holds {
        Type::Text => "text",
        Type::Instant => "instant",
        Type::Number => "number",
        Type::Flag => "yes or no",
    }
}

/// The extra columns that a list of the table has, each a duration.
fn of_lists(table: FactTable) -> Vec<String> {
    let shown = sort::columns(Subject::Table(table)).into_iter().map(|column| column.shown());
    shown.filter(|name| name.ends_with("_seconds") && !name.starts_with("response_")).collect()
}

fn line(table: FactTable) -> String {
    let subject = Subject::Table(table);
    format!(
        "{:16}{:4} columns  {:14}{}\n",
        table.name(),
        table.columns().len(),
        subject.clock().name(),
        subject.title()
    )
}

fn page(table: FactTable) -> String {
    let subject = Subject::Table(table);
    let columns = table.columns();
    let width = columns.iter().map(|column| column.name.len()).max().unwrap_or(0);
    let lines =
        columns.iter().map(|column| format!("{:width$}  {:11}{}\n", column.name, type_name(column.holds), column.doc));
    let mut text = format!("{}: {}, by {}\n\n", table.name(), subject.title(), subject.clock().name());
    text.extend(lines);
    let more = of_lists(table);
    if !more.is_empty() {
        text.push_str(&format!("\nin a list also {}\n", more.join(", ")));
    }
    text
}

fn to_json(table: FactTable) -> Value {
    let subject = Subject::Table(table);
    let columns = table
        .columns()
        .iter()
        .map(|column| json!({"name": column.name, "holds": type_name(column.holds), "doc": column.doc}));
    json!({
        "table": table.name(),
        "label": subject.title(),
        "clock": subject.clock().name(),
        "columns": columns.collect::<Vec<Value>>(),
        "list_columns": of_lists(table),
    })
}

fn markdown(tables: &[FactTable]) -> String {
    let mut text = "# Fact tables\n\nPrinted by `dialogram tables --format markdown`. `dialogram fold` writes these tables as Parquet, \
                    one file each, and `dialogram list TABLE` shows their rows ([lists](lists.md)). Every metric is a query over one of \
                    them ([metrics](metrics.md)).\n\nAn instant is a timestamp in UTC (of a list, with the offset of `--tz`), a number a whole \
                    one. Where there is no value, it is null.\n"
        .to_owned();
    for table in tables {
        let subject = Subject::Table(*table);
        let clock = subject.clock().name();
        text.push_str(&format!(
            "\n## `{}`\n\n**{}.** Of a list, the clock is `{clock}`",
            table.name(),
            subject.title()
        ));
        let more: Vec<String> = of_lists(*table).iter().map(|name| format!("`{name}`")).collect();
        let more = if more.is_empty() { more.concat() } else { format!(", and there are {} too", more.join(", ")) };
        text.push_str(&format!("{more}.\n"));
        text.push_str("\n| column | type | meaning |\n| --- | --- | --- |\n");
        for column in table.columns() {
            text.push_str(&format!("| `{}` | {} | {} |\n", column.name, type_name(column.holds), column.doc));
        }
    }
    text
}
