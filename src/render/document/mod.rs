//! A report, snapshot, series or list as parts of a page, in words: what HTML, Markdown, Excel and plain text have in
//! common. A number is beside its text, so that a workbook gets the number and a page the text.

mod charts;
mod figures;
mod heatmaps;
mod key_figures;
mod list;
mod listing;
mod matrix;
mod notes;
mod report;
mod snapshot;
mod staffing;
mod tables;
mod words;

use chrono::NaiveDate;

pub use self::charts::{bars, outcomes_drawn as outcomes};
pub use self::list::list;
pub use self::report::report;
pub use self::snapshot::{series, snapshot};
use crate::language::Language;
use crate::metrics::Judgement;
use crate::render::change::ChangeDirection;
use crate::report::Generator;

/// The whole page.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The language of its texts, as in BCP 47.
    pub language: &'static str,
    /// Its title.
    pub title: String,
    /// Of which days, or when.
    pub lead: String,
    /// The window that it is compared with.
    pub compared: Option<String>,
    /// The filters of the numbers; never to be overlooked.
    pub only: Option<String>,
    /// Read instead of a logo that has no name.
    pub logo: &'static str,
    /// Name and version of the program that wrote it.
    pub program: String,
    /// The sentences that answer first.
    pub sentences: Vec<PageSentence>,
    /// Heading of the key figures.
    pub figures_title: String,
    /// The headings of their names, values, changes and details in a table.
    pub figures_heads: [String; 4],
    /// The figures that answer first.
    pub key_figures: Vec<KeyFigure>,
    /// Said of the key figures.
    pub figures_note: Option<String>,
    /// Everything else.
    pub sections: Vec<Section>,
}

impl Document {
    /// A page without figures: what it is, of what, and its sections.
    #[must_use]
    pub fn bare(language: Language, title: &str, lead: &str, generator: &Generator, sections: Vec<Section>) -> Self {
        Self {
            language: language.tag(),
            title: title.to_owned(),
            lead: lead.to_owned(),
            compared: None,
            only: None,
            logo: language.text("brand.logo"),
            program: report::program(generator),
            sentences: Vec::new(),
            figures_title: String::new(),
            figures_heads: key_figures::heads(language),
            key_figures: Vec::new(),
            figures_note: None,
            sections,
        }
    }
}

/// A sentence: the word at its begin, what it means, and the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSentence {
    /// Its meaning.
    pub judgement: Judgement,
    /// The word at its begin.
    pub lead: String,
    /// The rest.
    pub text: String,
}

/// A figure, large.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyFigure {
    /// Its name.
    pub label: String,
    /// Its value.
    pub value: String,
    /// Beside the value: which statistic it is, or of how many.
    pub aside: Option<String>,
    /// The change against the window before.
    pub change: Option<PageChange>,
    /// The value before.
    pub before: Option<String>,
    /// Details of the value.
    pub details: Vec<String>,
    /// Its targets in words, and whether it keeps each.
    pub targets: Vec<(bool, String)>,
    /// Its trend, where it has one.
    pub trend: Option<PageTrend>,
}

/// A change in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageChange {
    /// `+12.5 %`.
    pub text: String,
    /// Where it goes.
    pub direction: Option<ChangeDirection>,
    /// Its meaning.
    pub judgement: Judgement,
    /// The word for what it means; empty for neither.
    pub word: String,
}

/// Parts under one heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The parts.
    pub parts: Vec<PagePart>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum PagePart {
    /// A paragraph.
    Text(MarkedText),
    /// A warning, with its id.
    Warning(MarkedText),
    /// A table.
    Table(PageTable),
    /// A table by two dimensions.
    Crossing(Crossing),
    /// Counts by weekday and hour.
    Heatmap(PageHeatmap),
    /// Values beside each other as bars.
    Bars(Bars),
    /// Outcomes: the parts of a whole.
    Outcomes(PageOutcomes),
    /// Numbers over windows or instants.
    Trends(Vec<PageTrend>),
    /// Names and what they mean.
    Definitions(Vec<(String, String)>),
}

/// A text with what is at its begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedText {
    /// At its begin; may be empty.
    pub lead: String,
    /// The text.
    pub text: String,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageTable {
    /// Its heading.
    pub title: String,
    /// Said about it; may be empty.
    pub note: String,
    /// The columns.
    pub columns: Vec<TableColumn>,
    /// The rows.
    pub rows: Vec<Vec<PageCell>>,
    /// The row of the whole.
    pub total: Option<Vec<PageCell>>,
    /// Said where there are no rows.
    pub empty: String,
    /// Whether a reader may want the rows in another order.
    pub is_sortable: bool,
}

/// A table by two dimensions: pages that are read show one form of it, a workbook both.
#[derive(Debug, Clone, PartialEq)]
pub struct Crossing {
    /// The values of one dimension down, those of the other across; none where there are too many.
    pub matrix: Option<PageTable>,
    /// A row a pair.
    pub rows: PageTable,
}

impl Crossing {
    /// The form to read.
    #[must_use]
    pub fn to_read(&self) -> &PageTable {
        self.matrix.as_ref().unwrap_or(&self.rows)
    }

    /// All forms.
    pub fn all(&self) -> impl Iterator<Item = &PageTable> {
        self.matrix.iter().chain([&self.rows])
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// The common heading of several columns, above their own.
    pub group: Option<String>,
    /// The head.
    pub head: String,
    /// Whether it has numbers.
    pub is_number: bool,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct PageCell {
    /// For a page.
    pub text: String,
    /// For a workbook, and for sorting.
    pub value: CellValue,
    /// Whether it is highlighted.
    pub tone: Tone,
}

/// The value of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellValue {
    /// A text, or nothing.
    Text,
    /// A number of things.
    Count(f64),
    /// A duration.
    Seconds(f64),
    /// A share, 0 to 1.
    Share(f64),
    /// A score or a mean of counts.
    Score(f64),
    /// A relative change.
    Relative(f64),
    /// The difference of two shares.
    Points(f64),
    /// The difference of two scores.
    Difference(f64),
    /// A local day.
    Day(NaiveDate),
    /// An instant on the clock of the page's zone, without its offset.
    Instant(chrono::NaiveDateTime),
    /// Yes or no.
    Flag(bool),
}

/// Whether a cell is highlighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// No.
    #[default]
    Plain,
    /// It misses its target.
    Missed,
    /// Better than before.
    Better,
    /// Worse than before.
    Worse,
}

impl PageCell {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), value: CellValue::Text, tone: Tone::Plain }
    }

    /// A number beside its text.
    #[must_use]
    pub fn number(text: impl Into<String>, value: Option<CellValue>) -> Self {
        Self { text: text.into(), value: value.unwrap_or(CellValue::Text), tone: Tone::Plain }
    }
}

impl CellValue {
    /// The number that rows are sorted by; none of a text.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Text => None,
            Self::Count(number)
            | Self::Seconds(number)
            | Self::Share(number)
            | Self::Score(number)
            | Self::Relative(number)
            | Self::Points(number)
            | Self::Difference(number) => Some(number),
            Self::Day(day) => Some(f64::from(chrono::Datelike::num_days_from_ce(&day))),
            #[expect(clippy::cast_precision_loss, reason = "seconds of a date")]
            Self::Instant(at) => Some(at.and_utc().timestamp() as f64),
            Self::Flag(is) => Some(f64::from(u8::from(is))),
        }
    }
}

/// Counts by weekday and hour.
#[derive(Debug, Clone, PartialEq)]
pub struct PageHeatmap {
    /// The counted things.
    pub title: String,
    /// Where the most is, in words; may be empty.
    pub note: String,
    /// Head of the column of weekdays.
    pub corner: String,
    /// Head of the sums; none where rows have none.
    pub total: Option<String>,
    /// Whether the numbers are counts; others are means.
    pub is_count: bool,
    /// Whether the least is the darkest, not the most.
    pub is_least_darkest: bool,
    /// A row a weekday.
    pub rows: Vec<HeatmapRow>,
}

/// A weekday of a heatmap.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatmapRow {
    /// The weekday.
    pub label: String,
    /// Its hours.
    pub cells: Vec<HeatmapCell>,
    /// Its sum; none where the window has no hour of it.
    pub sum: Option<f64>,
    /// The sum for a page.
    pub sum_text: String,
}

/// An hour of a heatmap.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatmapCell {
    /// How many; none where the window has no such hour.
    pub value: Option<f64>,
    /// The same for a page; empty for nothing.
    pub text: String,
    /// How dark it is: 0 for nothing, up to [`SHADES`].
    pub shade: usize,
}

/// The darkest shade of a heatmap.
pub const SHADES: usize = 6;

/// Values beside each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// The heading.
    pub title: String,
    /// The name of each bar of a row, the widest first.
    pub series: Vec<String>,
    /// Whether the bars are days, which are beside each other; others lie below each other.
    pub are_days: bool,
    /// The rows.
    pub rows: Vec<Bar>,
    /// Where a target is, as a share of a full bar.
    pub ticks: Vec<f64>,
    /// How many rows are left out.
    pub more: Option<String>,
    /// Its numbers as a table for formats without charts; none where they are in a table of the page.
    pub numbers: Option<PageTable>,
}

/// A row of bars.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Its name.
    pub label: String,
    /// For each series the text of the number, its share of a full bar, and whether it misses a target.
    pub numbers: Vec<(String, f64, bool)>,
}

/// The parts of a whole, in all and by the rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct PageOutcomes {
    /// The heading.
    pub title: String,
    /// The names of the parts, in order, each with its number and its share in words.
    pub parts: Vec<(String, String, String)>,
    /// The bars: the whole first.
    pub bars: Vec<OutcomeBar>,
    /// How many rows are left out.
    pub more: Option<String>,
}

/// A bar of parts.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeBar {
    /// Its name.
    pub label: String,
    /// The share of each part in the bar, and its number in words.
    pub shares: Vec<(f64, String)>,
    /// The whole in words, and the share that went well.
    pub numbers: Vec<String>,
}

/// A number over windows or instants.
#[derive(Debug, Clone, PartialEq)]
pub struct PageTrend {
    /// Its title.
    pub title: String,
    /// A level each, oldest first; none where there is no data.
    pub levels: Vec<Option<f64>>,
    /// The level of each in words.
    pub texts: Vec<String>,
    /// The same as cells.
    pub cells: Vec<PageCell>,
    /// The name of each.
    pub names: Vec<String>,
    /// Best and worst in words; may be empty.
    pub note: String,
}
