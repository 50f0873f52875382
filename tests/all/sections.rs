//! A template's own sections in every format: the same titles in the same order, and the numbers of each part.

use std::fs;
use std::path::Path;
use std::process::Command;

use calamine::{DataType, Reader, Xlsx};
use tempfile::tempdir;

use crate::formats::sheet;
use crate::support::{failure, success, text, week};

const TEMPLATE: &str = r#"title = "Queues on Monday"
key_figures = ["service_level"]
sections = ["mine", "tables", "waits", "figures"]

[section.waits]
title = { en = "How long they waited", pt = "Quanto esperaram" }
parts = [
    { chart = "queue", metrics = ["total_wait"] },
    { chart = "day", metrics = ["abandoned"] },
    { heatmap = "transfer_requests" },
]

[section.mine]
title = "In numbers"
parts = [
    { table = "channel", metrics = ["conversations", "engaged_conversations"] },
    { figures = ["conversations", "nps"] },
    { outcomes = "transfer_requests" },
    { trend = ["conversations"] },
]

[[tables]]
dimension = "department"
metrics = ["closed_conversations"]
"#;

/// The positions of texts, which must be in this order.
fn in_order(format: &str, page: &str, texts: &[&str]) {
    let mut from = 0;
    for text in texts {
        let at = page[from..].find(text).unwrap_or_else(|| panic!("{format}: no `{text}` after {from} in\n{page}"));
        from += at + text.len();
    }
}

/// The page of the template in a format, as text.
fn page(template: &Path, format: &str, more: &[&str]) -> String {
    let flags = [&["--template", text(template), "--trend", "3", "--format", format, "--quiet"], more].concat();
    let bytes = success(&week(&flags));
    if format != "pdf" {
        return String::from_utf8(bytes).unwrap();
    }
    let file = template.with_extension("pdf");
    fs::write(&file, bytes).unwrap();
    let said = Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&file).arg("-").output().unwrap();
    String::from_utf8(said.stdout).unwrap()
}

#[test]
fn own_sections_keep_their_order_in_every_format() {
    let folder = tempdir().unwrap();
    let template = folder.path().join("monday.toml");
    fs::write(&template, TEMPLATE).unwrap();
    for (format, figures, tables) in [
        ("pdf", "All figures", "Tables"),
        ("html", ">All figures</h2>", ">Tables</h2>"),
        ("markdown", "### All figures", "### Tables"),
        ("plain", "\nAll figures\n", "\nTables\n"),
        ("terminal", "Figures ─", "By department ─"),
    ] {
        let page = page(&template, format, &[]);
        // Below the figures of the first page.
        let page = page.split_once("38.0%").unwrap().1;
        in_order(format, page, &["In numbers", "By channel", "whatsapp", "263", "NPS", "60.0", tables, "50"]);
        in_order(
            format,
            page,
            &[tables, "How long they waited", "Fila Encomendas", "1 min 14 s", figures, "Service level"],
        );
        // Nothing else of the table by day is shown, nor the other columns by channel.
        assert!(!page.contains("Where conversations come from") && !page.contains("Queues at a glance"), "{format}");
    }
    let portuguese = page(&template, "markdown", &["--lang", "pt"]);
    in_order(
        "markdown",
        &portuguese,
        &["### In numbers", "### Tabelas", "### Quanto esperaram", "### Todos os indicadores"],
    );
}

#[test]
fn a_workbook_has_the_sheets_of_own_sections_in_their_order() {
    let folder = tempdir().unwrap();
    let template = folder.path().join("monday.toml");
    fs::write(&template, TEMPLATE).unwrap();
    let bytes = success(&week(&["--template", text(&template), "--format", "xlsx", "--quiet"]));
    let mut workbook: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let names = workbook.sheet_names();
    let place =
        |name: &str| names.iter().position(|known| known.starts_with(name)).unwrap_or_else(|| panic!("{names:?}"));
    let order =
        ["By channel", "By department", "Queue and agent wait", "Customer left by day", "Transfer requests"].map(place);
    assert!(order.is_sorted(), "{names:?}");
    let (heads, rows) = sheet(&mut workbook, "By channel");
    assert_eq!((heads.len(), rows[0][1].as_f64()), (3, Some(263.0)));
}

#[test]
fn tables_of_the_command_line_are_shown_beside_own_sections() {
    let folder = tempdir().unwrap();
    let template = folder.path().join("short.toml");
    fs::write(&template, "title = 'Short'\nmetrics = ['nps', 'service_level']\nsections = ['figures']\n").unwrap();
    let flags = ["--template", text(&template), "--format", "markdown", "--quiet"];
    let short = String::from_utf8(success(&week(&flags))).unwrap();
    assert!(!short.contains("### Tables") && !short.contains("### Targets"), "{short}");
    let more = ["--by", "queue", "--target", "service_level=80%", "--trend", "2"];
    let page = String::from_utf8(success(&week(&[&flags[..], &more].concat()))).unwrap();
    in_order("markdown", &page, &["### All figures", "#### By queue"]);
    assert!(page.contains("### Targets") && page.contains("### Trend"), "{page}");
}

#[test]
fn a_mistake_in_a_section_has_its_line_and_the_sections_there_are() {
    let folder = tempdir().unwrap();
    let template = folder.path().join("monday.toml");
    fs::write(&template, TEMPLATE.replace("\"waits\", ", "\"wait\", ")).unwrap();
    let message = failure(&week(&["--template", text(&template)]), 2);
    assert!(message.contains("monday.toml:3: no section `wait`; did you mean `waits`?"), "{message}");
    assert!(message.contains("monday.toml:5: `section.waits` is not in `sections`"), "{message}");
}
