//! The time zone database inside the program: `assets/tzdata/zoneinfo.pack`, written by `scripts/update-tzdata`.
//!
//! Zone rules change several times a year, and crates that include them are late. So chrono-tz has the *names* of
//! zones, and this pack has their *rules*, which are as new as the last run of the script (decisions.md, zone-1). Its
//! layout:
//!
//! ```text
//! tzdata 2026f                 the IANA release
//! Africa/Abidjan 0 130         a name, the position of its bytes in the body, their number; sorted by name (bytewise)
//! Africa/Accra 0 130           names with equal rules share their bytes
//! …
//!                              an empty line ends the header
//! TZif…                        the body: the files of the database, end to end
//! ```

use std::sync::{LazyLock, OnceLock};

use super::span::{self, OffsetPeriod};

static PACK: &[u8] = include_bytes!("../../assets/tzdata/zoneinfo.pack");

static DATABASE: LazyLock<Database> = LazyLock::new(|| Database::read(PACK).unwrap_or_default());

/// The index of the pack. It is empty if the pack cannot be read, which tests exclude; then every name is unknown.
#[derive(Default)]
struct Database {
    version: &'static str,
    zones: Vec<ZoneEntry>,
}

struct ZoneEntry {
    name: &'static str,
    tzif: &'static [u8],
    /// Read once, when the zone is first used: a run uses one or two of about six hundred zones.
    spans: OnceLock<Vec<OffsetPeriod>>,
}

impl Database {
    fn read(pack: &'static [u8]) -> Option<Self> {
        let header_end = pack.windows(2).position(|pair| pair == b"\n\n")?;
        let (header, body) = (pack.get(..header_end)?, pack.get(header_end + 2..)?);
        let mut lines = std::str::from_utf8(header).ok()?.lines();
        let version = lines.next()?.strip_prefix("tzdata ")?;
        let zones = lines.map(|line| ZoneEntry::read(line, body)).collect::<Option<_>>()?;
        Some(Self { version, zones })
    }
}

impl ZoneEntry {
    fn read(line: &'static str, body: &'static [u8]) -> Option<Self> {
        let mut fields = line.split(' ');
        let name = fields.next()?;
        let offset = fields.next()?.parse::<usize>().ok()?;
        let length = fields.next()?.parse::<usize>().ok()?;
        let tzif = body.get(offset..offset.checked_add(length)?)?;
        Some(Self { name, tzif, spans: OnceLock::new() })
    }
}

/// The IANA release of the rules in use, such as `2026f`.
#[must_use]
pub fn database_version() -> &'static str {
    DATABASE.version
}

/// The spans of a zone, in order and without gaps; `None` for a name that is not in the pack.
pub(super) fn spans(name: &str) -> Option<&'static [OffsetPeriod]> {
    let index = DATABASE.zones.binary_search_by(|entry| entry.name.cmp(name)).ok()?;
    let entry = DATABASE.zones.get(index)?;
    let spans = entry.spans.get_or_init(|| span::read_tzif(entry.tzif).unwrap_or_default());
    (!spans.is_empty()).then_some(spans)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Offset, TimeZone};
    use chrono_tz::{TZ_VARIANTS, Tz};

    use super::*;
    use crate::time::{DAY_MS, Zone};

    #[test]
    fn the_pack_is_the_release_that_its_readme_names() {
        assert_eq!(database_version(), "2026f");
        assert!(include_str!("../../assets/tzdata/README.md").contains("release **2026f**: 598 names"));
        assert_eq!(DATABASE.zones.len(), 598);
        assert!(DATABASE.zones.is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn names_are_those_of_chrono_tz() {
        let ours: BTreeSet<_> = DATABASE.zones.iter().map(|entry| entry.name).collect();
        let theirs: BTreeSet<_> = TZ_VARIANTS.iter().map(|tz| tz.name()).collect();
        // `Factory` is a placeholder for machines without a configured zone; it is unknown here.
        assert_eq!(ours.difference(&theirs).collect::<Vec<_>>(), [&"Factory"]);
        assert_eq!(theirs.difference(&ours).count(), 0);
        assert!(Zone::named("Factory").is_err());
    }

    #[test]
    fn a_pack_that_is_cut_or_lies_is_refused() {
        assert!(Database::read(PACK).is_some());
        for bad in
            [&b""[..], b"tzdata 2026f\n", b"zones 2026f\n\n", b"tzdata x\nUTC 0\n\nTZif", b"tzdata x\nUTC 0 5\n\nTZif"]
        {
            assert!(Database::read(bad).is_none(), "{}", bad.escape_ascii());
        }
    }

    /// Names whose offsets between 1970 and 2037 differ from those of chrono-tz 0.10.4, which has database 2025b: the
    /// first fifteen from 2022 on, the others because of corrections to the last century.
    const NEWER_THAN_CHRONO_TZ: [&str; 22] = [
        "Africa/Casablanca",
        "Africa/El_Aaiun",
        "America/Edmonton",
        "America/Havana",
        "America/Inuvik",
        "America/Rainy_River",
        "America/Vancouver",
        "America/Winnipeg",
        "America/Yellowknife",
        "Canada/Central",
        "Canada/Mountain",
        "Canada/Pacific",
        "Cuba",
        "Europe/Chisinau",
        "Europe/Tiraspol",
        "America/Bogota",
        "America/Ensenada",
        "America/Santa_Isabel",
        "America/Tijuana",
        "Asia/Tehran",
        "Iran",
        "Mexico/BajaNorte",
    ];

    #[test]
    fn offsets_are_those_of_chrono_tz_but_for_names_with_newer_rules() {
        let (from, to) = (0, 2_145_916_800_000);
        let mut differing = Vec::new();
        for &tz in &TZ_VARIANTS {
            let zone = Zone::named(tz.name()).expect("every name is in the pack");
            let edges = zone.transitions(from, to).flat_map(|transition| [transition.at - 1, transition.at]);
            let sweep = (from..to).step_by(usize::try_from(4 * DAY_MS + 5_011_000).expect("fits"));
            let differs = |ms: i64| zone.offset_seconds(ms) != offset_of_chrono_tz(tz, ms);
            if edges.chain(sweep).any(differs) {
                differing.push(tz.name());
            }
        }
        let mut expected = NEWER_THAN_CHRONO_TZ;
        expected.sort_unstable();
        assert_eq!(differing, expected);
    }

    fn offset_of_chrono_tz(tz: Tz, utc_ms: i64) -> i32 {
        let utc = DateTime::from_timestamp_millis(utc_ms).expect("in range").naive_utc();
        tz.offset_from_utc_datetime(&utc).fix().local_minus_utc()
    }
}
