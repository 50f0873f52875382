//! Units of time in the names of columns.

use crate::inspect::columns::column::Column;
use crate::inspect::words::plain;

/// Units, and the words for them in names.
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

/// The unit of values like `1:02` by a column's name: `Wait (mm:ss)`, `Response time (in hours)`.
pub fn clock_unit_of(name: &str) -> Option<&'static str> {
    const WRITTEN: [(&str, &[&str]); 3] =
        [("h:m:s", &["hh mm ss", "h mm ss"]), ("m:s", &["mm ss", "m ss"]), ("h:m", &["hh mm", "h mm"])];
    let plain = plain(name);
    let is_in =
        |forms: &&(&str, &[&str])| forms.1.iter().any(|form| format!(" {plain} ").contains(&format!(" {form} ")));
    match WRITTEN.iter().find(is_in) {
        // Hours that are left out: minutes and seconds are what is there.
        Some(("h:m:s", _)) => Some("m:s"),
        Some((unit, _)) => Some(unit),
        None => match unit_of(name)? {
            "min" => Some("m:s"),
            "h" => Some("h:m"),
            _ => None,
        },
    }
}

/// The unit of a column's numbers, if its name has one: the last word that is one.
pub fn unit_of(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    let of = |word: &str| UNITS.iter().find(|(_, words)| words.contains(&format!(" {word} "))).map(|(unit, _)| *unit);
    plain.split(' ').rev().find_map(of)
}
