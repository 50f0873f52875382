//! The widths of texts and numbers in a table.

use crate::language::Language;
use crate::render::pdf::columns::HEAD_LINES;
use crate::render::pdf::flow::Flow;
use crate::render::pdf::style::{CELL, HEAD, Style};

pub(super) fn widest<'t>(flow: &mut Flow, texts: impl Iterator<Item = &'t String>, style: Style) -> f64 {
    texts.map(|text| flow.typesetter.line(text, style).width()).fold(0.0, f64::max)
}

/// The width of numbers that are aligned at their decimal marks.
pub(super) fn widest_aligned<'t>(flow: &mut Flow, texts: impl Iterator<Item = &'t String>, style: Style) -> f64 {
    let texts: Vec<&String> = texts.collect();
    let is_aligned = is_aligned(flow.language, &texts);
    let (mut before, mut after) = (0.0_f64, 0.0_f64);
    for text in texts {
        let tail = if is_aligned { tail_width(flow, text) } else { 0.0 };
        before = before.max(flow.typesetter.line(text, style).width() - tail);
        after = after.max(tail);
    }
    before + after
}

/// Whether the numbers of a column are aligned at their decimal marks: not if it has durations or words.
pub(super) fn is_aligned(language: Language, texts: &[&String]) -> bool {
    let points = language.notation().points;
    !texts.iter().any(|text| text.contains(char::is_alphabetic) && !text.ends_with(points))
}

pub(super) fn tail_width(flow: &mut Flow, text: &str) -> f64 {
    let tail = tail(flow.language, text);
    if tail.is_empty() { 0.0 } else { flow.typesetter.line(tail, CELL.tabular()).width() }
}

/// The decimal mark of a number with its decimals; empty for a duration, whose parts have no decimals.
pub(super) fn tail(language: Language, text: &str) -> &str {
    let is_whole = |text: &str| !text.contains(char::is_alphabetic);
    match text.find(language.notation().decimal) {
        Some(at) if is_whole(&text[..at]) => &text[at..],
        Some(_) | None => "",
    }
}

pub(super) fn longest_word(flow: &mut Flow, text: &str) -> f64 {
    text.split_whitespace().map(|word| flow.typesetter.line(word, HEAD).width()).fold(0.0, f64::max)
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
    widths.sort_by(f64::total_cmp);
    let mut narrowest = |lines: usize| {
        let fits = |width: &f64| flow.typesetter.wrap(text, HEAD, *width, usize::MAX).len() <= lines;
        widths.iter().copied().find(fits).unwrap_or(least)
    };
    std::array::from_fn(|lines| narrowest(lines + 1))
}
