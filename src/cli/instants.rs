//! Zones and instants that flags name.

use crate::failure::Failure;
use crate::time::{Zone, parse_instant};

/// The zone that a flag names.
///
/// # Errors
///
/// If there is none of that name.
pub fn zone(flag: &str, name: &str) -> anyhow::Result<Zone> {
    Zone::named(name).map_err(|error| Failure::Usage.because(format!("{flag}: {error}")))
}

/// The instant of a flag, UTC milliseconds.
///
/// # Errors
///
/// If it is none.
pub fn instant_of(flag: &str, text: Option<&str>, zone: Zone) -> anyhow::Result<Option<i64>> {
    text.map(|text| instant(flag, text, zone)).transpose()
}

/// The instant of a flag that has a value, UTC milliseconds.
///
/// # Errors
///
/// If it is none.
pub fn instant(flag: &str, text: &str, zone: Zone) -> anyhow::Result<i64> {
    parse_instant(text, zone).map_err(|error| Failure::Usage.because(format!("{flag}: {error}")))
}
