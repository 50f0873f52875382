//! Output formats. Each kind of document has its own closed list of them (`ReportFormat`, `ListFormat`, …): one variant,
//! one [`Entry`] and one arm of its `render` a format, so that a format for one kind forces nothing on the others.

use std::fmt::Debug;
use std::path::Path;

use clap::ValueEnum;

/// What is true of a format whatever it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The ending of its files, without the dot.
    pub ending: &'static str,
    /// What its bytes are.
    pub form: Form,
}

/// What the bytes of a format are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Lines for a terminal, laid out for its width.
    Page,
    /// Other text.
    Text,
    /// Bytes that a terminal cannot show.
    Binary,
}

impl Entry {
    /// Lines for a terminal.
    pub const TERMINAL: Self = Self { ending: "txt", form: Form::Page };
    /// Raw numbers with a schema.
    pub const JSON: Self = Self { ending: "json", form: Form::Text };
    /// Raw numbers, a row a line.
    pub const CSV: Self = Self { ending: "csv", form: Form::Text };
    /// Lines of a name, a tab and a value: for screen readers and pipes.
    pub const PLAIN: Self = Self { ending: "txt", form: Form::Page };
    /// A page for a browser or a mail.
    pub const HTML: Self = Self { ending: "html", form: Form::Text };
    /// Tables for a job's summary or a chat.
    pub const MARKDOWN: Self = Self { ending: "md", form: Form::Text };
    /// A workbook.
    pub const XLSX: Self = Self { ending: "xlsx", form: Form::Binary };
    /// Pages.
    pub const PDF: Self = Self { ending: "pdf", form: Form::Binary };
}

/// The formats of one kind of document: the closed list behind its `--format`.
pub trait DocumentFormat: ValueEnum + Copy + Eq + Debug + Send + Sync + 'static {
    /// The one that is printed where nothing says another.
    const PRINTED: Self;
    /// What `--plain` makes of [`Self::PRINTED`].
    const PLAIN: Self;
    /// Those that are written into a folder where `--format` does not say which.
    const FOLDER: &'static [Self];

    /// What is true of it.
    fn entry(self) -> Entry;

    /// The name on the command line.
    #[must_use]
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The ending of a file of this format, without the dot.
    #[must_use]
    fn ending(self) -> &'static str {
        self.entry().ending
    }

    /// The format that a file's ending says, in upper or lower case.
    #[must_use]
    fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_string_lossy().to_lowercase();
        Self::value_variants().iter().copied().find(|format| format.ending() == ending)
    }
}
