//! The zone in the name of a column: `Created (UTC-03:00)`, `Hora (GMT-3)`, `created_brt`.

use crate::inspect::words::plain;

/// Names with one meaning everywhere.
const NAMES: [(&str, &str); 16] = [
    ("utc", "UTC"),
    ("gmt", "UTC"),
    ("zulu", "UTC"),
    ("brt", "America/Sao_Paulo"),
    ("brasilia", "America/Sao_Paulo"),
    ("sao paulo", "America/Sao_Paulo"),
    ("art", "America/Argentina/Buenos_Aires"),
    ("buenos aires", "America/Argentina/Buenos_Aires"),
    ("uyt", "America/Montevideo"),
    ("cot", "America/Bogota"),
    ("bogota", "America/Bogota"),
    ("mexico city", "America/Mexico_City"),
    ("cet", "Europe/Berlin"),
    ("cest", "Europe/Berlin"),
    ("mez", "Europe/Berlin"),
    ("jst", "Asia/Tokyo"),
];
/// Names with several meanings.
const OPEN: [&str; 11] = ["est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "ist", "bst", "amt"];
/// Zones with half hours, for which there is no name by offset.
const HALVES: [(i32, &str); 4] =
    [(330, "Asia/Kolkata"), (345, "Asia/Kathmandu"), (570, "Australia/Darwin"), (-150, "America/St_Johns")];

/// The zone in a column's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderZone {
    /// No zone.
    None,
    /// A zone, by its name in profiles.
    Named(String),
    /// A name with several meanings, as written.
    Open(String),
}

#[must_use]
pub fn zone_of_name(name: &str) -> HeaderZone {
    if let Some(minutes) = offset_in(name) {
        return match zone_of_offset(minutes) {
            Some(zone) => HeaderZone::Named(zone),
            None => HeaderZone::Open(name.to_owned()),
        };
    }
    if let Some(zone) = name.split([' ', '(', ')', '[', ']']).find(|word| is_iana(word)) {
        return HeaderZone::Named(zone.to_owned());
    }
    let words = format!(" {} ", plain(name));
    // A zone is at the end or in brackets: otherwise `Art` is a kind and `Cot` a bed.
    let is_end = |zone: &str| words.ends_with(&format!(" {zone} ")) && words.trim() != zone;
    if let Some((_, zone)) = NAMES.iter().find(|(known, _)| is_end(known)) {
        return HeaderZone::Named((*zone).to_owned());
    }
    match OPEN.iter().find(|known| is_end(known)) {
        Some(known) => HeaderZone::Open(known.to_uppercase()),
        None => HeaderZone::None,
    }
}

fn is_iana(word: &str) -> bool {
    word.contains('/') && crate::time::Zone::named(word).is_ok()
}

/// Minutes ahead of UTC, from `UTC-03:00`, `GMT-3` or `(+05:30)`.
fn offset_in(name: &str) -> Option<i32> {
    let upper = name.to_uppercase();
    let rest = ["UTC", "GMT", "("].iter().find_map(|before| {
        let at = upper.rfind(before)? + before.len();
        let rest = upper.get(at..)?.trim_start();
        rest.starts_with(['+', '-', '\u{2212}']).then(|| rest.to_owned())
    })?;
    let sign = if rest.starts_with('+') { 1 } else { -1 };
    let digits = rest.trim_start_matches(['+', '-', '\u{2212}']);
    let number = |text: &str| text.parse::<i32>().ok();
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(digits.len());
    let (hours, minutes) = match digits[..end].split_once(':') {
        Some((hours, minutes)) => (number(hours)?, number(minutes)?),
        None if end > 2 => (number(&digits[..end - 2])?, number(&digits[end - 2..end])?),
        None => (number(&digits[..end])?, 0),
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn zone_of_offset(minutes: i32) -> Option<String> {
    match (minutes / 60, minutes % 60) {
        (0, 0) => Some("UTC".to_owned()),
        // In these names, the signs are reversed.
        (hours, 0) if (-12..=14).contains(&hours) => Some(format!("Etc/GMT{:+}", -hours)),
        _ => HALVES.iter().find(|(half, _)| *half == minutes).map(|(_, zone)| (*zone).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_of_names() {
        for (name, zone) in [
            ("Created (UTC-03:00)", Some("Etc/GMT+3")),
            ("Hora (GMT-3)", Some("Etc/GMT+3")),
            ("Created at (GMT)", Some("UTC")),
            ("created_utc", Some("UTC")),
            ("created_brt", Some("America/Sao_Paulo")),
            ("Data (horário de Brasília)", Some("America/Sao_Paulo")),
            ("Opened (+05:30)", Some("Asia/Kolkata")),
            ("Start [Europe/Madrid]", Some("Europe/Madrid")),
            ("When UTC+0200", Some("Etc/GMT-2")),
        ] {
            let expected = zone.map_or(HeaderZone::None, |zone| HeaderZone::Named(zone.to_owned()));
            assert_eq!(zone_of_name(name), expected, "{name}");
            if let Some(zone) = zone {
                assert!(crate::time::Zone::named(zone).is_ok(), "{zone}");
            }
        }
        assert_eq!(zone_of_name("Created EST"), HeaderZone::Open("EST".to_owned()));
        for name in ["Created at", "Art", "utc", "Fecha (dd/mm/aaaa)", "Wait (min)"] {
            assert_eq!(zone_of_name(name), HeaderZone::None, "{name}");
        }
    }
}
