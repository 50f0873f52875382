//! Decides which parts of a file may be in a message. Messages are mailed or kept in build logs, and a file has texts,
//! names and numbers of people.

/// The fewest digits of a telephone number.
const PHONE_DIGITS: usize = 8;
/// The most characters of a column's name.
const LONGEST_NAME: usize = 80;
/// The most words of a column's name.
const MOST_WORDS: usize = 8;
/// The most characters of a value that is shown unchanged.
const LONGEST_VALUE: usize = 32;

/// Words that people write to each other, and that do not occur in names of columns.
const TO_SOMEBODY: &str = " hello please thanks thank my i'm obrigado obrigada meu minha hola gracias bonjour salut merci hallo \
                           danke bitte mein meine ciao grazie mio mia ";
/// Words that occur in names of columns, and not in names of people.
const OF_COLUMNS: &str = " at id name date time timestamp status state type kind created updated closed opened started ended resolved assigned \
                          solved received sent first last next total average number count duration wait waiting handling response \
                          reply answer message messages chat ticket case conversation session contact agent operator customer user \
                          client visitor channel queue team group department skill tag tags priority subject source url phone email \
                          score rating survey comment reason direction inbound outbound language country city company product order \
                          nome data hora tipo criado criada atendente agente cliente canal fila equipe setor assunto nota tempo \
                          espera mensagem conversa protocolo telefone fecha nombre estado equipo mensaje conversación asunto \
                          téléphone nom heure statut canal file équipe agent datum zeit typ kanal gruppe kunde nachricht ";
/// A text of at least this many words, one of them in [`TO_SOMEBODY`], is not a name.
const LEAST_WORDS: usize = 4;
/// The number of a person or a card: the fewest letters and digits together, and the fewest digits.
const LONG_NUMBER: (usize, usize) = (10, 6);

/// Whether a text can be the name of a column: short, of few words, and without data.
#[must_use]
pub(crate) fn is_name(text: &str) -> bool {
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

/// Whether a text looks like the name of a person: `Ana Maria de Souza`. Some columns have such names, too: `Root
/// Cause`.
#[must_use]
pub(crate) fn is_like_person(text: &str) -> bool {
    const PARTICLES: [&str; 12] = ["da", "das", "de", "del", "della", "di", "do", "dos", "du", "van", "von", "y"];
    let words: Vec<&str> = text.split_whitespace().filter(|word| !PARTICLES.contains(word)).collect();
    let is_proper = |word: &&str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.clone().any(char::is_lowercase)
            && letters.all(|c| c.is_alphabetic() || "'’-.".contains(c))
    };
    let is_of_columns = |word: &&str| OF_COLUMNS.contains(&format!(" {} ", word.to_lowercase()));
    (2..=5).contains(&words.len()) && words.iter().all(is_proper) && !words.iter().any(is_of_columns)
}

/// Whether names that were found may be in a message: each can be that of a column, and none looks like that of a
/// person, as in a row in place of a header, or in a table with one column for each agent.
#[must_use]
pub(crate) fn may_be_shown<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let mut filled = names.filter(|name| !name.is_empty());
    filled.all(|name| is_name(name) && !is_like_person(name))
}

/// Whether texts in the first line of a table are surely names of its columns, and not a sentence with commas: a row
/// below has a digit, or there are several names of one word each.
#[must_use]
pub(crate) fn are_names<'n>(mut names: impl ExactSizeIterator<Item = &'n str>, rows: &[u8]) -> bool {
    const LEAST_NAMES: usize = 3;
    rows.iter().any(u8::is_ascii_digit) || (names.len() >= LEAST_NAMES && names.all(|name| !name.contains(' ')))
}

/// A value that could not be read, for a message: in quotes if it is one word or an instant; otherwise the part at its
/// start that looks like an instant, and its length.
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
    fn names_of_people_are_not_in_messages() {
        for name in ["Ana Silva", "Maria de Souza Lima", "Ana O'Neill", "Jean-Luc Picard", "Root Cause"] {
            assert!(is_like_person(name), "{name}");
        }
        for name in ["Ana", "Created At", "created at", "Ticket ID", "SLA Breach", "Case 12", "Nome do Cliente"] {
            assert!(!is_like_person(name), "{name}");
        }
        assert!(may_be_shown(["Ticket", "Agent Name", ""].into_iter()) && may_be_shown([""; 0].into_iter()));
        assert!(!may_be_shown(["Date", "", "Bruno Costa"].into_iter()));
        assert!(!may_be_shown(["id", "+55 11 98888-7700"].into_iter()));
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
