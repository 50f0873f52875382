//! Every text of every language, filled with sample values and checked against the rules of its language that a program
//! can check. `cargo test --test all language_texts -- --nocapture` prints them.

use dialogram::language::Language;

use crate::language::{placeholders, texts};

/// A text with its placeholders filled, and with plain instead of non-breaking spaces.
fn sample(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').unwrap_or_else(|| panic!("{text}: no end"));
        out.push_str(before);
        out.push_str(match name.split(' ').next().unwrap_or_default() {
            "n" | "all" | "number" | "most" | "least" | "shown" | "names" | "fields" => "12",
            "change" | "share" => "+3",
            "day" | "date" | "first" | "last" | "begin" | "end" => "2",
            "percent" => "12",
            _ => "Xyz",
        });
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The text without code, quoted parts, flags and file names.
fn prose(text: &str) -> String {
    let plain = text.split('`').step_by(2).collect::<Vec<_>>().join("X");
    let plain = plain.split('"').step_by(2).collect::<Vec<_>>().join("X");
    let is_code = |word: &str| word.starts_with("--") || word.starts_with('\'') || word.contains(['/', '_']);
    plain.split(' ').map(|word| if is_code(word) { "X" } else { word }).collect::<Vec<_>>().join(" ")
}

/// Sections whose texts are parts of numbers and dates, which begin with spaces.
fn is_part(key: &str) -> bool {
    key.starts_with("number.") || key.starts_with("date.")
}

#[test]
fn texts_keep_the_rules_of_their_language() {
    let english = texts(Language::English);
    for language in Language::ALL {
        let mut faults: Vec<String> = Vec::new();
        for (key, forms) in texts(language).iter().filter(|(key, _)| !is_part(key)) {
            for (at, text) in forms.iter().enumerate() {
                let shown = sample(text).replace('~', " ");
                println!("{language} {key}: {shown}");
                let mut fault = |what: &str| faults.push(format!("{language} {key}: {what}: {text}"));
                if shown.contains("  ") || shown.trim() != shown && !shown.starts_with([',', ';', ':', ' ']) {
                    fault("a space too many");
                }
                let prose = prose(&shown);
                // A key named in English words may belong to a text from elsewhere.
                let of_english = english.get(key).and_then(|forms| forms.get(at));
                let is_short =
                    ["max.", "máx.", "moy.", "preench.", "Codific."].iter().any(|short| text.ends_with(short));
                if let Some(english) = of_english
                    && english.ends_with('.') != (text.ends_with('.') && !is_short)
                {
                    fault("a full stop here or in English");
                }
                if language == Language::English {
                    continue;
                }
                for word in ["the", "of", "and", "with", "which", "is", "are", "rows", "no data"] {
                    if format!(" {} ", prose.replace([',', ';', ':', '.'], " ")).contains(&format!(" {word} ")) {
                        fault(&format!("English `{word}`"));
                    }
                }
                if prose.contains('\'') && language == Language::French {
                    fault("a straight apostrophe");
                }
                if prose.contains('’') && language != Language::French {
                    fault("a curly apostrophe");
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[test]
fn questions_in_spanish_are_opened() {
    for (key, forms) in texts(Language::Spanish) {
        for text in forms {
            let prose = prose(&text);
            let count = |c| prose.matches(c).count();
            assert_eq!((count('?'), count('!')), (count('¿'), count('¡')), "{key}: {text}");
        }
    }
}

/// Words that differ between Portugal and Brazil, and between Spain and Latin America.
#[test]
fn words_are_those_of_the_american_continent() {
    const OF_PORTUGAL: [&str; 12] = [
        "ficheiro",
        "utilizador",
        "ecrã",
        "registo",
        "contacto",
        "equipa ",
        "secção",
        "telemóvel",
        "facto",
        "percentagem",
        "actual",
        "por defeito",
    ];
    const OF_SPAIN: [&str; 6] = ["ordenador", "móvil", "vosotros", "fichero", "festivo", "formación"];
    for (language, words) in [(Language::Portuguese, &OF_PORTUGAL[..]), (Language::Spanish, &OF_SPAIN[..])] {
        for (key, forms) in texts(language) {
            for text in forms {
                let found = words.iter().find(|word| prose(&text).to_lowercase().contains(**word));
                assert_eq!(found, None, "{language} {key}: {text}");
            }
        }
    }
}

/// French, Spanish and Portuguese write weekdays and months in lower case.
#[test]
fn weekdays_and_months_are_small() {
    for language in [Language::French, Language::Spanish, Language::Portuguese] {
        let texts = texts(language);
        for key in ["weekdays", "weekdays_repeated", "weekdays_short", "weekdays_column", "months", "months_short"] {
            for name in &texts[&format!("date.{key}")] {
                assert_eq!(*name, name.to_lowercase(), "{language} {key}");
            }
        }
    }
}

/// Numbers select a form, and a million is linked to its noun if a plural begins with its number.
#[test]
fn plurals_are_those_of_the_language() {
    let singular = |language: Language| [0, 1, 2, 21, 1_000_000].map(|n| language.is_one(n));
    for language in Language::ALL {
        assert_eq!(singular(language), [language == Language::French, true, false, false, false], "{language}");
        for (key, forms) in texts(language).iter().filter(|(_, forms)| forms.len() == 2) {
            for (n, at) in [(0_u64, usize::from(language != Language::French)), (1, 0), (2, 1), (1_000_000, 1)] {
                let names = placeholders(&forms[at]);
                let values: Vec<(&str, &dyn std::fmt::Display)> = names
                    .iter()
                    .filter(|name| **name != "n")
                    .map(|name| (*name, &"X" as &dyn std::fmt::Display))
                    .collect();
                let written = language.counted_with(key, n, &values);
                assert!(!written.contains(['{', '}']), "{language} {key} {n}: {written}");
                let has_number = !names.contains("n") || written.contains(&language.count(n));
                assert!(has_number, "{language} {key} {n}: {written}");
            }
        }
    }
}
