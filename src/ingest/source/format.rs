//! The formats of logs, and their file extensions.

use serde::{Deserialize, Serialize};

/// The format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum InputFormat {
    /// One JSON object per line.
    Jsonl,
    /// A header, then one record per row; separated by comma, semicolon or tab.
    Csv,
    /// Columns, in groups of rows.
    Parquet,
    /// A sheet of an Excel workbook.
    Xlsx,
    /// JSON documents, read by a profile.
    #[value(skip)]
    Json,
    /// Lines of text, read by a profile.
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

/// The formats that are text.
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

/// The file extensions that are recognised in a folder.
pub const ENDINGS: [(&str, InputFormat); 7] = [
    ("jsonl", InputFormat::Jsonl),
    ("ndjson", InputFormat::Jsonl),
    ("json", InputFormat::Jsonl),
    ("csv", InputFormat::Csv),
    ("tsv", InputFormat::Csv),
    ("parquet", InputFormat::Parquet),
    ("xlsx", InputFormat::Xlsx),
];
