//! A crossed table as matrices: the values of one dimension down, those of the other across, one matrix per metric.
//!
//! A table of rows has one line per pair and one column per metric, which is good for sorting and looking up. A matrix
//! shows how the values of one dimension differ within the other.

use crate::language::Language;
use crate::metrics::dimensions::{Dimension, WEEKDAYS};
use crate::metrics::{self, Metric};
use crate::render::{rows, themes, words};
use crate::report::identities::adds_up;
use crate::report::{Cell, MetricValue, Report, Shown, Statistic, Table, TableRow};
use crate::time::parse_date;
use crate::unit::Unit;

/// A matrix with more lines would be a list.
const MOST_DOWN: usize = 50;
/// A matrix in which fewer than one pair in this many is filled would be mostly empty.
const LEAST_FILLED: usize = 4;
/// The statistics of a duration that a matrix shows, besides those with a target.
const SHOWN: [Statistic; 1] = [Statistic::LEADING];

/// A crossed table as matrices.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// The title of the table.
    pub title: String,
    /// The dimension of the lines, as a text.
    pub down: String,
    /// The values of the columns.
    pub columns: Vec<String>,
    /// One for each metric, or for each statistic of a duration.
    pub groups: Vec<MatrixMetric>,
    /// Notes below; may be empty.
    pub notes: Vec<String>,
}

/// A metric, or a statistic of a duration, for each pair of values.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixMetric {
    /// The metric's id.
    pub id: String,
    /// The statistic, for a duration.
    pub statistic: Option<Statistic>,
    pub name: String,
    pub unit: Unit,
    /// One line per value of the dimension that goes down.
    pub rows: Vec<MatrixLine>,
    /// The sums of the columns, if the rows add up.
    pub total: Option<MatrixLine>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct MatrixLine {
    /// The value that the line is for.
    pub label: String,
    /// One number per column; `None` if no row of the table has the pair.
    pub numbers: Vec<Option<Option<Shown<f64>>>>,
    /// Their sum, if they add up; hidden if one of them is.
    pub total: Option<Shown<f64>>,
}

/// The orientation of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The first dimension goes down, as requested.
    Upright,
    /// The second goes down, because it has too many values to go across.
    Turned,
}

impl Turn {
    /// The indexes of the dimensions that go down and across.
    const fn down_and_across(self) -> (usize, usize) {
        match self {
            Self::Upright => (0, 1),
            Self::Turned => (1, 0),
        }
    }
}

impl Matrix {
    /// The table as matrices; `None` if the table is not crossed, if too many values would go down, or if too few pairs
    /// are filled.
    #[must_use]
    pub fn of(table: &Table, report: &Report, language: Language, turn: Turn) -> Option<Self> {
        if table.dimensions.len() != 2 || table.rows.is_empty() {
            return None;
        }
        let (down, across) = turn.down_and_across();
        let (downs, columns) = (values(table, down), values(table, across));
        if downs.len() > MOST_DOWN || downs.len() * columns.len() > table.rows.len() * LEAST_FILLED {
            return None;
        }
        let pairs = ValuePairs { table, report, down, across, downs: &downs, columns: &columns };
        let mut groups = Vec::new();
        let mut unknown: Vec<String> = Vec::new();
        for id in themes::together(table.metrics.iter().collect(), |id| themes::theme(id)) {
            let of_metric = pairs.groups(id, language);
            if of_metric.iter().any(MatrixMetric::has_numbers) || table.metrics.first() == Some(id) {
                groups.extend(of_metric);
            } else {
                unknown.push(words::lowered(&words::metric(language, id)));
            }
        }
        let mut notes: Vec<String> = Vec::new();
        notes.extend(rows::not_summing_note(language, report, table).map(|note| words::capitalized(&note) + "."));
        if !unknown.is_empty() {
            notes.push(language.fill("pdf.unknown", &[("metrics", &unknown.join(", "))]));
        }
        let label = |index: usize, value: &&str| pairs.label(index, value, language);
        Some(Self {
            title: words::table(language, &table.dimensions),
            down: words::capitalized(&words::dimension(language, &table.dimensions[down])),
            columns: columns.iter().map(|value| label(across, value)).collect(),
            groups,
            notes,
        })
    }

    /// Whether any metric adds up, so that there is a column of sums.
    #[must_use]
    pub fn has_totals(&self) -> bool {
        self.groups.iter().any(|group| group.total.is_some())
    }
}

impl MatrixMetric {
    /// Whether any pair has a number other than zero.
    fn has_numbers(&self) -> bool {
        let numbers = self.rows.iter().flat_map(|line| &line.numbers);
        numbers.flatten().flatten().any(|number| *number != Shown::Known(0.0))
    }

    /// All lines, the sums last.
    pub fn lines(&self) -> impl Iterator<Item = &MatrixLine> {
        self.rows.iter().chain(&self.total)
    }
}

/// The pairs of a table.
struct ValuePairs<'t> {
    table: &'t Table,
    report: &'t Report,
    down: usize,
    across: usize,
    downs: &'t [&'t str],
    columns: &'t [&'t str],
}

impl ValuePairs<'_> {
    fn label(&self, index: usize, value: &str, language: Language) -> String {
        let dimension = &self.table.dimensions[index];
        let row = self.table.rows.iter().find(|row| value_of(row, index) == value);
        let label = row.and_then(|row| row.label.get(index)).map_or(value, String::as_str);
        match parse_date(label) {
            Ok(day) if dimension == Dimension::Day.name() => language.day(day),
            Ok(_) | Err(_) => {
                let label = rows::label(language, dimension, label);
                rows::with_days(language, &self.report.window, dimension, label)
            }
        }
    }

    /// The row of the table for each line and column.
    fn grid(&self) -> Vec<Vec<Option<&TableRow>>> {
        let mut grid = vec![vec![None; self.columns.len()]; self.downs.len()];
        for row in &self.table.rows {
            let line = self.downs.iter().position(|value| value_of(row, self.down) == *value);
            let column = self.columns.iter().position(|value| value_of(row, self.across) == *value);
            if let Some(index) =
                line.zip(column).and_then(|(line, column)| grid.get_mut(line).and_then(|line| line.get_mut(column)))
            {
                *index = Some(row);
            }
        }
        grid
    }

    fn groups(&self, id: &str, language: Language) -> Vec<MatrixMetric> {
        let report = self.report;
        let is_duration = report.metrics.get(id).is_some_and(MetricValue::is_duration)
            || self.table.rows.iter().any(|row| matches!(row.cells.get(id), Some(Cell::Duration(_))));
        let statistics: Vec<Option<Statistic>> =
            if is_duration { report.with_targeted(&SHOWN, id).into_iter().map(Some).collect() } else { vec![None] };
        let sums = metrics::find(id).is_some_and(|metric| self.sums(metric));
        statistics.into_iter().map(|statistic| self.group(id, statistic, sums, language)).collect()
    }

    /// Whether the pairs of a metric are parts of a whole.
    fn sums(&self, metric: &Metric) -> bool {
        let dimensions: Vec<Dimension> = self.table.dimensions.iter().map(|name| Dimension::of_table(name)).collect();
        metric.is_sum() && adds_up(metric, &dimensions)
    }

    fn group(&self, id: &str, statistic: Option<Statistic>, sums: bool, language: Language) -> MatrixMetric {
        let number = |row: &&TableRow| row.cells.get(id).and_then(|cell| cell.number(statistic));
        let sum = |numbers: &[Option<Option<Shown<f64>>>]| {
            let known = || numbers.iter().flatten().flatten().copied();
            (sums && known().next().is_some()).then(|| known().sum())
        };
        let rows: Vec<MatrixLine> = self
            .grid()
            .iter()
            .zip(self.downs)
            .map(|(line, value)| {
                let numbers: Vec<Option<Option<Shown<f64>>>> =
                    line.iter().map(|row| row.as_ref().map(number)).collect();
                MatrixLine { label: self.label(self.down, value, language), total: sum(&numbers), numbers }
            })
            .collect();
        let total = (sums && rows.len() > 1).then(|| {
            let column = |at: usize| {
                let numbers: Vec<Option<Option<Shown<f64>>>> =
                    rows.iter().map(|line| line.numbers.get(at).copied().flatten()).collect();
                Some(sum(&numbers))
            };
            let numbers: Vec<Option<Option<Shown<f64>>>> = (0..self.columns.len()).map(column).collect();
            MatrixLine { label: language.text("table.total").to_owned(), total: sum(&numbers), numbers }
        });
        let name = match statistic {
            None => words::metric(language, id),
            Some(Statistic::P50) => words::median_of(language, id),
            Some(statistic) => words::metric_with(language, id, statistic.name()),
        };
        MatrixMetric { id: id.to_owned(), statistic, name, unit: self.report.unit(id), rows, total }
    }
}

fn value_of(row: &TableRow, index: usize) -> &str {
    row.key.parts().get(index).map_or("", String::as_str)
}

/// The values of a dimension. Values of time are in order. Others are sorted by the sum of the table's first metric,
/// largest first, or stay in the order of the table if that metric has no sum.
fn values(table: &Table, index: usize) -> Vec<&str> {
    let first = table.metrics.first().map_or("", String::as_str);
    let mut sums: Vec<(&str, f64)> = Vec::new();
    for row in &table.rows {
        let value = value_of(row, index);
        let number = match row.cells.get(first) {
            Some(Cell::Scalar { value: Some(number), .. }) if metrics::find(first).is_some_and(Metric::is_sum) => {
                *number
            }
            Some(Cell::Scalar { .. } | Cell::Duration(_) | Cell::Hidden) | None => 0.0,
        };
        match sums.iter_mut().find(|(known, _)| *known == value) {
            Some((_, sum)) => *sum += number,
            None => sums.push((value, number)),
        }
    }
    let is_weekday = table.dimensions[index] == Dimension::Weekday.name();
    if Dimension::parse(&table.dimensions[index]).is_some_and(|dimension| dimension.unit().is_some()) {
        let rank = |value: &str| WEEKDAYS.iter().position(|name| *name == value).filter(|_| is_weekday);
        sums.sort_by(|(a, _), (b, _)| rank(a).cmp(&rank(b)).then(a.cmp(b)));
    } else {
        sums.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    }
    sums.into_iter().map(|(value, _)| value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::terminal::sample;

    fn crossed(turn: Turn) -> Matrix {
        let report = sample::crossed();
        let (_, table) = report.tables.iter().last().expect("a table");
        Matrix::of(table, &report, Language::English, turn).expect("a matrix")
    }

    #[test]
    fn values_go_down_and_across_and_only_true_sums_are_shown() {
        let matrix = crossed(Turn::Upright);
        assert_eq!((matrix.title.as_str(), matrix.down.as_str()), ("By channel and weekday", "Channel"));
        assert_eq!(matrix.columns, ["Monday", "Wednesday", "Sunday"]);
        let conversations = &matrix.groups[0];
        let labels: Vec<&str> = conversations.lines().map(|line| line.label.as_str()).collect();
        assert_eq!(labels, ["whatsapp", "web", "no channel", "Total"]);
        let shown = |number| Some(Some(Shown::Known(number)));
        let row = |at: usize| &conversations.rows[at];
        assert_eq!((&row(0).numbers, row(0).total), (&vec![shown(4.0), shown(2.0), None], Some(Shown::Known(6.0))));
        assert_eq!((&row(2).numbers, row(2).total), (&vec![None, None, shown(1.0)], Some(Shown::Known(1.0))));
        let total = conversations.total.as_ref().expect("a sum");
        assert_eq!(
            (&total.numbers, total.total),
            (&vec![shown(9.0), shown(2.0), shown(1.0)], Some(Shown::Known(12.0)))
        );
        // A median has no sum.
        let wait = matrix.groups.iter().find(|group| group.id == "first_response_time").expect("a duration");
        assert!(wait.total.is_none() && wait.rows.iter().all(|line| line.total.is_none()));
        assert_eq!(wait.name, "Initial customer wait (median)");
        assert_eq!(matrix.notes, ["Zero or without data in all rows: close events."]);
    }

    #[test]
    fn turned_it_has_the_same_numbers() {
        let (upright, turned) = (crossed(Turn::Upright), crossed(Turn::Turned));
        assert_eq!(turned.down, "Weekday");
        assert_eq!(turned.columns, ["whatsapp", "web", "no channel"]);
        for (a, b) in upright.groups.iter().zip(&turned.groups) {
            for (row, line) in a.rows.iter().enumerate() {
                for (column, number) in line.numbers.iter().enumerate() {
                    assert_eq!(*number, b.rows[column].numbers[row]);
                }
            }
            assert_eq!(a.total.as_ref().and_then(|line| line.total), b.total.as_ref().and_then(|line| line.total));
        }
    }

    #[test]
    fn a_list_is_not_a_matrix() {
        let report = sample::crossed();
        let (_, table) = report.tables.iter().last().expect("a table");
        let matrix = |table: &Table| Matrix::of(table, &report, Language::English, Turn::Upright);
        let mut one = table.clone();
        one.dimensions.pop();
        assert_eq!(matrix(&one), None);
        // One pair of each of ten channels and ten weekdays.
        let mut sparse = table.clone();
        sparse.rows.truncate(1);
        let row = sparse.rows.remove(0);
        for n in 0..10 {
            let key = [Some(format!("c{n}")), Some(format!("d{n}"))];
            sparse.rows.push(TableRow { key: crate::report::key::RowKey::with_nulls(&key), ..row.clone() });
        }
        assert_eq!(matrix(&sparse), None);
    }
}
