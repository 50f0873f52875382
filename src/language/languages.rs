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

    /// The language for a name or a BCP 47 tag, in any case: `pt`, `pt-BR`, `es_MX`. The region is ignored.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let (name, region) = tag.split_once(['-', '_']).map_or((tag, None), |(name, region)| (name, Some(region)));
        // Two letters or three digits name a region.
        let is_region = |region: &str| {
            let is_of =
                |length, test: fn(&char) -> bool| region.chars().count() == length && region.chars().all(|c| test(&c));
            is_of(2, char::is_ascii_alphabetic) || is_of(3, char::is_ascii_digit)
        };
        let known = Self::ALL.into_iter().find(|language| language.name().eq_ignore_ascii_case(name));
        known.filter(|_| region.is_none_or(is_region))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_languages() {
        for (tag, expected) in [
            ("pt", Some(Language::Portuguese)),
            ("pt-BR", Some(Language::Portuguese)),
            ("PT_br", Some(Language::Portuguese)),
            ("es-419", Some(Language::Spanish)),
            ("es-MX", Some(Language::Spanish)),
            ("fr-FR", Some(Language::French)),
            ("en-US", Some(Language::English)),
            ("de", None),
            ("pt-", None),
            ("ptBR", None),
            ("pt-BRA-x", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), expected, "{tag}");
        }
        assert!(Language::ALL.into_iter().all(|language| Language::of_tag(language.tag()) == Some(language)));
    }
}
