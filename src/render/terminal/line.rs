//! Lines of text with inks: laid out first and coloured last, so that colours never affect the layout.

use std::fmt::Write;

use anstyle::{Ansi256Color, AnsiColor, Style};

use super::emoji::drawn;
use super::text;
use crate::harmless::line_without_command;

/// The role of a piece of text, which decides its style. Without colour every ink is plain text, so no ink may have a
/// meaning that the text lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Title,
    Heading,
    Strong,
    Faint,
    Better,
    Worse,
    Bar,
    Warning,
    /// A number on a shaded background.
    Ground(Shade),
    /// A shade drawn with its character.
    Pattern(Shade),
}

/// A quarter of the range from nothing to the largest value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shade {
    Light,
    Medium,
    Dark,
    Full,
}

impl Shade {
    pub(super) const ALL: [Self; 4] = [Self::Light, Self::Medium, Self::Dark, Self::Full];

    pub(super) fn character(self) -> char {
        match self {
            Self::Light => '░',
            Self::Medium => '▒',
            Self::Dark => '▓',
            Self::Full => '█',
        }
    }

    /// From a dim blue to a bright yellow. They differ in lightness too, so that they are distinguishable with every
    /// kind of colour vision.
    fn color(self) -> Ansi256Color {
        Ansi256Color(match self {
            Self::Light => 24,
            Self::Medium => 31,
            Self::Dark => 115,
            Self::Full => 222,
        })
    }

    /// The text colour that is readable on it.
    fn contrast(self) -> Ansi256Color {
        match self {
            Self::Light => Ansi256Color(231),
            Self::Medium | Self::Dark | Self::Full => Ansi256Color(16),
        }
    }
}

impl Ink {
    fn style(self) -> Style {
        let plain = Style::new();
        match self {
            Self::Plain => plain,
            Self::Title | Self::Strong => plain.bold(),
            Self::Heading => plain.bold().fg_color(Some(AnsiColor::Cyan.into())),
            Self::Faint => plain.dimmed(),
            Self::Better => plain.fg_color(Some(AnsiColor::Green.into())),
            Self::Worse => plain.bold().fg_color(Some(AnsiColor::Red.into())),
            Self::Bar => plain.fg_color(Some(Ansi256Color(31).into())),
            Self::Warning => plain.bold().fg_color(Some(AnsiColor::Yellow.into())),
            Self::Ground(shade) => plain.fg_color(Some(shade.contrast().into())).bg_color(Some(shade.color().into())),
            // The pattern already makes it light: in the background's colour it would be invisible.
            Self::Pattern(Shade::Light) => plain.fg_color(Some(Shade::Medium.color().into())),
            Self::Pattern(shade) => plain.fg_color(Some(shade.color().into())),
        }
    }

    /// Whether a space in this ink is visible.
    fn has_ground(self) -> bool {
        matches!(self, Self::Ground(_))
    }
}

/// One line of the report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    spans: Vec<(Ink, String)>,
    width: usize,
}

impl Line {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A line in one ink.
    pub(super) fn of(ink: Ink, text: &str) -> Self {
        Self::new().with(ink, text)
    }

    /// Its width in columns.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Adds `text`, cleaned. All text for the terminal goes through here.
    pub(super) fn push(&mut self, ink: Ink, text: &str) {
        let mut text = drawn(text);
        if text::runs_right_to_left(&text) {
            // A terminal that orders text by direction would draw the following numbers on the wrong side of it.
            text.push('\u{200e}');
        }
        self.width += text::width(&text);
        self.spans.push((ink, text));
    }

    /// The same, for chained calls.
    pub(super) fn with(mut self, ink: Ink, text: &str) -> Self {
        self.push(ink, text);
        self
    }

    /// Adds `text`, left aligned in `room` columns, cut if it is longer.
    pub(super) fn left(&mut self, ink: Ink, text: &str, room: usize) {
        let end = self.width + room;
        self.push(ink, &text::fit(text, room));
        self.fill_to(end);
    }

    /// Adds a name, left aligned in `room` columns, cut before its end if it is longer.
    pub(super) fn name(&mut self, ink: Ink, name: &str, room: usize) {
        let end = self.width + room;
        self.push(ink, &text::fit_name(name, room));
        self.fill_to(end);
    }

    /// Adds `text`, right aligned in `room` columns, cut if it is longer.
    pub(super) fn right(&mut self, ink: Ink, text: &str, room: usize) {
        let text = text::fit(text, room);
        self.skip(room.saturating_sub(text::width(&text)));
        self.push(ink, &text);
    }

    /// Adds `columns` spaces.
    pub(super) fn skip(&mut self, columns: usize) {
        if columns > 0 {
            self.push(Ink::Plain, &" ".repeat(columns));
        }
    }

    /// Adds spaces until the line is `width` columns wide.
    pub(super) fn fill_to(&mut self, width: usize) {
        self.skip(width.saturating_sub(self.width));
    }

    /// Appends another line.
    pub(super) fn append(&mut self, other: &Self) {
        self.spans.extend(other.spans.iter().cloned());
        self.width += other.width;
    }

    fn paint(&self, color: bool, out: &mut String) {
        let mut is_begin = true;
        for (ink, text) in self.without_trailing_spaces() {
            // A text may be broken so that a line begins in the middle of it.
            let text = if is_begin { line_without_command(text) } else { text.into() };
            is_begin &= text.trim_start().is_empty();
            let style = ink.style();
            if color && style != Style::new() {
                // Writing to a string cannot fail.
                let _ = write!(out, "{style}{text}{style:#}");
            } else {
                out.push_str(&text);
            }
        }
        out.push('\n');
    }

    /// Spaces at the end of a line appear when it is copied, so they are removed, except those on a shaded background,
    /// which are part of the drawing.
    fn without_trailing_spaces(&self) -> Vec<(Ink, &str)> {
        let mut spans: Vec<(Ink, &str)> = self.spans.iter().map(|(ink, text)| (*ink, text.as_str())).collect();
        while let Some((ink, text)) = spans.pop() {
            let text = if ink.has_ground() { text } else { text.trim_end_matches(' ') };
            if !text.is_empty() {
                spans.push((ink, text));
                break;
            }
        }
        spans
    }
}

/// The lines as text, with or without colour codes.
pub(super) fn paint(lines: &[Line], color: bool) -> String {
    let mut out = String::new();
    for line in lines {
        line.paint(color, &mut out);
    }
    out
}

/// Two blocks side by side, the first in `left_width` columns.
pub(super) fn beside(left: &[Line], left_width: usize, gap: usize, right: &[Line]) -> Vec<Line> {
    let empty = Line::new();
    (0..left.len().max(right.len()))
        .map(|row| {
            let mut line = left.get(row).unwrap_or(&empty).clone();
            line.fill_to(left_width + gap);
            line.append(right.get(row).unwrap_or(&empty));
            line
        })
        .collect()
}

/// The minimum length of the rule after a heading, with the space before it.
pub(super) const SHORTEST_RULE: usize = 4;

/// A heading followed by a rule, `width` columns in total.
pub(super) fn heading(title: &str, width: usize) -> Line {
    ruled(title, "─", width)
}

/// A heading of the highest level, followed by a double rule.
pub(super) fn title(title: &str, width: usize) -> Line {
    ruled(title, "═", width)
}

fn ruled(title: &str, rule: &str, width: usize) -> Line {
    let mut line = Line::of(Ink::Heading, &text::fit(title, width.saturating_sub(SHORTEST_RULE)));
    line.skip(1);
    line.push(Ink::Faint, &rule.repeat(width.saturating_sub(line.width())));
    line
}
