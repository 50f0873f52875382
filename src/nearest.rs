//! The nearest of known names, for hints.

/// The known name that differs least, if any is near enough to be meant.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let distance = |known: &str| strsim::damerau_levenshtein(&lower, &known.to_lowercase());
    let near = |known: &&str| distance(known) <= (known.chars().count() / 3).clamp(1, 4);
    known.into_iter().filter(near).min_by_key(|known| (distance(known), *known))
}

/// `; did you mean …?` with the nearest of known names, or nothing.
#[must_use]
pub fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
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
        assert_eq!((hint("wob", known), hint("telegram", known)), ("; did you mean `web`?".to_owned(), String::new()));
    }
}
