//! Kinds of exports: instants in all notations, languages and formats; columns renamed, dropped, shuffled. The proposal
//! of `inspect` is right, or it asks.

use std::fs;
use std::path::Path;

use chrono::{Duration, NaiveDate, NaiveDateTime};
use dialogram::ingest::Options;
use dialogram::ingest::source::Source;
use dialogram::inspect::{Examples, InspectedFile, inspect_file};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::json;
use tempfile::tempdir;

use crate::inspect_reports::Outcome;
use crate::support::english;

/// Inspects a file of this text.
fn looked(folder: &Path, name: &str, bytes: &[u8]) -> InspectedFile {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    inspect_file(&Source::File(path), name, &Options::new(), Examples::Safe).unwrap()
}

/// Names of the columns: ticket, created, first answered, closed, agent.
const HEADERS: [(&str, [&str; 5]); 5] = [
    ("en", ["Ticket ID", "Created at", "First reply at", "Closed at", "Agent"]),
    ("pt", ["Nº do chamado", "Criado em", "Primeira resposta em", "Encerrado em", "Atendente"]),
    ("es", ["Número de caso", "Fecha de creación", "Primera respuesta", "Fecha de cierre", "Agente"]),
    ("fr", ["N°", "Date de création", "Date de première réponse", "Date de clôture", "Assigné à"]),
    ("de", ["Vorgangsnummer", "Erstellt am", "Erste Antwort am", "Geschlossen am", "Bearbeiter"]),
];

/// Three tickets: created, first answered, closed. One day is after the twelfth.
fn tickets() -> Vec<[NaiveDateTime; 3]> {
    let at = |month, day, hour, minute, second| {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap().and_hms_opt(hour, minute, second).unwrap()
    };
    vec![
        [at(2, 2, 9, 0, 0), at(2, 2, 9, 30, 0), at(2, 2, 11, 0, 0)],
        [at(3, 3, 10, 5, 0), at(3, 3, 12, 15, 0), at(3, 3, 12, 45, 0)],
        [at(8, 25, 0, 10, 0), at(8, 25, 12, 0, 0), at(8, 26, 23, 59, 0)],
    ]
}

/// The notation of instants.
enum Written {
    /// A format of chrono.
    As(&'static str),
    /// A format of chrono, with that many hours of offset.
    Behind(i64, &'static str),
    /// With month names: `{d}`, `{b}`, `{y}` and `{t}` are the day, name, year and time.
    Named(&'static str, [&'static str; 12]),
    /// A number, with that many units per second.
    Epoch(i64),
    /// Days in a spreadsheet.
    Days,
}

const ENGLISH: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LONG: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const PORTUGUESE: [&str; 12] = [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];
const SPANISH: [&str; 12] =
    ["ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "sept.", "oct.", "nov.", "dic."];
const FRENCH: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const ITALIAN: [&str; 12] = ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"];

const NOTATIONS: [Written; 44] = [
    Written::As("%Y-%m-%d %H:%M:%S"),
    Written::As("%Y-%m-%dT%H:%M:%S"),
    Written::As("%Y-%m-%dT%H:%M:%SZ"),
    Written::As("%Y-%m-%dT%H:%M:%S%.3fZ"),
    Written::As("%Y-%m-%dT%H:%M:%S+00:00"),
    Written::As("%Y-%m-%dT%H:%MZ"),
    Written::As("%Y-%m-%d %H:%M"),
    Written::As("%Y-%m-%d %H:%M:%S UTC"),
    Written::As("%Y-%m-%d %H:%M:%S GMT"),
    Written::As("%Y/%m/%d %H:%M:%S"),
    Written::As("%Y%m%d%H%M%S"),
    Written::As("%Y%m%dT%H%M%SZ"),
    Written::As("%d/%m/%Y %H:%M:%S"),
    Written::As("%d/%m/%Y %H:%M"),
    Written::As("%d/%m/%y %H:%M"),
    Written::As("%d/%m/%Y, %H:%M:%S"),
    Written::As("%-d/%-m/%Y %-H:%M"),
    Written::As("%d.%m.%Y %H:%M"),
    Written::As("%d-%m-%Y %H:%M:%S"),
    Written::As("%m/%d/%Y %H:%M:%S"),
    Written::As("%m/%d/%y %I:%M %p"),
    Written::As("%d/%m/%Y %I:%M:%S %p"),
    Written::As("%d/%m/%Y\u{a0}%I:%M\u{202f}%P"),
    Written::As("%a, %d %b %Y %H:%M:%S +0000"),
    Written::As("%a %b %e %H:%M:%S %Y"),
    Written::As("%a %b %d %H:%M:%S +0000 %Y"),
    Written::As("%A, %B %d, %Y %I:%M:%S %p"),
    Written::Behind(3, "%Y-%m-%dT%H:%M:%S-03:00"),
    Written::Behind(3, "%Y-%m-%d %H:%M:%S-0300"),
    Written::Behind(3, "%Y-%m-%d %H:%M:%S-03"),
    Written::Behind(3, "%d/%m/%Y %H:%M:%S GMT-3"),
    Written::Behind(3, "%Y-%m-%dT%H:%M:%S-03:00[America/Sao_Paulo]"),
    Written::Named("{b} {d}, {y} {t}", ENGLISH),
    Written::Named("{d}-{b}-{y} {t}", ENGLISH),
    Written::Named("{b} {d}, {y} at {t}", LONG),
    Written::Named("{d} de {b} de {y} às {t}", PORTUGUESE),
    Written::Named("{d} {b} {y} {t}", SPANISH),
    Written::Named("{d} {b} {y} {t}", FRENCH),
    Written::Named("{d}. {b} {y} {t}", GERMAN),
    Written::Named("{d} {b} {y} {t}", ITALIAN),
    Written::Epoch(1),
    Written::Epoch(1000),
    Written::Epoch(1_000_000),
    Written::Days,
];

impl Written {
    fn text(&self, at: NaiveDateTime) -> String {
        use chrono::{Datelike, Timelike};
        match self {
            Self::As(format) => at.format(format).to_string(),
            Self::Behind(hours, format) => (at - Duration::hours(*hours)).format(format).to_string(),
            Self::Named(pattern, months) => pattern
                .replace("{d}", &at.day().to_string())
                .replace("{b}", months[at.month0() as usize])
                .replace("{y}", &at.year().to_string())
                .replace("{t}", &format!("{:02}:{:02}", at.hour(), at.minute())),
            Self::Epoch(per_second) => (at.and_utc().timestamp() * per_second).to_string(),
            Self::Days => {
                let seconds = at.and_utc().timestamp();
                let fraction = (seconds % 86_400 * 10_000_000_000 + 43_200) / 86_400;
                format!("{}.{fraction:010}", 25_569 + seconds / 86_400)
            }
        }
    }
}

/// A workbook with one sheet of texts, its parts uncompressed.
fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let cell = |text: &String| format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", escape(text));
    let row = |cells: &Vec<String>| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{}</sheetData></worksheet>",
        rows.iter().map(row).collect::<String>()
    );
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" \
             ContentType=\"application/xml\"/></Types>"
                .to_owned(),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{office}\"><sheets>\
                 <sheet name=\"One\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" \
                 Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in &parts {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let size = u32::try_from(text.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 33, 0];
        common.extend(crc.sum().to_le_bytes());
        common.extend([size, size].concat());
        common.extend(length);
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(u32::try_from(out.len()).unwrap().to_le_bytes());
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
    }
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    let (start, size) = (u32::try_from(out.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    out.extend(directory);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend([count, count].concat());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// The same rows as CSV, JSON Lines and a workbook.
fn forms(rows: &[Vec<String>]) -> [(&'static str, Vec<u8>); 3] {
    let quoted = |cell: &String| if cell.contains(',') { format!("\"{cell}\"") } else { cell.clone() };
    let csv: String = rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n").collect();
    let object = |row: &Vec<String>| {
        let pairs = rows[0].iter().cloned().zip(row.iter().map(|cell| json!(cell)));
        serde_json::Value::Object(pairs.collect()).to_string() + "\n"
    };
    let json: String = rows[1..].iter().map(object).collect();
    [("log.csv", csv.into_bytes()), ("log.jsonl", json.into_bytes()), ("log.xlsx", workbook(rows))]
}

#[test]
fn instants_are_found_in_every_notation_language_and_format() {
    let folder = tempdir().unwrap();
    let mut asked = Vec::new();
    for notation in &NOTATIONS {
        for (language, header) in &HEADERS {
            let mut rows = vec![header.map(str::to_owned).to_vec()];
            for (at, ticket) in tickets().iter().enumerate() {
                let instants = ticket.iter().map(|instant| notation.text(*instant));
                let id = std::iter::once(format!("T{}", at + 1));
                rows.push(id.chain(instants).chain(std::iter::once(format!("Zoe {at}"))).collect());
            }
            // CSV in all languages, the other formats in two.
            let many = if ["en", "fr"].contains(language) { 3 } else { 1 };
            for (name, bytes) in forms(&rows).into_iter().take(many) {
                let InspectedFile { found, profile, .. } = looked(folder.path(), name, &bytes);
                let what = format!("{} in {language}, {name}", rows[1][1]);
                if !found.missing.is_empty() {
                    asked.push(format!("{what}: {:?}", found.missing));
                    continue;
                }
                assert!(profile.is_some_and(|profile| profile.is_complete), "{what}");
                for (column, times) in header[1..4].iter().zip(0..) {
                    let seen = found.columns.iter().find(|seen| seen.name == *column).unwrap();
                    let time = seen.time.as_ref().unwrap_or_else(|| panic!("{what}: {column}"));
                    let first = tickets()[0][times].format("%Y-%m-%dT%H:%M:%S").to_string();
                    let last = tickets()[2][times].format("%Y-%m-%dT%H:%M:%S").to_string();
                    let told = [&time.first, &time.last].map(|text| text.trim_end_matches('Z').to_owned());
                    assert_eq!(told, [first, last], "{what}: {column}");
                }
                // Started, queued, written, answered, closed: three each.
                assert_eq!((found.quality.accepted, found.rejected()), (Some(15), 0), "{what}: {:?}", found.mapping);
            }
        }
    }
    assert!(asked.is_empty(), "{} asked for: {asked:#?}", asked.len());
}

/// A file of one kind: its name, its text, and its results or question.
struct Case {
    text: &'static str,
    name: &'static str,
    expected: ExpectedResult,
}

enum ExpectedResult {
    /// Numbers of the report.
    Numbers(&'static [(&'static str, &'static str, f64)]),
    /// A question that contains this text.
    Question(&'static str),
}

const CASES: [Case; 18] = [
    Case {
        name: "versions.csv",
        text: "number,sys_updated_on,sys_mod_count,opened_at,resolved_at,caller_id,assigned_to\n\
               I1,2026-03-02 09:00:00,0,2026-03-02 09:00:00,?,K1,?\nI1,2026-03-02 10:00:00,1,2026-03-02 09:00:00,2026-03-02 10:00:00,K1,R1\n\
               I2,2026-03-02 11:00:00,0,2026-03-02 11:00:00,?,K1,?\nI2,2026-03-02 12:30:00,1,2026-03-02 11:00:00,2026-03-02 12:30:00,K1,R2\n",
        expected: ExpectedResult::Numbers(&[("conversations", "value", 2.0), ("closed_conversations", "value", 2.0)]),
    },
    Case {
        name: "calls.csv",
        text: "Call ID,Entered at,Waited (s),Talk time,Outcome,Agent\nC1,2026-03-02 09:00:00,20,0:05:00,answered,Zoe\n\
               C2,2026-03-02 09:10:00,45,,abandoned,\nC3,2026-03-02 09:20:00,10,0:02:00,answered,Lia\n",
        expected: ExpectedResult::Numbers(&[("conversations", "value", 3.0), ("closed_conversations", "value", 2.0)]),
    },
    Case {
        name: "norole.csv",
        text: "message_id,chat_id,sent_at,author,body\nm1,c1,2026-03-02T09:00:00Z,Ana,hello there\n\
               m2,c1,2026-03-02T09:01:00Z,Bia,good morning\nm3,c2,2026-03-02T10:00:00Z,Caio,hi\nm4,c2,2026-03-02T10:02:00Z,Bia,yes\n",
        expected: ExpectedResult::Question("who wrote each message"),
    },
    Case {
        name: "inbound.csv",
        text: "id,conversation,sent,is_inbound,agent_id,text\n1,c1,2026-03-02T09:00:00Z,true,,x\n2,c1,2026-03-02T09:01:00Z,false,a1,y\n\
               3,c2,2026-03-02T10:00:00Z,true,,z\n4,c2,2026-03-02T10:02:00Z,false,a1,w\n",
        expected: ExpectedResult::Numbers(&[("conversations", "value", 2.0), ("first_response_time", "mean", 90.0)]),
    },
    Case {
        name: "mongo.jsonl",
        text: "{\"_id\":{\"$oid\":\"a1\"},\"conversationId\":\"c1\",\"createdAt\":{\"$date\":\"2026-03-02T09:00:00.000Z\"},\"from\":\"customer\"}\n\
               {\"_id\":{\"$oid\":\"a2\"},\"conversationId\":\"c1\",\"createdAt\":{\"$date\":\"2026-03-02T09:01:00.000Z\"},\"from\":\"agent\"}\n",
        expected: ExpectedResult::Numbers(&[("conversations", "value", 1.0), ("first_response_time", "mean", 60.0)]),
    },
    Case {
        name: "mongolong.jsonl",
        text: "{\"conversationId\":\"c1\",\"createdAt\":{\"$date\":{\"$numberLong\":\"1772442000000\"}},\"from\":\"customer\"}\n\
               {\"conversationId\":\"c1\",\"createdAt\":{\"$date\":{\"$numberLong\":\"1772442060000\"}},\"from\":\"agent\"}\n",
        expected: ExpectedResult::Numbers(&[("conversations", "value", 1.0), ("first_response_time", "mean", 60.0)]),
    },
    Case {
        name: "order.csv",
        text: "Ticket ID,Created at,First reply at,Agent\n1,02/02/2026 09:00:00,02/02/2026 09:30:00,A\n2,03/03/2026 10:00:00,03/03/2026 10:10:00,A\n",
        expected: ExpectedResult::Question("%d/%m/%Y %H:%M:%S or %m/%d/%Y %H:%M:%S"),
    },
    Case {
        name: "order.pt.csv",
        text: "Chamado;Criado em;Primeira resposta em;Atendente\n1;02/02/2026 09:00;02/02/2026 09:30;A\n2;03/03/2026 10:00;03/03/2026 10:10;A\n",
        expected: ExpectedResult::Numbers(&[("first_response_time", "mean", 1200.0)]),
    },
    Case {
        name: "minutes-or-hours.csv",
        text: "Ticket ID,Created at,First response time,Agent\n1,2026-02-02 09:00:00,1:02,A\n2,2026-03-03 10:00:00,0:45,A\n",
        expected: ExpectedResult::Question("minutes or hours"),
    },
    Case {
        name: "which-unit.csv",
        text: "Ticket ID,Created at,First response time,Agent\n1,2026-02-02 09:00:00,62,A\n2,2026-03-03 10:00:00,45,A\n",
        expected: ExpectedResult::Question("counts seconds, minutes or hours"),
    },
    Case {
        name: "est.csv",
        text: "conversation,when,who\nc1,2026-03-02 09:00:00 EST,customer\nc1,2026-03-02 09:01:00 EST,agent\n",
        expected: ExpectedResult::Question("names of several zones (EST)"),
    },
    Case {
        name: "zone.csv",
        text: "Ticket;Criado em (UTC-03:00);Primeira resposta (UTC-03:00);Atendente\n1;02/02/2026 23:00;03/02/2026 00:30;A\n2;13/02/2026 10:00;13/02/2026 10:10;A\n",
        expected: ExpectedResult::Numbers(&[("first_response_time", "mean", 3000.0)]),
    },
    Case {
        name: "unread.csv",
        text: "Chamado;Aberto em;Respondido em;Fechado em;Atendente\n1;segunda 9h;2026-03-02 09:30:00;2026-03-02 11:00:00;A\n2;terça 10h;2026-03-03 10:10:00;2026-03-03 12:00:00;B\n",
        expected: ExpectedResult::Question(""),
    },
    Case {
        name: "operator.csv",
        text: "Chat ID,User ID,Visitor Name,Chat operator,Chat start time,Chat end time\n1,7,Ana,Zoe,2026-03-02 09:00:00,2026-03-02 09:30:00\n2,7,Bia,Zoe,2026-03-02 10:00:00,2026-03-02 10:30:00\n",
        expected: ExpectedResult::Numbers(&[("conversations", "value", 2.0), ("closed_conversations", "value", 2.0)]),
    },
    Case {
        name: "events.fr.csv",
        text: "Dossier;Événement;Horodatage;Conseiller\nD1;Créé;02/03/2026 09:00:00;\nD1;Affecté;02/03/2026 09:05:00;Zoé\nD1;Clôturé;02/03/2026 10:00:00;Zoé\n\
               D2;Créé;13/03/2026 09:00:00;\nD2;Affecté;13/03/2026 09:02:00;Luc\nD2;Clôturé;13/03/2026 11:00:00;Luc\n",
        expected: ExpectedResult::Numbers(&[("conversations", "value", 2.0), ("closed_conversations", "value", 2.0)]),
    },
    Case {
        name: "events.de.csv",
        text: "Vorgang;Ereignis;Zeitpunkt;Mitarbeiter\nD1;Eröffnet;02.03.2026 09:00:00;\nD1;Zugewiesen;02.03.2026 09:05:00;Zoé\nD1;Geschlossen;02.03.2026 10:00:00;Zoé\n\
               D2;Eröffnet;03.03.2026 09:00:00;\nD2;Zugewiesen;03.03.2026 09:02:00;Luc\nD2;Geschlossen;03.03.2026 11:00:00;Luc\n",
        expected: ExpectedResult::Numbers(&[("conversations", "value", 2.0), ("closed_conversations", "value", 2.0)]),
    },
    Case {
        name: "days.csv",
        text: "Ticket,Opened,Closed\n1,2026-03-02,2026-03-03\n2,2026-03-05,2026-03-09\n",
        expected: ExpectedResult::Question("no column holds instants with date and time of day"),
    },
    Case {
        name: "totals.csv",
        text: "Ticket ID,Created at,First reply at,Closed at,Agent,Messages\n1,2026-03-02 09:00:00,2026-03-02 09:05:00,2026-03-02 10:00:00,Lia,4\n\
               2,2026-03-03 09:00:00,2026-03-03 09:15:00,2026-03-03 10:00:00,Lia,5\nTotal,,,,,9\nAverage,,,,,4.5\n",
        expected: ExpectedResult::Numbers(&[("conversations", "value", 2.0), ("first_response_time", "mean", 600.0)]),
    },
];

#[test]
fn kinds_of_exports_are_right_or_asked_for() {
    let folder = tempdir().unwrap();
    for Case { name, text, expected } in &CASES {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let outcome = Outcome::of(&path, Some(["2026-02-01", "2026-03-31"]));
        match expected {
            ExpectedResult::Numbers(numbers) => {
                for (metric, field, expected) in *numbers {
                    let found = outcome.metric(metric, field);
                    assert!((found - expected).abs() < 1e-6, "{name}: {metric} is {found}\n{}", outcome.page);
                }
            }
            ExpectedResult::Question(part) => assert!(outcome.asks(part), "{name}: {}", outcome.found["missing"]),
        }
    }
}

#[test]
fn the_page_is_true_of_the_columns_of_large_files() {
    use std::fmt::Write;
    let mut text = "leg_id,call_id,queued_at,answered_at,ended_at,agent,queue\n".to_owned();
    let start = tickets()[0][0];
    for leg in 0..22_263_i64 {
        let call = if leg < 15_068 { leg } else { leg - 15_068 };
        let at = |seconds: i64| (start + Duration::seconds(leg * 40 + seconds)).format("%Y-%m-%dT%H:%M:%SZ");
        let _ = writeln!(text, "L{leg},C{call},{},{},{},a{},q", at(0), at(10), at(100), leg % 7);
    }
    let folder = tempdir().unwrap();
    let InspectedFile { found, .. } = looked(folder.path(), "legs.csv", text.as_bytes());
    let of = |name: &str| found.columns.iter().find(|column| column.name == name).unwrap();
    let off = |name: &str, expected: u64| of(name).distinct.abs_diff(expected) * 100 / expected;
    assert!(of("call_id").is_more_distinct && off("call_id", 15_068) < 4 && off("leg_id", 22_263) < 4);
    // The calls repeat, so a row is not a conversation.
    let missing = english(&found.missing).join("\n");
    assert!(missing.contains("`call_id` repeats"), "{missing}");
}

/// Other names for the columns of the tickets, some of them meaningless.
const OTHER_NAMES: [[&str; 5]; 8] = [
    ["ticket", "created", "first response", "closed", "assignee"],
    ["case_number", "openedAt", "firstReplyAt", "closedAt", "agentName"],
    ["Conversation", "Start time", "Initial response", "End time", "Operator"],
    ["id", "Data de abertura", "Primeira resposta", "Data de fechamento", "Responsável"],
    ["Folio", "Abierto", "Primera respuesta", "Cerrado", "Asesor"],
    ["Dossier", "Ouvert le", "Première réponse", "Fermé le", "Conseiller"],
    ["Anfrage", "Eröffnet", "Erste Reaktion", "Abgeschlossen", "Sachbearbeiter"],
    ["a", "b", "c", "d", "e"],
];

proptest! {
    // The same cases in every run.
    #![proptest_config(ProptestConfig { cases: 48, rng_seed: RngSeed::Fixed(15), failure_persistence: None, ..ProptestConfig::default() })]

    /// With columns renamed, dropped and shuffled, and other clocks and formats, no number differs from that of the
    /// tickets.
    #[test]
    fn no_mutation_gives_another_number(
        names in prop::collection::vec(0..OTHER_NAMES.len(), 5),
        is_one_language in any::<bool>(),
        notation in 0..NOTATIONS.len(),
        order in Just([0_usize, 1, 2, 3, 4]).prop_shuffle(),
        dropped in prop::option::weighted(0.4, 0_usize..5),
        form in 0_usize..3,
    ) {
        let name = |column: usize| OTHER_NAMES[if is_one_language { names[0] } else { names[column] }][column].to_owned();
        let kept: Vec<usize> = order.into_iter().filter(|column| Some(*column) != dropped).collect();
        let mut rows = vec![kept.iter().map(|column| name(*column)).collect::<Vec<_>>()];
        let mut unique = rows[0].clone();
        unique.sort();
        unique.dedup();
        prop_assume!(unique.len() == rows[0].len());
        for (at, ticket) in tickets().iter().enumerate() {
            rows.push(kept.iter().map(|column| match column {
                0 => format!("T{at}"),
                4 => format!("Zoe {at}"),
                instant => NOTATIONS[notation].text(ticket[instant - 1]),
            }).collect());
        }
        let folder = tempdir().unwrap();
        let (file, bytes) = forms(&rows).into_iter().nth(form).unwrap();
        let path = folder.path().join(file);
        fs::write(&path, bytes).unwrap();
        let outcome = Outcome::of(&path, Some(["2026-02-01", "2026-08-31"]));
        if let Some(report) = &outcome.report {
            for (metric, field, expected) in [
                ("conversations", "value", 3.0),
                ("closed_conversations", "value", 3.0),
                ("first_response_time", "mean", (1800.0 + 7800.0 + 42600.0) / 3.0),
            ] {
                if let Some(found) = report["metrics"][metric][field].as_f64() {
                    prop_assert!((found - expected).abs() < 1e-6, "{metric} is {found}: {rows:?}\n{}", outcome.page);
                }
            }
            prop_assert_eq!(&report["input"]["rejected"], 0);
        }
    }

    /// Whatever a table contains, all but one row in twenty are accepted with the proposed profile.
    #[test]
    fn proposed_profiles_are_accepted(
        columns in prop::collection::vec((0_usize..40, 0_usize..9), 1..8),
        count in 1_usize..40,
        seed in any::<u64>(),
    ) {
        const POOL: [&str; 40] = [
            "id", "ticket id", "conversation", "customer id", "user id", "agent", "agent id", "created at", "closed at",
            "first reply at", "assigned at", "queued at", "date", "time", "event", "type", "status", "sender", "direction",
            "is_inbound", "message", "channel", "queue", "team", "wait (s)", "talk time", "outcome", "rating", "version",
            "updated at", "due", "note", "Criado em", "Fechado em", "Atendente", "Protocolo", "Datum", "Kunde", "private", "",
        ];
        let mut state = seed | 1;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut text = columns.iter().map(|(name, _)| POOL[*name]).collect::<Vec<_>>().join(",") + "\n";
        for row in 0..count {
            let cells: Vec<String> = columns.iter().map(|(_, kind)| match kind {
                0 => row.to_string(),
                1 => format!("c{}", random(5)),
                2 => format!("2026-03-{:02} {:02}:{:02}:00", random(28) + 1, random(24), random(60)),
                3 => format!("{:02}/{:02}/2026 {:02}:{:02}", random(31) + 1, random(12) + 1, random(24), random(60)),
                4 => ["customer", "agent", "bot", "", "Ana"][usize::try_from(random(5)).unwrap()].to_owned(),
                5 => ["opened", "closed", "assigned", "message", "x"][usize::try_from(random(5)).unwrap()].to_owned(),
                6 => ["true", "false"][usize::try_from(random(2)).unwrap()].to_owned(),
                7 => random(4000).to_string(),
                _ => ["", "?", "-", "NULL", "whatsapp"][usize::try_from(random(5)).unwrap()].to_owned(),
            }).collect();
            text.push_str(&(cells.join(",") + "\n"));
        }
        let folder = tempdir().unwrap();
        let path = folder.path().join("table.csv");
        fs::write(&path, &text).unwrap();
        let outcome = Outcome::of(&path, None);
        if let Some(report) = &outcome.report {
            let [accepted, rejected] = ["accepted", "rejected"].map(|key| report["input"][key].as_u64().unwrap());
            prop_assert!(accepted > 0 && rejected * 20 <= accepted + rejected, "{text}\n{}", outcome.page);
            prop_assert_eq!(Some(accepted), outcome.found["quality"]["accepted"].as_u64());
        } else {
            prop_assert!(!outcome.found["missing"].as_array().unwrap().is_empty(), "{text}\n{}", outcome.page);
        }
    }
}
