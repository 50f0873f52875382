//! The languages.

use std::fmt;

/// A language that pages can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Language {
    /// English.
    #[default]
    #[value(name = "en")]
    English,
    /// French.
    #[value(name = "fr")]
    French,
    /// Spanish as all of Latin America reads it.
    #[value(name = "es")]
    Spanish,
    /// Portuguese of Brazil.
    #[value(name = "pt")]
    Portuguese,
}

impl Language {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::English, Self::French, Self::Spanish, Self::Portuguese];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
        }
    }

    /// Its tag in a document, as in BCP 47.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Spanish => "es-419",
            Self::Portuguese => "pt-BR",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
