//! Short names of time zones, for `%Z`. Most names mean several zones: those are read only if the profile defines them,
//! or its zone has them.

use std::collections::BTreeMap;

use crate::time::{HOUR_MS, Zone};

/// Names that mean the same offset everywhere, in hours.
const FIXED: [(&str, i64); 26] = [
    ("UTC", 0),
    ("GMT", 0),
    ("UT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 1),
    ("CET", 1),
    ("CEST", 2),
    ("EET", 2),
    ("EEST", 3),
    ("MSK", 3),
    ("BRT", -3),
    ("BRST", -2),
    ("ART", -3),
    ("UYT", -3),
    ("COT", -5),
    ("PET", -5),
    ("SAST", 2),
    ("WIB", 7),
    ("HKT", 8),
    ("JST", 9),
    ("KST", 9),
    ("AEST", 10),
    ("AEDT", 11),
    ("NZST", 12),
    ("NZDT", 13),
];

/// The instant, in UTC milliseconds, of a local time with a zone name. Looks the name up in the `stated` names
/// (milliseconds ahead of UTC), then in the names with one offset everywhere, then in the names of `zone` itself (`EST`
/// in `America/New_York`), then among IANA names. `None` if the name is unknown.
#[must_use]
pub fn utc_ms(local_ms: i64, name: &str, stated: &BTreeMap<String, i64>, zone: Zone) -> Option<i64> {
    if let Some(offset_ms) = stated.get(name) {
        return Some(local_ms - offset_ms);
    }
    if let Some((_, hours)) = FIXED.iter().find(|(known, _)| *known == name) {
        return Some(local_ms - hours * HOUR_MS);
    }
    if name.contains('/') {
        return Zone::named(name).ok().map(|zone| zone.utc_ms(local_ms));
    }
    zone.offset_of_name(name, local_ms).map(|offset_ms| local_ms - offset_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_instant;

    #[test]
    fn names_of_zones_are_read_where_they_are_mapped() {
        let local = parse_instant("2026-07-01T12:00", Zone::UTC).unwrap();
        let stated = BTreeMap::from([("IST".to_owned(), 19_800_000)]);
        let new_york = Zone::named("America/New_York").unwrap();
        for (name, zone, hours) in [
            ("UTC", new_york, Some(0.0)),
            ("CEST", Zone::UTC, Some(2.0)),
            ("BRT", Zone::UTC, Some(-3.0)),
            ("IST", Zone::UTC, Some(5.5)),
            // A text may use the name of winter time in summer.
            ("EST", new_york, Some(-5.0)),
            ("EDT", new_york, Some(-4.0)),
            ("PST", new_york, None),
            ("EST", Zone::UTC, None),
            ("America/Sao_Paulo", Zone::UTC, Some(-3.0)),
            ("America/Nowhere", Zone::UTC, None),
        ] {
            #[expect(clippy::cast_possible_truncation, reason = "hours of a test")]
            let expected = hours.map(|hours| local - (hours * 3_600_000.0) as i64);
            assert_eq!(utc_ms(local, name, &stated, zone), expected, "{name} in {zone}");
        }
    }
}
