//! Text into a width: wrapped over lines, or cut with an ellipsis.

use super::shape::{MOST_CHARACTERS, ShapedLine, Typesetter};
use super::style::Style;

/// Ends a text that was cut.
const ELLIPSIS: &str = "…";

impl Typesetter<'_> {
    /// One line of at most that width: the whole text, or its beginning and an ellipsis.
    pub fn fit(&mut self, text: &str, style: Style, width: f64) -> ShapedLine {
        let whole = self.line(text, style);
        if whole.width() <= width {
            return whole;
        }
        let keep = self.longest(text, style, width, ELLIPSIS);
        let kept = text[..keep].trim_end();
        self.line(&format!("{kept}{ELLIPSIS}"), style)
    }

    /// Lines of at most that width, and at most that many, the last one cut where there is more. At least one line.
    pub fn wrap(&mut self, text: &str, style: Style, width: f64, most: usize) -> Vec<ShapedLine> {
        let mut lines = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() && lines.len() + 1 < most {
            let (line, after) = self.split(rest, style, width);
            lines.push(self.line(line, style));
            rest = after;
        }
        if !rest.is_empty() || lines.is_empty() {
            lines.push(self.fit(rest, style, width));
        }
        lines
    }

    /// Lines of at most that width, where the first one begins behind something that takes `begin`; it stays empty where not
    /// even a word has room there.
    pub fn wrap_behind(&mut self, text: &str, style: Style, begin: f64, width: f64) -> Vec<ShapedLine> {
        let text = text.trim();
        let word = text.find(is_break).map_or(text, |end| &text[..end]);
        let has_room = self.line(word, style).width() <= width - begin;
        let (first, rest) = if has_room { self.split(text, style, width - begin) } else { ("", text) };
        let mut lines = vec![self.line(first, style)];
        if !rest.is_empty() {
            lines.extend(self.wrap(rest, style, width, usize::MAX));
        }
        lines
    }

    /// As many whole words as fit; of a word that is too long alone, as much of it as fits.
    fn split<'t>(&mut self, text: &'t str, style: Style, width: f64) -> (&'t str, &'t str) {
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
        if end == 0 {
            end = self.longest(text, style, width, "");
        }
        (text[..end].trim_end(), text[end..].trim_start())
    }

    /// Bytes of the longest beginning that fits together with `tail`: at least one character.
    fn longest(&mut self, text: &str, style: Style, width: f64, tail: &str) -> usize {
        let near = text.char_indices().take(MOST_CHARACTERS);
        let ends: Vec<usize> = near.map(|(at, c)| at + c.len_utf8()).collect();
        // Width grows with length, but for kerning: near enough to search by halves.
        let fitting =
            ends.partition_point(|&end| self.line(&format!("{}{tail}", &text[..end]), style).width() <= width);
        ends.get(fitting.saturating_sub(1)).copied().unwrap_or(text.len())
    }
}

/// Whether a line may be broken there: not at a space that holds a number and its unit together.
fn is_break(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}')
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
        let mut type_ = Typesetter::new(&[]);
        let text = "distinct conversations with at least one agent message in the window";
        let lines = type_.wrap(text, BODY, 90.0, usize::MAX);
        assert!(lines.len() > 2 && lines.iter().all(|line| line.width() <= 90.0));
        assert_eq!(texts(&lines).join(" "), text);
    }

    #[test]
    fn a_word_without_room_behind_a_name_goes_to_the_next_line() {
        let mut type_ = Typesetter::new(&[]);
        let text = "conversaciones activas";
        let lines = type_.wrap_behind(text, BODY, 80.0, 120.0);
        assert_eq!(texts(&lines), ["", text]);
        assert_eq!(texts(&type_.wrap_behind(text, BODY, 50.0, 120.0)), ["conversaciones", "activas"]);
        // Only a word that is too long for every line is broken.
        let long = "x".repeat(80);
        assert_eq!(texts(&type_.wrap_behind(&long, BODY, 80.0, 120.0)).concat(), long);
    }

    #[test]
    fn a_word_too_long_is_broken() {
        let mut type_ = Typesetter::new(&[]);
        let text = "x".repeat(80);
        let lines = type_.wrap(&text, BODY, 90.0, usize::MAX);
        assert!(lines.iter().all(|line| line.width() <= 90.0));
        assert_eq!(texts(&lines).concat(), text);
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let mut type_ = Typesetter::new(&[]);
        let lines = type_.wrap(&"long label ".repeat(9), BODY, 90.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(texts(&lines)[1].ends_with('…') && lines[1].width() <= 90.0);
        assert_eq!(texts(&[type_.fit("short", BODY, 90.0)]), ["short"]);
        assert_eq!(type_.wrap("", BODY, 90.0, 2).len(), 1);
    }

    #[test]
    fn no_width_is_too_small() {
        let mut type_ = Typesetter::new(&[]);
        for width in [0.0, 1.0, 3.0] {
            assert!(!type_.wrap("客服 team", BODY, width, 3).is_empty());
            assert!(!type_.wrap("客服 team", BODY, width, usize::MAX).is_empty());
        }
    }
}
