//! Notes flags of language and look that no output shows: the user who typed one expects an effect. No number depends
//! on them, so the run continues.

use clap::parser::ValueSource;
use clap::{ArgMatches, ValueEnum};

use super::Output;
use crate::cli::flags::LogFlags;
use crate::cli::look::BrandFlag;
use crate::cli::streams::note;
use crate::render::DocumentFormat;
use crate::render::format::FormatEntry;

/// The flag of the look whose value may be none.
const BRAND: &str = "brand";

/// For each flag, by its long name: the formats that show it.
const SHOWN_IN: [(&str, &[FormatEntry]); 4] = [
    ("lang", &[FormatEntry::TERMINAL, FormatEntry::PDF, FormatEntry::HTML, FormatEntry::MARKDOWN, FormatEntry::XLSX]),
    (BRAND, &[FormatEntry::PDF, FormatEntry::HTML, FormatEntry::XLSX]),
    ("font", &[FormatEntry::PDF]),
    ("plain", &[FormatEntry::PLAIN]),
];

impl<F: DocumentFormat> Output<F> {
    /// Notes typed flags that none of the outputs shows. Defaults apply only to outputs that show them.
    pub fn note_effect(&self, log: &LogFlags, brand: &BrandFlag) {
        if log.quiet {
            return;
        }
        let formats = self.formats();
        // `--brand none` asks for no brand; every format fulfils that.
        let is_asked = |flag: &str| log.is_typed(flag) && (flag != BRAND || brand.is_named());
        let shows = |entries: &[FormatEntry]| formats.iter().any(|format| entries.contains(&format.entry()));
        for (flag, entries) in SHOWN_IN {
            if is_asked(flag) && !shows(entries) {
                let all = F::value_variants().iter().filter(|format| entries.contains(&format.entry()));
                let fitting: Vec<String> = all.map(|format| format.name()).collect();
                let chosen: Vec<String> = formats.iter().map(|format| format.name()).collect();
                note_without_effect(flag, &chosen.join(", "), &fitting.join(", "));
            }
        }
    }

    /// The formats of all outputs, each once.
    fn formats(&self) -> Vec<F> {
        let all = match self {
            Self::Stdout(format) => vec![*format],
            Self::Files(patterns) => patterns.iter().flat_map(|pattern| pattern.formats().iter().copied()).collect(),
        };
        let mut distinct = Vec::new();
        for format in all {
            if !distinct.contains(&format) {
                distinct.push(format);
            }
        }
        distinct
    }
}

/// Notes a brand that a format does not show. `fitting` lists the formats that do.
pub fn note_brand(brand: &BrandFlag, chosen: &str, fitting: &str) {
    if brand.is_named() {
        note_without_effect(BRAND, chosen, fitting);
    }
}

/// Notes a typed `--lang` for a command that prints JSON and writes nothing else.
pub fn note_language(typed: &ArgMatches) {
    let is_typed = |id: &str| {
        let is_known = typed.ids().any(|known| known.as_str() == id);
        is_known && typed.value_source(id) == Some(ValueSource::CommandLine)
    };
    let formats = typed.try_get_raw("format").ok().flatten().into_iter().flatten();
    let is_json = is_typed("format") && formats.into_iter().all(|format| format == "json");
    if is_typed("lang") && is_json && !["write_profile", "quiet"].into_iter().any(is_typed) {
        note_without_effect("lang", "json", "pages that people read");
    }
}

/// Notes a typed `--lang` where a format is the same in every language; `is_translated` says which are not.
pub fn note_translated<F: ValueEnum>(format: &F, is_translated: impl Fn(&F) -> bool) {
    let name = |format: &F| format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    if !is_translated(format) {
        let fitting: Vec<String> =
            F::value_variants().iter().filter(|format| is_translated(format)).map(name).collect();
        note_without_effect("lang", &name(format), &fitting.join(", "));
    }
}

fn note_without_effect(flag: &str, chosen: &str, fitting: &str) {
    note(&format!("note: --{flag} has no effect on {chosen}: it is for {fitting}"));
}
