//! Words without the endings of number and gender.

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
