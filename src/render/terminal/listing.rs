//! A table of texts: words to the left, numbers to the right, and a note about columns that do not fit.

use super::emoji::drawn;
use crate::language::Language;
use crate::render::listing::{Alignment, Listing};

use super::line::{Ink, Line, heading};
use super::text;

/// Space between columns.
const GAP: usize = 2;
/// Texts are cut before a column is left out, but not below this width.
const SHORTEST: usize = 13;

/// The table in `width` columns.
pub(super) fn lines(listing: &Listing, language: Language, width: usize) -> Vec<Line> {
    let mut lines = vec![heading(&listing.title, width)];
    if listing.rows.is_empty() {
        lines.push(Line::of(Ink::Faint, listing.empty));
        return lines;
    }
    let full: Vec<usize> = (0..listing.columns.len()).map(|index| natural(listing, index, text::width)).collect();
    let fits = |widths: &[usize]| {
        let used = widths.iter().enumerate().filter(|(index, _)| listing.is_used(*index));
        used.map(|(_, width)| width + GAP).sum::<usize>() <= width + GAP
    };
    // Heads are wrapped before a column is left out or texts are cut.
    let widest_word = |head: &str| head.split_whitespace().map(text::width).max().unwrap_or(0);
    let natural = if fits(&full) {
        full.clone()
    } else {
        (0..listing.columns.len()).map(|index| natural(listing, index, widest_word)).collect()
    };
    // Words of a head are never broken.
    let least = |index: usize| {
        let column = &listing.columns[index];
        if column.is_whole { natural[index] } else { natural[index].min(widest_word(column.head).max(SHORTEST)) }
    };
    let taken = |widths: &mut dyn Iterator<Item = usize>| widths.map(|width| width + GAP).sum::<usize>();
    let shown = listing.fitting(|shown| taken(&mut shown.iter().map(|index| least(*index))) <= width + GAP);
    let mut widths: Vec<usize> = shown.iter().map(|index| natural[*index]).collect();
    // The widest texts are narrowed first.
    while taken(&mut widths.iter().copied()) > width + GAP {
        let can_shrink = |at: &usize| widths[*at] > least(shown[*at]);
        let Some(widest) = (0..widths.len()).filter(can_shrink).max_by_key(|at| (widths[*at], *at)) else { break };
        widths[widest] -= 1;
    }
    // Remaining space goes to the heads.
    let mut left = (width + GAP).saturating_sub(taken(&mut widths.iter().copied()));
    for (at, index) in shown.iter().enumerate() {
        let more = full[*index].saturating_sub(widths[at]);
        if more <= left {
            widths[at] += more;
            left -= more;
        }
    }
    let draw = |ink: Ink, texts: &dyn Fn(usize) -> String| {
        let mut line = Line::new();
        for (at, (index, width)) in shown.iter().zip(&widths).enumerate() {
            line.skip(if at == 0 { 0 } else { GAP });
            match listing.columns[*index].side {
                Alignment::Left => line.name(ink, &texts(*index), *width),
                Alignment::Right => line.right(ink, &texts(*index), *width),
            }
        }
        line
    };
    let heads: Vec<Vec<String>> =
        shown.iter().zip(&widths).map(|(index, width)| text::wrap(listing.columns[*index].head, *width)).collect();
    let height = heads.iter().map(Vec::len).max().unwrap_or(1);
    for line in 0..height {
        // Short heads are aligned at the bottom.
        let part = |at: usize| (line + heads[at].len()).checked_sub(height).map(|part| heads[at][part].clone());
        let at = |index: usize| shown.iter().position(|other| *other == index).and_then(part).unwrap_or_default();
        lines.push(draw(Ink::Faint, &at));
    }
    lines.extend(listing.rows.iter().map(|row| draw(Ink::Plain, &|index| row[index].clone())));
    let notes = [listing.note.clone(), listing.left_out(language, &shown).unwrap_or_default()];
    for note in notes.iter().filter(|note| !note.is_empty()) {
        lines.extend(text::wrap(note, width).iter().map(|part| Line::of(Ink::Faint, part)));
    }
    lines
}

/// The width of a column's texts and of its head.
fn natural(listing: &Listing, index: usize, of_head: impl Fn(&str) -> usize) -> usize {
    let texts = listing.rows.iter().map(|row| text::width(&drawn(&row[index])));
    texts.chain([of_head(listing.columns[index].head)]).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::line::paint;
    use super::*;
    use crate::render::listing::PageColumn;

    fn listing() -> Listing {
        let row = |texts: [&str; 4]| texts.map(str::to_owned).to_vec();
        Listing {
            title: "Agents".to_owned(),
            columns: vec![
                PageColumn::words("Agent", 0),
                PageColumn::words("Departments", 2),
                PageColumn::numbers("Attended", 0),
                PageColumn::numbers("Never", 1),
            ],
            rows: vec![row(["Ana de Souza Albuquerque", "Sales, Support", "3 / 4", ""]), row(["Bruno", "", "1", ""])],
            note: "and 2 more".to_owned(),
            empty: "nobody",
        }
    }

    fn drawn(width: usize) -> String {
        paint(&lines(&listing(), Language::English, width), false)
    }

    #[test]
    fn columns_without_texts_are_left_out_and_words_give_way_before_columns() {
        assert_eq!(
            drawn(60),
            "Agents ─────────────────────────────────────────────────────\n\
             Agent                     Departments     Attended\n\
             Ana de Souza Albuquerque  Sales, Support     3 / 4\n\
             Bruno                                            1\n\
             and 2 more\n"
        );
        assert!(drawn(40).contains("\nAna de S…erque  Sales, Support     3 / 4\n"), "{}", drawn(40));
    }

    #[test]
    fn heads_are_broken_only_between_words() {
        let mut listing = listing();
        listing.columns[0] = PageColumn::words("Conversation", 0);
        let text = paint(&lines(&listing, Language::English, 34), false);
        assert!(text.contains("\nConversation  "), "{text}");
        assert!(text.lines().all(|line| text::width(line) <= 34), "{text}");
    }

    #[test]
    fn columns_without_room_are_named() {
        let text = drawn(24);
        assert!(text.contains("\nAna de S…erque     3 / 4\n"), "{text}");
        assert!(text.contains("\nnot shown: departments\n"), "{text}");
    }

    #[test]
    fn an_empty_list_has_its_text() {
        let nobody = Listing { rows: Vec::new(), ..listing() };
        assert_eq!(paint(&lines(&nobody, Language::English, 12), false), "Agents ─────\nnobody\n");
    }
}
