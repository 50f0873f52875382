//! A report, snapshot, series or list as parts of a page with texts: the common base of HTML, Markdown, Excel and plain
//! text. Numbers are kept with their texts, so that a workbook has numbers and a page has texts.

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
    /// The language of its texts.
    pub language: Language,
    pub title: String,
    /// Its days or its instant.
    pub lead: String,
    /// The window to compare with.
    pub compared: Option<String>,
    /// The filters of the numbers; shown prominently.
    pub only: Option<String>,
    /// The text read in place of a logo without a name.
    pub logo: &'static str,
    /// Name and version of the program.
    pub program: String,
    /// The sentences of the summary.
    pub sentences: Vec<PageSentence>,
    /// Heading of the key figures.
    pub figures_title: String,
    /// The heads for names, values, changes and details in a table.
    pub figures_heads: [String; 4],
    pub key_figures: Vec<KeyFigure>,
    /// A note about the key figures.
    pub figures_note: Option<String>,
    /// Everything else.
    pub sections: Vec<Section>,
}

impl Document {
    /// A page without figures: its title, its subject and its sections.
    #[must_use]
    pub fn bare(language: Language, title: &str, lead: &str, generator: &Generator, sections: Vec<Section>) -> Self {
        Self {
            language,
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

/// A sentence: a lead word, its judgement, and the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSentence {
    pub judgement: Judgement,
    /// The lead word.
    pub lead: String,
    /// The rest.
    pub text: String,
}

/// A key figure, in large type.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyFigure {
    /// Its name.
    pub label: String,
    pub value: String,
    /// The value for workbooks.
    pub number: CellValue,
    /// Shown beside the value: the statistic, or the number of rows.
    pub aside: Option<String>,
    /// The change against the window before.
    pub change: Option<PageChange>,
    /// The value before.
    pub before: Option<String>,
    /// Details of the value.
    pub details: Vec<String>,
    /// Its targets as texts, and whether each is met.
    pub targets: Vec<(bool, String)>,
    /// Its trend, if any.
    pub trend: Option<PageTrend>,
}

/// A change as a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageChange {
    /// `+12.5 %`.
    pub text: String,
    pub direction: Option<ChangeDirection>,
    pub judgement: Judgement,
    /// The word for its judgement; empty if neutral.
    pub word: String,
}

/// Parts under a heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The heading.
    pub title: String,
    pub parts: Vec<PagePart>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum PagePart {
    /// A paragraph.
    Text(MarkedText),
    /// A warning, with its id.
    Warning(MarkedText),
    Table(PageTable),
    /// A table by two dimensions.
    Crossing(Crossing),
    /// Counts by weekday and hour.
    Heatmap(PageHeatmap),
    /// Values side by side as bars.
    Bars(Bars),
    /// Outcomes: the parts of a whole.
    Outcomes(PageOutcomes),
    /// Numbers over windows or instants.
    Trends(Vec<PageTrend>),
    /// Names and their definitions.
    Definitions(Vec<(String, String)>),
}

/// A text with a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedText {
    /// The lead; may be empty.
    pub lead: String,
    pub text: String,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageTable {
    /// Its heading.
    pub title: String,
    /// A note about it; may be empty.
    pub note: String,
    pub columns: Vec<TableColumn>,
    pub rows: Vec<Vec<PageCell>>,
    /// The row of totals.
    pub total: Option<Vec<PageCell>>,
    /// The text shown instead of rows if there are none.
    pub empty: String,
    /// Whether readers may want to sort the rows.
    pub is_sortable: bool,
}

/// A table by two dimensions: pages show one form of it, a workbook both.
#[derive(Debug, Clone, PartialEq)]
pub struct Crossing {
    /// The values of one dimension down, those of the other across; `None` if there are too many.
    pub matrix: Option<PageTable>,
    /// One row per pair.
    pub rows: PageTable,
}

impl Crossing {
    /// The form for pages.
    #[must_use]
    pub fn to_read(&self) -> &PageTable {
        self.matrix.as_ref().unwrap_or(&self.rows)
    }

    /// All forms.
    pub fn all(&self) -> impl Iterator<Item = &PageTable> {
        self.matrix.iter().chain([&self.rows])
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// The common heading of several columns, above their own heads.
    pub group: Option<String>,
    pub head: String,
    /// Whether it has numbers.
    pub is_number: bool,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct PageCell {
    /// The text for pages.
    pub text: String,
    /// The value for workbooks and for sorting.
    pub value: CellValue,
    /// Whether it is highlighted.
    pub tone: Tone,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellValue {
    /// A text, or nothing.
    Text,
    /// A number of things.
    Count(f64),
    /// A duration.
    Seconds(f64),
    /// Part of a whole: 0 to 1.
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
    /// The number that rows are sorted by; `None` for a text.
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
    pub title: String,
    /// The hours with the most, as a text; may be empty.
    pub note: String,
    /// The head of the weekday column.
    pub corner: String,
    /// The head of the sums; `None` if rows have no sums.
    pub total: Option<String>,
    /// Whether the numbers are counts; otherwise they are means.
    pub is_count: bool,
    /// Whether the smallest number is darkest, not the largest.
    pub is_least_darkest: bool,
    /// One row per weekday.
    pub rows: Vec<HeatmapRow>,
}

/// A weekday of a heatmap.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatmapRow {
    /// The weekday.
    pub label: String,
    /// Its hours.
    pub cells: Vec<HeatmapCell>,
    /// Its sum; `None` if the window has none of its hours.
    pub sum: Option<f64>,
    /// The sum for a page.
    pub sum_text: String,
}

/// An hour of a heatmap.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatmapCell {
    /// The number; `None` if the window has no such hour.
    pub value: Option<f64>,
    /// The text for a page; empty for zero.
    pub text: String,
    /// Its shade: 0 for zero, up to [`SHADES`].
    pub shade: usize,
}

/// The darkest shade of a heatmap.
pub const SHADES: usize = 6;

/// Values as bars.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// The heading.
    pub title: String,
    /// The names of the bars in a row, the widest bar first.
    pub series: Vec<String>,
    /// Whether the bars are days, which are drawn side by side; others are drawn below each other.
    pub are_days: bool,
    pub rows: Vec<Bar>,
    /// The position of each target, as a share of a full bar.
    pub ticks: Vec<f64>,
    /// A note about the rows that are left out, if any.
    pub more: Option<String>,
    /// Its numbers as a table for formats without charts; `None` if a table of the page has them.
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

/// The parts of a whole, in total and for each row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct PageOutcomes {
    /// The heading.
    pub title: String,
    /// The parts in order: name, number and share, as texts.
    pub parts: Vec<(String, String, String)>,
    /// The bars; the whole first.
    pub bars: Vec<OutcomeBar>,
    /// A note about the rows that are left out, if any.
    pub more: Option<String>,
}

/// A bar of parts.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeBar {
    /// Its name.
    pub label: String,
    /// For each part its share of the bar, and its number as a text.
    pub shares: Vec<(f64, String)>,
    /// The whole as a text, and the share of good outcomes.
    pub numbers: Vec<String>,
}

/// A number over windows or instants.
#[derive(Debug, Clone, PartialEq)]
pub struct PageTrend {
    pub title: String,
    /// One level for each window or instant, oldest first; `None` without data.
    pub levels: Vec<Option<f64>>,
    /// The levels as texts.
    pub texts: Vec<String>,
    /// The levels as cells.
    pub cells: Vec<PageCell>,
    /// The name of each window or instant.
    pub names: Vec<String>,
    /// The best and the worst as a text; may be empty.
    pub note: String,
}
