//! The filters of a report, a list or a snapshot as texts.

use std::collections::BTreeMap;

use super::{rows, words};
use crate::language::Language;

/// Each filter with its values: `queue: Sales, no queue`. Names of the log stay unchanged.
#[must_use]
pub fn in_words(language: Language, filters: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let one = |(name, values): (&String, &Vec<String>)| {
        let values: Vec<_> = values.iter().map(|value| rows::label(language, name, value)).collect();
        let name = words::dimension(language, name);
        language.fill("listing.figure", &[("name", &name), ("value", &values.join(", "))])
    };
    filters.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_have_the_words_of_the_language() {
        let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        let filters: BTreeMap<String, Vec<String>> = [
            ("department".to_owned(), values(&["Sales", "(none)"])),
            ("support_type".to_owned(), values(&["automated"])),
            ("plan".to_owned(), values(&["pro"])),
        ]
        .into();
        assert_eq!(
            in_words(Language::English, &filters),
            ["department: Sales, no department", "plan: pro", "support type: automated"]
        );
        assert_eq!(
            in_words(Language::Portuguese, &filters),
            ["departamento: Sales, sem departamento", "plan: pro", "tipo de suporte: só bot"]
        );
        assert_eq!(in_words(Language::French, &filters)[0], "service\u{a0}: Sales, sans service");
    }
}
