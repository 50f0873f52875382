//! Words of exports, and values that share one cell: words in six languages, tags, scores, and the page's text about
//! the rest.

use std::fmt::Write;
use std::fs;

use dialogram::ingest::Options;
use dialogram::ingest::source::Source;
use dialogram::inspect::{Examples, inspect_file};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::inspect_authors::{by, counts, reported};
use crate::support::{english, success, text};

/// A log of activities. The first customer requests a person, gets an answer from Ana after 90 seconds in total, and
/// gives a 9. The second requests one, is queued and leaves.
fn activities(header: &str, said: &str, who: [&str; 2]) -> String {
    let said: Vec<&str> = said.split('|').collect();
    let [message, requested, succeeded, assigned, closed, rated, left] = said[..] else { panic!("{said:?}") };
    let [customer, agent] = who;
    let mut log = format!("{header}\n");
    for (day, id, at, what, who, team, name, score) in [
        (2, "P1", "09:00:00", message, customer, "", "", ""),
        (2, "P1", "09:00:10", requested, "", "", "", ""),
        (2, "P1", "09:00:12", succeeded, "", "Sales", "", ""),
        (2, "P1", "09:01:12", assigned, "", "Sales", "Ana", ""),
        (2, "P1", "09:01:42", message, agent, "Sales", "Ana", ""),
        (2, "P1", "09:10:00", closed, agent, "Sales", "Ana", ""),
        (2, "P1", "09:11:00", rated, customer, "Sales", "", "9"),
        (3, "P2", "10:00:00", message, customer, "", "", ""),
        (3, "P2", "10:01:00", requested, "", "", "", ""),
        (3, "P2", "10:01:02", succeeded, "", "Sales", "", ""),
        (3, "P2", "10:05:00", left, "", "Sales", "", ""),
    ] {
        writeln!(log, "2026-03-0{day}T{at}Z,{id},{what},{who},{team},{name},{score}").unwrap();
    }
    log
}

#[test]
fn activities_are_read_in_six_languages() {
    for (header, said, who) in [
        (
            "When,Conversation ID,Event,Author type,Team,Agent,NPS score",
            "Message|Transfer requested|Transfer completed|Assigned|Closed|Rated|Customer left",
            ["customer", "agent"],
        ),
        (
            "Data e hora,Protocolo,Evento,Tipo do autor,Equipe,Atendente,Nota",
            "Mensagem|Transferência solicitada|Transferência concluída|Atribuída|Encerrada|Avaliada|Cliente saiu",
            ["Cliente", "Atendente"],
        ),
        (
            "Fecha y hora,ID de conversación,Evento,Tipo de remitente,Equipo,Agente,Calificación",
            "Mensaje|Transferencia solicitada|Transferencia completada|Asignada|Cerrada|Valorada|Cliente salió",
            ["Cliente", "Agente"],
        ),
        (
            "Horodatage,Identifiant de conversation,Événement,Type d'auteur,Équipe,Conseiller,Note",
            "Message|Transfert demandé|Transfert effectué|Assignée|Clôturée|Notée|Client parti",
            ["Client", "Conseiller"],
        ),
        (
            "Zeitpunkt,Vorgangsnummer,Ereignis,Absendertyp,Abteilung,Mitarbeiter,Bewertung",
            "Nachricht|Übergabe angefordert|Übergabe abgeschlossen|Zugewiesen|Geschlossen|Bewertet|Kunde gegangen",
            ["Kunde", "Mitarbeiter"],
        ),
        (
            "Data e ora,ID conversazione,Evento,Tipo mittente,Reparto,Operatore,Voto",
            "Messaggio|Trasferimento richiesto|Trasferimento completato|Assegnata|Chiusa|Valutata|Cliente uscito",
            ["cliente", "operatore"],
        ),
    ] {
        let (look, report) = reported("log.csv", &activities(header, said, who));
        let notes = english(&look.found.notes).join("\n");
        assert!(!notes.contains("left out"), "{header}: {notes}");
        assert!(notes.contains("who requested a transfer: each request is read as a customer's"), "{notes}");
        let value = |metric: &str| report["metrics"][metric]["value"].clone();
        for (metric, expected) in
            [("transfers_received", 2), ("closed_conversations", 1), ("abandoned", 1), ("replies", 1), ("ratings", 1)]
        {
            assert_eq!(value(metric), json!(expected), "{header}: {metric}");
        }
        assert_eq!(value("nps").as_f64(), Some(100.0), "{header}");
        assert_eq!(report["metrics"]["queue_wait"]["mean"].as_f64(), Some(60.0), "{header}");
        assert_eq!(report["metrics"]["total_wait"]["mean"].as_f64(), Some(90.0), "{header}");
    }
}

/// Nobody requests a person. Agents transfer conversations, and the team column may contain the old team.
#[test]
fn an_unrequested_transfer_is_left_out_with_the_missing_columns_named() {
    let log = activities(
        "When,Conversation ID,Event,Author type,Team,Agent,NPS score",
        "Message|Note added|Transfer completed|Assigned|Closed|Rated|Customer left",
        ["customer", "agent"],
    );
    let (look, _) = reported("log.csv", &log);
    let notes = english(&look.found.notes).join("\n");
    assert!(notes.contains("where it went, in rows of `Transfer completed`"), "{notes}");
    assert!(notes.contains("write to_department = \"Team\""), "{notes}");
}

/// Ten tickets, each about a size, and every second one also about a return.
#[test]
fn tags_in_one_cell_are_several() {
    for (name, between, flag) in [("tags", ", ", ","), ("Tags", ";", ""), ("Etiquetas", "|", "|")] {
        let mut table = format!("ticket_id,created_at,first_reply_at,closed_at,channel,{name}\n");
        for at in 0..10 {
            let tags = if at % 2 == 0 { "size".to_owned() } else { format!("\"return{between}size\"") };
            writeln!(table, "{at},2026-03-02T09:0{at}:00Z,2026-03-02T09:3{at}:00Z,2026-03-02T11:0{at}:00Z,web,{tags}")
                .unwrap();
        }
        let (look, report) = reported("tickets.csv", &table);
        let tags = by(&report, "by_tag", "closed_conversations");
        assert_eq!(tags, counts(&[("return", 5), ("size", 10)]), "{name}");
        let notes = english(&look.found.notes).join("\n");
        let said = format!("cells of `{name}` have several tags with `{flag}` between");
        assert_eq!(notes.contains(&said), !flag.is_empty(), "{notes}");
    }
}

#[test]
fn the_page_names_unused_columns_and_the_reason() {
    let table = "\
Id,Created at,Assigned at,Initially assigned at,First agent reply,Solved at,Assignee,User,Tags,Satisfaction Score,Rating (1-5)
1,2026-03-02 09:00,2026-03-02 09:31,2026-03-02 09:01,2026-03-02 09:33,2026-03-02 11:00,Ana,u1,vip refund,Good,4
2,2026-03-02 10:00,2026-03-02 10:01,2026-03-02 10:01,2026-03-02 10:10,2026-03-02 12:00,Bia,u2,,Offered,5
3,2026-03-02 13:00,2026-03-02 13:40,2026-03-02 13:05,2026-03-02 13:45,2026-03-02 15:00,Ana,u1,vip,Bad,2
";
    let (look, report) = reported("tickets.csv", table);
    let mapping = look.found.mapping.as_ref().unwrap();
    // Assigned after 1, 1 and 5 minutes: by the first assignment, not the last one.
    assert_eq!(report["metrics"]["queue_wait"]["mean"].as_f64(), Some(140.0));
    let notes = english(&look.found.notes).join("\n");
    assert!(!notes.contains("the first assignment"), "{notes}");
    assert!(notes.contains("Where blanks separate tags, write split"), "{notes}");
    // 4 and 5 are satisfied, 2 is not.
    assert_eq!(report["metrics"]["csat"]["value"].as_f64().map(|rate| (rate * 3.0).round()), Some(2.0));
    let unused = |column: &str| mapping.unused.iter().find(|it| it.column == column).map(|it| it.reason.to_string());
    assert!(unused("Satisfaction Score").unwrap().contains("a score in words"));
    let is_agent = mapping.columns.iter().any(|it| it.source == "User");
    assert!(is_agent || unused("User").unwrap().contains("may be a customer or an agent"));
    let reply = look.found.columns.iter().find(|it| it.name == "First agent reply").unwrap();
    assert_eq!(reply.examples.first().map(String::as_str), Some("2026-03-02 09:33"));
}

/// A canonical log separates tags by `;`: two of three tags contain a comma, and the report says so.
#[test]
fn tags_with_commas_in_a_log_are_noted() {
    let folder = tempdir().unwrap();
    let warned = |tags: [&str; 3]| -> Vec<String> {
        let path = folder.path().join("log.csv");
        let rows = (1..).zip(tags).map(|(at, tags)| format!("2026-03-02T09:0{at}:00Z,started,c{at},\"{tags}\"\n"));
        fs::write(&path, format!("ts,event,conversation_id,tags\n{}", rows.collect::<String>())).unwrap();
        let args =
            ["report", text(&path), "--from", "2026-03-02", "--to", "2026-03-02", "--by", "tag", "--format", "json"];
        let report: Value = serde_json::from_slice(&success(&args)).unwrap();
        let warnings = report["warnings"].as_array().unwrap().iter();
        let own = warnings.filter(|warning| warning["id"] == "tags_with_commas");
        own.map(|warning| warning["text"].as_str().unwrap().to_owned()).collect()
    };
    let found = warned(["size", "return, size", "size, vip"]);
    assert!(found.len() == 1 && found[0].starts_with("2 tags of 3 have commas in them"), "{found:?}");
    assert_eq!(warned(["size;vip", "return", "Smith, John"]), Vec::<String>::new());
    assert_eq!(warned(["size", "return;size", "size;vip"]), Vec::<String>::new());
    let path = folder.path().join("log.csv");
    fs::write(&path, "ts,event,conversation_id,tags\n2026-03-02T09:00:00Z,started,c1,\"return, size\"\n").unwrap();
    let look = inspect_file(&Source::File(path), "log.csv", &Options::new(), Examples::Safe).unwrap();
    let notes = english(&look.found.notes).join("\n");
    assert!(notes.contains("cells of `tags` have several tags with `,` between, and a log has `;`"), "{notes}");
}
