//! Words that every output for people shares.

/// A name inside a sentence; abbreviations stay as they are.
#[must_use]
pub fn lowered(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_stay() {
        assert_eq!(["Wait in queue", "NPS", "", "A"].map(lowered), ["wait in queue", "NPS", "", "A"]);
    }
}
