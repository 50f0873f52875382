//! A year of Mondays, at seven, as cron runs them: a table written by hand says what becomes of each.

use std::collections::BTreeMap;
use std::fs;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use super::office::{Ended, Office, day, rows};
use super::server::{Script, Server};

const PEOPLE: [&str; 2] = ["ana@example.com", "leo@example.com"];

/// What the export and the server are like on a Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// All is well.
    Well,
    /// There is no export of the week, and none comes.
    NoExport,
    /// The export ends on Friday; the rest comes at nine.
    LateExport,
    /// The server is down at seven and back at 7:10.
    ServerDown,
    /// The server takes one recipient at seven and the other at 7:10.
    Greylisted,
}

/// The weeks that are not well, by their Monday: when the mail of the week before is due.
const TABLE: [(&str, Case); 6] = [
    ("2026-02-23", Case::NoExport),
    // The week before has the change of clocks, 8 March.
    ("2026-03-09", Case::ServerDown),
    ("2026-04-06", Case::LateExport),
    ("2026-07-27", Case::Greylisted),
    // The week before has the change back, 1 November.
    ("2026-11-02", Case::LateExport),
    // The mail of 2026-W53.
    ("2027-01-04", Case::ServerDown),
];

/// By Monday: exit code and first words of each run, in order, and the mails that were sent in all.
fn expected(case: Case) -> (Vec<(i32, &'static str)>, usize) {
    match case {
        Case::Well => (vec![(0, "")], 1),
        Case::NoExport => (vec![(3, "dialogram: no events from ")], 0),
        Case::LateExport => (vec![(3, "dialogram: nothing was written or sent, since the log is stale: "), (0, "")], 1),
        Case::ServerDown => (vec![(5, "dialogram: mail of weekly, "), (0, "")], 1),
        Case::Greylisted => (vec![(5, "dialogram: mail of weekly, "), (0, "")], 2),
    }
}

struct Year {
    office: Office,
    server: Server,
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

    /// Runs as at a time of the clock in New York.
    fn run(&self, monday: NaiveDate, hour: u32, minute: u32) -> Ended {
        let local = monday.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap());
        let summer = day("2026-03-08")..day("2026-11-01");
        let offset = if summer.contains(&monday) { "-04:00" } else { "-05:00" };
        self.office.run(&format!("{}{offset}", local.format("%Y-%m-%dT%H:%M:%S")), "run weekly")
    }

    fn monday(&self, monday: NaiveDate, case: Case) -> Vec<Ended> {
        let sunday = monday - Days::new(1);
        self.config(self.server.port());
        self.log(sunday);
        match case {
            Case::Well => vec![self.run(monday, 7, 0)],
            Case::NoExport => {
                self.log(monday - Days::new(8));
                vec![self.run(monday, 7, 0)]
            }
            Case::LateExport => {
                self.log(monday - Days::new(3));
                let early = self.run(monday, 7, 0);
                self.log(sunday);
                vec![early, self.run(monday, 9, 0)]
            }
            Case::ServerDown => {
                self.config(1);
                let early = self.run(monday, 7, 0);
                self.config(self.server.port());
                vec![early, self.run(monday, 7, 10)]
            }
            Case::Greylisted => vec![self.run(monday, 7, 0), self.run(monday, 7, 10)],
        }
    }
}

/// The value of a header.
fn header<'a>(message: &'a str, name: &str) -> &'a str {
    message.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap()
}

#[test]
fn a_year_of_mondays_is_sent_once_each_and_never_stale() {
    // One recipient is refused for now on that one Monday: it is the 30th time that it is tried.
    let mondays: Vec<NaiveDate> = day("2026-01-05").iter_weeks().take(53).collect();
    assert_eq!(mondays.last(), Some(&day("2027-01-04")));
    let case_of =
        |monday: &NaiveDate| TABLE.iter().find(|(at, _)| day(at) == *monday).map_or(Case::Well, |(_, case)| *case);
    let mut leo: Vec<&str> = Vec::new();
    for case in mondays.iter().map(case_of) {
        match case {
            Case::Well | Case::LateExport | Case::ServerDown => leo.push("250 ok"),
            Case::Greylisted => leo.extend(["450 later", "250 ok"]),
            Case::NoExport => {}
        }
    }
    let server = Server::start(Script { recipients: BTreeMap::from([(PEOPLE[1], leo)]), ..Script::default() });
    let year = Year { office: Office::new("", ""), server };
    let mut seen = 0;
    for monday in &mondays {
        let case = case_of(monday);
        let (runs, mails) = expected(case);
        let ended = year.monday(*monday, case);
        let found: Vec<(i32, String)> = ended.iter().map(|one| (one.code, one.stderr.clone())).collect();
        assert_eq!(found.len(), runs.len());
        for ((code, words), (found_code, stderr)) in runs.iter().zip(&found) {
            assert_eq!(code, found_code, "{monday}: {stderr}");
            assert!(stderr.starts_with(words) && (!words.is_empty() || stderr.is_empty()), "{monday}: {stderr}");
        }
        let taken = year.server.taken();
        let new: Vec<String> = taken[seen..].iter().map(|one| String::from_utf8(one.bytes.clone()).unwrap()).collect();
        let (failures, reports): (Vec<&String>, Vec<&String>) =
            new.iter().partition(|text| header(text, "To") == "ops@example.com");
        assert_eq!(reports.len(), mails, "{monday}");
        // Every failure is told once; where the server is down nobody can be.
        let told = usize::from(matches!(case, Case::NoExport | Case::LateExport | Case::Greylisted));
        assert_eq!(failures.len(), told, "{monday}");
        let week = (*monday - Days::new(1)).iso_week();
        for report in &reports {
            assert_eq!(header(report, "Subject"), format!("{}-W{:02} 63", week.year(), week.week()), "{monday}");
        }
        seen = taken.len();
        // An hour later cron, a timer or somebody starts it again: nobody gets it twice, no failure is told twice.
        if monday.day() < 8 || case != Case::Well {
            let again = year.run(*monday, 10, 0);
            assert_eq!(again.code, if case == Case::NoExport { 3 } else { 0 }, "{monday}: {}", again.stderr);
            assert_eq!(year.server.taken().len(), seen, "{monday}");
        }
    }
    // Each window and recipient once, and all but the one week that had no export.
    let mut pairs = BTreeMap::new();
    for taken in year.server.taken() {
        let text = String::from_utf8(taken.bytes).unwrap();
        for to in taken.to {
            *pairs.entry((header(&text, "Subject").to_owned(), to)).or_insert(0) += 1;
        }
    }
    assert!(pairs.values().all(|times| *times == 1), "{pairs:?}");
    let of_reports = pairs.keys().filter(|(_, to)| PEOPLE.contains(&to.as_str())).count();
    assert_eq!(of_reports, 2 * (53 - 1));
    assert!(pairs.contains_key(&("2026-W53 63".to_owned(), PEOPLE[0].to_owned())));
}
