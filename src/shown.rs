//! The parts of a file that may be in a message: a message is mailed, or kept in the log of a build, and a file holds
//! what people wrote, their names and numbers.

/// Digits of a telephone number, at least.
const PHONE_DIGITS: usize = 8;
/// Characters of a name of a column, at most.
const LONGEST_NAME: usize = 80;
/// Words of one, at most.
const MOST_WORDS: usize = 8;
/// Characters of a value that is shown as it is, at most.
const LONGEST_VALUE: usize = 32;

/// Words that people write to somebody, and that names of columns do not have.
const TO_SOMEBODY: &str = " hello please thanks thank my i'm obrigado obrigada meu minha hola gracias bonjour salut merci hallo \
                           danke bitte mein meine ciao grazie mio mia ";
/// A text of so many words with one of these is no name.
const LEAST_WORDS: usize = 4;
/// The number of a person or a card, in letters and digits: as long at least, with so many digits.
const LONG_NUMBER: (usize, usize) = (10, 6);

/// Whether a text can be the name of a column: short, of few words, and nothing that is data.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let words = text.split_whitespace().count();
    let is_to_somebody = words >= LEAST_WORDS
        && text.split_whitespace().any(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            TO_SOMEBODY.contains(&format!(" {word} "))
        });
    let is_long_number = |word: &str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        word.len() >= LONG_NUMBER.0 && digits >= LONG_NUMBER.1 && word.chars().all(char::is_alphanumeric)
    };
    let is_sentence = words > MOST_WORDS
        || is_to_somebody
        || text.split_whitespace().any(is_long_number)
        || text.ends_with(['?', '!'])
        || (text.contains(". ") && words > 4);
    // `12/03/2026`, `10:00 - Ana: …`, `"key": "value"`.
    let begins = text.trim_start_matches(['"', '[', '{', '(', '+']);
    let first = begins.split([' ', ',']).next().unwrap_or_default();
    let is_number = |c: char| c.is_ascii_digit() || "/:-.".contains(c);
    let is_instant = first.contains(['/', ':', '-', '.'])
        && first.chars().any(|c| c.is_ascii_digit())
        && first.chars().all(is_number);
    let is_data = is_instant || text.contains("\": ") || text.contains("\":\"");
    !text.trim().is_empty()
        && text.chars().count() <= LONGEST_NAME
        && digits < PHONE_DIGITS
        && !text.contains('@')
        && !is_sentence
        && !is_data
}

/// Whether texts in the first line of a table are surely names of its columns, and not what somebody wrote with commas in it:
/// some row below has a digit, or there are several of one word each.
#[must_use]
pub fn are_names<'n>(mut names: impl ExactSizeIterator<Item = &'n str>, rows: &[u8]) -> bool {
    const LEAST_NAMES: usize = 3;
    rows.iter().any(u8::is_ascii_digit) || (names.len() >= LEAST_NAMES && names.all(|name| !name.contains(' ')))
}

/// A value that could not be read, as a message shows it: in quotes where it is one word or an instant; of anything else
/// what looks like an instant at its begin, and how long it is.
#[must_use]
pub fn value(text: &str) -> String {
    let is_of_instant = |c: char| c.is_ascii_digit() || " /:.,-+TZ\u{202f}\u{a0}".contains(c);
    let is_instant = text.chars().all(is_of_instant) || text.split_whitespace().count() <= 1;
    let words = text.split_whitespace().skip(1).filter(|word| !word.chars().all(is_of_instant)).count();
    let has_digit = text.starts_with(|c: char| c.is_ascii_digit());
    let length = text.chars().count();
    let is_safe =
        !text.contains('@') && (is_instant || (has_digit && words <= 2 && text.split_whitespace().count() <= 7));
    if length <= LONGEST_VALUE && is_safe {
        return format!("{text:?}");
    }
    let begin: String = text.chars().take(LONGEST_VALUE).take_while(|c| is_of_instant(*c)).collect();
    let begin = if has_digit { begin.trim() } else { "" };
    if begin.is_empty() {
        format!("a text of {length} characters")
    } else {
        format!("{begin:?} and more, {length} characters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns() {
        for name in [
            "Created at",
            "N°",
            "Tiempo medio de respuesta",
            "Speed of answer in seconds",
            "Operator 1 Name",
            "#3",
            "1st reply",
            "24 h",
            "Zeit im Chat in Sekunden",
            "Anzahl Tickets je Agent",
            "Satisfacao2026",
            "Tutti i messaggi del cliente",
        ] {
            assert!(is_name(name), "{name}");
        }
        for text in [
            "+55 11 98888-7700",
            "ana@example.com",
            "I am pregnant, can I take this?",
            "Il mio codice fiscale è RSSMRA80A01H501U",
            "RSSMRA80A01H501U",
            "12/03/2026",
            "10:00 - Ana Silva: my card",
            "{\"phone\": \"+55\"",
            "\"name\": \"Ana\"",
            "",
        ] {
            assert!(!is_name(text), "{text}");
        }
    }

    #[test]
    fn values_in_messages() {
        for (text, shown) in [
            ("3/2/2026 9:00", "\"3/2/2026 9:00\""),
            ("2 Mar 2026 9:00 AM", "\"2 Mar 2026 9:00 AM\""),
            ("#REF!", "\"#REF!\""),
            ("usuario", "\"usuario\""),
            ("2026-99-99 SECRET my card is 4111", "\"2026-99-99\" and more, 33 characters"),
            ("Ana Silva", "a text of 9 characters"),
            ("ana@example.com", "a text of 15 characters"),
            ("please call me", "a text of 14 characters"),
        ] {
            assert_eq!(value(text), shown);
        }
    }
}
