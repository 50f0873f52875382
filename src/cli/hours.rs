//! `dialogram hours`: prints how a file of opening hours is read, date by date.

use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::{Days, NaiveDate};
use clap::Args;

use super::guard::Files;
use super::instants::zone;
use super::streams::print;
use super::time_flags::WindowFlags;
use crate::failure::Failure;
use crate::opening_hours::{Calendar, Interval, OpenSet, OpeningHours};
use crate::report::opening_hours as shown;
use crate::time::{CalendarUnit, Period, To, Window, Zone};
use crate::unit::{Unit, seconds};

/// Prints the calendars of a file of opening hours, with the instants of exceptional days.
#[derive(Debug, Args)]
#[command(mut_arg("to", |to| to.value_name("DATE").help("Last day, YYYY-MM-DD [default: yesterday]")))]
#[command(after_help = "\
Examples:
  dialogram hours hours.toml                        this week, calendar by calendar
  dialogram hours hours.toml --period 2026-12       a month with its holidays
  dialogram hours hours.toml --from 2026-03-07 --to 2026-03-09 --tz America/New_York")]
pub struct HoursArgs {
    /// The file of opening hours
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Zone of the times, if the file names none
    #[arg(long, value_name = "ZONE", default_value = "UTC", help_heading = "Time")]
    tz: String,
    /// Which days; without any this week.
    #[command(flatten)]
    window: WindowFlags,
}

impl HoursArgs {
    /// The files that the run reads.
    pub(super) fn files(&self, files: &mut Files) {
        files.read("FILE", &self.file);
    }
}

/// Runs the command.
///
/// # Errors
///
/// If the file or a flag is wrong, or nothing can be printed.
pub fn run(args: &HoursArgs) -> anyhow::Result<()> {
    let hours = OpeningHours::open(&args.file, zone("--tz", &args.tz)?)?;
    if args.window.to == Some(To::LogEnd) {
        return Err(Failure::Usage.because("--to log-end: this command reads no log: give a date"));
    }
    let mut window = args.window.clone();
    if let (None, None, None, None) = (window.days, window.from, window.to, window.period) {
        window.period = Some(Period::This(CalendarUnit::Week));
    }
    let now = window.now(hours.zone)?;
    let text = page(&hours, window.window(hours.zone, now, None)?);
    print(text.as_bytes())
}

/// All calendars for the days of a window.
fn page(hours: &OpeningHours, window: Window) -> String {
    let words = shown::ReportOpeningHours::of(hours).lines();
    let mut text = format!("{}, times of {}\n", hours.file, hours.zone);
    for (calendar, (name, week)) in hours.calendars().zip(words) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{name}: {week}\n");
        dates(&mut text, calendar, window);
    }
    text
}

fn dates(text: &mut String, calendar: &Calendar, window: Window) {
    let zone = window.zone();
    let earlier = |date: NaiveDate| date.checked_sub_days(Days::new(2)).unwrap_or(date);
    let set = OpenSet::compile(calendar, zone, earlier(window.first_day()), window.last_day());
    for date in window.dates() {
        let Some(day) = Window::new(zone, date, date) else { continue };
        let (begins, ends) = (day.begins(), day.ends());
        let intervals: Vec<String> = calendar.on(date).iter().map(ToString::to_string).collect();
        let intervals = if intervals.is_empty() { "closed".to_owned() } else { intervals.join(" ") };
        let changes = zone.transitions(begins, ends.max(begins + 1)).count() > 0;
        let why = [(calendar.dates.contains_key(&date), "a date of its own"), (changes, "clocks change")];
        let why: Vec<&str> = why.into_iter().filter_map(|(is_so, why)| is_so.then_some(why)).collect();
        // Without this, the hours of a day after a night shift look wrong: its own intervals are shorter.
        let runs_on = date.pred_opt().is_some_and(|before| {
            let into_next = |interval: &Interval| matches!(interval.end_minutes(), (1.., 1..));
            calendar.on(before).iter().any(into_next)
        });
        let notes: Vec<&str> = why.iter().copied().chain(runs_on.then_some("with the night before")).collect();
        let open = Unit::Seconds.format(Some(seconds(set.open_ms(begins, ends))));
        let _ = write!(text, "  {}  {intervals:<24}  open {open}", date.format("%a %Y-%m-%d"));
        let _ = writeln!(text, "{}{}", if notes.is_empty() { "" } else { "  " }, notes.join(", "));
        if !why.is_empty() {
            for (from, to) in set.intervals().filter(|(from, to)| *from < ends && begins < *to) {
                let _ = writeln!(text, "      {} – {}", local(zone, from), local(zone, to));
            }
        }
    }
}

fn local(zone: Zone, instant: i64) -> String {
    zone.format_rfc3339(instant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_date;

    #[test]
    fn odd_days_have_their_instants() {
        let text = "zone = 'America/New_York'\n[open]\nmon-sun = ['01:00-03:30']\n[dates]\n2026-03-09 = []\n";
        let hours = OpeningHours::parse("hours.toml", "hours.toml", text, Zone::UTC).unwrap();
        let date = |text| parse_date(text).unwrap();
        let window = Window::new(hours.zone, date("2026-03-07"), date("2026-03-09")).unwrap();
        let expected = "hours.toml, times of America/New_York\n\n\
            default: mon-sun 01:00-03:30; 2026-03-09 closed\n\
            \x20 Sat 2026-03-07  01:00-03:30               open 2 h 30 min\n\
            \x20 Sun 2026-03-08  01:00-03:30               open 1 h 30 min  clocks change\n\
            \x20     2026-03-08T01:00:00-05:00 – 2026-03-08T03:30:00-04:00\n\
            \x20 Mon 2026-03-09  closed                    open 0 s  a date of its own\n";
        assert_eq!(page(&hours, window), expected);
    }
    #[test]
    fn a_day_says_that_a_night_shift_ends_in_it() {
        let text = "[open]\nsun = ['22:00-06:00']\nmon = ['08:00-12:00']\ntue = ['00:00-24:00']\n";
        let hours = OpeningHours::parse("hours.toml", "hours.toml", text, Zone::UTC).unwrap();
        let date = |text| parse_date(text).unwrap();
        let window = Window::new(hours.zone, date("2026-03-09"), date("2026-03-11")).unwrap();
        let page = page(&hours, window);
        let days: Vec<&str> = page.lines().skip(3).collect();
        assert_eq!(
            days,
            [
                "  Mon 2026-03-09  08:00-12:00               open 10 h 00 min  with the night before",
                "  Tue 2026-03-10  00:00-24:00               open 1 d 00 h",
                "  Wed 2026-03-11  closed                    open 0 s",
            ]
        );
    }
}
