//! The letter as plain text, for mail programs and filters without HTML.

use super::{LetterFigure, LetterText};
use crate::harmless::shown;
use crate::language::Language;
use crate::report::Report;

/// Maximum columns of a line in a mail; some programs break longer lines.
const WIDTH: usize = 72;

/// The body as text, with line feeds.
#[must_use]
pub fn text(report: &Report, language: Language) -> String {
    let letter = LetterText::of(report, language);
    let mut out = format!(
        "{}\n{}\n",
        shown(&letter.title),
        letter.days.iter().map(|line| shown(line)).collect::<Vec<_>>().join("\n")
    );
    if !letter.sentences.is_empty() {
        out.push('\n');
        for (_, lead, sentence) in &letter.sentences {
            out.push_str(&wrapped(&format!("- {lead} {}", shown(sentence)), "  "));
        }
    }
    if !letter.figures.is_empty() {
        out.push('\n');
        out.push_str(&figures(&letter.figures));
    }
    if !letter.warnings.is_empty() {
        out.push_str(&format!("\n{}\n", language.text("page.warnings")));
        for warning in &letter.warnings {
            out.push_str(&wrapped(&format!("! {}", shown(warning)), "  "));
        }
    }
    out.push('\n');
    for line in &letter.source {
        out.push_str(&wrapped(&shown(line), ""));
    }
    out
}

/// One line per figure, with aligned values.
fn figures(figures: &[LetterFigure]) -> String {
    let label = figures.iter().map(|figure| figure.label.chars().count()).max().unwrap_or_default();
    let value = figures.iter().map(|figure| figure.value.chars().count()).max().unwrap_or_default();
    let mut out = String::new();
    for figure in figures {
        let mut line = format!("{:label$}  {:>value$}", shown(&figure.label), figure.value);
        let parts = [figure.compared.clone(), figure.aside.clone()].into_iter().filter(|part| !part.is_empty());
        let rest: Vec<String> = parts.chain(figure.missed.iter().cloned()).collect();
        if !rest.is_empty() {
            line.push_str("  ");
            line.push_str(&rest.join("; "));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Lines of at most [`WIDTH`] columns; all but the first begin with `indent`.
fn wrapped(text: &str, indent: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let width = word.chars().count();
        if column == 0 {
            column = width;
        } else if column + 1 + width > WIDTH {
            out.push('\n');
            out.push_str(indent);
            column = indent.len() + width;
        } else {
            out.push(' ');
            column += 1 + width;
        }
        out.push_str(word);
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        let long = "word ".repeat(40);
        let text = wrapped(&format!("- {long}"), "  ");
        assert!(text.lines().count() > 2 && text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(text.lines().skip(1).all(|line| line.starts_with("  word")), "{text}");
    }
}
