//! A brand on every document that shows one: on paper, in a browser, in a workbook and in a mail; and no brand without
//! one.

use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;

use dialogram::language::Language;
use lopdf::{Dictionary, Document, Object};
use tempfile::{TempDir, tempdir};

use crate::support::{dialogram, failure, root, success, week};

const ACME: &str = "fixtures/brand/acme.toml";
const NORTH: &str = "fixtures/brand/north.toml";

fn pdf(more: &[&str]) -> Document {
    Document::load_mem(&success(&week(&[more, &["--format", "pdf"]].concat()))).unwrap()
}

/// Width and height of the pages, in whole points.
fn sizes(document: &Document) -> Vec<(i64, i64)> {
    #[expect(clippy::cast_possible_truncation, reason = "points of a page")]
    let size = |page: &Dictionary| {
        let edges = page.get(b"MediaBox").unwrap().as_array().unwrap();
        let edge = |at: usize| edges[at].as_float().unwrap().round() as i64;
        (edge(2) - edge(0), edge(3) - edge(1))
    };
    document.get_pages().values().map(|page| size(document.get_dictionary(*page).unwrap())).collect()
}

/// The text alternatives of the figures.
fn alternatives(document: &Document) -> Vec<String> {
    let figures = document.objects.values().filter_map(|object| object.as_dict().ok()?.get(b"Alt").ok());
    figures.map(|alt| lopdf::decode_text_string(alt).unwrap()).collect()
}

/// Everything drawn on the pages.
fn drawn(document: &Document) -> String {
    let pages = document.get_pages();
    let contents = pages.values().map(|page| document.get_page_content(*page));
    contents.map(|content| String::from_utf8_lossy(&content).into_owned()).collect()
}

#[test]
fn a_pdf_has_logo_name_accent_footer_and_paper() {
    let branded = pdf(&["--brand", ACME]);
    assert!(sizes(&branded).iter().all(|size| [(612, 792), (792, 612)].contains(size)), "{:?}", sizes(&branded));
    assert!(alternatives(&branded).contains(&"Acme Support".to_owned()));
    let bytes = success(&week(&["--brand", ACME, "--format", "pdf"]));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("brand.pdf");
    fs::write(&path, &bytes).unwrap();
    let said = std::process::Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&path).arg("-").output();
    let said = String::from_utf8(said.unwrap().stdout).unwrap();
    let pages: Vec<&str> = said.trim_end_matches('\u{c}').split('\u{c}').collect();
    for page in &pages {
        assert!(page.contains("Acme Support, Inc. – for internal use only"), "{page}");
    }
    assert!(pages[1..].iter().all(|page| page.contains("Acme Support\n")), "{said}");
    // #7a1fa2 in thousandths, and not the program's own accent.
    let (own, usual) = ("0.478 0.122 0.635 rg", "0.047 0.42 0.451 rg");
    let content = drawn(&branded);
    assert!(content.contains(own) && !content.contains(usual));
    let plain = drawn(&pdf(&[]));
    assert!(plain.contains(usual) && !plain.contains(own));
}

#[test]
fn a_png_is_one_image_and_an_svg_is_not_an_image() {
    let images = |document: &Document| {
        let is_image = |object: &&Object| {
            let kind = object.as_stream().ok().and_then(|stream| stream.dict.get(b"Subtype").ok());
            kind.is_some_and(|kind| kind.as_name().is_ok_and(|name| name == b"Image"))
        };
        document.objects.values().filter(is_image).count()
    };
    assert_eq!(
        [pdf(&["--brand", ACME]), pdf(&["--brand", NORTH]), pdf(&[])].map(|document| images(&document)),
        [0, 1, 0]
    );
    assert!(alternatives(&pdf(&["--brand", NORTH])).contains(&"مركز الشمال لخدمة العملاء".to_owned()));
}

#[test]
fn two_runs_write_the_same_bytes_and_a_brand_changes_no_number() {
    for format in ["pdf", "html", "xlsx"] {
        let once = success(&week(&["--brand", NORTH, "--format", format]));
        assert!(once == success(&week(&["--brand", NORTH, "--format", format])), "{format}");
        assert!(once != success(&week(&["--format", format])), "{format}");
    }
    for format in ["json", "csv", "terminal", "plain", "markdown"] {
        let flags = week(&["--format", format]);
        let branded = dialogram(&flags).env("DIALOGRAM_BRAND", ACME).output().unwrap();
        assert!(branded.status.success() && branded.stdout == success(&flags), "{format}");
    }
}

#[test]
fn a_logo_without_a_name_is_read_as_a_logo_in_the_language_of_the_page() {
    let folder = tempdir().unwrap();
    fs::copy(root().join("fixtures/brand/logo.svg"), folder.path().join("logo.svg")).unwrap();
    let path = folder.path().join("brand.toml");
    fs::write(&path, "logo = 'logo.svg'\n").unwrap();
    let brand = path.to_str().unwrap();
    assert!(alternatives(&pdf(&["--brand", brand, "--lang", "pt"])).contains(&"Logotipo".to_owned()));
    let html = String::from_utf8(success(&week(&["--brand", brand, "--format", "html"]))).unwrap();
    assert!(html.contains("role=\"img\" aria-label=\"Logo\""));
}

#[test]
fn the_weekly_has_six_pages_on_letter_and_with_a_footer_in_every_language() {
    let folder = tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let letter = write("letter.toml", "paper = 'Letter'\n");
    for language in Language::ALL {
        for brand in [letter.as_str(), ACME, NORTH] {
            let pages = sizes(&pdf(&["--template", "weekly", "--lang", language.name(), "--brand", brand])).len();
            assert!(pages <= 6, "{language} {brand}: {pages} pages");
        }
    }
}

#[test]
fn a_page_in_the_browser_has_the_brand_and_fetches_nothing() {
    for brand in [ACME, NORTH] {
        let html = String::from_utf8(success(&week(&["--brand", brand, "--format", "html"]))).unwrap();
        let (name, logo, accent) = if brand == ACME {
            ("Acme Support", "<svg class=\"logo\"", "#7a1fa2")
        } else {
            ("مركز الشمال لخدمة العملاء", "src=\"data:image/png;base64,iVBOR", "#00695c")
        };
        let says = if brand == ACME { format!("aria-label=\"{name}\"") } else { format!("alt=\"{name}\"") };
        for part in [logo, &says, &format!("--accent: {accent};")] {
            assert!(html.contains(part), "{brand}: no {part}");
        }
        assert!(!html.contains("url(") && !html.contains("src=\"h"), "{brand}");
        assert_eq!(html.contains("@page { size: Letter;"), brand == ACME);
        assert_eq!(html.contains("<p>Acme Support, Inc. – for internal use only</p>"), brand == ACME);
    }
}

/// The text of a part of a workbook.
fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_workbook_has_company_colours_header_and_footer() {
    let workbook = success(&week(&["--brand", ACME, "--format", "xlsx"]));
    assert!(part(&workbook, "docProps/app.xml").contains("<Company>Acme Support</Company>"));
    let sheet = part(&workbook, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<oddHeader>&amp;RAcme Support</oddHeader>"), "{sheet}");
    assert!(sheet.contains("<oddFooter>&amp;LAcme Support, Inc. – for internal use only</oddFooter>"), "{sheet}");
    assert!(part(&workbook, "xl/styles.xml").contains("FF7A1FA2"));
}

#[test]
fn none_removes_the_brand_of_the_config_and_a_flag_overrides_it() {
    let folder = tempdir().unwrap();
    let config = folder.path().join("dialogram.toml");
    fs::write(&config, "[brand]\nname = 'North'\naccent = '#00695c'\n").unwrap();
    let html = |more: &[&str]| {
        let flags = [&["--config", config.to_str().unwrap(), "--format", "html"], more].concat();
        String::from_utf8(success(&week(&flags))).unwrap()
    };
    assert!(html(&[]).contains("<p class=\"brand\">North</p>"));
    assert!(!html(&["--brand", "none"]).contains("class=\"brand\""));
    let acme = html(&["--brand", ACME]);
    assert!(acme.contains("#7a1fa2") && !acme.contains("North"));
    let printed = dialogram(&["config", "--config", config.to_str().unwrap()]).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.contains("# [brand] is not printed: it is in "), "{printed}");
    assert!(!printed.contains("\nbrand = "), "{printed}");
}

/// A folder with a brand, a config that uses it, and a report of the week.
fn with_config() -> TempDir {
    let folder = tempdir().unwrap();
    for name in ["acme.toml", "logo.svg"] {
        fs::copy(root().join("fixtures/brand").join(name), folder.path().join(name)).unwrap();
    }
    let config = "[brand]\nname = 'Acme & Co'\nlogo = 'logo.svg'\naccent = '#7a1fa2'\nfooter = 'Internal'\n\n\
                  [smtp]\nhost = 'mail.example.com'\n";
    fs::write(folder.path().join("dialogram.toml"), config).unwrap();
    fs::write(folder.path().join("report.json"), success(&week(&["--quiet", "--format", "json"]))).unwrap();
    folder
}

#[cfg(feature = "mail")]
#[test]
fn a_mail_has_name_accent_and_footer() {
    let folder = with_config();
    let mut command = dialogram(&["send", "report.json", "--from", "a@example.com", "--to", "b@example.com"]);
    let sent = command.args(["--dry-run", "mail.eml"]).current_dir(folder.path()).output().unwrap();
    assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    let mail = fs::read_to_string(folder.path().join("mail.eml")).unwrap();
    let mail = mail.replace("=\r\n", "").replace("=3D", "=");
    for part in ["border-bottom:3px solid #7a1fa2", ">Acme &amp; Co</p>", ">Internal</p>", ";color:#7a1fa2\">"] {
        assert!(mail.contains(part), "no {part} in\n{mail}");
    }
}

#[test]
fn no_output_replaces_a_logo_by_any_of_its_names() {
    let folder = with_config();
    let log = root().join("fixtures/guard/log.jsonl");
    fs::copy(log, folder.path().join("log.jsonl")).unwrap();
    fs::hard_link(folder.path().join("logo.svg"), folder.path().join("hard.json")).unwrap();
    let before = fs::read(folder.path().join("logo.svg")).unwrap();
    for output in ["hard.json", "./logo.svg"] {
        for brand in ["acme.toml", "dialogram.toml"] {
            let args = ["report", "log.jsonl", "--force", "--format", "json", "-o", output, "--brand", brand];
            let run = dialogram(&args).current_dir(folder.path()).output().unwrap();
            let message = String::from_utf8(run.stderr).unwrap();
            assert_eq!(run.status.code(), Some(2), "{message}");
            assert!(message.contains("logo.svg"), "{message}");
            assert_eq!(fs::read(folder.path().join("logo.svg")).unwrap(), before);
        }
    }
}

#[test]
fn mistakes_are_reported_before_the_log_is_read() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("brand.toml");
    fs::write(&path, "accent = '#ffcc00'\nlogo = 'logo.webp'\n").unwrap();
    fs::write(folder.path().join("logo.webp"), b"RIFF\x00\x00\x00\x00WEBP").unwrap();
    let message = failure(&["report", "no such log.csv", "--brand", path.to_str().unwrap()], 2);
    for part in ["1: `accent`: #ffcc00 has a contrast of 1.5", ":1 with white paper", "2: `logo`: logo.webp is a WebP"]
    {
        assert!(message.contains(part), "no {part} in\n{message}");
    }
    let message = failure(&["report", "a.csv", "--brand", "no-such.toml"], 2);
    assert!(message.contains("brand no-such.toml cannot be read: "), "{message}");
}

#[test]
fn a_long_name_is_whole_on_every_page() {
    let folder = tempdir().unwrap();
    let names = [
        "The Customer Care and Technical Support Centre of Northern and Western Valley",
        "Центр обслуговування клієнтів і технічної підтримки північного регіону",
        "مركز خدمة العملاء والدعم الفني للمنطقة الشمالية والغربية والجنوبية من المملكة",
    ];
    for (nth, name) in names.into_iter().enumerate() {
        assert!(name.chars().count() <= 80);
        let brand = folder.path().join(format!("{nth}.toml"));
        fs::write(&brand, format!("name = '{name}'\n")).unwrap();
        let flags = ["--template", "weekly", "--brand", brand.to_str().unwrap(), "--format", "pdf", "--quiet"];
        let path = folder.path().join("long.pdf");
        fs::write(&path, success(&week(&flags))).unwrap();
        let said = std::process::Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&path).arg("-").output();
        let said = String::from_utf8(said.unwrap().stdout).unwrap();
        let pages: Vec<&str> = said.trim_end_matches('\u{c}').split('\u{c}').collect();
        assert!(pages.len() > 3);
        // The end of the name would be cut; how it is broken over lines does not matter.
        for (number, page) in pages.iter().enumerate() {
            let cut = page.lines().find(|line| line.ends_with('…') && name.contains(line.trim_end_matches('…')));
            assert_eq!(cut, None, "page {}", number + 1);
            let page: String = page.split_whitespace().collect();
            let last = name.split_whitespace().last().unwrap();
            let last: String = last.chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect();
            assert!(page.contains(&last), "page {}: no {last}", number + 1);
        }
    }
}

#[test]
fn every_page_for_a_browser_has_the_brand_of_the_flag_or_of_the_config() {
    let folder = with_config();
    let log = root().join("fixtures/week/events.jsonl");
    let log = log.to_str().unwrap();
    let days = ["--tz", "America/Sao_Paulo", "--from", "2026-03-02", "--to", "2026-03-08"];
    let list = [&["list", log, "--metric", "closed_conversations"][..], &days].concat();
    let commands: [&[&str]; 4] = [
        &list,
        &["check", "report.json", "--baseline", "report.json"],
        &["diff", "report.json", "report.json"],
        &["explain", "report.json", "conversations"],
    ];
    let html = |command: &[&str], more: &[&str]| {
        let mut command = dialogram(&[command, &["--format", "html"], more].concat());
        let output = command.current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for command in commands {
        let of_config = html(command, &[]);
        for part in ["aria-label=\"Acme &amp; Co\"", "--accent: #7a1fa2;", "<p>Internal</p>"] {
            assert!(of_config.contains(part), "{command:?}: no {part}");
        }
        let of_flag = html(command, &["--brand", root().join(NORTH).to_str().unwrap()]);
        assert!(of_flag.contains("مركز الشمال لخدمة العملاء") && !of_flag.contains("Acme"), "{command:?}");
        assert!(!html(command, &["--brand", "none"]).contains("class=\"brand\""), "{command:?}");
    }
    let mut command = dialogram(&[&list[..], &["--format", "xlsx"]].concat());
    let workbook = command.current_dir(folder.path()).output().unwrap().stdout;
    assert!(part(&workbook, "docProps/app.xml").contains("<Company>Acme &amp; Co</Company>"));
    // Documents for programs have no brand, and do not read one.
    for command in [["diff", "report.json", "report.json"], ["explain", "report.json", "conversations"]] {
        let run = |more: &[&str]| {
            dialogram(&[&command[..], &["--format", "json"], more].concat())
                .current_dir(folder.path())
                .output()
                .unwrap()
        };
        assert!(run(&[]).stdout == run(&["--config", "none"]).stdout);
    }
}
