//! A column with several tags in one cell, and their separator.

use super::proposal::{Candidate, Confidence};
use crate::event::Column;
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::{Name, is_one_of};
use crate::language::Message;

/// Names of columns of tags, in plain form.
const NAMES: &str = "tag|tags|labels|ticket tags|conversation tags|chat tags|keywords|tag list|etiquetas|marcadores|palavras chave|\
                     palabras clave|etiquettes|mots cles|schlagworte|schlagworter|stichworte|etichette|tags do ticket|\
                     tags da conversa|etiquetas del ticket";
/// Separators of tags besides the `;` of a log; the first that a cell has counts.
const BETWEEN: [&str; 3] = [",", "|", "\n"];

/// The separator of tags in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagSeparator {
    /// The `;` of a log.
    Semicolons,
    /// Another sign.
    Sign(&'static str),
    /// Blanks, or no separator: a tag may have several words.
    Blanks,
    /// No cell has more than one tag.
    Nothing,
}

/// Whether a name is that of a column of tags.
#[must_use]
pub fn are_tags(name: &Name) -> bool {
    is_one_of(&name.plain, NAMES)
}

/// Keys for the text of a tag that is an object; the first that exists counts.
const OF_TAG: [&str; 6] = ["name", "tag", "title", "label", "value", "text"];

/// A list of tags in a JSON record, or in the element of `each`: texts, or objects with texts.
#[must_use]
pub fn tag_list(columns: &[Seen], each: Option<&str>) -> Option<Candidate> {
    let inside = |seen: &Seen| each.and_then(|each| seen.name.strip_prefix(each)).unwrap_or(&seen.name).to_owned();
    let list = columns.iter().find(|seen| {
        let is_list = seen.name.ends_with("[]") && seen.kinds.lists > 0 && seen.elements > 0;
        is_list && inside(seen).matches("[]").count() == 1 && are_tags(&seen.words)
    })?;
    let is_of_objects = columns.iter().any(|seen| seen.name.starts_with(&format!("{}.", list.name)));
    let source = if is_of_objects {
        let path = |key: &&str| format!("{}.{key}", list.name);
        let is_text = |path: &String| columns.iter().any(|seen| seen.name == *path && seen.kinds.texts > 0);
        OF_TAG.iter().map(path).find(is_text)?
    } else {
        list.name.clone()
    };
    let reason = Message::new("candidate.list_of_tags");
    let column = Column::Tags;
    Some(Candidate { column, source, more: Vec::new(), reason, confidence: Confidence::High, map: Vec::new() })
}

/// The separator of tags in a column: the sign that most of its cells have.
#[must_use]
pub fn tag_separator(seen: &Seen) -> TagSeparator {
    let cells = |sign: &str| seen.kept.iter().filter(|(value, _)| value.trim().contains(sign)).map(|it| it.1).sum();
    let semicolons: u64 = cells(";");
    let (sign, others) = BETWEEN
        .into_iter()
        .map(|sign| (sign, cells(sign)))
        .fold(("", 0), |best, other| if other.1 > best.1 { other } else { best });
    if others > semicolons {
        TagSeparator::Sign(sign)
    } else if semicolons > 0 {
        TagSeparator::Semicolons
    } else if cells(" ") > 0 {
        TagSeparator::Blanks
    } else {
        TagSeparator::Nothing
    }
}

/// The note about the tags of a column that is read by a profile.
#[must_use]
pub fn tags_note(seen: &Seen) -> Option<Message> {
    let column = &seen.name;
    match tag_separator(seen) {
        TagSeparator::Sign(sign) => Some(
            Message::new("proposal.tags_split")
                .with("column", column)
                .with("sign", sign.escape_debug().to_string())
                .with("example", format!("split = {sign:?}")),
        ),
        TagSeparator::Blanks => {
            Some(Message::new("proposal.tags_blanks").with("column", column).with("example", "split = \" \""))
        }
        TagSeparator::Semicolons | TagSeparator::Nothing => None,
    }
}

/// The note about the tags of a log that is read without a profile.
#[must_use]
pub fn tags_note_of_log(seen: &Seen) -> Option<Message> {
    match tag_separator(seen) {
        TagSeparator::Sign(sign) => Some(
            Message::new("proposal.tags_of_log")
                .with("column", &seen.name)
                .with("sign", sign.escape_debug().to_string())
                .with("example", format!("tags = {{ from = {:?}, split = {sign:?} }}", seen.name)),
        ),
        TagSeparator::Semicolons | TagSeparator::Blanks | TagSeparator::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_between_tags() {
        for (cells, expected) in [
            (&["size", "return, size", "return, size"][..], TagSeparator::Sign(",")),
            (&["size|return", "size"], TagSeparator::Sign("|")),
            (&["a;b", "c"], TagSeparator::Semicolons),
            (&["Smith, John;vip", "a;b"], TagSeparator::Semicolons),
            (&["vip refund", "vip"], TagSeparator::Blanks),
            (&["vip", "refund"], TagSeparator::Nothing),
        ] {
            let mut column = Seen::new("Tags".to_owned());
            for cell in cells {
                column.see(cell);
            }
            assert_eq!(tag_separator(&column), expected, "{cells:?}");
        }
        for name in ["Tags", "tags", "Ticket Tags", "Etiquetas", "Étiquettes", "Schlagwörter", "Marcadores", "labels"]
        {
            assert!(are_tags(&Name::of(name)), "{name}");
        }
        for name in ["label", "tag count", "stage"] {
            assert!(!are_tags(&Name::of(name)), "{name}");
        }
    }
}
