//! The value of `--lang`: the name of a language, or a tag with a region.

use std::ffi::OsStr;

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::language::Language;

/// Accepts `pt`, and `pt-BR` with the same meaning; help and completions list the names.
#[derive(Debug, Clone, Default)]
pub struct LanguageParser;

impl TypedValueParser for LanguageParser {
    type Value = Language;

    fn parse_ref(&self, command: &Command, flag: Option<&Arg>, value: &OsStr) -> Result<Language, Error> {
        match value.to_str().and_then(Language::of_tag) {
            Some(language) => Ok(language),
            None => EnumValueParser::<Language>::new().parse_ref(command, flag, value),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names: Vec<PossibleValue> =
            EnumValueParser::<Language>::new().possible_values().into_iter().flatten().collect();
        Some(Box::new(names.into_iter()))
    }
}
