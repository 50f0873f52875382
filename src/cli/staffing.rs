//! The settings of staffing: the flags, as typed and checked.

use clap::Args;

use super::duration::parse_ms;
use super::flags::LogFlags;
use crate::failure::Failure;
use crate::report::staffing::StaffingQuery;
use crate::report::template::Template;
use crate::time::DAY_MS;
use crate::unit::seconds;

/// The settings of the template staffing.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Staffing")]
pub struct StaffingFlags {
    /// Conversations that an agent handles at once: a number, at least 1
    #[arg(long, value_name = "X", value_parser = concurrency, default_value = "1")]
    pub agent_concurrency: f64,
    /// The target: a share of customers answered within a time, as in 90%/30s
    #[arg(long, value_name = "P%/T", value_parser = target, default_value = "80%/60s")]
    pub staffing_target: (f64, f64),
    /// Assume this mean handling time, as in 5m [default: the mean that was measured]
    #[arg(long, value_name = "DURATION", value_parser = handling)]
    pub staffing_handling: Option<i64>,
    /// Assume more or fewer customers, as in +10% or -10%
    #[arg(long, value_name = "±P%", value_parser = volume, allow_hyphen_values = true)]
    pub staffing_volume: Option<f64>,
}

impl StaffingFlags {
    /// Refuses typed settings for a report without staffing. Defaults apply only to a report with staffing.
    ///
    /// # Errors
    ///
    /// If one was typed.
    pub fn check(templates: &[Template], log: &LogFlags) -> anyhow::Result<()> {
        if templates.iter().any(|template| template.staffing) {
            return Ok(());
        }
        match FLAGS.into_iter().find(|flag| log.is_typed(flag)) {
            None => Ok(()),
            Some(flag) => {
                let message = format!("--{flag} has no effect on a report without staffing: add --template staffing");
                Err(Failure::Usage.because(message))
            }
        }
    }

    /// The settings of staffing.
    #[must_use]
    pub fn query(&self) -> StaffingQuery {
        let (share, within) = self.staffing_target;
        StaffingQuery {
            share,
            seconds: within,
            agent_concurrency: self.agent_concurrency,
            handling: self.staffing_handling.map(seconds),
            volume: self.staffing_volume,
        }
    }
}

/// The long names of [`StaffingFlags`].
const FLAGS: [&str; 4] = ["agent-concurrency", "staffing-target", "staffing-handling", "staffing-volume"];

/// Larger values are not realistic, and the search for the number of agents would take too long.
const MOST_AT_ONCE: f64 = 1_000.0;
const LONGEST_HANDLING_MS: i64 = 30 * DAY_MS;
const MOST_TIMES: f64 = 101.0;

fn number(text: &str) -> Option<f64> {
    let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.parse::<f64>().ok().filter(|number| is_plain && number.is_finite())
}

fn concurrency(text: &str) -> Result<f64, String> {
    let fits = |number: &f64| (1.0..=MOST_AT_ONCE).contains(number);
    number(text).filter(fits).ok_or_else(|| format!("`{text}` is not a number from 1 to {MOST_AT_ONCE}"))
}

/// The handling time of a conversation, in milliseconds.
fn handling(text: &str) -> Result<i64, String> {
    let ms = parse_ms(text)?;
    if ms <= LONGEST_HANDLING_MS { Ok(ms) } else { Err(format!("`{text}` is longer than 30 days")) }
}

/// A share above 0 and below 1, and a time in seconds.
fn target(text: &str) -> Result<(f64, f64), String> {
    let wrong = |why: &str| format!("`{text}` is not a target: {why}; expected a share and a time, such as 80%/20s");
    let (share, within) = text.split_once('/').ok_or_else(|| wrong("there is no `/` in it"))?;
    let range = || wrong(&format!("the share `{share}` is not above 0% and below 100%"));
    let percent = share.strip_suffix('%').and_then(number).filter(|percent| *percent > 0.0 && *percent < 100.0);
    let percent = percent.ok_or_else(range)?;
    let within = parse_ms(within).map_err(|error| wrong(&format!("the time `{within}`: {error}")))?;
    Ok((percent / 100.0, seconds(within)))
}

/// A factor for the number of customers.
fn volume(text: &str) -> Result<f64, String> {
    let wrong = || format!("`{text}` is not a change of volume: expected +10% or -10%, from -100% to +10000%");
    let percent = text.strip_suffix('%').ok_or_else(wrong)?;
    let (is_less, percent) = match (percent.strip_prefix('+'), percent.strip_prefix(['-', '−'])) {
        (Some(percent), _) => (false, percent),
        (None, Some(percent)) => (true, percent),
        (None, None) => return Err(wrong()),
    };
    let percent = number(percent).ok_or_else(wrong)?;
    let times = if is_less { (100.0 - percent) / 100.0 } else { (100.0 + percent) / 100.0 };
    if (0.0..=MOST_TIMES).contains(&times) { Ok(times) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_mistakes() {
        assert_eq!(target("80%/20s"), Ok((0.8, 20.0)));
        assert_eq!(target("88.5%/1m"), Ok((0.885, 60.0)));
        assert_eq!((volume("+10%"), volume("-10%"), volume("−100%")), (Ok(1.1), Ok(0.9), Ok(0.0)));
        assert_eq!((concurrency("2.5"), concurrency("1")), (Ok(2.5), Ok(1.0)));
        for text in ["80", "80%", "100%/20s", "0%/20s", "80%/soon", "-5%/20s", "80%/-1s"] {
            assert!(target(text).is_err(), "{text}");
        }
        let below = "`80%/-1s` is not a target: the time `-1s`: a duration cannot be below 0; expected a share and a time, such \
                     as 80%/20s";
        assert_eq!(target("80%/-1s"), Err(below.to_owned()));
        for text in ["10%", "+10", "-101%", "+-1%", "%", "+10001%", "+1e9%"] {
            assert!(volume(text).is_err(), "{text}");
        }
        assert_eq!((handling("5m"), handling("90")), (Ok(300_000), Ok(90_000)));
        assert!(handling("31d").is_err() && handling("-5").is_err());
        for text in ["0.9", "two", "-2", "inf", "", "1001"] {
            assert!(concurrency(text).is_err(), "{text}");
        }
    }
}
