//! Rendering of reports: each output format has its own file or folder. Also the writing of whole files.
//!
//! Renderers are pure: a report in, bytes out. `cli` decides where the bytes go, and finds out whether there is a
//! terminal.

pub mod brand;
pub mod change;
mod color;
mod csv;
pub mod dates;
mod days;
mod decimal_mark;
mod definitions;
mod document;
pub mod explain;
mod filters;
pub mod font_file;
pub mod format;
pub mod gate;
mod hidden;
mod html;
pub mod json;
mod layout;
pub mod letter;
pub mod list;
mod listing;
pub mod look;
mod markdown;
mod matrix;
mod name_end;
mod open_hours;
mod outcomes;
pub mod own_files;
pub mod pdf;
mod plain;
pub mod rendered;
pub mod repeats;
pub mod report;
pub mod rows;
mod sections;
mod series_figures;
pub mod snapshot;
mod staffing;
pub mod story;
pub mod summary;
mod targets;
pub mod terminal;
mod themes;
mod trend;
pub mod whole_file;
pub mod words;
mod xlsx;

pub use format::DocumentFormat;
pub use rendered::Rendered;
pub use report::{ReportFormat, render};
pub use terminal::TerminalOptions;

/// The formats of pages about numbers of reports: `--format` of `explain` and `diff`.
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

/// The formats of what is not a report: `--format` of `metrics`, `tables` and `show`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PageFormat {
    /// For people, on a terminal.
    Text,
    /// For programs.
    Json,
    /// For a page, a comment or a job's summary.
    Markdown,
}
