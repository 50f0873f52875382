//! Fits text into a width: wraps it, or cuts it with an ellipsis.

use super::shape::{MOST_CHARACTERS, ShapedLine, Typesetter};
use super::style::Style;
use crate::render::name_end::{end_of_name, is_break, without_first};

/// Ends a cut text.
const ELLIPSIS: &str = "…";

impl Typesetter<'_> {
    /// One line of at most that width: the whole text, or its beginning and an ellipsis.
    pub fn fit(&mut self, text: &str, style: Style, width: f64) -> ShapedLine {
        let whole = self.line(text, style);
        if whole.width() <= width {
            return whole;
        }
        let end_of_begin = self.longest(text, style, width, ELLIPSIS);
        let kept = text[..end_of_begin].trim_end();
        self.line(&format!("{kept}{ELLIPSIS}"), style)
    }

    /// One line of at most that width: the whole name, or its beginning, an ellipsis and its end. Names in a report
    /// often begin alike and end with a different number or surname.
    pub fn fit_name(&mut self, name: &str, style: Style, width: f64) -> ShapedLine {
        let whole = self.line(name, style);
        if whole.width() <= width {
            return whole;
        }
        // Letters of no font are drawn as wide as their numbers: of a wide end its own end is kept.
        let mut end = end_of_name(name);
        let ends = |end: &str| format!("{ELLIPSIS}{end}");
        while !end.is_empty() && self.line(&ends(end), style).width() > width / 2.0 {
            end = without_first(end);
        }
        let end = ends(end);
        let end_of_begin = self.longest(name, style, width, &end);
        self.line(&format!("{}{end}", name[..end_of_begin].trim_end()), style)
    }

    /// Wraps a name into at most `most` lines of that width; if it is longer, the last line is cut before its end.
    pub fn wrap_name(&mut self, name: &str, style: Style, width: f64, most: usize) -> Vec<ShapedLine> {
        self.wrap_by(Self::fit_name, name, style, width, most)
    }

    /// Wraps a text into at most `most` lines of that width; if it is longer, the last line is cut. There is at least
    /// one line.
    pub fn wrap(&mut self, text: &str, style: Style, width: f64, most: usize) -> Vec<ShapedLine> {
        self.wrap_by(Self::fit, text, style, width, most)
    }

    /// Wraps a text; if it is longer, `fit` cuts the last line.
    fn wrap_by(
        &mut self,
        fit: fn(&mut Self, &str, Style, f64) -> ShapedLine,
        text: &str,
        style: Style,
        width: f64,
        most: usize,
    ) -> Vec<ShapedLine> {
        let mut lines = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() && lines.len() + 1 < most {
            let (line, after) = self.split(rest, style, width, width);
            lines.push(self.line(line, style));
            rest = after;
        }
        if !rest.is_empty() || lines.is_empty() {
            lines.push(fit(self, rest, style, width));
        }
        lines
    }

    /// Wraps a text in the first style with which all of it fits into the style's number of lines; if it fits with
    /// none, it is cut in the last style.
    pub fn wrap_whole(&mut self, text: &str, styles: &[(Style, usize)], width: f64) -> Vec<ShapedLine> {
        let mut lines = Vec::new();
        for &(style, most) in styles {
            // One line more shows whether all of it fits, however long it is.
            lines = self.wrap(text, style, width, most + 1);
            if lines.len() <= most {
                break;
            }
            lines = self.wrap(text, style, width, most);
        }
        lines
    }

    /// Wraps a text whose first line begins after something that is `begin` wide; that line is empty if not even a word
    /// fits.
    pub fn wrap_after(&mut self, text: &str, style: Style, begin: f64, width: f64) -> Vec<ShapedLine> {
        let text = text.trim();
        let has_room = self.line(first_word(text), style).width() <= width - begin;
        let (first, rest) = if has_room { self.split(text, style, width - begin, width) } else { ("", text) };
        let mut lines = vec![self.line(first, style)];
        if !rest.is_empty() {
            lines.extend(self.wrap(rest, style, width, usize::MAX));
        }
        lines
    }

    /// As many whole words as fit; of a word that is too long for a line of its own, which is `whole` wide, as scripts without
    /// blanks have them, as much as fits behind them.
    fn split<'t>(&mut self, text: &'t str, style: Style, width: f64, whole: f64) -> (&'t str, &'t str) {
        if self.line(text, style).width() <= width {
            return (text, "");
        }
        let mut end = 0;
        for (space, _) in text.char_indices().take(MOST_CHARACTERS).filter(|(_, c)| is_break(*c)) {
            if self.line(text[..space].trim_end(), style).width() > width {
                break;
            }
            end = space;
        }
        if end == 0 || self.line(first_word(text[end..].trim_start()), style).width() > whole {
            let most = self.longest(text, style, width, "");
            end = self.inside_word(text, style, (end, most), whole);
        }
        (text[..end].trim_end(), text[end..].trim_start())
    }

    /// Where a text is divided whose word behind `end` is too long for any line, with room for `most` bytes: behind a hyphen
    /// if there is one, before the word if its part before a hyphen fits on the next line, else anywhere.
    fn inside_word(&mut self, text: &str, style: Style, (end, most): (usize, usize), whole: f64) -> usize {
        if let Some(hyphen) = text.get(end..most).and_then(|part| behind_hyphens(part).last()) {
            return end + hyphen;
        }
        let word = first_word(text[end..].trim_start());
        let next = behind_hyphens(word).next();
        let fits = next.is_some_and(|at| self.line(&word[..at], style).width() <= whole);
        if end > 0 && fits { end } else { most }
    }

    /// The length in bytes of the longest beginning that fits together with `tail`: at least one character.
    fn longest(&mut self, text: &str, style: Style, width: f64, tail: &str) -> usize {
        let near = text.char_indices().take(MOST_CHARACTERS);
        let ends: Vec<usize> = near.map(|(at, c)| at + c.len_utf8()).collect();
        // Width grows with length, except for kerning: close enough for a binary search.
        let fitting =
            ends.partition_point(|&end| self.line(&format!("{}{tail}", &text[..end]), style).width() <= width);
        ends.get(fitting.saturating_sub(1)).copied().unwrap_or(text.len())
    }
}

/// A text up to its first break, of as many characters as a line can have.
fn first_word(text: &str) -> &str {
    let end = (0..).zip(text.char_indices()).find(|&(count, (_, c))| count == MOST_CHARACTERS || is_break(c));
    end.map_or(text, |(_, (at, _))| &text[..at])
}

/// The places where a long word may be divided.
fn behind_hyphens(word: &str) -> impl Iterator<Item = usize> {
    let hyphens = word.char_indices().filter(|(_, c)| matches!(c, '-' | '\u{2010}' | '/' | '_'));
    hyphens.map(|(at, c)| at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::super::style::BODY;
    use super::*;

    fn texts(lines: &[ShapedLine]) -> Vec<String> {
        let glyphs = |line: &ShapedLine| line.runs().iter().flat_map(|run| run.glyphs.clone()).collect::<Vec<_>>();
        lines.iter().map(|line| glyphs(line).into_iter().map(|glyph| glyph.text).collect()).collect()
    }

    #[test]
    fn words_stay_whole_and_nothing_is_lost() {
        let mut typesetter = Typesetter::new(&[]);
        let text = "distinct conversations with at least one agent message in the window";
        let lines = typesetter.wrap(text, BODY, 90.0, usize::MAX);
        assert!(lines.len() > 2 && lines.iter().all(|line| line.width() <= 90.0));
        assert_eq!(texts(&lines).join(" "), text);
    }

    #[test]
    fn a_word_without_room_behind_a_name_goes_to_the_next_line() {
        let mut typesetter = Typesetter::new(&[]);
        let text = "conversaciones activas";
        let lines = typesetter.wrap_after(text, BODY, 80.0, 120.0);
        assert_eq!(texts(&lines), ["", text]);
        assert_eq!(texts(&typesetter.wrap_after(text, BODY, 50.0, 120.0)), ["conversaciones", "activas"]);
        // Nor is a word broken that has room on the next line, behind one that has room on this one.
        assert_eq!(texts(&typesetter.wrap_after("en conversaciones", BODY, 90.0, 120.0)), ["en", "conversaciones"]);
        // Only a word that is too long for any line is broken, and it begins without space before it.
        assert_eq!(typesetter.wrap(&format!("Dept {}", "x".repeat(32)), BODY, 90.0, 9).len(), 2);
        let long = "x".repeat(80);
        assert_eq!(texts(&typesetter.wrap_after(&long, BODY, 80.0, 120.0)).concat(), long);
    }

    #[test]
    fn a_long_word_is_divided_behind_a_hyphen() {
        let mut typesetter = Typesetter::new(&[]);
        let mut wrap = |text: &str| texts(&typesetter.wrap(text, BODY, 100.0, usize::MAX));
        assert_eq!(
            wrap("Wilhelmine von Oettingen-Wallerstein-Hohenzollern-Sigmaringen 11"),
            ["Wilhelmine von", "Oettingen-Wallerstein-", "Hohenzollern-", "Sigmaringen 11"]
        );
        // Words with a hyphen that fit on a line stay whole.
        assert_eq!(wrap("a long name of Marie-Claire"), ["a long name of", "Marie-Claire"]);
    }

    #[test]
    fn a_word_too_long_is_broken() {
        let mut typesetter = Typesetter::new(&[]);
        let text = "x".repeat(80);
        let lines = typesetter.wrap(&text, BODY, 90.0, usize::MAX);
        assert!(lines.iter().all(|line| line.width() <= 90.0));
        assert_eq!(texts(&lines).concat(), text);
    }

    #[test]
    fn long_text_ends_in_an_ellipsis() {
        let mut typesetter = Typesetter::new(&[]);
        let lines = typesetter.wrap(&"long label ".repeat(9), BODY, 90.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(texts(&lines)[1].ends_with('…') && lines[1].width() <= 90.0);
        assert_eq!(texts(&[typesetter.fit("short", BODY, 90.0)]), ["short"]);
        assert_eq!(typesetter.wrap("", BODY, 90.0, 2).len(), 1);
    }

    #[test]
    fn a_text_is_set_in_the_first_style_that_has_room_for_all_of_it() {
        let mut typesetter = Typesetter::new(&[]);
        let styles = [(BODY.sized(12.0), 1), (BODY, 2)];
        let mut set = |text: &str| typesetter.wrap_whole(text, &styles, 90.0);
        let (short, long, longer) = (set("short"), set("a name of two lines"), set(&"name ".repeat(30)));
        assert!((short[0].style().size - 12.0).abs() < 1e-9 && short.len() == 1);
        assert_eq!(texts(&long).join(" "), "a name of two lines");
        assert!(longer.len() == 2 && texts(&longer)[1].ends_with('…'));
    }

    #[test]
    fn names_that_begin_alike_differ_when_they_are_cut() {
        let mut typesetter = Typesetter::new(&[]);
        let mut cut = |name: &str| {
            let line = typesetter.fit_name(name, BODY, 90.0);
            assert!(line.width() <= 90.0, "{name}");
            texts(&[line]).concat()
        };
        assert_eq!(cut("Billing"), "Billing");
        let [first, second] = ["17", "18"].map(|n| cut(&format!("Maria Aparecida da Conceição dos Santos {n}")));
        assert!(first.starts_with("Maria Apar") && first.ends_with("…17") && second.ends_with("…18"), "{first}");
        let long = cut("Wolfeschlegelsteinhausenbergerdorff");
        assert!(long.starts_with("Wolfesch") && long.ends_with("…dorff"), "{long}");
        // No line begins with a mark of the letter before it.
        let thai = cut("แผนกบริการลูกค้าสัมพันธ์และการรับเรื่องร้องเรียน");
        assert!(thai.contains('…') && !thai.contains("…\u{e31}"), "{thai}");
        // Of a name that no font has, drawn as wide numbers, the end is kept, too.
        let [first, second] = ["0", "1"].map(|n| cut(&format!("東京カスタマーサポート第一課山田{n}")));
        assert!(first.contains('…') && first.ends_with('0') && second.ends_with('1'), "{first} {second}");
        let lines = typesetter.wrap_name("Maria Aparecida da Conceição dos Santos Albuquerque 17", BODY, 60.0, 2);
        assert!(lines.len() == 2 && texts(&lines)[1].ends_with("…17"), "{:?}", texts(&lines));
    }

    #[test]
    fn no_width_is_too_small() {
        let mut typesetter = Typesetter::new(&[]);
        for width in [0.0, 1.0, 3.0] {
            assert!(!typesetter.wrap("客服 team", BODY, width, 3).is_empty());
            assert!(!typesetter.wrap("客服 team", BODY, width, usize::MAX).is_empty());
        }
    }
}
