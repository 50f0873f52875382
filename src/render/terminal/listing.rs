//! A table of texts: words at the left, numbers at the right, and what does not fit said below.

use crate::language::Language;
use crate::render::listing::{Listing, Side};

use super::line::{Ink, Line, heading};
use super::text;
use crate::harmless::shown;

/// Between columns.
const GAP: usize = 2;
/// Words are cut rather than losing a column, but not below this.
const SHORTEST: usize = 10;

/// The table in `width` columns.
pub(super) fn lines(listing: &Listing, language: Language, width: usize) -> Vec<Line> {
    let mut lines = vec![heading(&listing.title, width)];
    if listing.rows.is_empty() {
        lines.push(Line::of(Ink::Faint, listing.empty));
        return lines;
    }
    let natural: Vec<usize> = (0..listing.columns.len()).map(|place| natural(listing, place)).collect();
    let least = |place: usize| match listing.columns[place].side {
        Side::Left => natural[place].min(SHORTEST),
        Side::Right => natural[place],
    };
    let taken = |widths: &mut dyn Iterator<Item = usize>| widths.map(|width| width + GAP).sum::<usize>();
    let places = listing.fitting(|places| taken(&mut places.iter().map(|place| least(*place))) <= width + GAP);
    let mut widths: Vec<usize> = places.iter().map(|place| natural[*place]).collect();
    // The widest words give way first.
    while taken(&mut widths.iter().copied()) > width + GAP {
        let can_shrink = |at: &usize| widths[*at] > least(places[*at]);
        let Some(widest) = (0..widths.len()).filter(can_shrink).max_by_key(|at| (widths[*at], *at)) else { break };
        widths[widest] -= 1;
    }
    let draw = |ink: Ink, texts: &dyn Fn(usize) -> String| {
        let mut line = Line::new();
        for (at, (place, width)) in places.iter().zip(&widths).enumerate() {
            line.skip(if at == 0 { 0 } else { GAP });
            match listing.columns[*place].side {
                Side::Left => line.left(ink, &texts(*place), *width),
                Side::Right => line.right(ink, &texts(*place), *width),
            }
        }
        line
    };
    lines.push(draw(Ink::Faint, &|place| listing.columns[place].head.to_owned()));
    lines.extend(listing.rows.iter().map(|row| draw(Ink::Plain, &|place| row[place].clone())));
    let notes = [listing.note.clone(), listing.left_out(language, &places).unwrap_or_default()];
    for note in notes.iter().filter(|note| !note.is_empty()) {
        lines.extend(text::wrap(note, width).iter().map(|part| Line::of(Ink::Faint, part)));
    }
    lines
}

fn natural(listing: &Listing, place: usize) -> usize {
    let texts = listing.rows.iter().map(|row| text::width(&shown(&row[place])));
    texts.chain([text::width(listing.columns[place].head)]).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::line::paint;
    use super::*;
    use crate::render::listing::Column;

    fn listing() -> Listing {
        let row = |texts: [&str; 4]| texts.map(str::to_owned).to_vec();
        Listing {
            title: "Agents".to_owned(),
            columns: vec![
                Column::words("Agent", 0),
                Column::words("Departments", 2),
                Column::numbers("Attended", 0),
                Column::numbers("Never", 1),
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
        assert!(drawn(40).contains("\nAna de Souza…   Sales, Support     3 / 4\n"), "{}", drawn(40));
    }

    #[test]
    fn what_has_no_room_is_named() {
        let text = drawn(24);
        assert!(text.contains("\nAna de Souza…      3 / 4\n"), "{text}");
        assert!(text.contains("\nnot shown for want of\nroom: departments\n"), "{text}");
    }

    #[test]
    fn nothing_is_said() {
        let nobody = Listing { rows: Vec::new(), ..listing() };
        assert_eq!(paint(&lines(&nobody, Language::English, 12), false), "Agents ─────\nnobody\n");
    }
}
