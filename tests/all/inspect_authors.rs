//! Messages of unprepared files are attributed to their authors, and their conversations end where the records say so.

use std::collections::BTreeMap;
use std::fs;

use dialogram::ingest::Options;
use dialogram::ingest::source::Source;
use dialogram::inspect::{Examples, InspectedFile, inspect_file};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{english, success, text};

/// The numbers of a file with the profile that `inspect` proposes: all metrics, by agent and by tag.
pub fn reported(name: &str, content: &str) -> (InspectedFile, Value) {
    let folder = tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let look = inspect_file(&Source::File(path.clone()), name, &Options::new(), Examples::Safe).unwrap();
    assert!(look.found.missing.is_empty(), "{name}: {:?}", look.found.missing);
    let profile = folder.path().join("p.toml");
    fs::write(&profile, &look.profile.as_ref().unwrap().text).unwrap();
    let args = ["report", text(&path), "--profile", text(&profile), "--from", "2026-03-02", "--to", "2026-03-08"];
    let templates = ["conversations", "queues", "agents", "operations"].map(|name| ["--template", name]).concat();
    let report = success(&[&args[..], &templates, &["--format", "json", "--by", "tag"]].concat());
    (look, serde_json::from_slice(&report).unwrap())
}

/// The numbers of a metric by the rows of a table, without zeros.
pub fn by(report: &Value, table: &str, metric: &str) -> BTreeMap<String, u64> {
    let rows = report["tables"][table]["rows"].as_array().unwrap().iter();
    let cells = rows.map(|row| (row["label"][0].as_str().unwrap_or("(none)").to_owned(), row[metric].as_u64()));
    cells.filter_map(|(label, count)| Some((label, count.filter(|count| *count > 0)?))).collect()
}

fn replies(name: &str, content: &str) -> BTreeMap<String, u64> {
    by(&reported(name, content).1, "by_agent", "replies")
}

pub fn counts(of: &[(&str, u64)]) -> BTreeMap<String, u64> {
    of.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

/// Three conversations that were all assigned to Lia and answered by Max.
fn assigned_to_lia(author: &str) -> String {
    let one = |id: &str, hour: &str| {
        let author = author.replace("WHO", "Max").replace("KEY", "7");
        format!(
            r#"{{"id":"{id}","assignee":{{"name":"Lia"}},"messages":[
                {{"id":"{id}1","sent_at":"2026-03-02T{hour}:00:00Z","author":{{"type":"customer","name":"C {id}"}}}},
                {{"id":"{id}2","sent_at":"2026-03-02T{hour}:01:00Z","author":{author}}}]}}"#
        )
    };
    format!("{{\"conversations\":[{},{},{}]}}", one("a", "09"), one("b", "10"), one("c", "11"))
}

#[test]
fn the_author_is_the_agent_and_the_assignee_is_not() {
    let (named, report) = reported("n.json", &assigned_to_lia(r#"{"type":"agent","name":"WHO"}"#));
    assert_eq!(by(&report, "by_agent", "replies"), counts(&[("Max", 3)]));
    let columns = &named.found.mapping.as_ref().unwrap().columns;
    let source = |column: &str| columns.iter().find(|it| it.column == column).map(|it| it.source.as_str());
    assert_eq!(source("agent_name"), Some("messages[].author.name"));
    assert_eq!(source("customer_id"), None);

    // By name, because the assignee has a name: ids in only some events would split one agent into two.
    let with_id = assigned_to_lia(r#"{"type":"agent","id":"KEY","name":"WHO"}"#);
    assert_eq!(replies("ids.json", &with_id), counts(&[("Max", 3)]));

    // No record has the author, so the assignee is used, and the page says so.
    let nameless = assigned_to_lia(r#"{"type":"agent"}"#);
    for (log, said) in [
        (nameless.clone(), "where `messages[].author.name` is empty, an agent's messages count for `assignee.name`"),
        (nameless.replace(",\"name\":\"C", ",\"mood\":\"C"), "`assignee.name` is of the whole conversation"),
    ] {
        let (look, report) = reported("nameless.json", &log);
        assert_eq!(by(&report, "by_agent", "replies"), counts(&[("Lia", 3)]));
        let notes = english(&look.found.notes).join("\n");
        assert!(notes.contains(said), "{notes}");
    }
}

/// The same as a table: of six answers Max wrote five and Lia one, although three conversations each are assigned to
/// them.
#[test]
fn a_table_of_messages_names_the_author() {
    let answers = [("Lia", "Lia"), ("Max", "Max"), ("Lia", "Max"), ("Max", "Max"), ("Lia", "Max"), ("Max", "Max")];
    for (header, customer, agent) in [
        ("conversation id,sent at,author type,author name,assignee,text", "customer", "agent"),
        ("Conversa,Data e hora,Tipo do autor,Autor,Responsável,Mensagem", "cliente", "atendente"),
        ("Conversación,Fecha y hora,Tipo de remitente,Remitente,Asignado a,Mensaje", "cliente", "agente"),
        ("Conversation,Horodatage,Type d'auteur,Auteur,Assigné à,Texte", "client", "conseiller"),
        ("Vorgangsnummer,Zeitpunkt,Absendertyp,Absender,Bearbeiter,Nachricht", "Kunde", "Mitarbeiter"),
        ("Conversazione,Data e ora,Tipo mittente,Mittente,Assegnatario,Messaggio", "cliente", "operatore"),
    ] {
        let mut table = format!("{header}\n");
        for (at, (assignee, author)) in answers.iter().enumerate() {
            let day = at + 2;
            table.push_str(&format!("c{at},2026-03-0{day}T09:00:00Z,{customer},Cust {at},{assignee},hello there\n"));
            table.push_str(&format!("c{at},2026-03-0{day}T09:00:30Z,{agent},{author},{assignee},hi what is up\n"));
        }
        assert_eq!(replies("m.csv", &table), counts(&[("Lia", 1), ("Max", 5)]), "{header}");
    }
}

/// A log of activities: both conversations are assigned to Ana; Rui answers and closes the second one.
#[test]
fn assignments_are_of_the_assignee_and_messages_of_the_author() {
    let table = "\
id conversa;Data e hora;Evento;Tipo do autor;Autor;Atendente
p1;2026-03-02T09:00:00Z;Mensagem;Cliente;Bia;Ana
p1;2026-03-02T09:01:00Z;Atribuída;;;Ana
p1;2026-03-02T09:02:00Z;Mensagem;Atendente;Ana;Ana
p1;2026-03-02T09:09:00Z;Encerrada;Atendente;;Ana
p2;2026-03-03T09:00:00Z;Mensagem;Cliente;Edu;Ana
p2;2026-03-03T09:01:00Z;Atribuída;;;Ana
p2;2026-03-03T09:02:00Z;Mensagem;Atendente;Rui;Ana
p2;2026-03-03T09:03:00Z;Mensagem;Atendente;Rui;Ana
p2;2026-03-03T09:09:00Z;Encerrada;Atendente;Rui;Ana
";
    let (_, report) = reported("p.csv", table);
    assert_eq!(by(&report, "by_agent", "replies"), counts(&[("Ana", 1), ("Rui", 2)]));
    assert_eq!(report["metrics"]["closed_conversations"]["value"], json!(2));
}

/// Records with an end and without a beginning, one still open; and records with only a beginning.
#[test]
fn an_end_alone_closes_a_conversation() {
    let record = |id: &str, ends: &str| {
        format!(
            r#"{{"id":"{id}",{ends}"messages":[
                {{"at":"2026-03-02T09:00:00Z","author":{{"type":"customer","name":"C"}}}},
                {{"at":"2026-03-02T09:01:00Z","author":{{"type":"agent","name":"Max"}}}}]}}"#
        )
    };
    let closed = r#""closed_at":"2026-03-02T12:00:00Z","#;
    let records = format!("[{},{},{}]", record("a", closed), record("b", closed), record("c", ""));
    let (look, report) = reported("ends.json", &records);
    assert_eq!(report["metrics"]["closed_conversations"]["value"], json!(2));
    assert_eq!(report["metrics"]["open_conversations"]["value"], json!(1));
    assert!(look.found.mapping.as_ref().unwrap().unused.is_empty());
}
