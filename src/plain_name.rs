//! Names for comparison: in lower case, without accents, split into words.

/// A name for comparison: lower case, without accents, with one space between words; `createdAt` is two words.
#[must_use]
pub fn plain(name: &str) -> String {
    let mut plain = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && was_lower {
            plain.push(' ');
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        for lower in c.to_lowercase() {
            match without_accent(lower) {
                // `Nº`, `1ª`: signs of an ordinal, not letters of a word.
                'º' | 'ª' => plain.push(' '),
                'ß' => plain.push_str("ss"),
                letter if letter.is_alphanumeric() => plain.push(letter),
                // An accent as a separate character, after its letter.
                '\u{300}'..='\u{36f}' => {}
                _ => plain.push(' '),
            }
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

const fn without_accent(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_plainly() {
        for (name, expected) in [
            ("Data de Criação", "data de criacao"),
            ("createdAt", "created at"),
            ("history[].agent_id", "history agent id"),
            ("  Answered (Y/N) ", "answered y n"),
            ("N°", "n"),
            ("Nº do chamado", "n do chamado"),
            ("Schließung", "schliessung"),
            ("Eröffnet am", "eroffnet am"),
            ("Cre\u{301}e\u{301} le", "cree le"),
        ] {
            assert_eq!(plain(name), expected, "{name}");
        }
    }
}
