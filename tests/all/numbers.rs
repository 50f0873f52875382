//! Each number of `report.json` in every format for people, as written by the formatter: every template, three logs,
//! two languages.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use calamine::{Data, DataType, Reader, Xlsx};
use dialogram::language::Language;
use dialogram::metrics;
use dialogram::render::look::Look;
use dialogram::render::words::{metric, statistic, table as title_of};
use dialogram::render::{ReportFormat, TerminalOptions, render, repeats, rows};
use dialogram::report::template::Template;
use dialogram::report::{Cell, MetricValue, Report, Statistic};
use dialogram::time::parse_date;
use dialogram::unit::{ChangeKind, NO_DATA, Unit};

use crate::formats::{Table, html, markdown, sheet};
use crate::support::{WEEK_LOG, success};

/// Logs, with flags for a window that has a window before it.
const LOGS: [(&str, &[&str]); 3] = [
    (WEEK_LOG, &["--tz", "America/Sao_Paulo", "--from", "2026-03-02", "--to", "2026-03-08"]),
    ("fixtures/agents-time/log.jsonl", &["--tz", "America/Sao_Paulo", "--from", "2026-03-04", "--to", "2026-03-04"]),
    (
        "fixtures/opening-hours/spring.jsonl",
        &[
            "--tz",
            "America/New_York",
            "--from",
            "2026-03-10",
            "--to",
            "2026-03-13",
            "--opening-hours",
            "fixtures/opening-hours/hours.toml",
        ],
    ),
];

/// Both decimal marks, and both kinds of digit groups. `language` compares the texts of the other two on the same
/// pages.
const LANGUAGES: [Language; 2] = [Language::English, Language::French];

/// A report with its language, and both names for messages.
struct Shown {
    report: Report,
    language: Language,
    name: String,
}

fn each(check: impl Fn(&Shown)) {
    let mut numbers = 0;
    let mut templates = BTreeSet::new();
    for (log, flags) in LOGS {
        for template in Template::names() {
            let args = [&["report", log, "--template", template, "--quiet", "--format", "json"], flags].concat();
            let report: Report = serde_json::from_slice(&success(&args)).unwrap();
            for language in LANGUAGES {
                let name = format!("{log} {template} {language}");
                let shown = Shown { report: report.clone(), language, name };
                let own = shown.figures().len() + shown.cells().len();
                // The week has numbers in every template, so that no template is skipped silently.
                assert!(own > 4 || log != WEEK_LOG, "{}: {own} numbers", shown.name);
                templates.insert(template);
                numbers += own;
                check(&shown);
            }
        }
    }
    assert!(numbers > 5_000, "only {numbers} numbers");
    assert_eq!(templates.len(), 7, "{templates:?}");
}

/// A figure: its label, its unit, and the text of each number by the key of its column.
type Figure = (String, Unit, Vec<(&'static str, String)>);

/// A number of a table.
struct TableCell {
    title: String,
    /// The index of the row and its name.
    row: usize,
    label: String,
    metric: String,
    statistic: Option<Statistic>,
    unit: Unit,
    text: String,
}

impl TableCell {
    fn head(&self, language: Language) -> String {
        match self.statistic {
            None => self.metric.clone(),
            Some(of) => format!("{}, {}", self.metric, statistic(language, of)),
        }
    }
}

impl Shown {
    fn printed(&self, format: ReportFormat) -> Vec<u8> {
        render(&self.report, format, self.language, &Look::default(), &TerminalOptions { width: 80, color: false })
            .unwrap()
            .into_bytes()
            .unwrap()
    }

    fn text(&self, format: ReportFormat) -> String {
        String::from_utf8(self.printed(format)).unwrap()
    }

    /// The figures of the report in order, without those that repeat another.
    fn figures(&self) -> Vec<Figure> {
        let repeats = repeats::repeated(&self.report);
        let shown = self.report.metrics.iter().filter(|(id, _)| !repeats::is_repeat(&repeats, id));
        shown.map(|(id, value)| self.figure(id, value)).collect()
    }

    fn figure(&self, id: &str, value: &MetricValue) -> Figure {
        let language = self.language;
        let kind = metrics::describe(id).unwrap().change;
        let change =
            |unit, by: Option<f64>| by.map_or_else(|| NO_DATA.to_owned(), |by| language.change(kind, unit, by));
        let mut texts: Vec<(&str, String)> = Vec::new();
        let is_compared = self.report.compared_with().is_some();
        let unit = match value {
            MetricValue::Scalar(scalar) => {
                let unit = scalar.unit;
                texts.push(("page.now", language.value(unit, scalar.value)));
                if is_compared {
                    texts.push(("page.before", language.value(unit, scalar.previous)));
                    texts.push(("page.change", change(unit, scalar.change)));
                }
                if unit != Unit::Count {
                    texts.push(("page.cases", language.count(scalar.n)));
                }
                unit
            }
            MetricValue::Hidden(_) => unreachable!("nothing is hidden"),
            MetricValue::Duration(duration) => {
                let (unit, now) = (duration.unit, &duration.statistics);
                texts.push(("page.now", language.value(unit, now.p50)));
                if is_compared {
                    let before = duration.previous.as_ref().and_then(|before| before.p50);
                    let by = duration.change.as_ref().and_then(|change| Statistic::LEADING.of_change(change));
                    texts.push(("page.before", language.value(unit, before)));
                    texts.push(("page.change", change(unit, by)));
                }
                for (key, value) in [
                    ("statistic.mean", now.mean),
                    ("statistic.p90", now.p90),
                    ("statistic.p95", now.p95),
                    ("statistic.max", now.max),
                ] {
                    texts.push((key, language.value(unit, value)));
                }
                texts.push(("page.cases", language.count(now.n)));
                unit
            }
        };
        (metric(language, id), unit, texts)
    }

    fn cells(&self) -> Vec<TableCell> {
        let language = self.language;
        let mut found = Vec::new();
        for (_, table) in self.report.tables.iter() {
            let title = title_of(language, &table.dimensions);
            for (at, row) in table.rows.iter().enumerate() {
                for (id, cell) in row.cells.iter() {
                    let unit = metrics::describe(id).unwrap().unit;
                    let mut add = |statistic, value| {
                        found.push(TableCell {
                            title: title.clone(),
                            row: at,
                            label: rows::label(language, &table.dimensions[0], &row.label[0]).into_owned(),
                            metric: metric(language, id),
                            statistic,
                            unit,
                            text: language.value(unit, value),
                        });
                    };
                    match cell {
                        Cell::Hidden => unreachable!("nothing is hidden"),
                        Cell::Scalar { value, .. } => add(None, *value),
                        Cell::Duration(statistics) => {
                            for statistic in [Statistic::Mean, Statistic::P50, Statistic::P90] {
                                add(Some(statistic), statistic.of(statistics));
                            }
                        }
                    }
                }
            }
        }
        found
    }

    fn check(&self, format: &str, tables: &[Table]) {
        let language = self.language;
        let place = format!("{} {format}", self.name);
        let table = |title: &str| {
            tables.iter().find(|table| table.title == title).unwrap_or_else(|| panic!("{place}: no table {title}"))
        };
        let value = |table: &Table, row: usize, head: &str| {
            let column = table.heads.iter().position(|known| known == head);
            let column = column.unwrap_or_else(|| panic!("{place}: {} has no {head}: {:?}", table.title, table.heads));
            table.rows[row][column].trim_start_matches("! ").to_owned()
        };
        let figures = self.figures();
        if !figures.is_empty() {
            let all = table(language.text("page.figures"));
            for (label, _, texts) in figures {
                let row = all.rows.iter().position(|row| row[0] == label);
                let row = row.unwrap_or_else(|| panic!("{place}: no {label}"));
                for (key, text) in texts {
                    assert_eq!(value(all, row, language.text(key)), text, "{place}: {label}, {key}");
                }
            }
        }
        for cell in self.cells() {
            let head = cell.head(language);
            let of = table(&cell.title);
            assert_eq!(value(of, cell.row, &head), cell.text, "{place}: {}, {}, {head}", cell.title, cell.label);
            if of.title != title_of(language, &["day".to_owned()]) {
                assert_eq!(of.rows[cell.row][0], cell.label, "{place}: {}", cell.title);
            }
        }
    }
}

#[test]
fn each_number_is_in_html_and_markdown() {
    each(|shown| {
        shown.check("html", &html(&shown.text(ReportFormat::Html)).1);
        shown.check("markdown", &markdown(&shown.text(ReportFormat::Markdown)));
    });
}

/// The heads and the rows of a sheet.
type Sheet = (Vec<String>, Vec<Vec<Data>>);

/// The value of a workbook's cell as the text of a number with that unit.
fn in_words(language: Language, cell: &Data, unit: Unit) -> String {
    let number = match cell {
        Data::DateTime(duration) => Some(duration.as_f64() * 86_400.0),
        other => other.as_f64(),
    };
    match (cell, number) {
        (Data::String(text), _) => text.clone(),
        (Data::Empty, _) => String::new(),
        (_, number) => language.value(unit, number),
    }
}

#[test]
fn each_number_is_in_the_workbook() {
    each(|shown| {
        let (language, place) = (shown.language, &shown.name);
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(shown.printed(ReportFormat::Xlsx))).unwrap();
        let column = |heads: &[String], head: &str| heads.iter().position(|known| known == head).unwrap();
        let figures = shown.figures();
        if !figures.is_empty() {
            let (heads, rows) = sheet(&mut workbook, language.text("page.figures"));
            for (label, unit, texts) in figures {
                let row = rows.iter().find(|row| row[0].as_string().as_deref() == Some(&label)).unwrap();
                let kind = metrics::all().find(|of| metric(language, of.id) == label).unwrap();
                let kind = metrics::describe(kind.id).unwrap().change;
                for (key, text) in texts {
                    let cell = &row[column(&heads, language.text(key))];
                    let is_change = key == "page.change" && text != NO_DATA;
                    let found = match cell.as_f64() {
                        // A difference of shares is in points.
                        Some(by) if is_change && (kind, unit) == (ChangeKind::Difference, Unit::Rate) => {
                            language.change(kind, unit, by / 100.0)
                        }
                        Some(by) if is_change => language.change(kind, unit, by),
                        _ => in_words(language, cell, if key == "page.cases" { Unit::Count } else { unit }),
                    };
                    assert_eq!(found, text, "{place}: {label}, {key}");
                }
            }
        }
        // The key figures of the first sheet are numbers, too.
        let first = workbook.sheet_names()[0].clone();
        let summary = workbook.worksheet_range(&first).unwrap();
        for id in &shown.report.key_figures {
            let (label, unit, texts) = shown.figure(id, shown.report.metrics.get(id).unwrap());
            let named = |row: &&[Data]| row[0].as_string().is_some_and(|text| text.starts_with(&label));
            let row = summary.rows().filter(named).find(|row| row[1] != Data::Empty);
            let cell = &row.unwrap_or_else(|| panic!("{place}: no {label} in {first}"))[1];
            let expected = &texts[0].1;
            assert_eq!(&in_words(language, cell, unit), expected, "{place}: {label}");
            assert!(*expected == NO_DATA || !matches!(cell, Data::String(_)), "{place}: {label} is a text");
        }
        let mut sheets: Vec<(String, Sheet)> = Vec::new();
        for cell in shown.cells() {
            if sheets.last().is_none_or(|(title, _)| *title != cell.title) {
                sheets.push((cell.title.clone(), sheet(&mut workbook, &cell.title)));
            }
            let (heads, rows) = &sheets.last().unwrap().1;
            let head = cell.head(language);
            let found = in_words(language, &rows[cell.row][column(heads, &head)], cell.unit);
            assert_eq!(found, cell.text, "{place}: {}, {}, {head}", cell.title, cell.label);
        }
    });
}

/// Whether a line has a separate number between blanks after a name.
fn has_behind(line: &str, name: &str, number: &str) -> bool {
    let (name, number) = (spaced(name), format!(" {} ", spaced(number)));
    let line = format!("{} ", spaced(line));
    line.split_once(&name).is_some_and(|(_, behind)| behind.contains(&number))
}

/// The leading number of each cell in a table, on the line of its row.
#[test]
fn each_number_of_a_table_is_on_the_terminal() {
    each(|shown| {
        let (language, place) = (shown.language, &shown.name);
        let options = TerminalOptions { width: 160, color: false };
        let page = render(&shown.report, ReportFormat::Terminal, language, &Look::default(), &options).unwrap();
        let page = String::from_utf8(page.into_bytes().unwrap()).unwrap().replace(" ! ", " ");
        let lines: Vec<&str> = page.lines().collect();
        let mut seen = 0;
        for cell in shown.cells().iter().filter(|cell| matches!(cell.statistic, None | Some(Statistic::P50))) {
            let label = match parse_date(&cell.label) {
                Ok(day) => language.day_in_column(day),
                Err(_) => cell.label.clone(),
            };
            let is_there = lines.iter().any(|line| has_behind(line, &label, &cell.text));
            assert!(is_there, "{place}: {}, {label}, {}: no {} in\n{page}", cell.title, cell.metric, cell.text);
            seen += 1;
        }
        assert_eq!(seen > 0, shown.report.tables.iter().any(|(_, table)| !table.rows.is_empty()), "{place}");
    });
}

/// Plain lines have every number; the terminal has the leading number of each figure.
#[test]
fn each_figure_is_on_the_terminal_and_in_plain_lines() {
    each(|shown| {
        let (language, place) = (shown.language, &shown.name);
        let [terminal, plain] = [ReportFormat::Terminal, ReportFormat::Plain].map(|format| shown.text(format));
        let lines: BTreeSet<(&str, &str)> = plain.lines().filter_map(|line| line.split_once('\t')).collect();
        let is_there = |name: &str, text: &str| {
            text == NO_DATA || lines.contains(&(name, text)) || lines.contains(&(name, format!("! {text}").as_str()))
        };
        for (label, _, texts) in shown.figures() {
            assert!(terminal.contains(texts[0].1.as_str()), "{place}: {label}: {}", texts[0].1);
            for (key, text) in texts {
                let name = format!("{label}, {}", language.text(key));
                assert!(is_there(&name, &text), "{place}: {name}: {text}");
            }
        }
        for cell in shown.cells().iter().filter(|cell| cell.title != title_of(language, &["day".to_owned()])) {
            let head = cell.head(language).replace(", ", " ");
            let is_crossed = cell.text == NO_DATA || plain.contains(&format!("{head}\t"));
            assert!(is_crossed, "{place}: {}, {}: {head}", cell.title, cell.label);
        }
        assert!(!plain.contains(|c: char| ('\u{2500}'..='\u{259f}').contains(&c) || c == '\u{1b}'), "{place}");
    });
}

/// The text of a PDF, with single blanks for blanks and line ends.
fn pdf_text(shown: &Shown) -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("numbers.pdf");
    fs::write(&file, shown.printed(ReportFormat::Pdf)).unwrap();
    let said = Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&file).arg("-").output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    format!(" {} ", spaced(&text))
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// For every figure with a row in the PDF, all numbers of that row; every other figure is named as a repeat or as one
/// without data. For tables, the displayed numbers.
#[test]
fn each_number_is_in_the_pdf() {
    each(|shown| {
        let (language, place) = (shown.language, &shown.name);
        let text = pdf_text(shown);
        let repeats = repeats::repeated(&shown.report);
        for ((id, value), (label, unit, texts)) in shown.report.metrics.iter().zip(shown.figures()) {
            let of = |key: &str| texts.iter().find(|(of, _)| *of == key).map(|(_, text)| text.as_str());
            let now = of("page.now").unwrap();
            let is_scalar = matches!(value, MetricValue::Scalar(_));
            let mut row = vec![label.as_str(), now];
            row.extend(["page.before", "page.change"].iter().filter_map(|key| of(key)));
            let begin = format!(" {} ", spaced(&row.join(" ")));
            let after = text.split(&begin).skip(1).map(|after| after.chars().take(80).collect::<String>());
            let behind: Vec<&str> = if is_scalar {
                of("page.cases").into_iter().collect()
            } else {
                ["statistic.mean", "statistic.p90", "page.cases"].iter().filter_map(|key| of(key)).collect()
            };
            let behind = format!(" {} ", spaced(&behind.join(" ")));
            // The word for a change is in between.
            let is_row =
                after.map(|after| format!(" {after}")).any(|after| behind.trim().is_empty() || after.contains(&behind));
            let is_left_out = repeats.iter().any(|(repeat, _)| *repeat == id)
                || matches!(now, "0" | NO_DATA) && text.to_lowercase().contains(&spaced(&label).to_lowercase());
            let marked = text.contains(&format!(" {} ! {now} ", spaced(&label)));
            assert!(is_row || is_left_out || marked, "{place}: no `{begin}…{behind}` ({unit:?})");
        }
        for cell in shown.cells() {
            if matches!(cell.statistic, None | Some(Statistic::P50 | Statistic::Mean)) {
                let is_there = text.contains(&format!(" {} ", spaced(&cell.text)));
                let is_nothing = [NO_DATA, &language.value(cell.unit, Some(0.0))].contains(&cell.text.as_str());
                assert!(is_there || is_nothing, "{place}: {}, {}: {}", cell.title, cell.label, cell.text);
            }
        }
    });
}
