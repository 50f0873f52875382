//! Splits a name into words for comparison: in lower case, without accents, without endings of number and gender.

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

/// The fewest letters that must remain if a word loses its last vowel: `cola` does not become `col`.
const SHORTEST_STEM: usize = 4;

/// A word without a plural `s`, and without the `o` or `a` that marks the gender in Portuguese and Spanish.
#[must_use]
pub fn stem(word: &str) -> &str {
    let long_enough = |word: &&str| word.len() > 2;
    let is_plural = word.ends_with('s') && !word.ends_with("ss");
    let singular = if is_plural { word.strip_suffix('s').filter(long_enough).unwrap_or(word) } else { word };
    singular.strip_suffix(['o', 'a']).filter(|word| word.len() >= SHORTEST_STEM).unwrap_or(singular)
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

    #[test]
    fn stems_are_without_number_and_gender() {
        for (a, b) in [("criado", "criadas"), ("agente", "agentes"), ("chat", "chats"), ("conversa", "conversas")] {
            assert_eq!(stem(a), stem(b));
        }
        for word in ["class", "id", "no", "as"] {
            assert_eq!(stem(word), word);
        }
        assert_ne!(stem("fila"), stem("file"));
        assert_ne!(stem("cola"), stem("col"));
    }
}
