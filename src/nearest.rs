//! The nearest of known names, for hints.

/// The known name that differs least, if any is near enough to be meant; else one that begins as the name does, or that
/// the name begins with; else one that contains the name, or is part of it.
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

/// Whether a text has another one in it, from the begin of one of its words on: `Pedidos` is in `Fila Pedidos`, and `para` not
/// in `separate`.
fn has_words(text: &str, part: &str) -> bool {
    let begins_word = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    text.match_indices(part).any(|(at, _)| begins_word(at))
}

/// Fewer letters begin too many names.
const BEGINNING: usize = 4;

/// `; did you mean …?` with the nearest of known names, or nothing.
#[must_use]
pub fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// The message about a dimension that is not known, with the nearest that is, and all of them.
#[must_use]
pub fn unknown_dimension<'a>(name: &str, shown: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    format!(
        "no dimension `{shown}`{} (dimensions: {}; a column of the log's own needs --attribute)",
        hint(name, known.clone()),
        known.collect::<Vec<_>>().join(", ")
    )
}

/// Says that a name is none of a closed set: all that there are, then the nearest, as in ``unknown language `xx`: expected en,
/// fr, es or pt; did you mean `fr`?``
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
