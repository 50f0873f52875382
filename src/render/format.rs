//! Output formats. Each kind of document declares its own closed list of them by `document_formats!` (`ReportFormat`,
//! `ListFormat`, …). A format is one line there and one arm of the kind's `render`, so adding a format to one kind does
//! not affect the others.

use std::fmt::Debug;
use std::path::Path;

use clap::ValueEnum;

/// The properties of a format, the same for all kinds of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatEntry {
    /// The ending of its files, without the dot.
    pub ending: &'static str,
    /// Its kind of content.
    pub form: ByteForm,
}

/// The kind of a format's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteForm {
    /// Lines laid out for the width of a terminal.
    Page,
    /// Other text.
    Text,
    /// Bytes that a terminal cannot show.
    Binary,
}

impl FormatEntry {
    /// Lines for a terminal.
    pub const TERMINAL: Self = Self { ending: "txt", form: ByteForm::Page };
    /// Unformatted numbers with a schema.
    pub const JSON: Self = Self { ending: "json", form: ByteForm::Text };
    /// Unformatted numbers, one row per line.
    pub const CSV: Self = Self { ending: "csv", form: ByteForm::Text };
    /// Lines of a name, a tab and a value: for screen readers and pipes.
    pub const PLAIN: Self = Self { ending: "txt", form: ByteForm::Page };
    /// A page for a browser or a mail.
    pub const HTML: Self = Self { ending: "html", form: ByteForm::Text };
    /// Tables for a job's summary or a chat.
    pub const MARKDOWN: Self = Self { ending: "md", form: ByteForm::Text };
    /// A workbook.
    pub const XLSX: Self = Self { ending: "xlsx", form: ByteForm::Binary };
    /// Pages.
    pub const PDF: Self = Self { ending: "pdf", form: ByteForm::Binary };
}

/// The formats of one kind of document: the closed list behind its `--format`.
pub trait DocumentFormat: ValueEnum + Copy + Eq + Debug + Send + Sync + 'static {
    /// The default on standard output.
    const PRINTED: Self;
    /// The format that `--plain` prints instead of [`Self::PRINTED`].
    const PLAIN: Self;
    /// The default formats of a folder.
    const FOLDER: &'static [Self];

    /// The properties of the format.
    fn entry(self) -> FormatEntry;

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

    /// The format for a file's ending, in upper or lower case.
    #[must_use]
    fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_string_lossy().to_lowercase();
        Self::value_variants().iter().copied().find(|format| format.ending() == ending)
    }
}

/// Declares the formats of one kind of document: an enum that implements [`DocumentFormat`] and parses `--format`.
/// `printed`, `plain` and `folder` are the constants of that trait. Each variant names its [`FormatEntry`], and its
/// comment is its help.
macro_rules! document_formats {
    (
        $(#[$about:meta])*
        pub enum $kind:ident (printed: $printed:ident, plain: $plain:ident, folder: [$($in_folder:ident),+]) {
            $($(#[$help:meta])* $format:ident = $entry:ident,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
        pub enum $kind {
            $($(#[$help])* $format,)+
        }

        impl $crate::render::format::DocumentFormat for $kind {
            const PRINTED: Self = Self::$printed;
            const PLAIN: Self = Self::$plain;
            const FOLDER: &'static [Self] = &[$(Self::$in_folder),+];

            fn entry(self) -> $crate::render::format::FormatEntry {
                match self {
                    $(Self::$format => $crate::render::format::FormatEntry::$entry,)+
                }
            }
        }
    };
}

pub(in crate::render) use document_formats;
