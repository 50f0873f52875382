//! `dialogram schema`: the JSON Schemas of what the program reads and writes.

use clap::{Args, ValueEnum};

use super::streams::print;

/// Prints a JSON Schema, or the names of all.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram schema
  dialogram schema report
  dialogram schema config")]
pub struct SchemaArgs {
    /// The document [default: list all names]
    #[arg(value_enum, value_name = "NAME")]
    name: Option<SchemaName>,
}

/// The documents that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaName {
    /// `report.json`.
    Report,
    /// A list of rows behind a number.
    List,
    /// Stories of conversations.
    Show,
    /// A snapshot.
    Snapshot,
    /// Snapshots over time.
    Series,
    /// The result of a check.
    Check,
    /// The rules of a check.
    Rules,
    /// The changes between two reports.
    Diff,
    /// How a number came about.
    Explain,
    /// The content of a file.
    Inspect,
    /// The config file.
    Config,
    /// A line of `--progress json`.
    Progress,
    /// The program itself.
    Version,
}

impl SchemaName {
    const fn schema(self) -> &'static str {
        match self {
            Self::Report => include_str!("../../schemas/report-1.schema.json"),
            Self::List => include_str!("../../schemas/list-1.schema.json"),
            Self::Show => include_str!("../../schemas/show-1.schema.json"),
            Self::Snapshot => include_str!("../../schemas/snapshot-1.schema.json"),
            Self::Series => include_str!("../../schemas/series-1.schema.json"),
            Self::Check => include_str!("../../schemas/check-1.schema.json"),
            Self::Rules => include_str!("../../schemas/rules-1.schema.json"),
            Self::Diff => include_str!("../../schemas/diff-1.schema.json"),
            Self::Explain => include_str!("../../schemas/explain-1.schema.json"),
            Self::Inspect => include_str!("../../schemas/inspect-1.schema.json"),
            Self::Config => include_str!("../../schemas/config-1.schema.json"),
            Self::Progress => include_str!("../../schemas/progress-1.schema.json"),
            Self::Version => include_str!("../../schemas/version-1.schema.json"),
        }
    }
}

/// The documents by name, with their schema's version as in the documents: `dialogram/report/1`.
pub(super) fn names() -> impl Iterator<Item = (String, String)> {
    SchemaName::value_variants().iter().filter_map(|document| {
        let name = document.to_possible_value()?.get_name().to_owned();
        let schema: serde_json::Value = serde_json::from_str(document.schema()).ok()?;
        Some((name, schema.get("$id")?.as_str()?.strip_prefix("urn:")?.replace(':', "/")))
    })
}

/// Runs the command.
///
/// # Errors
///
/// If nothing can be printed.
pub fn run(args: &SchemaArgs) -> anyhow::Result<()> {
    if let Some(document) = args.name {
        return print(document.schema().as_bytes());
    }
    let line = |document: &SchemaName| {
        let value = document.to_possible_value();
        let help = value.as_ref().and_then(|value| value.get_help()).map(ToString::to_string);
        let name = value.map(|value| value.get_name().to_owned()).unwrap_or_default();
        format!("{name:9} {}\n", help.unwrap_or_default())
    };
    print(SchemaName::value_variants().iter().map(line).collect::<String>().as_bytes())
}
