//! Units of time in the names of columns.

use crate::inspect::columns::column::Column;
use crate::inspect::words::plain;

/// Units, with their words in names.
const UNITS: [(&str, &str); 5] = [
    ("ms", " ms millis milliseconds milissegundos milisegundos millisecondes millisekunden "),
    ("s", " s sec secs billsec second seconds seg segundo segundos seconde secondes sek sekunde sekunden "),
    ("min", " m min mins minute minutes minuto minutos minuten "),
    ("h", " h hr hrs hour hours hora horas heure heures std stunde stunden "),
    ("d", " d day days dia dias jour jours tag tage "),
];

/// Whether values of a column can be lengths of time.
pub fn may_be_length(column: &Column) -> bool {
    column.filled > 0 && (column.is_duration() || (column.is_number() && column.time().is_none()))
}

/// The unit of values like `1:02`, by the column's name: `Wait (mm:ss)`, `Response time (in hours)`. In a column of
/// minutes or of `hh:mm:ss`, a spreadsheet may have dropped the seconds: then the user is asked.
pub fn clock_unit_of(name: &str) -> Option<&'static str> {
    let plain = format!(" {} ", plain(name));
    let has = |forms: &[&str]| forms.iter().any(|form| plain.contains(&format!(" {form} ")));
    if has(&["hh mm ss", "h mm ss", "h m s"]) {
        None
    } else if has(&["mm ss", "m ss", "m s"]) {
        Some("m:s")
    } else if has(&["hh mm", "h mm", "h m"]) || unit_of(name) == Some("h") {
        Some("h:m")
    } else {
        None
    }
}

/// The unit in a column's name: the last word that is one.
pub fn unit_of(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    let unit_of =
        |word: &str| UNITS.iter().find(|(_, words)| words.contains(&format!(" {word} "))).map(|(unit, _)| *unit);
    plain.split(' ').rev().find_map(unit_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_distinguish_minutes_and_hours() {
        for (name, unit) in [
            ("Wait (mm:ss)", Some("m:s")),
            ("Talk m:ss", Some("m:s")),
            ("First Response Time (in Hours)", Some("h:m")),
            ("Espera (hh:mm)", Some("h:m")),
            ("Wait (h:m)", Some("h:m")),
            ("Duration (hh:mm:ss)", None),
            ("Duration (h:m:s)", None),
            ("Wait (min)", None),
            ("Wait", None),
        ] {
            assert_eq!(clock_unit_of(name), unit, "{name}");
        }
    }
}
