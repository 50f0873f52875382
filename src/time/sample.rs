//! Zones, instants and dates from texts, for the tests of this folder.

use chrono::NaiveDate;

use super::{Zone, parse_date, parse_instant};

pub(super) fn zone(name: &str) -> Zone {
    Zone::named(name).expect(name)
}

/// The instant of a text; in UTC if it has no offset.
pub(super) fn utc(text: &str) -> i64 {
    parse_instant(text, Zone::UTC).expect(text)
}

pub(super) fn date(text: &str) -> NaiveDate {
    parse_date(text).expect(text)
}
