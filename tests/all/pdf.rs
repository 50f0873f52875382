//! The PDF of the fixture week, checked with other programs: `pdftotext`, `pdffonts`, `pdftoppm` and `qpdf`. If one is
//! missing, the tests fail: a skipped test would look like a passed one.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use dialogram::language::Language;
use dialogram::metrics;
use dialogram::render::brand::Brand;
use dialogram::render::brand::paper::Paper;
use dialogram::render::look::Look;
use dialogram::render::{ReportFormat, TerminalOptions, render, rows};
use dialogram::report::Report;
use dialogram::report::template::Template;
use lopdf::Document;
use serde_json::Value;

use crate::support::{success, week};

/// The week's PDF, made once: its path and its bytes.
fn pdf() -> &'static (PathBuf, Vec<u8>) {
    static PDF: OnceLock<(PathBuf, Vec<u8>)> = OnceLock::new();
    PDF.get_or_init(|| {
        let bytes = success(&week(&["--format", "pdf"]));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("week.pdf");
        std::fs::write(&path, &bytes).unwrap();
        (path, bytes)
    })
}

/// The output of a program about the PDF.
fn tool(name: &str, package: &str, before: &[&str], after: &[&str]) -> Vec<u8> {
    let output = Command::new(name).args(before).arg(&pdf().0).args(after).output();
    let output = output.unwrap_or_else(|error| {
        panic!("this test needs `{name}`, of the Debian package {package} (apt-get install {package}): {error}")
    });
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{name}: {}: {said}", output.status);
    output.stdout
}

/// The text of the pages, with single blanks for blanks and line ends.
fn pages() -> Vec<String> {
    let text = String::from_utf8(tool("pdftotext", "poppler-utils", &["-raw", "-enc", "UTF-8"], &["-"])).unwrap();
    let pages = text.trim_end_matches('\u{c}').split('\u{c}');
    pages.map(|page| page.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn document() -> Document {
    Document::load_mem(&pdf().1).unwrap()
}

fn json() -> Value {
    serde_json::from_slice(&success(&week(&["--format", "json"]))).unwrap()
}

#[test]
fn it_is_a_small_pdf_of_a_few_pages() {
    let bytes = &pdf().1;
    assert!(bytes.starts_with(b"%PDF-1.7"), "{:?}", String::from_utf8_lossy(&bytes[..8]));
    assert!(bytes.len() < 150_000, "{} bytes", bytes.len());
    let count = document().get_pages().len();
    assert!((2..=5).contains(&count), "{count} pages");
    assert_eq!(pages().len(), count);
}

#[test]
fn two_runs_write_the_same_bytes() {
    assert!(success(&week(&["--format", "pdf"])) == pdf().1);
}

#[test]
fn nothing_in_it_runs_or_leads_away() {
    for (_, object) in document().objects {
        let Ok(dictionary) = object.as_dict() else { continue };
        for key in [&b"JS"[..], b"JavaScript", b"OpenAction", b"AA", b"URI", b"Launch", b"EmbeddedFiles", b"Encrypt"] {
            assert!(!dictionary.has(key), "{}", String::from_utf8_lossy(key));
        }
    }
}

#[test]
fn qpdf_finds_nothing_wrong() {
    let said = String::from_utf8(tool("qpdf", "qpdf", &["--check"], &[])).unwrap();
    assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
}

#[test]
fn every_font_is_embedded_and_can_be_read_back() {
    let said = String::from_utf8(tool("pdffonts", "poppler-utils", &[], &[])).unwrap();
    let fonts: Vec<&str> = said.lines().skip(2).collect();
    assert!(!fonts.is_empty(), "{said}");
    for font in fonts {
        // … encoding, emb, sub, uni, object, ID
        let columns: Vec<&str> = font.split_whitespace().rev().collect();
        assert_eq!(columns[2..5], ["yes", "yes", "yes"], "not embedded, no subset, or no Unicode map: {font}");
    }
}

#[test]
fn every_metric_is_beside_its_value() {
    let text = pages().join(" ");
    for (id, metric) in json()["metrics"].as_object().unwrap() {
        let known = metrics::find(id).unwrap();
        if text.contains(&format!("{} (as ", known.label)) {
            // Another figure has the same number, and says so: one of the two is on the page.
            continue;
        }
        let is_duration = metric.get("p50").is_some();
        let value = if is_duration { &metric["p50"] } else { &metric["value"] };
        let figure = format!("{} {}", known.label, known.unit().format(value.as_f64()));
        assert!(text.contains(&figure), "no `{figure}` in\n{text}");
        if is_duration {
            let behind = ["mean", "p90"].map(|statistic| known.unit().format(metric[statistic].as_f64())).join(" ");
            assert!(text.contains(&behind), "{id}: no `{behind}` in\n{text}");
        }
    }
}

#[test]
fn every_page_has_its_number_and_title() {
    let pages = pages();
    for (page, number) in pages.iter().zip(1..) {
        let footer = format!("page {number} of {}", pages.len());
        assert!(page.contains(&footer), "no `{footer}` on\n{page}");
        for part in ["Conversations report", "2–8 March 2026", "America/Sao_Paulo", "time zones 20"] {
            assert!(page.contains(part), "no `{part}` on page {number}:\n{page}");
        }
    }
}

/// Width, height and grey values of the pages, as rendered by `pdftoppm`.
fn painted() -> Vec<(usize, usize, Vec<u8>)> {
    let bytes = tool("pdftoppm", "poppler-utils", &["-gray", "-r", "60"], &[]);
    let mut rest = &bytes[..];
    let mut pages = Vec::new();
    while !rest.is_empty() {
        // P5, width and height, 255: a line each.
        let mut lines = rest.splitn(4, |byte| *byte == b'\n');
        assert_eq!(lines.next(), Some(&b"P5"[..]));
        let size = std::str::from_utf8(lines.next().unwrap()).unwrap();
        let (width, height) = size.split_once(' ').unwrap();
        let (width, height): (usize, usize) = (width.parse().unwrap(), height.parse().unwrap());
        assert_eq!(lines.next(), Some(&b"255"[..]));
        let (page, after) = lines.next().unwrap().split_at(width * height);
        pages.push((width, height, page.to_vec()));
        rest = after;
    }
    pages
}

#[test]
fn no_page_is_blank_and_none_is_painted_to_its_edge() {
    let pages = painted();
    assert_eq!(pages.len(), document().get_pages().len());
    for ((width, height, grey), number) in pages.iter().zip(1..) {
        let ink = grey.iter().filter(|grey| **grey < 200).count() * 1_000 / grey.len();
        assert!((10..400).contains(&ink), "page {number}: {ink} of 1,000 points are dark");
        let is_edge = |at: usize| {
            let (x, y) = (at % width, at / width);
            x < 4 || y < 4 || x + 4 >= *width || y + 4 >= *height
        };
        let at_edge = grey.iter().enumerate().filter(|(at, grey)| is_edge(*at) && **grey < 200).count();
        assert_eq!(at_edge, 0, "page {number}");
    }
}

/// The output of a program about another PDF.
fn tool_on(name: &str, before: &[&str], path: &Path, after: &[&str]) -> String {
    let output = Command::new(name).args(before).arg(path).args(after).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The pages of a report on the week, and its JSON.
fn report(name: &str, flags: &[&str]) -> (PathBuf, Value) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
    std::fs::write(&path, success(&week(&[flags, &["--format", "pdf"]].concat()))).unwrap();
    let json = success(&week(&[flags, &["--format", "json"]].concat()));
    (path, serde_json::from_slice(&json).unwrap())
}

/// Maximum pages of each template.
const PAGES: [(&str, usize); 7] = [
    ("agents", 3),
    ("conversations", 3),
    ("first-contact", 2),
    ("operations", 2),
    ("queues", 2),
    ("staffing", 2),
    ("weekly", 6),
];

#[test]
fn every_template_fits_on_its_pages_in_every_language_and_on_both_papers() {
    for template in Template::names() {
        assert!(PAGES.iter().any(|(name, _)| *name == template), "{template} has no number of pages");
    }
    for (template, most) in PAGES {
        let json = success(&week(&["--template", template, "--format", "json"]));
        let report: Report = serde_json::from_slice(&json).unwrap();
        for paper in Paper::ALL {
            let look = Look::from(Brand { paper: Some(paper), ..Brand::default() });
            for language in Language::ALL {
                let options = TerminalOptions { width: 80, color: false };
                let pdf = render(&report, ReportFormat::Pdf, language, &look, &options).unwrap();
                let bytes = pdf.into_bytes().unwrap();
                assert!(bytes.len() < 150_000, "{template} in {language}: {} bytes", bytes.len());
                let pages = Document::load_mem(&bytes).unwrap().get_pages().len();
                assert!(pages <= most, "{template} in {language} on {paper:?}: {pages} pages, at most {most}");
            }
        }
    }
}

#[test]
fn every_template_has_every_number_of_its_tables_in_the_pdf() {
    for template in Template::names() {
        let (path, json) = report(template, &["--template", template]);
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.len() < 150_000, "{template}: {} bytes", bytes.len());
        assert!(tool_on("qpdf", &["--check"], &path, &[]).contains("No syntax or stream encoding errors"));
        let text = tool_on("pdftotext", &["-raw", "-enc", "UTF-8"], &path, &["-"]);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // A template without tables has no such section.
        let Some((figures, text)) = text.split_once(" Tables ") else {
            assert_eq!(json["tables"].as_object().unwrap().len(), 0, "{template}");
            continue;
        };
        let text = format!(" {text} ");
        // What is nothing in the whole is named once, above.
        let idle = figures.split_once("Zero or without data, now and before: ").map_or("", |(_, after)| after);
        let idle = idle.split('.').next().unwrap_or_default().to_lowercase();
        for (name, table) in json["tables"].as_object().unwrap().iter().filter(|(name, _)| *name != "by_day") {
            let rows = table["rows"].as_array().unwrap();
            let dimension = &name["by_".len()..];
            for id in table["metrics"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()) {
                let metric = metrics::find(id).unwrap();
                let values = |row: &Value| -> Vec<String> {
                    let values = match row[id].as_object() {
                        Some(statistics) => ["p50", "mean"].map(|name| statistics[name].as_f64()).to_vec(),
                        None => vec![row[id].as_f64()],
                    };
                    values.into_iter().map(|value| metric.unit().format(value)).collect()
                };
                let cells: Vec<Vec<String>> = rows.iter().map(values).collect();
                if cells.iter().flatten().all(|cell| matches!(cell.as_str(), "–" | "0" | "0.0%" | "0 s")) {
                    let label = metric.label.to_lowercase();
                    let is_named = text.to_lowercase().contains(&label) || idle.contains(&label);
                    assert!(is_named, "{template} {name} {id}");
                    continue;
                }
                // One row for each value of the dimension, or one for each metric.
                let upright = rows.iter().zip(&cells).all(|(row, cells)| {
                    let label = rows::label(Language::English, dimension, row["label"][0].as_str().unwrap());
                    let label = format!(" {label} ");
                    let behind = text.split(&label).skip(1);
                    let number = format!(" {} ", cells.join(" "));
                    behind
                        .map(|after| after.chars().take(160).collect::<String>())
                        .any(|after| format!(" {after}").contains(&number))
                });
                let turned = (0..cells[0].len()).all(|part| {
                    let line: Vec<&str> = cells.iter().map(|cells| cells[part].as_str()).collect();
                    text.contains(&format!(" {} ", line.join(" ")))
                });
                assert!(upright || turned, "{template} {name} {id}: no {cells:?} in\n{text}");
            }
        }
    }
}

/// A log of conversations that `agents` answered in `queues`, with very long names in several scripts.
fn long_names(agents: usize, queues: usize, conversations: usize) -> String {
    const NAMES: [&str; 6] = [
        "عبد الرحمن محمد عبد الله الأنصاري القحطاني",
        "श्री राजेन्द्र प्रसाद चट्टोपाध्याय",
        "東京カスタマーサポート第一課 山田太郎",
        "สมชาย ใจดีมากที่สุดในโลก ฝ่ายบริการลูกค้า",
        "👩🏽‍💻 Maria 🇧🇷 das Dores Nascimento e Silva 🎉",
        "Maximiliane-Wilhelmine von Oettingen-Wallerstein-Hohenzollern",
    ];
    let name = |at: usize| format!("{} {at}", NAMES[at % NAMES.len()]);
    let mut log = String::from("ts,event,actor,conversation_id,customer_id,agent_id,agent_name,queue,channel\n");
    for at in 0..conversations {
        let (agent, queue) = (at % agents.max(1), name(at % queues.max(1)));
        let mut row = |second: usize, event: &str, actor: &str| {
            let of = if actor == "agent" { (format!("a{agent}"), name(agent)) } else { Default::default() };
            let queue = if matches!(event, "queued") || actor == "agent" { queue.as_str() } else { "" };
            let (day, hour) = (2 + at % 7, at % 23);
            writeln!(
                log,
                "2026-03-{day:02}T{hour:02}:{:02}:{:02}Z,{event},{actor},c{at},u{at},{},{},{queue},whatsapp",
                second / 60,
                second % 60,
                of.0,
                of.1
            )
            .unwrap();
        };
        row(0, "message", "customer");
        row(2, "message", "bot");
        if agents > 0 {
            row(30, "queued", "system");
            row(60 + at % 90, "message", "agent");
            row(900, "closed", "agent");
        } else {
            row(40, "message", "customer");
        }
    }
    log
}

/// The number of pages for a log of the week.
fn count_pages(name: &str, log: &str, template: &str) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{name}.csv"));
    std::fs::write(&path, log).unwrap();
    let flags = ["--template", template, "--tz", "UTC", "--from", "2026-03-02", "--to", "2026-03-08"];
    let bytes = success(&[&["report", path.to_str().unwrap()], &flags[..], &["--format", "pdf"]].concat());
    Document::load_mem(&bytes).unwrap().get_pages().len()
}

#[test]
fn many_agents_and_an_almost_empty_log_fit_on_few_pages() {
    let most = count_pages("agents", &long_names(40, 12, 800), "weekly");
    assert!(most <= 12, "40 agents: {most} pages");
    let least = count_pages("bot", &long_names(0, 0, 3), "conversations");
    assert!(least <= 2, "three chats with a bot: {least} pages");
}

/// The matrices of a crossing follow each other in the order of its metrics, and no other table is between them.
#[test]
fn the_matrices_of_a_crossing_are_together_in_order() {
    let flags = ["--template", "weekly", "--by", "channel,department", "--by", "app,channel"];
    let (path, json) = report("crossings", &flags);
    let text = tool_on("pdftotext", &["-layout", "-enc", "UTF-8"], &path, &["-"]);
    let lines: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let place = |title: &str| lines.iter().position(|line| line.contains(title));
    for (title, metrics) in [("By channel and department: ", 12), ("By app and channel: ", 12)] {
        let titles: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].contains(title)).collect();
        assert!(titles.len() >= metrics / 2, "{title}: {titles:?}");
        let (first, last) = (titles[0], titles[titles.len() - 1]);
        let other = |line: &&String| line.starts_with("By ") && !line.contains(title);
        let between: Vec<&String> = lines[first..=last].iter().filter(other).collect();
        assert!(between.is_empty(), "{title}: {between:?}");
    }
    let order = ["total conversations", "engagement rate", "close events", "replies"];
    let places: Vec<usize> = order
        .iter()
        .map(|name| place(&format!("By channel and department: {name}")).unwrap_or_else(|| panic!("{name}\n{text}")))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(json["tables"]["by_channel_department"]["rows"].as_array().is_some_and(|rows| !rows.is_empty()));
}
