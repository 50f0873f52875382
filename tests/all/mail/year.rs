//! A year of Mondays at seven, as under cron: a table written by hand has the result of each.

use std::collections::BTreeMap;
use std::fs;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use super::office::{Ended, Office, day, rows};
use super::server::{Break, Script, Server};

const PEOPLE: [&str; 2] = ["ana@example.com", "leo@example.com"];

/// The state of the export and the server on a Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Everything works.
    Well,
    /// The week's export is missing.
    NoExport,
    /// The export ends on Friday; the rest arrives at nine.
    LateExport,
    /// The server is down at seven and back at 7:10.
    ServerDown,
    /// The server accepts one recipient at seven and the other at 7:10.
    Greylisted,
    /// The server has the message but does not answer. At nine the user asks: it arrived.
    Unknown,
}

/// A run of a Monday: its time, its exit code, and the beginning of its standard error.
type Said = (&'static str, i32, &'static str);

impl Case {
    /// Its word in the table.
    fn of(word: &str) -> Self {
        match word {
            "sent" => Self::Well,
            "no export: refused" => Self::NoExport,
            "export at nine: refused, then sent" => Self::LateExport,
            "server back at 7:10: sent late" => Self::ServerDown,
            "one greylisted: sent to him late" => Self::Greylisted,
            "no answer: unknown, then settled" => Self::Unknown,
            other => panic!("what is `{other}`?"),
        }
    }

    /// The runs of the day, in order.
    const fn runs(self) -> &'static [Said] {
        const NOT_SENT: &str = "dialogram: mail of weekly, ";
        match self {
            Self::Well => &[("07:00", 0, "")],
            Self::NoExport => &[("07:00", 3, "dialogram: no events from "), ("10:00", 3, "dialogram: no events from ")],
            Self::LateExport => &[
                ("07:00", 3, "dialogram: nothing was written or sent, since the log is stale: "),
                ("09:00", 0, ""),
                ("10:00", 0, ""),
            ],
            Self::ServerDown | Self::Greylisted => &[("07:00", 5, NOT_SENT), ("07:10", 0, ""), ("10:00", 0, "")],
            Self::Unknown => &[("07:00", 5, NOT_SENT), ("08:30", 5, NOT_SENT), ("09:00", 0, ""), ("10:00", 0, "")],
        }
    }

    /// The messages that the server accepts for the report's recipients.
    const fn mails(self) -> usize {
        match self {
            Self::NoExport => 0,
            Self::Well | Self::LateExport | Self::ServerDown | Self::Unknown => 1,
            Self::Greylisted => 2,
        }
    }

    /// The messages about failures: none if the server accepts none.
    const fn failures(self) -> usize {
        match self {
            Self::Well | Self::ServerDown => 0,
            Self::NoExport | Self::LateExport | Self::Greylisted | Self::Unknown => 1,
        }
    }
}

/// Each Monday, the week whose report is due, and the result.
const TABLE: [(&str, &str, &str); 53] = [
    ("2026-01-05", "2026-W01", "sent"),
    ("2026-01-12", "2026-W02", "sent"),
    ("2026-01-19", "2026-W03", "sent"),
    ("2026-01-26", "2026-W04", "sent"),
    ("2026-02-02", "2026-W05", "sent"),
    ("2026-02-09", "2026-W06", "sent"),
    ("2026-02-16", "2026-W07", "sent"),
    ("2026-02-23", "2026-W08", "no export: refused"),
    ("2026-03-02", "2026-W09", "sent"),
    // Clocks went forward on 8 March: this week has 167 hours.
    ("2026-03-09", "2026-W10", "server back at 7:10: sent late"),
    ("2026-03-16", "2026-W11", "sent"),
    ("2026-03-23", "2026-W12", "sent"),
    ("2026-03-30", "2026-W13", "sent"),
    ("2026-04-06", "2026-W14", "export at nine: refused, then sent"),
    ("2026-04-13", "2026-W15", "sent"),
    ("2026-04-20", "2026-W16", "sent"),
    ("2026-04-27", "2026-W17", "sent"),
    ("2026-05-04", "2026-W18", "sent"),
    ("2026-05-11", "2026-W19", "no answer: unknown, then settled"),
    ("2026-05-18", "2026-W20", "sent"),
    ("2026-05-25", "2026-W21", "sent"),
    ("2026-06-01", "2026-W22", "sent"),
    ("2026-06-08", "2026-W23", "sent"),
    ("2026-06-15", "2026-W24", "sent"),
    ("2026-06-22", "2026-W25", "sent"),
    ("2026-06-29", "2026-W26", "sent"),
    ("2026-07-06", "2026-W27", "sent"),
    ("2026-07-13", "2026-W28", "sent"),
    ("2026-07-20", "2026-W29", "sent"),
    ("2026-07-27", "2026-W30", "one greylisted: sent to him late"),
    ("2026-08-03", "2026-W31", "sent"),
    ("2026-08-10", "2026-W32", "sent"),
    ("2026-08-17", "2026-W33", "sent"),
    ("2026-08-24", "2026-W34", "no export: refused"),
    // The following week does not include the missing one.
    ("2026-08-31", "2026-W35", "sent"),
    ("2026-09-07", "2026-W36", "sent"),
    ("2026-09-14", "2026-W37", "sent"),
    ("2026-09-21", "2026-W38", "sent"),
    ("2026-09-28", "2026-W39", "sent"),
    ("2026-10-05", "2026-W40", "sent"),
    ("2026-10-12", "2026-W41", "sent"),
    ("2026-10-19", "2026-W42", "sent"),
    ("2026-10-26", "2026-W43", "sent"),
    // Clocks went back on 1 November: this week has 169 hours.
    ("2026-11-02", "2026-W44", "export at nine: refused, then sent"),
    ("2026-11-09", "2026-W45", "sent"),
    ("2026-11-16", "2026-W46", "sent"),
    ("2026-11-23", "2026-W47", "sent"),
    ("2026-11-30", "2026-W48", "sent"),
    ("2026-12-07", "2026-W49", "sent"),
    ("2026-12-14", "2026-W50", "sent"),
    ("2026-12-21", "2026-W51", "sent"),
    ("2026-12-28", "2026-W52", "sent"),
    // 2026 has a week 53, which ends in 2027.
    ("2027-01-04", "2026-W53", "server back at 7:10: sent late"),
];

struct Year {
    office: Office,
    /// Accepts mail; on one Monday it accepts one recipient later.
    server: Server,
    /// Accepts the message, and does not answer.
    silent: Server,
}

impl Year {
    fn config(&self, port: u16) {
        let text = format!(
            "[smtp]\nhost = '127.0.0.1'\nport = {port}\ntls = 'none'\nretry-for = '0s'\n[reports.weekly]\nlogs = ['log.csv']\n\
             tz = 'America/New_York'\nquiet = true\noutput = ['reports/{{week}}.csv']\n[reports.weekly.mail]\n\
             from = 'reports@example.com'\nto = ['{}', '{}']\nsubject = '{{week}} {{conversations}}'\nattach = []\non-failure = 'ops@example.com'\n",
            PEOPLE[0], PEOPLE[1]
        );
        fs::write(self.office.path("dialogram.toml"), text).unwrap();
    }

    fn log(&self, last: NaiveDate) {
        fs::write(self.office.path("log.csv"), rows(last - Days::new(35), last)).unwrap();
    }

    /// Runs at a local time in New York.
    fn run(&self, monday: NaiveDate, time: &str, more: &str) -> Ended {
        let local = monday.and_time(NaiveTime::parse_from_str(time, "%H:%M").unwrap());
        let summer = day("2026-03-08")..day("2026-11-01");
        let offset = if summer.contains(&monday) { "-04:00" } else { "-05:00" };
        self.office.run(&format!("{}{offset}", local.format("%Y-%m-%dT%H:%M:%S")), &format!("run weekly{more}"))
    }

    /// Prepares export and server for a time of the day, and runs.
    fn run_at(&self, monday: NaiveDate, case: Case, time: &str) -> Ended {
        let is_seven = time == "07:00";
        let sunday = monday - Days::new(1);
        self.config(match case {
            Case::ServerDown if is_seven => 1,
            Case::Unknown if is_seven => self.silent.port(),
            _ => self.server.port(),
        });
        self.log(match case {
            Case::NoExport => monday - Days::new(8),
            Case::LateExport if is_seven => monday - Days::new(3),
            _ => sunday,
        });
        let settles = case == Case::Unknown && time == "09:00";
        let more = if settles { PEOPLE.map(|to| format!(" --received {to}")).concat() } else { String::new() };
        self.run(monday, time, &more)
    }
}

/// The value of a header.
fn header<'a>(message: &'a str, name: &str) -> &'a str {
    message.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap()
}

#[test]
fn a_year_of_mondays_is_sent_once_each_and_never_stale() {
    let mondays = TABLE.map(|(monday, week, word)| (day(monday), week, Case::of(word)));
    assert!(mondays.windows(2).all(|pair| pair[1].0 == pair[0].0 + Days::new(7)), "a Monday is missing");
    // The answers to one recipient, one per mail.
    let mut leo: Vec<&str> = Vec::new();
    for (_, _, case) in mondays {
        match case {
            Case::Well | Case::LateExport | Case::ServerDown => leo.push("250 ok"),
            Case::Greylisted => leo.extend(["450 later", "250 ok"]),
            Case::NoExport | Case::Unknown => {}
        }
    }
    let server = Server::start(Script { recipients: BTreeMap::from([(PEOPLE[1], leo)]), ..Script::default() });
    let silent = Server::start(Script { break_at: Break::End, ..Script::default() });
    let year = Year { office: Office::new("", ""), server, silent };
    let all_taken = || [year.server.taken(), year.silent.taken()].concat();
    let mut before = (0, 0);
    for (monday, week, case) in mondays {
        let begun = all_taken().len();
        for (time, code, words) in case.runs() {
            let ended = year.run_at(monday, case, time);
            assert_eq!(ended.code, *code, "{monday} {time}: {}", ended.stderr);
            let is_as_told = ended.stderr.starts_with(words) && words.is_empty() == ended.stderr.is_empty();
            assert!(is_as_told, "{monday} {time}: {}", ended.stderr);
        }
        // An hour later the run is repeated.
        if case == Case::Well && monday.day() < 8 {
            assert_eq!((year.run(monday, "10:00", "").code, all_taken().len()), (0, begun + 1), "{monday}");
        }
        let texts: Vec<String> = all_taken().into_iter().map(|one| String::from_utf8(one.bytes).unwrap()).collect();
        let (failures, reports): (Vec<&String>, Vec<&String>) =
            texts.iter().partition(|text| header(text, "To") == "ops@example.com");
        // Every failure is mailed once.
        let now = (reports.len(), failures.len());
        assert_eq!(now, (before.0 + case.mails(), before.1 + case.failures()), "{monday}");
        // A whole week has 63 conversations: a sent report is neither stale nor of another week.
        let subject = format!("{week} 63");
        let of_week = reports.iter().filter(|text| header(text, "Subject") == subject).count();
        assert_eq!(of_week, case.mails(), "{monday}");
        before = now;
    }
    // Each window and recipient once, for all but the two weeks without an export.
    let mut pairs = BTreeMap::new();
    for taken in all_taken() {
        let text = String::from_utf8(taken.bytes).unwrap();
        for to in taken.to.into_iter().filter(|to| PEOPLE.contains(&to.as_str())) {
            *pairs.entry((header(&text, "Subject").to_owned(), to)).or_insert(0) += 1;
        }
    }
    assert!(pairs.values().all(|times| *times == 1), "{pairs:?}");
    assert_eq!(pairs.len(), 2 * (53 - 2));
}
