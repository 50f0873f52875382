//! Reports by mail, against a server started by the tests: delivered mails, failures and messages.

mod exits;
mod faults;
mod office;
mod phone;
mod real_server;
pub mod server;
mod split;
mod year;

use std::fs;
use std::process::Command;

use self::office::{Office, day};
use self::server::{Script, Server, certificate};

/// Monday, 7:00 in São Paulo.
const MONDAY: &str = "2026-03-09T10:00:00Z";
const PEOPLE: &str = "to = ['Ana Conceição <ana@example.com>', 'leo@example.com']";
const TWO: &str = "to = ['Ana Conceição <ana@example.com>', 'leo@example.com']\nattach = ['csv']";

fn plain(server: &Server) -> String {
    format!("host = '127.0.0.1'\nport = {}\ntls = 'none'\nretry-for = '0s'\n", server.port())
}

/// Four weeks up to the Sunday before [`MONDAY`].
fn office(smtp: &str, mail: &str) -> Office {
    let office = Office::new(smtp, mail);
    office.log(day("2026-02-09"), day("2026-03-08"));
    office
}

/// The message as parsed by Python: lines of `name: value`.
fn read_by_python(bytes: &[u8]) -> String {
    const SCRIPT: &str = "
import email, email.policy, hashlib, sys
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
for name in ('From', 'To', 'Cc', 'Reply-To', 'Subject', 'Date', 'Message-ID', 'Bcc', 'X-Dialogram-Report'):
    print(f'{name}: {m[name]}')
print('defects:', m.defects + [d for p in m.walk() for d in p.defects])
for part in m.walk():
    if not part.is_multipart():
        content = part.get_content()
        content = content if isinstance(content, str) else content.decode('latin-1')
        print(f'part: {part.get_content_type()} {part.get_filename()} {len(content)}')
print(m.get_body(('plain',)).get_content())
html = m.get_body(('html',))
if html:
    print('html:')
    print(html.get_content())
";
    use std::io::Write;
    let mut python = Command::new("python3");
    python
        .args(["-c", SCRIPT])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped());
    let mut child = python.spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
}

#[test]
fn a_report_arrives_once_and_another_program_can_read_it() {
    let server = Server::start(Script::default());
    let mail = format!(
        "{PEOPLE}\ncc = 'Team <team@example.com>'\nreply-to = 'desk@example.com'\nattach = ['csv', 'json']\nsubject = 'Semana {{week}} é {{conversations}} ({{conversations.change}})'"
    );
    let office = office(&plain(&server), &mail);
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(
        (taken[0].from.as_str(), taken[0].to.join(" ")),
        ("reports@example.com", "ana@example.com leo@example.com team@example.com".to_owned())
    );
    let read = read_by_python(&taken[0].bytes);
    for line in [
        "From: Reports <reports@example.com>\n",
        "To: Ana Conceição <ana@example.com>, leo@example.com\n",
        "Cc: Team <team@example.com>\n",
        "Reply-To: desk@example.com\n",
        "Subject: Semana 2026-W10 é 63 (±0.0%)\n",
        "Date: Mon, 09 Mar 2026 10:00:00 +0000\n",
        "defects: []\n",
        "part: text/csv 2026-W10.csv ",
        "part: application/json weekly_2026-03-02_2026-03-08.json ",
        "2–8 March 2026 (America/Sao_Paulo)",
        "Volume: 63 conversations",
    ] {
        assert!(read.contains(line), "no {line}in\n{read}");
    }
    // The attachment is the file, byte for byte.
    let file = fs::read(office.path("reports/2026-W10.csv")).unwrap();
    assert!(read.contains(&format!("2026-W10.csv {}\n", file.len())), "{read}");

    // A second run sends nothing again, and succeeds.
    let ended = office.run("2026-03-09T10:10:00Z", "run weekly");
    assert_eq!((ended.code, ended.stderr.as_str(), server.taken().len()), (0, "", 1));
    let ended = office.run("2026-03-09T10:20:00Z", "run weekly --again");
    assert_eq!((ended.code, server.taken().len()), (0, 2));
    let id = |at: usize| {
        read_by_python(&server.taken()[at].bytes)
            .lines()
            .find(|line| line.starts_with("Message-ID"))
            .unwrap()
            .to_owned()
    };
    assert_ne!(id(0), id(1));
}

#[test]
fn a_dry_run_lists_recipients_and_sends_nothing() {
    let server = Server::start(Script::default());
    let office = office(&plain(&server), TWO);
    let ended = office.run(MONDAY, "run weekly --dry-run");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    for line in [
        "to           Ana Conceição <ana@example.com>, leo@example.com\n",
        "sends to     ana@example.com, leo@example.com\n",
        "not written  reports/2026-W10.csv\n",
        "(not encrypted)\n",
    ] {
        assert!(ended.stdout.contains(line), "no {line}in\n{}", ended.stdout);
    }
    assert_eq!((server.connections(), office.path("reports/2026-W10.csv").exists()), (0, false));
    let eml = fs::read(office.path("reports/weekly_2026-03-02_2026-03-08.eml")).unwrap();
    // Written again it is the same, and the sent message equals the shown one.
    assert_eq!(office.run(MONDAY, "run weekly --dry-run").code, 0);
    assert_eq!(fs::read(office.path("reports/weekly_2026-03-02_2026-03-08.eml")).unwrap(), eml);
    assert_eq!(office.run(MONDAY, "run weekly").code, 0);
    assert_eq!(server.taken()[0].bytes, eml);
    let ended = office.run(MONDAY, "run weekly --dry-run");
    assert!(
        ended.stdout.contains("sends to     nobody\n")
            && ended.stdout.contains("sent before  ana@example.com (sent 2026-03-09T10:00:00"),
        "{}",
        ended.stdout
    );
    assert_eq!((office.run(MONDAY, "run weekly --no-mail").code, server.taken().len()), (0, 1));
}

#[test]
fn a_mail_has_its_own_language_and_the_files_keep_theirs() {
    let server = Server::start(Script::default());
    let mail =
        "to = 'ana@example.com'\nlanguage = 'pt'\nattach = ['markdown']\nsubject = '{title}: {conversations.change}'";
    let office = office(&plain(&server), mail);
    // Local times without an offset: the mail must say that they were read as UTC.
    let log = fs::read_to_string(office.path("log.csv")).unwrap();
    fs::write(office.path("log.csv"), log.replace("Z,", ",")).unwrap();
    assert_eq!(office.run(MONDAY, "run weekly --output reports/{week}.md").code, 0);
    let message = server.taken().remove(0);
    let read = read_by_python(&message.bytes);
    for text in [
        "Subject: Relatório de conversas: ±0,0%\n",
        "2–8 de março de 2026 (America/Sao_Paulo)",
        "O que observar",
        "! log.csv: os horários locais",
    ] {
        assert!(read.contains(text), "no {text} in\n{read}");
    }
    assert!(!read.contains(" conversations"), "{read}");
    // The attachment is in the language of the mail, the file in that of the report.
    let file = fs::read_to_string(office.path("reports/2026-W10.md")).unwrap();
    assert!(file.starts_with("## Conversations report\n"), "{file}");
    assert!(!read.contains(&format!("2026-W10.md {}\n", file.chars().count())), "{read}");
    office.config(&plain(&server), "to = 'ana@example.com'\nlanguage = 'pr'");
    let ended = office.run(MONDAY, "run weekly");
    assert!(
        ended.code == 2
            && ended
                .stderr
                .contains("`language`: unknown language `pr`: expected en, fr, es or pt; did you mean `fr`?"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_failure_and_the_usual_subject_are_in_the_language_of_the_mail() {
    let server = Server::start(Script::default());
    for (language, subject, failure, lead, meaning) in [
        (
            "en",
            "Weekly report: 2–8 March 2026",
            "dialogram: report weekly failed, 2–8 March 2026",
            "The report weekly, 2–8 March 2026, failed with exit code 3.\nThe log is stale",
            "The program's message:\n\nnothing was written or sent",
        ),
        (
            "fr",
            "Rapport hebdomadaire\u{a0}: 2–8 mars 2026",
            "dialogram\u{a0}: le rapport weekly a échoué, 2–8 mars 2026",
            "Le rapport weekly, 2–8 mars 2026, a échoué avec le code de sortie 3.\nLe journal n’est pas à jour",
            "en anglais\u{a0}:\n\nnothing was written or sent",
        ),
        (
            "es",
            "Informe semanal: 2–8 de marzo de 2026",
            "dialogram: el informe weekly falló, 2–8 de marzo de 2026",
            "El informe weekly, 2–8 de marzo de 2026, falló con el código de salida 3.\nEl registro está desactualizado",
            "en inglés:\n\nnothing was written or sent",
        ),
        (
            "pt",
            "Relatório semanal: 2–8 de março de 2026",
            "dialogram: o relatório weekly falhou, 2–8 de março de 2026",
            "O relatório weekly, 2–8 de março de 2026, falhou com o código de saída 3.\nO log está desatualizado",
            "em inglês:\n\nnothing was written or sent",
        ),
    ] {
        let mail =
            format!("to = 'ana@example.com'\nattach = []\nlanguage = '{language}'\non-failure = 'ops@example.com'");
        let office = Office::new(&plain(&server), &mail);
        office.log(day("2026-01-05"), day("2026-03-06"));
        assert_eq!(office.run(MONDAY, "run weekly --template weekly").code, 3);
        let read = read_by_python(&server.taken().last().unwrap().bytes);
        for text in [format!("Subject: {failure}\n"), lead.to_owned(), meaning.to_owned()] {
            assert!(read.contains(&text), "no {text} in\n{read}");
        }
        office.log(day("2026-01-05"), day("2026-03-08"));
        assert_eq!(office.run(MONDAY, "run weekly --template weekly").code, 0);
        let read = read_by_python(&server.taken().last().unwrap().bytes);
        assert!(read.contains(&format!("Subject: {subject}\n")), "{read}");
        // The clock of the report's zone, and cases as words.
        assert!(read.contains("8 mar") || read.contains("8 Mar"), "{read}");
        assert!(read.contains("17:09") && !read.contains("UTC") && !read.contains(" n 6"), "{read}");
        assert!(
            read.contains(if language == "fr" {
                " cas"
            } else if language == "en" {
                " cases"
            } else {
                " casos"
            }),
            "{read}"
        );
    }
}

#[test]
fn separate_messages_show_nobody_the_others() {
    let server = Server::start(Script::default());
    let office = office(&plain(&server), &format!("{PEOPLE}\nseparate = true\nattach = []"));
    assert_eq!(office.run(MONDAY, "run weekly").code, 0);
    let taken = server.taken();
    assert_eq!(taken.iter().map(|one| one.to.join(" ")).collect::<Vec<_>>(), ["ana@example.com", "leo@example.com"]);
    assert!(!String::from_utf8_lossy(&taken[1].bytes).contains("ana@example.com"));
}

#[test]
fn passwords_go_only_over_tls() {
    let script = Script { login: Some(("reports", "pass word")), starttls: Some("server"), ..Script::default() };
    for (is_implicit, host, tls) in
        [(false, "localhost", "required"), (false, "127.0.0.1", "starttls"), (true, "127.0.0.1", "implicit")]
    {
        let server = Server::start(Script { is_implicit, ..script.clone() });
        let smtp = format!(
            "host = '{host}'\nport = {}\ntls = '{tls}'\nretry-for = '0s'\nuser = 'reports'\npassword-file = 'secret'\nca-file = '{}'\n",
            server.port(),
            certificate("authority.pem").display()
        );
        let office = office(&smtp, TWO);
        fs::write(office.path("secret"), "pass word\n").unwrap();
        let ended = office.run(MONDAY, "run weekly");
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{host}");
        assert!(server.taken()[0].is_encrypted);
        let before = server.lines();
        assert!(is_implicit || before[1] == "STARTTLS", "{before:?}");
    }
}

#[test]
fn a_stale_log_is_neither_written_nor_sent_and_is_reported_once() {
    let server = Server::start(Script::default());
    let office = Office::new(&plain(&server), &format!("{TWO}\non-failure = 'ops@example.com'"));
    // The export of Saturday and Sunday is missing.
    office.log(day("2026-02-09"), day("2026-03-06"));
    for _ in 0..2 {
        let ended = office.run(MONDAY, "run weekly");
        assert_eq!(ended.code, 3);
        assert_eq!(
            ended.stderr,
            "dialogram: nothing was written or sent, since the log is stale: the log ends at 2026-03-06 17:09, 2 days 6 h before the end of 2026-03-02 to \
             2026-03-08 (its longest silence before was 15 h); export it again, or allow more with max-age under [reports.weekly.mail]\n"
        );
        assert!(!office.path("reports/2026-W10.csv").exists());
    }
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to, ["ops@example.com"]);
    let read = read_by_python(&taken[0].bytes);
    assert!(
        read.contains("Subject: dialogram: report weekly failed, 2–8 March 2026\n")
            && read.contains("The report weekly, 2–8 March 2026, failed with exit code 3.\n"),
        "{read}"
    );
    // Late, but complete.
    office.log(day("2026-02-09"), day("2026-03-08"));
    assert_eq!((office.run("2026-03-09T15:00:00Z", "run weekly").code, server.taken().len()), (0, 2));
    // A longer silence is normal: closed at weekends.
    let office = Office::new(&plain(&server), &format!("{TWO}\nmax-age = '3 days'"));
    office.log(day("2026-02-09"), day("2026-03-06"));
    assert_eq!(office.run(MONDAY, "run weekly").code, 0);
}

#[test]
fn files_that_are_there_are_sent_too() {
    let server = Server::start(Script::default());
    let office = office(&plain(&server), TWO);
    fs::write(office.path("odd\".txt"), "a\n.\nb\n").unwrap();
    assert_eq!(office.run(MONDAY, "run weekly --no-mail --output report.json").code, 0);
    let ended = office.run(MONDAY, "send report.json odd\".txt --report weekly");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let read = read_by_python(&server.taken()[0].bytes);
    assert!(read.contains("part: text/plain odd\".txt 6\n") && read.contains("Volume: 63 conversations"), "{read}");
    for (line, code, told) in [
        ("send report.json", 2, "the mail has no sender"),
        ("send report.json --from a@example.com", 2, "nobody gets it"),
        ("send none.json --to a@example.com --from a@example.com", 5, "none.json: no such file"),
        ("send report.json --report weakly", 2, "did you mean `weekly`?"),
        ("send report.json --to nobody", 2, "`nobody` is not an address"),
    ] {
        let ended = office.run(MONDAY, line);
        assert_eq!(ended.code, code, "{line}: {}", ended.stderr);
        assert!(ended.stderr.contains(told), "{line}: {}", ended.stderr);
    }
    assert_eq!(server.taken().len(), 1);
}

#[test]
fn mistakes_in_mail_settings_are_reported_before_the_log_is_read() {
    let office = Office::new("", "");
    for (smtp, mail, told) in [
        ("host = 'x'", "", "8: a mail has recipients"),
        ("host = 'x'\npassword = 'y'", TWO, "`password`: keep the password out of a config"),
        ("host = 'mail.example.com'\ntls = 'none'", TWO, "sends mail and password in the clear"),
        ("host = 'x'\nuser = 'y'", TWO, "user goes with password-file"),
        ("host = 'x y'", TWO, "`x y` is not a host name or address"),
        ("host = 'x'\ntls = 'tsl'", TWO, "`tsl`"),
        ("port = 25", TWO, "name the server: host"),
        ("host = 'x'", "to = 'a@example.com\\r\\nBcc: b@example.com'", "is not an address"),
        ("host = 'x'", "to = \"a@example.com\\r\\nBcc: b@example.com\"", "no line ends"),
        ("host = 'x'", "to = ['a@example.com', 'A <a@example.com>']", "is a recipient twice"),
        ("host = 'x'", "to = 'a@example.com'\nsubject = '{servic_level}'", "did you mean `service_level`?"),
        ("host = 'x'", "to = 'a@example.com'\nattach = ['pfd']", "plain; did you mean `pdf`?"),
        ("host = 'x'", "to = 'a@example.com'\nsubjekt = 'x'", "did you mean `subject`?"),
        ("host = 'x'", "to = 'a@example.com'\nsubject = '{csat}'", "the report has no `csat`"),
    ] {
        office.config(smtp, mail);
        let ended = office.run(MONDAY, "run weekly");
        assert_eq!(ended.code, 2, "{smtp} {mail}: {}", ended.stderr);
        assert!(ended.stderr.contains(told), "{smtp} {mail}: {}", ended.stderr);
    }
}

#[test]
fn with_opening_hours_the_log_must_reach_the_last_open_day() {
    let server = Server::start(Script::default());
    let hours = "zone = 'America/Sao_Paulo'\n[open]\nmon-fri = ['09:00-18:00']\n";
    for (last, code) in [("2026-03-06", 0), ("2026-03-05", 3)] {
        let office = Office::new(&plain(&server), TWO);
        fs::write(office.path("hours.toml"), hours).unwrap();
        office.log(day("2026-02-09"), day(last));
        let ended = office.run(MONDAY, "run weekly --opening-hours hours.toml");
        assert_eq!(ended.code, code, "{}", ended.stderr);
        assert!(code == 0 || ended.stderr.contains("(the last open day is 2026-03-06)"), "{}", ended.stderr);
    }
    // A holiday on Friday: Thursday was the last open day.
    let office = Office::new(&plain(&server), TWO);
    fs::write(office.path("hours.toml"), format!("{hours}[dates]\n'2026-03-06' = []\n")).unwrap();
    office.log(day("2026-02-09"), day("2026-03-05"));
    assert_eq!(office.run(MONDAY, "run weekly --opening-hours hours.toml").code, 0);
}

#[test]
fn a_log_and_a_password_cannot_both_come_from_standard_input() {
    let office = Office::new("host = 'localhost'\nuser = 'x'\npassword-file = '-'", TWO);
    let ended = office.run(MONDAY, "run weekly -");
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("the log and the password both come from standard input"), "{}", ended.stderr);
}

#[test]
fn the_printed_config_marks_mail_as_set_in_the_file() {
    let office = Office::new("host = 'localhost'", TWO);
    let ended = office.run(MONDAY, "config");
    assert_eq!(ended.code, 0);
    assert!(
        ended.stdout.contains("\n# [smtp] and [reports.weekly.mail] are not printed: they are in dialogram.toml\n"),
        "{}",
        ended.stdout
    );
}
