//! The promises of each format for people, other than its numbers (those are in `numbers`): HTML that fetches nothing,
//! Markdown and Excel in which names of the log have no effect.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, DataType, Reader, Xlsx};
use quick_xml::events::Event;
use tempfile::tempdir;

use crate::support::{success, text, week};

fn flags<'a>(template: &'a str, format: &'a str) -> Vec<&'a str> {
    week(&["--template", template, "--trend", "none", "--quiet", "--format", format])
}

fn printed(template: &str, format: &str) -> String {
    String::from_utf8(success(&flags(template, format))).unwrap()
}

/// A table: its title, its heads, and the cells of each row.
pub struct Table {
    pub title: String,
    pub heads: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// The texts and tables of an HTML file, which must be well-formed.
pub fn html(page: &str) -> (String, Vec<Table>) {
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

/// One or two rows of heads; heads in the second row are below a head that spans them.
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
pub fn markdown(page: &str) -> Vec<Table> {
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

/// The heads and rows of a sheet.
pub fn sheet(workbook: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> (Vec<String>, Vec<Vec<Data>>) {
    let range = workbook.worksheet_range(name).unwrap();
    let mut rows = range.rows().map(<[Data]>::to_vec);
    let heads = rows.next().unwrap().iter().map(ToString::to_string).collect();
    (heads, rows.collect())
}

fn workbook(template: &str) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(success(&flags(template, "xlsx")))).unwrap()
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
    // Every table has a caption and heads; every drawing has a text alternative, or its numbers beside it.
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

/// The plan of agents is that of the hand-worked cases: Monday at 9 and 10 and Tuesday at 12.
#[test]
fn staffing_is_in_every_format_with_its_assumptions() {
    let args = |format: &str| {
        let log = "fixtures/cases/38-staffing/log.jsonl";
        let days = ["--from", "2026-03-02", "--to", "2026-03-08", "--template", "staffing"];
        success(&[&["report", log, "--quiet", "--format", format], &days[..]].concat())
    };
    let text = |format: &str| String::from_utf8(args(format)).unwrap();
    let at = |rows: &[Vec<String>], day: usize, hour: usize| rows[day][hour + 1].clone();
    let hours = [(0, 9), (0, 10), (1, 12), (1, 13)];
    let expected = [
        ("Agents needed", ["2", "3", "2", "–"]),
        ("Agents online, on average", ["0.5", "1.5", "", "–"]),
        ("Difference: online − needed", ["−1.5", "−1.5", "−2.0", "–"]),
    ];
    for (format, tables) in [("html", html(&text("html")).1), ("markdown", markdown(&text("markdown")))] {
        for (title, numbers) in expected {
            let table = tables.iter().find(|table| table.title == title).unwrap_or_else(|| panic!("{format}: {title}"));
            assert_eq!(table.heads.len(), 25, "{format}: {title}");
            assert_eq!(hours.map(|(day, hour)| at(&table.rows, day, hour)), numbers, "{format}: {title}");
        }
    }
    let plain = text("plain");
    for line in ["Mon 09:00\t2\n", "Mon 10:00\t3\n", "Mon 10:00\t−1.5\n", "Tue 12:00\t−2.0\n"] {
        assert!(plain.contains(line), "{line}");
    }
    let mut workbook = Xlsx::new(Cursor::new(args("xlsx"))).unwrap();
    for (title, numbers) in [("Agents needed", ["2", "3", "2"]), ("Difference", ["-1.5", "-1.5", "-2"])] {
        // The name of a sheet cannot contain a colon.
        let name = workbook.sheet_names().into_iter().find(|name| name.starts_with(title)).unwrap();
        let (_, rows) = sheet(&mut workbook, &name);
        let number = |(day, hour): (usize, usize)| rows[day][hour + 1].as_f64().unwrap().to_string();
        assert_eq!([hours[0], hours[1], hours[2]].map(number), numbers, "{title}");
    }
    let (_, summary) = sheet(&mut workbook, "Staffing report");
    let summary: String = summary.iter().flatten().map(ToString::to_string).collect();
    for (format, page) in
        [("html", html(&text("html")).0), ("markdown", text("markdown")), ("plain", plain), ("xlsx", summary)]
    {
        for words in ["15 min 00 s on average, of 5 stints", "Erlang C", "80.0%", "below 0 there were too few"] {
            assert!(page.contains(words), "{format}: {words}");
        }
    }
    // With a filter by queue nobody knows who was online: the page says why.
    let log = "fixtures/cases/38-staffing/log.jsonl";
    let days = ["--from", "2026-03-02", "--to", "2026-03-08", "--template", "staffing", "--quiet"];
    let why =
        "Agents online are unknown with this filter: an agent's status belongs to no queue, department or channel.";
    let of = |flags: &[&str], format: &str| {
        String::from_utf8(success(&[&["report", log, "--format", format], &days[..], flags].concat())).unwrap()
    };
    let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let filter = ["--queue", "(none)", "--allow-empty"];
    for format in ["terminal", "markdown", "plain"] {
        assert!(one_line(of(&filter, format)).contains(why), "{format}");
        assert!(!one_line(of(&["--agent", "ana"], format)).contains(why), "{format}");
    }
    assert!(!one_line(of(&[], "terminal")).contains("Agents online are unknown"));
}
