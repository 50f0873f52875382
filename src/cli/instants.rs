//! Zones and instants as values of flags.

use crate::failure::Failure;
use crate::time::{Zone, parse_instant};

/// The zone with that name.
///
/// # Errors
///
/// If no zone has that name.
pub fn zone(flag: &str, name: &str) -> anyhow::Result<Zone> {
    Zone::named(name).map_err(|error| Failure::Usage.because(format!("{flag}: {error}")))
}

/// The instant of an optional flag, UTC milliseconds.
///
/// # Errors
///
/// If the value is not an instant.
pub fn instant_of(flag: &str, text: Option<&str>, zone: Zone) -> anyhow::Result<Option<i64>> {
    text.map(|text| instant(flag, text, zone)).transpose()
}

/// The instant of a flag's value, UTC milliseconds.
///
/// # Errors
///
/// If the value is not an instant.
pub fn instant(flag: &str, text: &str, zone: Zone) -> anyhow::Result<i64> {
    parse_instant(text, zone).map_err(|error| Failure::Usage.because(format!("{flag}: {error}")))
}
