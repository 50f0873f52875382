//! A folder with a config, a log and a record of mails, in which the program runs as under cron.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use tempfile::TempDir;

/// The exit code and the messages of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

pub struct Office(TempDir);

impl Office {
    /// A folder with a config that has these lines under `[smtp]` and `[reports.weekly.mail]`.
    pub fn new(smtp: &str, mail: &str) -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        office.config(smtp, mail);
        fs::create_dir(office.path("reports")).unwrap();
        office
    }

    pub fn config(&self, smtp: &str, mail: &str) {
        let text = format!(
            "[smtp]\n{smtp}\n[reports.weekly]\nlogs = ['log.csv']\ntz = 'America/Sao_Paulo'\nquiet = true\n\
             output = ['reports/{{week}}.csv']\n[reports.weekly.mail]\nfrom = 'Reports <reports@example.com>'\n{mail}\n"
        );
        fs::write(self.path("dialogram.toml"), text).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes one conversation per hour from 9 to 17 in São Paulo, for each day from first to last.
    pub fn log(&self, first: NaiveDate, last: NaiveDate) {
        fs::write(self.path("log.csv"), rows(first, last)).unwrap();
    }

    /// The program with a line of arguments, at an instant.
    pub fn command(&self, now: &str, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dialogram"));
        command.args(line.split_whitespace()).current_dir(self.0.path()).env_clear().env("DIALOGRAM_NOW", now);
        command
    }

    /// Runs the program at an instant.
    pub fn run(&self, now: &str, line: &str) -> Ended {
        let output = self.command(now, line).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// São Paulo is three hours behind UTC all year.
pub fn rows(first: NaiveDate, last: NaiveDate) -> String {
    let mut text = "ts,event,conversation_id,actor,agent_id\n".to_owned();
    let days = first.iter_days().take_while(|day| *day <= last);
    for (day, hour) in days.flat_map(|day| (9..18).map(move |hour| (day, hour))) {
        let at = |minute: i64| -> NaiveDateTime {
            day.and_time(NaiveTime::MIN) + TimeDelta::hours(hour + 3) + TimeDelta::minutes(minute)
        };
        let id = format!("{day}-{hour}");
        for (minute, event, actor, agent) in [
            (0, "message", "customer", ""),
            (1, "transfer_requested", "bot", ""),
            (4, "message", "agent", "ana"),
            (9, "closed", "agent", "ana"),
        ] {
            text.push_str(&format!("{}Z,{event},{id},{actor},{agent}\n", at(minute).format("%Y-%m-%dT%H:%M:%S")));
        }
    }
    text
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
