//! The table of exit codes and messages in docs/mail.md: each row is produced, and no other message occurs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::server::{Break, Script, Server, certificate};
use super::{MONDAY, TWO};

/// A row of the table, and the steps that produce it.
struct Case {
    code: i32,
    /// The words of the message; empty if the run prints nothing.
    words: &'static str,
    script: Script,
    /// The config under `[smtp]` besides host and port.
    smtp: &'static str,
    /// The config of the mail.
    mail: &'static str,
    flags: &'static str,
    /// Earlier runs, with their flags.
    before: &'static [&'static str],
}

impl Case {
    fn new(code: i32, words: &'static str) -> Self {
        let smtp = "tls = 'none'\nretry-for = '0s'\n";
        Self { code, words, script: Script::default(), smtp, mail: TWO, flags: "", before: &[] }
    }

    fn script(self, script: Script) -> Self {
        Self { script, ..self }
    }

    fn smtp(self, smtp: &'static str) -> Self {
        Self { smtp, ..self }
    }

    fn mail(self, mail: &'static str) -> Self {
        Self { mail, ..self }
    }

    fn flags(self, flags: &'static str) -> Self {
        Self { flags, ..self }
    }

    fn before(self, before: &'static [&'static str]) -> Self {
        Self { before, ..self }
    }

    fn make(self) {
        let server = Server::start(self.script);
        let ca = certificate("authority.pem").display().to_string();
        let smtp = self.smtp.replace("AUTHORITY", &ca);
        let port = format!("port = {}", server.port());
        let usual = [("host = ", "host = '127.0.0.1'"), ("port = ", port.as_str())];
        let usual: String =
            usual.iter().filter(|(key, _)| !smtp.contains(key)).map(|(_, line)| format!("{line}\n")).collect();
        let office = super::office(&format!("{usual}{smtp}"), self.mail);
        fs::write(office.path("secret"), "wrong\n").unwrap();
        fs::write(office.path("bad.csv"), "ts,event,conversation_id,actor\nx,x,x,x\n".repeat(100)).unwrap();
        for flags in self.before {
            office.run(MONDAY, &format!("run weekly {flags}"));
        }
        let ended = office.run(MONDAY, &format!("run weekly {}", self.flags));
        assert_eq!(ended.code, self.code, "{}: {}", self.words, ended.stderr);
        let is_told = ended.stderr.contains(self.words) && ended.stderr.is_empty() == self.words.is_empty();
        assert!(is_told, "no `{}` in {}", self.words, ended.stderr);
    }
}

fn instead(of: &'static str, reply: &str) -> Script {
    Script { instead: Some((of, reply.to_owned())), ..Script::default() }
}

fn refusing(reply: &'static str) -> Script {
    Script { recipients: BTreeMap::from([("leo@example.com", vec![reply])]), ..Script::default() }
}

const TLS: &str = "retry-for = '0s'\nca-file = 'AUTHORITY'\n";
const LOGIN: &str = "retry-for = '0s'\nca-file = 'AUTHORITY'\nuser = 'reports'\npassword-file = 'secret'\n";

fn cases() -> Vec<Case> {
    let end = || Script { break_at: Break::End, ..Script::default() };
    let tls = |name| Script { starttls: Some(name), ..Script::default() };
    let login = Script { login: Some(("reports", "right")), ..tls("server") };
    vec![
        Case::new(0, ""),
        Case::new(2, "is not an address").mail("to = 'nobody'"),
        Case::new(2, "did you mean").mail("to = 'ana@example.com'\nsubjekt = 'x'"),
        Case::new(2, "the report has no").mail("to = 'ana@example.com'\nsubject = '{csat}'"),
        Case::new(2, "keep the password out of a config").smtp("password = 'x'\n"),
        Case::new(2, "sends mail and password in the clear").smtp("tls = 'none'\nhost = 'mail.example.com'\n"),
        Case::new(2, "it is not unknown whether").flags("--received ana@example.com"),
        Case::new(2, "is unknown").flags("--resend"),
        Case::new(3, "the log is stale").mail("to = 'ana@example.com'\nmax-age = '1m'"),
        Case::new(3, "no events from").flags("--from 2027-01-01 --to 2027-01-07"),
        Case::new(3, "the log has no such").flags("--agent nobody"),
        Case::new(4, "could not be read").flags("bad.csv log.csv"),
        Case::new(5, "cannot be reached").smtp("tls = 'none'\nport = 1\nretry-for = '0s'\n"),
        Case::new(5, "broke off").script(Script { break_at: Break::Greeting, ..Script::default() }),
        Case::new(5, "closes the connection").script(instead("MAIL", "421 closing")),
        Case::new(5, "speaks out of turn").script(Script { behind: Some(("MAIL", "250 ok")), ..Script::default() }),
        Case::new(5, "does not speak as a mail server does").script(instead("MAIL", "what?")),
        Case::new(5, "answers DATA with").script(instead("DATA", "250 taken")),
        Case::new(5, "refused for").script(refusing("550 no such user")),
        Case::new(5, "not sent to").script(refusing("450 later")),
        Case::new(5, "refuses the sender").script(instead("MAIL", "550 who?")),
        Case::new(5, "unknown whether it reached").script(end()).before(&[""]),
        Case::new(5, "offers no encryption").smtp(TLS),
        Case::new(5, "cannot be trusted").script(tls("other")).smtp(TLS),
        Case::new(5, "does not take the password").script(login).smtp(LOGIN),
        Case::new(5, "offers neither AUTH PLAIN nor AUTH LOGIN").script(tls("server")).smtp(LOGIN),
        Case::new(5, "takes messages of at most").script(Script { features: vec!["SIZE 1000"], ..Script::default() }),
        Case::new(5, "no such file").smtp("retry-for = '0s'\nuser = 'x'\npassword-file = 'none'\n"),
        Case::new(5, "cannot be read as PEM").smtp("retry-for = '0s'\nca-file = 'secret.pem'\n"),
        Case::new(5, "is not a record of sent mails").mail("to = 'ana@example.com'\nstate = 'log.csv'"),
        Case::new(5, "its folder does not exist").mail("to = 'ana@example.com'\nstate = 'none/deep/sent.json'"),
        Case::new(5, "and nobody was notified by mail")
            .smtp("tls = 'none'\nport = 1\nretry-for = '0s'\n")
            .mail("to = 'ana@example.com'\non-failure = 'ops@example.com'"),
    ]
}

/// Rows that other tests produce: they need a second run, a full disk or a split report.
const ELSEWHERE: [(i32, &str, &str); 3] = [
    (0, "nobody gets the report of", include_str!("split.rs")),
    (5, "another run writes into this folder", include_str!("../leftovers.rs")),
    (5, "the record of it cannot be written", include_str!("faults.rs")),
];

#[test]
fn every_row_of_the_table_of_the_page_is_made() {
    let page = fs::read_to_string(crate::support::root().join("docs/mail.md")).unwrap();
    let (_, table) = page.split_once("## Exit codes").unwrap();
    let rows = table.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let code: i32 = cells.next()?.parse().ok()?;
        Some((code, cells.next()?.trim_matches('`').replace('–', "")))
    });
    let rows: Vec<(i32, String)> = rows.collect();
    let cases = cases();
    let own = cases.iter().map(|case| (case.code, case.words.to_owned()));
    let made: BTreeSet<(i32, String)> = own.chain(ELSEWHERE.map(|(code, words, _)| (code, words.to_owned()))).collect();
    assert_eq!(rows.iter().cloned().collect::<BTreeSet<_>>(), made, "a row without a case, or a case without a row");
    assert_eq!(rows.len(), made.len(), "a row twice");
    for (_, words, test) in ELSEWHERE {
        assert!(test.contains(words), "no test makes `{words}`");
    }
    cases.into_iter().for_each(Case::make);
}
