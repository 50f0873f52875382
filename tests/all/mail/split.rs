//! A split report: one mail for each value with its own recipients, and one with all files.

use std::fs;

use super::office::{Office, day, rows};
use super::server::{Script, Server};
use super::{MONDAY, plain, read_by_python};

/// Three departments: one without conversations in the reported week, and one whose name would break a header.
fn office(smtp: &str, report: &str, mail: &str) -> Office {
    let office = Office::new(smtp, "to = 'a@example.com'");
    let config = format!(
        "[smtp]\n{smtp}\n[reports.weekly]\nlogs = ['log.csv']\ntz = 'America/Sao_Paulo'\nquiet = true\n{report}\n\
         [reports.weekly.mail]\nfrom = 'Reports <reports@example.com>'\nattach = ['csv']\n{mail}\n"
    );
    fs::write(office.path("dialogram.toml"), config).unwrap();
    let text = rows(day("2026-02-09"), day("2026-03-08"));
    let department = |line: &str| match (line, line.contains("-9,"), line.contains("-10,")) {
        (line, ..) if line.starts_with("ts,") => "department",
        (_, true, _) => "Billing",
        (line, _, true) if line < "2026-03-02" => "Quiet",
        (_, _, true) => "\"Sales\r\nBcc: x@example.com\"",
        (..) => "Sales",
    };
    let log: String = text.lines().map(|line| format!("{line},{}\n", department(line))).collect();
    fs::write(office.path("log.csv"), log).unwrap();
    office
}

const SPLIT: &str = "split-by = 'department'\noutput = ['reports/{department}.csv']";

fn subjects(server: &Server) -> Vec<(String, String, Vec<String>)> {
    let read = |at: usize| {
        let taken = &server.taken()[at];
        let read = read_by_python(&taken.bytes);
        assert!(read.contains("defects: []\n") && read.contains("Bcc: None\n"), "{read}");
        let line = |name: &str| read.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        let files = read.lines().filter_map(|line| line.strip_prefix("part: text/csv "));
        (taken.to.join(" "), line("Subject: "), files.map(|file| file.rsplit_once(' ').unwrap().0.to_owned()).collect())
    };
    (0..server.taken().len()).map(read).collect()
}

#[test]
fn each_value_goes_to_its_people_and_all_files_to_recipients_of_all() {
    let server = Server::start(Script::default());
    let mail = "to = 'lead@example.com'\nsubject = '{week}: {conversations}'\n[reports.weekly.mail.each]\n\
                Billing = ['ana@example.com', 'leo@example.com']\nQuiet = 'leo@example.com'";
    let office = office(&plain(&server), SPLIT, mail);
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let odd = "Sales__Bcc_ x@example.com.csv";
    let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    let expected = [
        (
            "lead@example.com".to_owned(),
            "2026-W10: 63".to_owned(),
            files(&["Billing.csv", "Quiet.csv", "Sales.csv", odd]),
        ),
        ("ana@example.com leo@example.com".to_owned(), "2026-W10: 7 (Billing)".to_owned(), files(&["Billing.csv"])),
        // The department existed before: a week without conversations gives a report of zeros.
        ("leo@example.com".to_owned(), "2026-W10: 0 (Quiet)".to_owned(), files(&["Quiet.csv"])),
    ];
    assert_eq!(subjects(&server), expected);
    let body = read_by_python(&server.taken()[1].bytes);
    assert!(body.contains("7 conversations") && body.contains("Billing"), "{body}");
    // A second run sends nothing twice, although one recipient gets two mails for the window.
    let ended = office.run("2026-03-09T10:10:00Z", "run weekly");
    assert_eq!((ended.code, server.taken().len()), (0, 3), "{}", ended.stderr);
    // The messages of a dry run are those that are sent.
    fs::remove_file(office.path("reports/.dialogram-weekly.mail.json")).unwrap();
    let ended = office.run(MONDAY, "run weekly --dry-run");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for (at, line) in ["subject      2026-W10: 63\n", "(Billing)\n", "(Quiet)\n"].into_iter().enumerate() {
        assert!(ended.stdout.contains(line), "{line}{}", ended.stdout);
        let eml = office.path(&format!("reports/weekly_2026-03-02_2026-03-08_{}.eml", at + 1));
        assert_eq!(fs::read(eml).unwrap(), server.taken()[at].bytes, "{line}");
    }
}

#[test]
fn a_value_without_recipients_is_reported_and_an_unknown_one_ends_the_run() {
    let server = Server::start(Script::default());
    let office_of = |each: &str| office(&plain(&server), SPLIT, &format!("[reports.weekly.mail.each]\n{each}"));
    let ended = office_of("Sales = 'ana@example.com'").run(MONDAY, "run weekly");
    let expected = "warning: nobody gets the report of Billing, Sales";
    assert!(ended.code == 0 && ended.stderr.contains(expected), "{}", ended.stderr);
    assert_eq!(subjects(&server).len(), 1);
    let office = office_of("Biling = 'ana@example.com'");
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("--department Biling") && ended.stderr.contains("`Billing`?"), "{}", ended.stderr);
    assert!(ended.stderr.contains("[reports.weekly.mail.each]"), "{}", ended.stderr);
    assert_eq!((server.taken().len(), office.path("reports/Billing.csv").exists()), (1, false));
}

#[test]
fn people_of_values_need_a_split_and_addresses() {
    let server = Server::start(Script::default());
    let cases = [
        (
            "output = ['reports/{week}.csv']",
            "each = { Billing = 'ana@example.com' }",
            "is not split: name a dimension with split-by",
        ),
        (SPLIT, "each = 'ana@example.com'", "`each`: a table is expected"),
        (SPLIT, "each = {}", "`each`: it names nobody"),
        (SPLIT, "each = { Billing = 'ana' }", "`Billing`: "),
        (SPLIT, "each = { Billing = ['a@example.com', 'A <a@example.com>'] }", "is a recipient of `Billing` twice"),
    ];
    for (report, mail, expected) in cases {
        let ended = office(&plain(&server), report, mail).run(MONDAY, "run weekly");
        assert!(ended.code == 2 && ended.stderr.contains(expected), "{mail}: {}", ended.stderr);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_mail_that_is_refused_keeps_no_other_from_its_people() {
    let recipients = [("ana@example.com", vec!["550 5.1.1 no such user"])].into();
    let server = Server::start(Script { recipients, ..Script::default() });
    let mail =
        "[reports.weekly.mail.each]\nBilling = 'ana@example.com'\nQuiet = 'ana@example.com'\nSales = 'leo@example.com'";
    let office = office(&plain(&server), SPLIT, mail);
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    for value in ["Billing", "Quiet"] {
        let expected =
            format!("mail of weekly ({value}), 2026-03-02 to 2026-03-08, was not sent:\n  refused for ana@example.com");
        assert!(ended.stderr.contains(&expected), "{}", ended.stderr);
    }
    assert_eq!(subjects(&server).len(), 1);
    // The recipient who has it does not get it again.
    assert_eq!((office.run(MONDAY, "run weekly").code, server.taken().len()), (5, 1));
}
