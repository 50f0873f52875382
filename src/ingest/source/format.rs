//! The formats of logs, and the endings that name them.

use serde::{Deserialize, Serialize};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum InputFormat {
    /// One JSON object a line.
    Jsonl,
    /// A header, then a record a row; comma, semicolon or tab.
    Csv,
    /// Columns, in groups of rows.
    Parquet,
    /// A sheet of an Excel workbook.
    Xlsx,
    /// JSON documents, which a profile says how to read.
    #[value(skip)]
    Json,
    /// Lines of text, which a profile says how to read.
    #[value(skip)]
    Text,
}

impl InputFormat {
    /// The name in flags and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::Text => "text",
        }
    }
}

/// How rows are written where they are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFormat {
    /// See [`InputFormat::Jsonl`].
    Jsonl,
    /// See [`InputFormat::Csv`].
    Csv,
}

impl TextFormat {
    /// The name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Jsonl => "JSON",
            Self::Csv => "CSV",
        }
    }
}

/// The endings that a folder is searched for.
pub const ENDINGS: [(&str, InputFormat); 7] = [
    ("jsonl", InputFormat::Jsonl),
    ("ndjson", InputFormat::Jsonl),
    ("json", InputFormat::Jsonl),
    ("csv", InputFormat::Csv),
    ("tsv", InputFormat::Csv),
    ("parquet", InputFormat::Parquet),
    ("xlsx", InputFormat::Xlsx),
];
