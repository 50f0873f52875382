//! Finds the most similar known name, for hints.

use crate::plain_name::plain;

/// The known name that differs least, if it is similar enough to be intended; else one that is a prefix of the name or
/// begins with it; else one that contains the name or is part of it.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.is_empty() {
        return None;
    }
    let lower = name.to_lowercase();
    let known: Vec<&str> = known.into_iter().collect();
    let distance = |known: &str| strsim::damerau_levenshtein(&lower, &known.to_lowercase());
    let near = |known: &&&str| distance(known) <= (known.chars().count() / 3).clamp(1, 4);
    let begins = |known: &&&str| {
        let known = known.to_lowercase();
        known.len().min(lower.len()) >= BEGINNING && (known.starts_with(&lower) || lower.starts_with(&known))
    };
    let contains = |known: &&&str| {
        let known = known.to_lowercase();
        known.len().min(lower.len()) >= BEGINNING && (has_words(&known, &lower) || has_words(&lower, &known))
    };
    let nearest = |found: Vec<&&'a str>| found.into_iter().copied().min_by_key(|known| (distance(known), *known));
    nearest(known.iter().filter(near).collect())
        .or_else(|| nearest(known.iter().filter(begins).collect()))
        .or_else(|| nearest(known.iter().filter(contains).collect()))
}

/// Whether a text contains another one from the start of a word: `Fila Pedidos` contains `Pedidos`, but `separate` does
/// not contain `para`.
fn has_words(text: &str, part: &str) -> bool {
    let begins_word = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    text.match_indices(part).any(|(at, _)| begins_word(at))
}

/// Whether another name probably means the same as this one: it has the same letters (`department_id` for
/// `departmentId`), has its words (`rating_scores` for `rating`), or is this name without its last word, which says only
/// what kind of value it is (`department` for `departmentId`).
#[must_use]
pub(crate) fn resembles(name: &str, other: &str) -> bool {
    // Most names differ clearly: they are ruled out without a copy.
    if !contains_letters(other, name) && !contains_letters(name, other) {
        return false;
    }
    let words = |name: &str| -> Vec<String> { plain(name).split_whitespace().map(str::to_owned).collect() };
    let (name, other) = (words(name), words(other));
    let is_same = |one: &[String], two: &[String]| {
        one.len() == two.len() && one.iter().zip(two).all(|(one, two)| singular(one) == singular(two))
    };
    let has = |words: &[String], part: &[String]| words.windows(part.len()).any(|window| is_same(window, part));
    let without_kind = name.split_last().filter(|(last, _)| KINDS_OF_VALUES.contains(&singular(last)));
    name.concat() == other.concat()
        || has(&other, &name)
        || without_kind.is_some_and(|(_, before)| !before.is_empty() && is_same(before, &other))
}

/// Last words of names that say what kind of value they are of.
const KINDS_OF_VALUES: [&str; 7] = ["id", "name", "value", "score", "key", "date", "time"];

/// Whether the letters and digits of a text contain those of another one in a row, in any case.
fn contains_letters(text: &str, part: &str) -> bool {
    // Few places begin with the first letter: the others need no look at the rest.
    let Some(first) = letters(part).next() else { return false };
    let begins = |at: usize| {
        let mut letters_of_text = letters(&text[at..]);
        letters(part).all(|letter| letters_of_text.next() == Some(letter))
    };
    let starts = text.bytes().enumerate().filter(|(_, byte)| byte.eq_ignore_ascii_case(&first));
    starts.map(|(at, _)| at).any(begins)
}

/// The letters and digits of a text, in small letters.
fn letters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// The fewest letters of a prefix: fewer are the start of too many names.
const BEGINNING: usize = 4;

/// `; did you mean …?` with the most similar known name, or an empty text.
#[must_use]
pub fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// The message about an unknown dimension, with the most similar one and a list of all.
#[must_use]
pub(crate) fn unknown_dimension<'a>(name: &str, shown: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    format!(
        "no dimension `{shown}`{} (dimensions: {}; a column of the log's own needs --attribute)",
        hint(name, known.clone()),
        known.collect::<Vec<_>>().join(", ")
    )
}

/// The message that a name is not in a closed set, with all entries and the most similar one, as in ``unknown language
/// `xx`: expected en, fr, es or pt; did you mean `fr`?``
#[must_use]
pub fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    format!("unknown {what} `{name}`: expected {}{}", alternatives(&known), hint(name, known.iter().copied()))
}

/// `en, fr, es or pt`.
#[must_use]
pub fn alternatives(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_same_thing() {
        for (name, other) in [
            ("rating", "rating_score"),
            ("rating", "csatRating"),
            ("rating", "ratings"),
            ("rating", "ratingX"),
            ("departmentId", "department_id"),
            ("department_id", "department"),
            ("team_names", "team"),
            ("team", "TEAM NAME"),
        ] {
            assert!(resembles(name, other), "{name} {other}");
        }
        for (name, other) in [
            ("rating", "routing"),
            ("rating", "operating"),
            ("rating", "score"),
            ("departmentId", "departmentAncestors"),
            ("departmentId", "_id"),
            ("submitted_values", "submitted_email"),
            ("closer", "closed"),
            ("content_attributes", "content"),
            ("_id", ""),
            ("team", "steam"),
            ("team", ""),
            ("", "team"),
            ("team", "__"),
        ] {
            assert!(!resembles(name, other), "{name} {other}");
        }
    }

    #[test]
    fn only_near_names() {
        let known = ["whatsapp", "web", "instagram"];
        assert_eq!(nearest("whatsap", known), Some("whatsapp"));
        assert_eq!(nearest("WEB", known), Some("web"));
        assert_eq!(nearest("telegram", known), None);
        assert_eq!(nearest("inst", known), Some("instagram"));
        assert_eq!(nearest("instagram business", known), Some("instagram"));
        assert_eq!(nearest("ins", known), None);
        assert_eq!(nearest("Pedidos", ["Fila Pedidos", "Fila Loja"]), Some("Fila Pedidos"));
        assert_eq!(nearest("para", ["separate"]), None);
        assert_eq!(nearest("", ["n"]), None);
        assert_eq!(
            unknown("channel", "wob", known),
            "unknown channel `wob`: expected whatsapp, web or instagram; did you mean `web`?"
        );
        assert_eq!(unknown("channel", "telegram", ["web"]), "unknown channel `telegram`: expected web");
        assert_eq!((hint("wob", known), hint("telegram", known)), ("; did you mean `web`?".to_owned(), String::new()));
    }
}
