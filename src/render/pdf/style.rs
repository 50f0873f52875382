//! The style of the document: every size, colour and distance, in points.

pub use crate::render::brand::palette::{ALERT_PANEL, INK, PANEL, PAPER};
use crate::render::color::Color;

/// Margin at the left and at the right.
pub const MARGIN: f64 = 45.0;
/// Upper edge of the content on the first page.
pub const FIRST_TOP: f64 = 32.0;
/// Upper edge of the content on later pages, below the running header.
pub const NEXT_TOP: f64 = 55.0;
/// Space below the content, for the footer.
pub const BELOW: f64 = 42.0;
/// Baseline of the running header's second line.
pub const RUNNING_HEADER: f64 = 38.0;
/// Baseline of the footer, above the lower edge.
pub const FOOTER: f64 = 26.0;
/// The distance between lines of a footer.
pub const FOOTER_LEADING: f64 = 9.0;
/// Space between the two sides of the running header.
pub const RUNNING_GAP: f64 = 16.0;

/// Space between two things side by side.
pub const GUTTER: f64 = 10.0;
/// Space between columns of the page.
pub const COLUMN_GUTTER: f64 = 24.0;
/// The height of a section's heading, including the space below it.
pub const SECTION_HEIGHT: f64 = SECTION.leading + 7.0;
/// A thin rule.
pub const HAIRLINE: f64 = 0.5;

/// The spacing of a document. Text sizes are the same in all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spacing {
    /// Space above a section.
    pub section: f64,
    /// Space between the parts of a section.
    pub part: f64,
    /// Extra space above and below the content of all pages but the first, in addition to [`NEXT_TOP`] and [`BELOW`].
    pub edge: f64,
    /// Space above and below the text of a table's row.
    pub row: f64,
    /// Minimum and maximum number of bars in a chart, depending on the room on the page.
    pub bars: (usize, usize),
    /// Height of the chart by day.
    pub days: f64,
    /// Height of a row in a heatmap, and of a bar by value.
    pub heat: f64,
    /// The distance between lines of a definition.
    pub definition: f64,
    /// The distance between lines in a table's cell.
    pub cell: f64,
    /// Space inside a card, at its edges.
    pub card: f64,
    /// Space between the columns of a table.
    pub column: f64,
    /// Tables up to this height, without title and head, are not split.
    pub whole: f64,
    /// Space below a bar by value.
    pub bar: f64,
}

impl Spacing {
    /// For a document whose last page is not a leftover.
    pub const ROOMY: Self = Self {
        section: 16.0,
        part: 11.0,
        edge: 0.0,
        row: 1.1,
        bars: (5, 8),
        days: 60.0,
        heat: 12.5,
        definition: DEFINITION.leading,
        cell: CELL.leading,
        card: 7.5,
        column: 8.0,
        whole: 260.0,
        bar: 2.7,
    };
    /// Used if it saves a page.
    pub const TIGHT: Self = Self {
        section: 11.0,
        part: 8.0,
        edge: -4.0,
        row: 0.4,
        bars: (4, 6),
        days: 46.0,
        heat: 11.5,
        definition: 8.3,
        cell: CELL.leading,
        card: 7.5,
        column: 8.0,
        whole: 260.0,
        bar: 2.7,
    };
    /// Used if it saves another page of a short document, or on pages with less room than A4.
    pub const DENSE: Self = Self {
        section: 6.5,
        part: 5.0,
        edge: -7.0,
        row: 0.1,
        bars: (3, 5),
        days: 38.0,
        heat: 10.8,
        definition: 8.0,
        cell: 9.3,
        card: 5.5,
        column: 6.0,
        whole: 130.0,
        bar: 2.7,
    };
    /// Used if a table of a short document stays whole then, or if the last page is a leftover otherwise.
    pub const CLOSE: Self = Self {
        section: 5.0,
        part: 4.0,
        edge: -7.0,
        row: 0.0,
        bars: (3, 5),
        days: 32.0,
        heat: 10.8,
        definition: 8.0,
        cell: 9.0,
        card: 4.0,
        column: 6.0,
        whole: 130.0,
        bar: 1.4,
    };
}

/// Secondary text: its contrast is over 4.5:1 on white and on [`PANEL`].
pub const MUTED: Color = Color::hex(0x56_65_70);
pub const RULE: Color = Color::hex(0xDD_E4_E8);
/// Stronger rules: below a table's head and above its total.
pub const RULE_STRONG: Color = Color::hex(0x9F_AD_B6);
/// The edge of the block of warnings.
pub const ALERT: Color = Color::hex(0xC2_7C_0E);

/// The weight of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    /// 400.
    Regular,
    /// 500.
    Medium,
    /// 600.
    SemiBold,
    /// 700.
    Bold,
}

/// The width of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Figures {
    /// As in the font.
    Proportional,
    /// All of one width, for columns.
    Tabular,
}

/// The style of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// The weight of letters.
    pub weight: Weight,
    /// The width of digits.
    pub figures: Figures,
    /// Size in points.
    pub size: f64,
    /// The distance between lines, in points.
    pub leading: f64,
    /// Colour.
    pub color: Color,
}

/// Height of capitals and digits in relation to the size, as in Inter.
const CAP_HEIGHT: f64 = 0.727;

impl Style {
    const fn new(weight: Weight, size: f64, leading: f64, color: Color) -> Self {
        Self { weight, figures: Figures::Proportional, size, leading, color }
    }

    /// The same in another colour.
    #[must_use]
    pub const fn color(self, color: Color) -> Self {
        Self { color, ..self }
    }

    /// The same in another size, with the leading in proportion.
    #[must_use]
    pub fn sized(self, size: f64) -> Self {
        Self { size, leading: self.leading * size / self.size, ..self }
    }

    /// The same in another size, with another leading.
    #[must_use]
    pub const fn with_size(self, size: f64, leading: f64) -> Self {
        Self { size, leading, ..self }
    }

    /// The same with digits of one width.
    #[must_use]
    pub const fn tabular(self) -> Self {
        Self { figures: Figures::Tabular, ..self }
    }

    /// The same in another weight.
    #[must_use]
    pub const fn weight(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }

    /// The baseline of a line that begins at `top`, with its capitals vertically centred.
    #[must_use]
    pub fn baseline(self, top: f64) -> f64 {
        self.middle(top, self.leading)
    }

    /// The baseline that centres capitals in a box of the given height.
    #[must_use]
    pub fn middle(self, top: f64, height: f64) -> f64 {
        top + f64::midpoint(height, CAP_HEIGHT * self.size)
    }
}

pub const TITLE: Style = Style::new(Weight::Bold, 21.0, 26.0, INK);
/// The window, below the title.
pub const LEAD: Style = Style::new(Weight::Medium, 11.0, 16.0, INK);
/// A section's heading.
pub const SECTION: Style = Style::new(Weight::SemiBold, 13.0, 18.0, INK);
/// A heading inside a section.
pub const PART: Style = Style::new(Weight::SemiBold, 9.5, 14.0, INK);
/// Running text.
pub const BODY: Style = Style::new(Weight::Regular, 8.0, 11.0, INK);
/// Definitions and sources: footnotes, the only texts below 8 points besides header and footer.
pub const DEFINITION: Style = Style::new(Weight::Regular, 7.0, 8.7, INK);
/// Labels of cards, facts and legends.
pub const LABEL: Style = Style::new(Weight::Medium, 8.0, 10.5, MUTED);
/// Side notes.
pub const NOTE: Style = Style::new(Weight::Regular, 8.0, 10.5, MUTED);
/// A sentence of the summary.
pub const ANSWER: Style = Style::new(Weight::Regular, 11.0, 16.0, INK);
/// The number of a card, in the accent.
pub const CARD_LEAD: Style = Style::new(Weight::SemiBold, 21.0, 26.0, INK);
/// A change against the window before.
pub const CHANGE: Style = Style::new(Weight::SemiBold, 8.5, 11.5, INK);
/// A table's cell.
pub const CELL: Style = Style::new(Weight::Regular, 8.0, 10.0, INK);
/// A table's head.
pub const HEAD: Style = Style::new(Weight::Medium, 8.0, 9.2, MUTED);
/// The number in a cell of a heatmap, where it fits.
pub const HEAT_CELL: Style = Style::new(Weight::Medium, 8.0, 9.0, INK);
/// Smallest size of a number in a heatmap.
pub const HEAT_SMALLEST: f64 = 8.0;
/// Running header and footer.
pub const RUNNING: Style = Style::new(Weight::Regular, 7.0, 10.0, MUTED);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::color::ENOUGH_CONTRAST;

    #[test]
    fn every_text_is_readable_on_its_ground() {
        for text in [INK, MUTED] {
            for ground in [PAPER, PANEL, ALERT_PANEL] {
                let ratio = text.contrast(ground);
                assert!(ratio >= ENOUGH_CONTRAST, "{text} on {ground}: {ratio}");
            }
        }
    }
}
