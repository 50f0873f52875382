//! Names of sheets: short, without the characters that Excel forbids, and unique.

use std::collections::BTreeSet;

/// Maximum characters of a name.
const LONGEST: usize = 31;

/// The names in use, in lower case.
#[derive(Debug, Default)]
pub struct SheetNames(BTreeSet<String>);

impl SheetNames {
    /// A name for a title that no other sheet has.
    pub fn distinct(&mut self, title: &str) -> String {
        let name = allowed(title);
        let mut tries = std::iter::once(name.clone()).chain((2..).map(|nth| {
            let end = format!(" {nth}");
            format!("{}{end}", first(&name, LONGEST - end.len()))
        }));
        // At most one attempt per sheet is taken, so a free name is found.
        let free = tries.find(|name| self.0.insert(name.to_lowercase()));
        free.unwrap_or(name)
    }
}

fn allowed(title: &str) -> String {
    let name: String = title.chars().map(|c| if c.is_control() || "[]:*?/\\".contains(c) { '-' } else { c }).collect();
    let name = first(name.trim_matches('\''), LONGEST).trim().trim_matches('\'').to_owned();
    match name.to_lowercase().as_str() {
        "" => "Sheet".to_owned(),
        // Excel reserves this name.
        "history" => "History.".to_owned(),
        _ => name,
    }
}

/// The first characters, counted in UTF-16 as in Excel.
fn first(text: &str, most: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= most
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_allowed_and_distinct() {
        let mut names = SheetNames::default();
        let titles =
            ["By queue", "by queue", "a/b:c", "'x'", "", "History", "💬 of a very long title, longer than allowed"];
        let found: Vec<String> = titles.iter().map(|title| names.distinct(title)).collect();
        assert_eq!(found[..6], ["By queue", "by queue 2", "a-b-c", "x", "Sheet", "History."]);
        assert_eq!(found[6].encode_utf16().count(), LONGEST);
        let again = names.distinct(titles[6]);
        assert!(again.ends_with(" 2") && again.encode_utf16().count() <= LONGEST, "{again}");
    }
}
