//! Checks every PDF for screen readers: PDF/UA-1 and PDF/A-2a by two other programs, in every language.

use std::path::{Path, PathBuf};
use std::process::Command;

use dialogram::language::Language;
use dialogram::report::template::Template;
use lopdf::{Dictionary, Document, Object};

use crate::support::{WEEK_LOG, python_of_tests, root, run, success, week};

/// The findings of the validators, one per line.
fn findings(files: &[PathBuf], more: &[&str]) -> String {
    let output = Command::new(python_of_tests())
        .arg(root().join("tests/accessible.py"))
        .args(more)
        .args(files)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn written(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("accessible-{name}.pdf"));
    std::fs::write(&path, bytes).unwrap();
    path
}

fn snapshot(more: &[&str]) -> Vec<u8> {
    let flags = ["snapshot", WEEK_LOG, "--tz", "America/Sao_Paulo", "--format", "pdf"];
    success(&[&flags, more].concat())
}

/// The reports of all templates, a snapshot and a series, in one language.
fn documents(language: Language) -> Vec<PathBuf> {
    let tag = language.name();
    let report = |template: &str| {
        let bytes = success(&week(&["--template", template, "--lang", tag, "--format", "pdf"]));
        assert!(bytes.len() < 150_000, "{template} in {tag}: {} bytes", bytes.len());
        written(&format!("{template}-{tag}"), &bytes)
    };
    let mut files: Vec<PathBuf> = Template::names().map(report).collect();
    let at = snapshot(&["--at", "2026-03-04T15:00:00-03:00", "--lang", tag]);
    files.push(written(&format!("snapshot-{tag}"), &at));
    let window = ["--from", "2026-03-02", "--to", "2026-03-08", "--every", "15m", "--lang", tag];
    files.push(written(&format!("series-{tag}"), &snapshot(&window)));
    // A logo of paths and one of pixels; each has a text alternative.
    for brand in ["acme", "north"] {
        let path = format!("fixtures/brand/{brand}.toml");
        let bytes = success(&week(&["--template", "weekly", "--lang", tag, "--format", "pdf", "--brand", &path]));
        files.push(written(&format!("weekly-{brand}-{tag}"), &bytes));
    }
    files
}

#[test]
fn no_validator_finds_anything_in_any_language() {
    let files: Vec<PathBuf> = Language::ALL.iter().flat_map(|language| documents(*language)).collect();
    assert_eq!(findings(&files, &[]), "");
}

/// The elements below a node, from top to bottom: kind, depth, and the dictionary.
fn elements<'d>(
    document: &'d Document,
    node: &'d Object,
    depth: usize,
    found: &mut Vec<(String, usize, &'d Dictionary)>,
) {
    let node = document.dereference(node).unwrap().1;
    if let Ok(kids) = node.as_array() {
        for kid in kids {
            elements(document, kid, depth, found);
        }
        return;
    }
    let Ok(element) = node.as_dict() else { return };
    if let Ok(kind) = element.get(b"S").and_then(Object::as_name) {
        found.push((String::from_utf8(kind.to_vec()).unwrap(), depth, element));
    }
    if let Ok(kids) = element.get(b"K") {
        elements(document, kids, depth + 1, found);
    }
}

#[test]
fn the_week_has_headings_tables_with_headers_and_figures_in_words() {
    let bytes = success(&week(&["--template", "weekly", "--format", "pdf"]));
    let document = Document::load_mem(&bytes).unwrap();
    let catalog = document.catalog().unwrap();
    let root = document.get_dictionary(catalog.get(b"StructTreeRoot").unwrap().as_reference().unwrap()).unwrap();
    let mut found = Vec::new();
    elements(&document, root.get(b"K").unwrap(), 0, &mut found);
    let count = |kind: &str| found.iter().filter(|(of, ..)| of == kind).count();
    assert_eq!((count("Document"), count("H1")), (1, 1));
    assert!(count("H2") >= 6 && count("H3") >= 10 && count("Table") >= 15, "{} {}", count("H2"), count("H3"));
    assert!(count("TH") < count("TD"));
    let text = |element: &Dictionary, key: &[u8]| element.get(key).and_then(Object::as_str).map(<[u8]>::to_vec);
    let figures: Vec<Vec<u8>> = found
        .iter()
        .filter(|(kind, ..)| kind == "Figure")
        .map(|(_, _, figure)| text(figure, b"Alt").unwrap())
        .collect();
    let days = "Total conversations by day: Mon 2 Mar ";
    assert!(figures.iter().any(|alt| String::from_utf8_lossy(alt).starts_with(days)), "no `{days}`");
    for (kind, _, cell) in &found {
        if kind == "TH" {
            let attributes = cell.get(b"A").unwrap().as_dict().unwrap();
            assert!(matches!(attributes.get(b"Scope").unwrap().as_name().unwrap(), b"Row" | b"Column"));
        }
    }
    let headings = found.iter().filter(|(kind, ..)| kind.starts_with('H'));
    let levels: Vec<u32> = headings.map(|(kind, ..)| kind[1..].parse().unwrap()).collect();
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "a level is skipped: {levels:?}");
}

#[test]
fn an_almost_empty_report_and_a_large_one_are_clean() {
    let row = |n: usize, channel: &str| {
        let (day, hour, minute) = (1 + n % 7, n % 10, n % 6);
        let at = |second: u32| format!("2026-03-0{day}T1{hour}:0{minute}:0{second}Z");
        let customer = format!("{},message,c{n},s{n},customer,u{n},,{channel}\n", at(0));
        format!("{customer}{},message,a{n},s{n},agent,u{n},agent {},{channel}\n", at(9), n % 9)
    };
    let head = "ts,event,event_id,conversation_id,actor,customer_id,agent_id,channel\n";
    let few = format!("{head}{}", row(1, "web"));
    let many: String = (0..120).map(|n| row(n, &format!("kanal {} שיחה", n / 2))).collect();
    let mut files = Vec::new();
    for (name, log) in [("few", few), ("many", format!("{head}{many}"))] {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("accessible-{name}.csv"));
        std::fs::write(&path, log).unwrap();
        for template in ["weekly", "conversations"] {
            let flags = ["--from", "2026-03-01", "--to", "2026-03-07", "--tz", "UTC", "--template", template];
            let bytes = success(&[&["report", path.to_str().unwrap(), "--format", "pdf"], &flags[..]].concat());
            files.push(written(&format!("{name}-{template}"), &bytes));
        }
    }
    // The head of a table of 60 rows is repeated on its second page as decoration.
    assert_eq!(findings(&files, &["--repeated-heads"]), "");
}

#[test]
fn names_in_every_script_are_drawn_and_missing_letters_are_reported() {
    let names = [
        "हिन्दी ग्राहक",
        "สวัสดีที่ร้าน",
        "العربية",
        "שיחה",
        "বাংলা",
        "தமிழ்",
        "ქართული",
        "አማርኛ",
        "ខ្មែរ",
        "မြန်မာ",
        "ગુજરાતી",
        "తెలుగు",
        "ලංකා",
        "Ελλάδα",
        "Українська",
        "👩🏽‍💻 team",
        "★ VIP → ok",
    ];
    let rows = names.iter().chain(&["客服"]).enumerate().map(|(n, name)| {
        let minute = n % 60;
        format!("2026-03-02T10:{minute:02}:00Z,message,c{n},s{n},customer,u{n},{name}\n")
    });
    let log = format!("ts,event,event_id,conversation_id,actor,customer_id,channel\n{}", rows.collect::<String>());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("accessible-names.csv");
    std::fs::write(&path, log).unwrap();
    let flags = ["--tz", "UTC", "--from", "2026-03-02", "--to", "2026-03-02", "--template", "conversations"];
    let report =
        |more: &[&str]| run(&[&["report", path.to_str().unwrap(), "--format", "pdf"], &flags[..], more].concat());
    let output = report(&[]);
    let said = String::from_utf8(output.stderr).unwrap();
    let told = "warning[missing_glyphs]: no font has 2 characters, such as 客 (U+5BA2), 服 (U+670D): ";
    assert!(output.status.success() && said.contains(told), "{said}");
    let pdf = written("names", &output.stdout);
    assert_eq!(findings(std::slice::from_ref(&pdf), &["--repeated-heads"]), "");
    let text = Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&pdf).arg("-").output().unwrap().stdout;
    let text = String::from_utf8(text).unwrap();
    for name in ["Українська", "Ελλάδα", "ქართული", "አማርኛ", "客服"] {
        assert!(text.contains(name), "no {name} in\n{text}");
    }
    assert!(!String::from_utf8(report(&["--allow", "missing_glyphs"]).stderr).unwrap().contains("missing_glyphs"));
    // A font of the run is checked before the log is read.
    let refused = report(&["--font", path.to_str().unwrap()]);
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(2) && message.contains("not a TrueType or OpenType font"), "{message}");
}

#[test]
fn names_in_chinese_japanese_and_korean_are_drawn_with_a_font_of_the_run() {
    let names = ["客服中心", "東京サポート", "고객지원팀"];
    let rows = names
        .iter()
        .enumerate()
        .map(|(n, name)| format!("2026-03-02T10:0{n}:00Z,message,c{n},s{n},customer,u{n},{name}\n"));
    let log = format!("ts,event,event_id,conversation_id,actor,customer_id,channel\n{}", rows.collect::<String>());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("accessible-cjk.csv");
    std::fs::write(&path, log).unwrap();
    let flags = ["--tz", "UTC", "--from", "2026-03-02", "--to", "2026-03-02", "--template", "conversations"];
    let report =
        |more: &[&str]| run(&[&["report", path.to_str().unwrap(), "--format", "pdf"], &flags[..], more].concat());
    let ink = |pdf: &Path| {
        let drawn = Command::new("pdftoppm").args(["-r", "60", "-gray"]).arg(pdf).output().unwrap().stdout;
        drawn.iter().filter(|byte| **byte < 0x80).count()
    };
    let mut fonts = vec![written("cjk-none", &report(&[]).stdout)];
    // PostScript outlines, those in a collection, and a folder with both.
    for (name, font) in [
        ("cjk-otf", "fixtures/fonts/NotoSansCJKjp-few.otf"),
        ("cjk-ttc", "fixtures/fonts/NotoSansCJK-few.ttc"),
        ("cjk-second", "fixtures/fonts/NotoSansCJK-few.ttc#2"),
        ("cjk-folder", "fixtures/fonts"),
    ] {
        let output = report(&["--font", font]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && !said.contains("missing_glyphs"), "{font}: {said}");
        let pdf = written(name, &output.stdout);
        assert!(report(&["--font", font]).stdout == output.stdout, "{font}: two runs differ");
        let text = Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&pdf).arg("-").output().unwrap();
        let text = String::from_utf8(text.stdout).unwrap();
        for name in names {
            assert!(text.contains(name), "{font}: no {name} in\n{text}");
        }
        let embedded = Command::new("pdffonts").arg(&pdf).output().unwrap().stdout;
        let embedded = String::from_utf8(embedded).unwrap();
        assert!(embedded.contains("NotoSansCJK") && embedded.contains("CID TrueType"), "{font}: {embedded}");
        // Code points are long rows of letters and digits, so names that are drawn have less ink, but some.
        fonts.push(pdf);
    }
    let ink: Vec<usize> = fonts.iter().map(|pdf| ink(pdf)).collect();
    assert!(ink.iter().all(|of| *of > 1000), "{ink:?}");
    assert_eq!(findings(&fonts[1..], &["--repeated-heads"]), "");
}
