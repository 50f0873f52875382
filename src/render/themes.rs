//! Metrics by theme: wide tables and many key figures are grouped by theme.

use super::words;
use crate::language::Language;
use crate::metrics::{self, Theme};

/// From more key figures on, they are grouped by theme.
pub const MANY: usize = 20;

/// The theme of a metric; `None` for a metric unknown to this version.
#[must_use]
pub fn theme(id: &str) -> Option<Theme> {
    metrics::describe(id).map(|description| description.theme)
}

/// The same things, with those of one theme together. Themes and things are in the order of their first appearance.
#[must_use]
pub fn together<T>(items: Vec<T>, theme: impl Fn(&T) -> Option<Theme>) -> Vec<T> {
    groups(items, theme).into_iter().flat_map(|(_, group)| group).collect()
}

/// Things by theme, in the order of first appearance.
#[must_use]
pub fn groups<T>(items: Vec<T>, theme: impl Fn(&T) -> Option<Theme>) -> Vec<(Option<Theme>, Vec<T>)> {
    let mut groups: Vec<(Option<Theme>, Vec<T>)> = Vec::new();
    for item in items {
        let own_theme = theme(&item);
        match groups.iter_mut().find(|(known, _)| *known == own_theme) {
            Some((_, group)) => group.push(item),
            None => groups.push((own_theme, vec![item])),
        }
    }
    groups
}

/// The themes of neighbouring things: `load and waits`. Empty if none has a theme.
#[must_use]
pub fn name(language: Language, themes: impl Iterator<Item = Option<Theme>>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in themes.flatten().map(|theme| words::theme(language, theme)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    language.list(&names)
}

/// Titles for the parts of a table: its own title with the part's themes, numbered if one theme takes several parts.
#[must_use]
pub fn titles(language: Language, title: &str, parts: &[String]) -> Vec<String> {
    if parts.len() < 2 {
        return vec![title.to_owned(); parts.len()];
    }
    let count = |name: &String, up_to: usize| parts[..up_to].iter().filter(|part| *part == name).count();
    let titled = parts.iter().enumerate().map(|(at, name)| {
        let title = if name.is_empty() {
            title.to_owned()
        } else {
            language.fill("table.title_of_theme", &[("title", &title), ("theme", name)])
        };
        match count(name, parts.len()) {
            1 => title,
            all => {
                let nth = count(name, at) + 1;
                language.fill("table.title_of_part", &[("title", &title), ("n", &nth), ("all", &all)])
            }
        }
    });
    titled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_of_one_theme_come_together() {
        let ids = vec!["replies", "queue_wait", "open_conversations", "no_such_metric", "total_wait"];
        let together = together(ids, |id| theme(id));
        assert_eq!(together, ["replies", "open_conversations", "queue_wait", "total_wait", "no_such_metric"]);
    }

    #[test]
    fn parts_are_named_after_their_themes() {
        assert_eq!(
            name(Language::English, [Some(Theme::Load), Some(Theme::Load), Some(Theme::Waits), None].into_iter()),
            "load and waits"
        );
        let parts = ["load", "waits", "waits"].map(str::to_owned);
        assert_eq!(
            titles(Language::English, "By queue", &parts),
            ["By queue: load", "By queue: waits (1 of 2)", "By queue: waits (2 of 2)"]
        );
        assert_eq!(titles(Language::English, "By queue", &parts[..1]), ["By queue"]);
        assert_eq!(
            titles(Language::English, "By queue", &[String::new(), String::new()]),
            ["By queue (1 of 2)", "By queue (2 of 2)"]
        );
    }
}
