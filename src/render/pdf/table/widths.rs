//! The widths of texts and numbers in a table.

use crate::render::decimal_mark;
use crate::render::pdf::columns::HEAD_LINES;
use crate::render::pdf::flow::Flow;
use crate::render::pdf::style::{CELL, HEAD, Style};

/// A word of a script without blanks gets at most this width in a head.
const MOST_UNBROKEN: f64 = 72.0;

pub(super) fn widest<'t>(flow: &mut Flow, texts: impl Iterator<Item = &'t String>, style: Style) -> f64 {
    texts.map(|text| flow.typesetter.line(text, style).width()).fold(0.0, f64::max)
}

/// The width of numbers that are aligned at their decimal marks, beside durations and words that end at the edge.
pub(super) fn widest_aligned<'t>(flow: &mut Flow, texts: impl Iterator<Item = &'t String>, style: Style) -> f64 {
    let (mut before, mut after, mut whole) = (0.0_f64, 0.0_f64, 0.0_f64);
    for text in texts {
        let width = flow.typesetter.line(text, style).width();
        match tail_width(flow, text) {
            Some(tail) => {
                before = before.max(width - tail);
                after = after.max(tail);
            }
            None => whole = whole.max(width),
        }
    }
    whole.max(before + after)
}

/// The width behind the last digit of a number's whole part; `None` for a duration or a word, which end at the edge of
/// the column.
pub(super) fn tail_width(flow: &mut Flow, text: &str) -> Option<f64> {
    let tail = decimal_mark::tail(flow.language, text)?;
    Some(if tail.is_empty() { 0.0 } else { flow.typesetter.line(tail, CELL.tabular()).width() })
}

/// The width of the longest word of a head. A word of a script without blanks breaks at any character, so a long one needs
/// less.
pub(super) fn longest_word(flow: &mut Flow, text: &str) -> f64 {
    let width = |word: &str| {
        let width = flow.typesetter.line(word, HEAD).width();
        if word.chars().any(has_no_blanks) { width.min(MOST_UNBROKEN) } else { width }
    };
    text.split_whitespace().map(width).fold(0.0, f64::max)
}

/// Whether a letter's script is written without blanks between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese.
const fn has_no_blanks(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The width of a text on at most two lines.
pub(super) fn on_two_lines(flow: &mut Flow, text: &str, style: Style) -> f64 {
    let whole = flow.typesetter.line(text, style).width();
    let breaks = text.match_indices(' ').map(|(at, _)| text.split_at(at));
    let mut width = |text: &str| flow.typesetter.line(text.trim(), style).width();
    breaks.map(|(first, second)| width(first).max(width(second))).fold(whole, f64::min)
}

/// The width of a head on one line, on two lines, and so on.
pub(super) fn of_head(flow: &mut Flow, text: &str) -> [f64; HEAD_LINES] {
    let least = longest_word(flow, text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let stretches = (0..words.len()).flat_map(|from| (from..words.len()).map(move |to| (from, to)));
    let mut widths: Vec<f64> = stretches
        .map(|(from, to)| flow.typesetter.line(&words[from..=to].join(" "), HEAD).width())
        .filter(|width| *width >= least)
        .collect();
    // A word that breaks at any character.
    widths.extend([1.0, 1.5, 2.0, 3.0].map(|times| times * least));
    widths.sort_by(f64::total_cmp);
    let mut narrowest = |lines: usize| {
        let fits = |width: &f64| flow.typesetter.wrap(text, HEAD, *width, usize::MAX).len() <= lines;
        widths.iter().copied().find(fits).unwrap_or(least)
    };
    std::array::from_fn(|lines| narrowest(lines + 1))
}
