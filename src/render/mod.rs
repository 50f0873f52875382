//! Rendering of reports: each output format has its own file or folder. Also the writing of whole files.
//!
//! Renderers are pure: a report in, bytes out. `cli` decides where the bytes go, and finds out whether there is a
//! terminal.

pub mod brand;
pub mod change;
pub mod color;
pub mod csv;
pub mod dates;
pub mod days;
mod decimal_mark;
pub mod definitions;
pub mod document;
pub mod explain;
pub mod filters;
pub mod font_file;
pub mod format;
pub mod gate;
pub mod hidden;
pub mod html;
pub mod json;
mod layout;
pub mod letter;
pub mod list;
pub mod listing;
pub mod look;
pub mod markdown;
pub mod matrix;
mod name_end;
pub mod open_hours;
pub mod outcomes;
pub mod own_files;
pub mod pdf;
pub mod plain;
pub mod rendered;
pub mod repeats;
pub mod report;
pub mod rows;
pub mod sections;
pub mod series_figures;
pub mod snapshot;
pub mod staffing;
pub mod story;
pub mod summary;
pub mod targets;
pub mod terminal;
pub mod themes;
pub mod trend;
pub mod whole_file;
pub mod words;
pub mod xlsx;

pub use format::DocumentFormat;
pub use rendered::Rendered;
pub use report::{ReportFormat, render};
pub use terminal::TerminalOptions;

/// The formats of what is said of the numbers of reports: `--format` of `explain` and `diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FigureFormat {
    /// For people, on a terminal.
    Text,
    /// Lines of a name, a tab and a value, for screen readers and pipes.
    Plain,
    /// For programs.
    Json,
    /// For a page, a comment or a job's summary.
    Markdown,
    /// A page for a browser or a mail: one file, nothing is fetched.
    Html,
}

/// The formats of what is no report: `--format` of `metrics`, `tables` and `show`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PageFormat {
    /// For people, on a terminal.
    Text,
    /// For programs.
    Json,
    /// For a page, a comment or a job's summary.
    Markdown,
}
