//! The numbers of `report.json` in every format that people read, each rounded by the one formatter; and what each format
//! promises beside its numbers: HTML that fetches nothing, Markdown and Excel in which names of the log do nothing.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, DataType, Reader, Xlsx};
use dialogram::metrics;
use dialogram::report::{Cell, MetricValue, Report, Statistic};
use dialogram::unit::{ChangeKind, Unit, group};
use quick_xml::events::Event;
use tempfile::tempdir;

use crate::support::{success, text, week};

const TEMPLATES: [&str; 5] = ["conversations", "queues", "agents", "first-contact", "weekly"];

fn flags<'a>(template: &'a str, format: &'a str) -> Vec<&'a str> {
    week(&["--template", template, "--trend", "none", "--quiet", "--format", format])
}

fn printed(template: &str, format: &str) -> String {
    String::from_utf8(success(&flags(template, format))).unwrap()
}

fn report(template: &str) -> Report {
    serde_json::from_slice(&success(&flags(template, "json"))).unwrap()
}

/// A table: its title, its heads, and the cells of each row.
struct Table {
    title: String,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The texts and tables of an HTML file, which must be well-formed.
fn html(page: &str) -> (String, Vec<Table>) {
    let (mut texts, mut tables) = (String::new(), Vec::<Table>::new());
    let (mut open, mut cell, mut group) = (Vec::<String>::new(), String::new(), Vec::<(String, usize)>::new());
    let page = without(&without(page, "style"), "script");
    let mut reader = quick_xml::Reader::from_str(&page);
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                match name.as_str() {
                    "table" => tables.push(Table { title: String::new(), heads: Vec::new(), rows: Vec::new() }),
                    "tr" => tables.last_mut().unwrap().rows.push(Vec::new()),
                    "th" | "td" | "caption" => cell.clear(),
                    _ => {}
                }
                if name == "th" && open.iter().any(|name| name == "thead") {
                    let span = start.try_get_attribute("colspan").unwrap();
                    let span = span.map_or(1, |span| span.value.parse().unwrap());
                    group.push((String::new(), span));
                }
                open.push(name);
            }
            Event::End(end) => {
                let name = open.pop().unwrap();
                assert_eq!(name, end.name().as_ref());
                texts.push(' ');
                match name.as_str() {
                    "caption" => tables.last_mut().unwrap().title.clone_from(&cell),
                    "th" | "td" => tables.last_mut().unwrap().rows.last_mut().unwrap().push(cell.clone()),
                    "thead" => {
                        let table = tables.last_mut().unwrap();
                        table.heads = heads(std::mem::take(&mut table.rows), &group);
                        group.clear();
                    }
                    _ => {}
                }
            }
            Event::Text(text) => {
                cell.push_str(&text);
                texts.push_str(&text);
            }
            Event::GeneralRef(name) => {
                let text = match &*name {
                    "lt" => "<",
                    "gt" => ">",
                    "amp" => "&",
                    "quot" => "\"",
                    "#39" => "'",
                    other => panic!("&{other};"),
                };
                cell.push_str(text);
                texts.push_str(text);
            }
            Event::Empty(_) | Event::DocType(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    (texts, tables)
}

/// One row of heads, or two: those of the second are below a head that spans them.
fn heads(rows: Vec<Vec<String>>, spans: &[(String, usize)]) -> Vec<String> {
    let mut rows = rows.into_iter();
    let first = rows.next().unwrap();
    let Some(below) = rows.next() else { return first };
    let mut below = below.into_iter();
    let mut heads = Vec::new();
    for (head, (_, span)) in first.iter().zip(spans) {
        if *span > 1 {
            heads.extend((0..*span).map(|_| format!("{head}, {}", below.next().unwrap())));
        } else {
            heads.push(head.clone());
        }
    }
    heads
}

fn without(page: &str, element: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once(&format!("<{element}>")) {
        out.push_str(before);
        rest = after.split_once(&format!("</{element}>")).unwrap().1;
    }
    out + rest
}

/// The tables of a Markdown text, with the title above each.
fn markdown(page: &str) -> Vec<Table> {
    let plain = |text: &str| {
        let text = text.replace("**", "").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
        text.replace("&#64;", "@").replace('\\', "").trim().to_owned()
    };
    let mut tables: Vec<Table> = Vec::new();
    let (mut title, mut is_in) = (String::new(), false);
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix('#') {
            title = plain(heading.trim_start_matches('#'));
        }
        let Some(cells) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else {
            is_in = false;
            continue;
        };
        let cells: Vec<String> = cells.split(" | ").map(plain).collect();
        if !is_in {
            tables.push(Table { title: title.clone(), heads: cells, rows: Vec::new() });
        } else if !cells.iter().all(|cell| cell.starts_with("---")) {
            let table = tables.last_mut().unwrap();
            assert_eq!(cells.len(), table.heads.len(), "{line}");
            table.rows.push(cells);
        }
        is_in = true;
    }
    tables
}

/// The value of a workbook's cell in words, as a number of that unit.
fn in_words(cell: &Data, unit: Unit) -> String {
    let number = match cell {
        Data::DateTime(duration) => Some(duration.as_f64() * 86_400.0),
        other => other.as_f64(),
    };
    match (cell, number) {
        (Data::String(text), _) => text.clone(),
        (Data::Empty, _) => String::new(),
        (_, number) => unit.format(number),
    }
}

fn sheet(workbook: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> (Vec<String>, Vec<Vec<Data>>) {
    let range = workbook.worksheet_range(name).unwrap();
    let mut rows = range.rows().map(<[Data]>::to_vec);
    let heads = rows.next().unwrap().iter().map(ToString::to_string).collect();
    (heads, rows.collect())
}

fn workbook(template: &str) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(success(&flags(template, "xlsx")))).unwrap()
}

fn label(id: &str) -> &'static str {
    metrics::describe(id).unwrap().label
}

/// A figure: its label, its unit, and the text of each of its numbers by the head of its column.
type Figure = (&'static str, Unit, Vec<(&'static str, String)>);

/// The figures of a report, in its order.
fn figures(report: &Report) -> Vec<Figure> {
    let of = |id: &str, value: &MetricValue| {
        let kind = metrics::describe(id).unwrap().change;
        match value {
            MetricValue::Scalar(scalar) => {
                let unit = scalar.unit;
                let change = scalar.change.map(|by| kind.format(unit, by));
                let mut texts = vec![
                    ("Now", unit.format(scalar.value)),
                    ("Before", unit.format(scalar.previous)),
                    ("Change", change.unwrap_or_else(|| "–".to_owned())),
                ];
                if unit != Unit::Count {
                    texts.push(("n", group(scalar.n)));
                }
                (label(id), unit, texts)
            }
            MetricValue::Duration(duration) => {
                let unit = duration.unit;
                let change = duration.change.as_ref().and_then(|change| Statistic::LEADING.of_change(change));
                let now = &duration.statistics;
                let before = duration.previous.as_ref().and_then(|before| before.p50);
                let texts = vec![
                    ("Now", unit.format(now.p50)),
                    ("Before", unit.format(before)),
                    ("Change", change.map_or_else(|| "–".to_owned(), |by| kind.format(unit, by))),
                    ("mean", unit.format(now.mean)),
                    ("p90", unit.format(now.p90)),
                    ("p95", unit.format(now.p95)),
                    ("max", unit.format(now.max)),
                    ("n", group(now.n)),
                ];
                (label(id), unit, texts)
            }
        }
    };
    report.metrics.iter().map(|(id, value)| of(id, value)).collect()
}

/// The numbers of the report's tables: which table, which row from the top, which column, the text.
fn cells(report: &Report) -> Vec<(String, usize, String, Unit, String)> {
    let mut found = Vec::new();
    for (name, table) in report.tables.iter() {
        let title = name.replace('_', " ").replacen('b', "B", 1);
        for (at, row) in table.rows.iter().enumerate() {
            for (id, cell) in row.cells.iter() {
                let unit = metrics::describe(id).unwrap().unit;
                let mut add = |head: String, value| found.push((title.clone(), at, head, unit, unit.format(value)));
                match cell {
                    Cell::Scalar { value, .. } => add(label(id).to_owned(), *value),
                    Cell::Duration(statistics) => {
                        for statistic in [Statistic::Mean, Statistic::P50, Statistic::P90] {
                            let name = if statistic == Statistic::LEADING { "median" } else { statistic.name() };
                            add(format!("{}, {name}", label(id)), statistic.of(statistics));
                        }
                    }
                }
            }
        }
    }
    found
}

fn check(format: &str, report: &Report, tables: &[Table]) {
    let table = |title: &str| {
        tables.iter().find(|table| table.title == title).unwrap_or_else(|| panic!("{format}: no table {title}"))
    };
    let value = |table: &Table, row: usize, head: &str| {
        let column = table.heads.iter().position(|known| known == head);
        let column =
            column.unwrap_or_else(|| panic!("{format}: {} has no column {head}: {:?}", table.title, table.heads));
        table.rows[row][column].trim_start_matches("! ").to_owned()
    };
    let all = table("All figures");
    for (label, _, texts) in figures(report) {
        let row = all.rows.iter().position(|row| row[0] == label).unwrap_or_else(|| panic!("{format}: no {label}"));
        for (head, text) in texts {
            assert_eq!(value(all, row, head), text, "{format}: {label}, {head}");
        }
    }
    for (title, row, head, _, text) in cells(report) {
        assert_eq!(value(table(&title), row, &head), text, "{format}: {title}, row {row}, {head}");
    }
}

#[test]
fn each_number_of_a_report_is_in_html_and_markdown() {
    for template in TEMPLATES {
        let report = report(template);
        assert!(!figures(&report).is_empty() && !cells(&report).is_empty(), "{template}");
        check("html", &report, &html(&printed(template, "html")).1);
        check("markdown", &report, &markdown(&printed(template, "markdown")));
    }
}

#[test]
fn each_number_of_a_report_is_in_the_workbook() {
    for template in TEMPLATES {
        let report = report(template);
        let mut workbook = workbook(template);
        let (heads, rows) = sheet(&mut workbook, "All figures");
        let column = |heads: &[String], head: &str| heads.iter().position(|known| known == head).unwrap();
        for (label, unit, texts) in figures(&report) {
            let row = rows.iter().find(|row| row[0].as_string().as_deref() == Some(label)).unwrap();
            for (head, text) in texts {
                let unit = if head == "n" { Unit::Count } else { unit };
                let cell = &row[column(&heads, head)];
                let shown = match (head, unit) {
                    ("Change", _) if text == "–" => cell.to_string(),
                    ("Change", Unit::Rate) => ChangeKind::Difference.format(unit, cell.as_f64().unwrap() / 100.0),
                    ("Change", Unit::Count | Unit::Seconds) => {
                        ChangeKind::Relative.format(unit, cell.as_f64().unwrap())
                    }
                    ("Change", Unit::Score) => {
                        metrics::all().find(|metric| metric.label == label).map_or(String::new(), |metric| {
                            metrics::describe(metric.id).unwrap().change.format(unit, cell.as_f64().unwrap())
                        })
                    }
                    _ => in_words(cell, unit),
                };
                assert_eq!(shown, text, "{template}: {label}, {head}");
            }
        }
        for (title, row, head, unit, text) in cells(&report) {
            let (heads, rows) = sheet(&mut workbook, &title);
            assert_eq!(
                in_words(&rows[row][column(&heads, &head)], unit),
                text,
                "{template}: {title}, row {row}, {head}"
            );
        }
    }
}

/// The terminal and the PDF choose what they have room for: of each figure the number that it leads with, and every row of
/// every table.
#[test]
fn each_figure_of_a_report_is_on_the_terminal_and_in_plain_lines() {
    for template in TEMPLATES {
        let report = report(template);
        let [terminal, plain] = ["terminal", "plain"].map(|format| printed(template, format));
        for (label, _, texts) in figures(&report) {
            for (head, text) in &texts[..1] {
                assert!(terminal.contains(text.as_str()), "{template}: {label}, {head}: {text}");
            }
            for (head, text) in texts {
                let is_there = |line: &str| {
                    line.split_once('\t').is_some_and(|(name, value)| {
                        name == format!("{label}, {head}") && value.trim_start_matches("! ") == text
                    })
                };
                let is_said = text == "–" || plain.lines().any(is_there);
                assert!(is_said, "{template}: {label}, {head}: {text}");
            }
        }
        assert!(!plain.contains(|c: char| ('\u{2500}'..='\u{259f}').contains(&c) || c == '\u{1b}'), "{template}");
    }
}

#[test]
fn html_fetches_nothing_and_is_read_without_a_script() {
    let page = printed("weekly", "html");
    let (texts, tables) = html(&page);
    assert!(!page.contains("http") && !page.contains("url(") && !page.contains("@import") && !page.contains("src="));
    assert_eq!(page.matches("<script>").count(), 1);
    let bare = without(&page, "script");
    assert_eq!(html(&bare).0, texts);
    for part in ["Weekly report", "2–8 March 2026", "Key figures", "What the numbers mean", "57 checks passed"] {
        assert!(texts.contains(part), "{part}");
    }
    // Every table has a caption and heads; every drawing says what it shows, or is beside its numbers.
    assert!(tables.iter().all(|table| !table.title.is_empty() && !table.heads.is_empty()));
    let drawings: Vec<&str> = page.split("<svg ").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
    assert!(drawings.len() > 10);
    for drawing in drawings {
        let says = drawing.contains("role=\"img\" aria-label=\"") && !drawing.contains("aria-label=\"\"");
        assert!(says || drawing.contains("aria-hidden=\"true\""), "{drawing}");
    }
    let ids: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(page.contains("<html lang=\"en\">") && page.contains("<meta name=\"viewport\""));
}

#[test]
fn names_of_the_log_do_nothing_in_any_format() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    let names = ["=cmd|'/c calc'!A1", "<script>alert(1)</script>", "a|b `c` [d](http://e)", "\\u202egnp.\\u0007", "+1"];
    let mut rows = String::new();
    for (at, name) in names.iter().enumerate() {
        for (nth, event) in ["message", "message"].iter().enumerate() {
            rows.push_str(&format!(
                "{{\"ts\":\"2026-03-02T09:0{at}:0{nth}Z\",\"event\":\"{event}\",\"actor\":\"customer\",\"conversation_id\":\"c{at}\",\"channel\":\"{name}\"}}\n"
            ));
        }
    }
    std::fs::write(&log, rows).unwrap();
    let args = |format: &'static str| {
        vec!["report", text(&log), "--from", "2026-03-02", "--to", "2026-03-02", "--quiet", "--format", format]
    };
    let page = String::from_utf8(success(&args("html"))).unwrap();
    let (texts, _) = html(&page);
    assert!(texts.contains("<script>alert(1)</script>") && !page.contains("<script>alert"), "{texts}");
    assert!(texts.contains("\\u{202e}gnp.\\u{7}") && !page.contains('\u{202e}') && !page.contains('\u{7}'));
    let page = String::from_utf8(success(&args("markdown"))).unwrap();
    assert!(!page.contains("<script>") && !page.contains("](http:") && !page.contains('\u{202e}'), "{page}");
    assert!(markdown(&page).iter().any(|table| table.title == "By channel" && table.rows.len() == names.len() + 1));
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(success(&args("xlsx")))).unwrap();
    let (_, rows) = sheet(&mut workbook, "By channel");
    assert!(rows.iter().any(|row| row[0] == Data::String(names[0].to_owned())), "{rows:?}");
    assert!(workbook.worksheet_formula("By channel").unwrap().is_empty());
}

#[test]
fn a_workbook_has_the_same_bytes_again_and_its_definitions_last() {
    let bytes = success(&flags("weekly", "xlsx"));
    assert_eq!(bytes, success(&flags("weekly", "xlsx")));
    let workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = workbook.sheet_names();
    assert_eq!((names[0].as_str(), names.last().unwrap().as_str()), ("Weekly report", "What the numbers mean"));
}

#[test]
fn dates_are_dates_and_durations_durations() {
    let mut workbook = workbook("weekly");
    let (_, rows) = sheet(&mut workbook, "By day");
    let Data::DateTime(day) = &rows[0][0] else { panic!("{:?}", rows[0]) };
    assert_eq!((day.is_datetime(), day.as_f64()), (true, 46_083.0));
    let (heads, rows) = sheet(&mut workbook, "All figures");
    let wait = rows.iter().find(|row| row[0].as_string().as_deref() == Some("Wait in queue")).unwrap();
    assert!(
        matches!(&wait[heads.iter().position(|head| head == "p90").unwrap()], Data::DateTime(p90) if p90.is_duration())
    );
    let list = success(&week_of(&["list", "--metric", "queue_wait"], &["--format", "xlsx"]));
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(list)).unwrap();
    let (heads, rows) = sheet(&mut workbook, "Wait in queue 2");
    let entered = &rows[0][heads.iter().position(|head| head == "Entered at").unwrap()];
    assert!(matches!(entered, Data::DateTime(at) if at.is_datetime()), "{entered:?}");
}

fn week_of<'a>(command: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    let of_week = week(more);
    [command, &of_week[1..]].concat()
}

#[test]
fn snapshots_series_and_lists_have_the_formats_too() {
    let log = crate::support::WEEK_LOG;
    let lines: [&[&str]; 3] = [
        &["snapshot", log, "--at", "2026-03-03T15:00:00Z", "--quiet"],
        &["snapshot", log, "--every", "6h", "--to", "log-end", "--quiet"],
        &["list", "--metric", "queue_wait", log, "--all", "--quiet"],
    ];
    for line in lines {
        let of = |format: &'static str| success(&[line, &["--format", format]].concat());
        let page = String::from_utf8(of("html")).unwrap();
        let (_, tables) = html(&page);
        assert!(tables.iter().any(|table| !table.rows.is_empty()), "{line:?}");
        assert!(!markdown(&String::from_utf8(of("markdown")).unwrap()).is_empty(), "{line:?}");
        assert!(String::from_utf8(of("plain")).unwrap().lines().any(|line| line.contains('\t')), "{line:?}");
        let bytes = of("xlsx");
        assert_eq!(bytes, of("xlsx"), "{line:?}");
        let workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert!(workbook.sheet_names().len() > 1, "{line:?}");
    }
}
