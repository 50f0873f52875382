//! Sheets of a workbook, and members of an archive, each with its own profile, in one run.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{dialogram, failure, root, success, text};

fn fixture() -> String {
    text(&root().join("fixtures/inspect/sheets/export.xlsx")).to_owned()
}

/// Writes the profile that `inspect` proposes for a log.
fn write_profile(log: &str, folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    success(&["inspect", log, "--write-profile", text(&path)]);
    text(&path).to_owned()
}

fn assert_values(bytes: &[u8]) {
    let report: Value = serde_json::from_slice(bytes).unwrap();
    let metric = |name: &str, field: &str| report["metrics"][name][field].as_f64();
    assert_eq!(metric("conversations", "value"), Some(3.0), "{report}");
    assert_eq!((metric("first_response_time", "mean"), metric("first_response_time", "n")), (Some(180.0), Some(2.0)));
    assert_eq!((metric("response_time", "mean"), metric("response_time", "n")), (Some(140.0), Some(3.0)));
    assert_eq!(metric("close_events", "value"), Some(1.0));
}

const DAYS: [&str; 12] = [
    "--input-tz",
    "UTC",
    "--from",
    "2026-03-02",
    "--to",
    "2026-03-03",
    "--template",
    "conversations",
    "--template",
    "queues",
    "--format",
    "json",
];

#[test]
fn sheets_are_read_in_one_run_each_with_its_profile() {
    let folder = tempdir().unwrap();
    let book = fixture();
    let [talks, words] = ["Conversas", "Mensagens"].map(|sheet| format!("{book}/{sheet}"));
    let own = write_profile(&talks, folder.path(), "talks.toml");
    let other = write_profile(&words, folder.path(), "words.toml");
    // By the name of the sheet, or by the path of it.
    let (by_name, by_path) = (format!("{own}:Conversas"), format!("{other}:{words}"));
    let args = ["report", &talks, &words, "--profile", &by_name, "--profile", &by_path];
    assert_values(&success(&[&args[..], &DAYS].concat()));
    let (all, by_name) = (format!("{book}/*"), format!("{other}:Mensagens"));
    let bound = format!("{own}:Conversas");
    assert_values(&success(&[&["report", &all, "--profile", &bound, "--profile", &by_name][..], &DAYS].concat()));
}

#[test]
fn inspect_ends_with_the_command_for_all_sheets() {
    let folder = tempdir().unwrap();
    let found: Value =
        serde_json::from_slice(&success(&["inspect", &format!("{}/*", fixture()), "--format", "json"])).unwrap();
    let mut report = None;
    for command in found["files"].as_array().unwrap().iter().flat_map(|file| file["commands"].as_array().unwrap()) {
        let words: Vec<&str> = command.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        let is_report = words[1] == "report";
        let more: &[&str] = if is_report { &DAYS[6..] } else { &[] };
        let output = dialogram(&[&words[1..], more].concat()).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        if is_report {
            report = Some(output.stdout);
        }
    }
    assert_values(&report.unwrap());
    // The page of one sheet names the others, and how to read them.
    let page = String::from_utf8(success(&["inspect", &fixture()])).unwrap();
    assert!(
        page.contains("Conversas (this one), Mensagens, Rascunho (hidden)") && page.contains("export.xlsx/*"),
        "{page}"
    );
}

#[test]
fn a_sheet_is_named_once_and_is_there() {
    let book = fixture();
    let message = failure(&["report", &format!("{book}/Mensagem"), "--to", "log-end"], 5);
    assert!(message.contains("no sheet `Mensagem` in this workbook; did you mean `Mensagens`?"), "{message}");
    let message = failure(&["report", &book, &format!("{book}/Mensagens"), "--to", "log-end"], 2);
    assert!(message.contains("is named with a sheet and without one"), "{message}");
    let sheet = format!("{book}/Mensagens");
    let message = failure(&["report", &sheet, &sheet, "--to", "log-end"], 2);
    assert!(message.contains("is named twice"), "{message}");
}

#[test]
fn members_of_an_archive_have_profiles_of_their_own() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("export.zip");
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    let talks = "Conversa,Cliente,Aberto em,Fechado em,Encerrado por,Atendente\nC1,U1,2026-03-02 09:00:00,2026-03-02 09:30:00,\
                 Agente,Lia\nC2,U2,2026-03-02 10:00:00,2026-03-02 11:00:00,Cliente,Rui\nC3,U3,2026-03-03 08:00:00,\
                 2026-03-03 08:20:00,Inatividade,\n";
    let words = "Conversa,Data e hora,Tipo de autor,Agente\nC1,2026-03-02 09:00:30,cliente,\nC1,2026-03-02 09:04:30,agente,Lia\n\
                 C1,2026-03-02 09:10:00,cliente,\nC1,2026-03-02 09:11:00,agente,Lia\nC2,2026-03-02 10:01:00,cliente,\n\
                 C2,2026-03-02 10:03:00,agente,Rui\nC3,2026-03-03 08:00:00,cliente,\n";
    for (name, csv) in [("conversas.csv", talks), ("mensagens.csv", words)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, csv.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    let member = |name: &str| format!("{}/{name}", text(&path));
    let own = write_profile(&member("conversas.csv"), folder.path(), "talks.toml");
    let other = write_profile(&member("mensagens.csv"), folder.path(), "words.toml");
    let bound = [format!("{own}:conversas.csv"), format!("{other}:mensagens.csv")];
    let args = ["report", text(&path), "--profile", &bound[0], "--profile", &bound[1]];
    assert_values(&success(&[&args[..], &DAYS].concat()));
}
