//! Values that mean "no value", such as `-` or `n/a`.

/// The texts that exports write for no value.
const NONE: [&str; 53] = [
    "?",
    "-",
    "--",
    "---",
    "–",
    "—",
    "null",
    "(null)",
    "none",
    "n/a",
    "na",
    "nan",
    "nat",
    "nil",
    "undefined",
    "\\n",
    "#n/a",
    "0000-00-00 00:00:00",
    "(blank)",
    "(empty)",
    "no agent",
    "unassigned",
    "not assigned",
    "não atribuído",
    "nao atribuido",
    "sin asignar",
    "non assigné",
    "non attribué",
    "nicht zugewiesen",
    "n/d",
    "n.d.",
    "n. d.",
    "n.a.",
    "n. a.",
    "k. a.",
    "k.a.",
    "s/d",
    "[null]",
    "[none]",
    "(none)",
    "not set",
    "(vazio)",
    "(em branco)",
    "(en blanco)",
    "(vide)",
    "(leer)",
    // What spreadsheets write for a formula without a value.
    "#n/d",
    "#nv",
    "#value!",
    "#valor!",
    "#valeur!",
    "#wert!",
    "#ref!",
];

/// Whether a value says that there is none.
#[must_use]
pub fn is_none(value: &str) -> bool {
    let is_word = || NONE.iter().any(|none| none.eq_ignore_ascii_case(value) || *none == value.to_lowercase());
    (value.len() <= 20 && is_word()) || is_placeholder(value)
}

/// Dates that databases and spreadsheets write where there is none.
const PLACEHOLDERS: [&str; 20] = [
    "0000-00-00",
    "00/00/0000",
    "00.00.0000",
    "0001-01-01",
    "1/1/0001",
    "01/01/0001",
    "01.01.0001",
    "1899-12-30",
    "30/12/1899",
    "1900-01-01",
    "1/1/1900",
    "01/01/1900",
    "01.01.1900",
    "1970-01-01",
    "1/1/1970",
    "01/01/1970",
    "01.01.1970",
    "9999-12-31",
    "31/12/9999",
    "12/31/9999",
];

/// Whether a text is one of these dates, alone or at the begin or end of its day.
fn is_placeholder(value: &str) -> bool {
    const LONGEST: usize = 32;
    let Some(time) = PLACEHOLDERS.iter().find_map(|date| value.strip_prefix(date)) else { return false };
    let is_of_time = |c: char| c.is_ascii_digit() || " :.,TZ+-".contains(c);
    let time = time.trim_end_matches("AM").trim_end_matches("UTC");
    let digits = time.split(['+', '-']).next().unwrap_or_default().trim_matches(|c: char| !c.is_ascii_digit());
    let is_begin = digits.starts_with("12:00") || digits.chars().all(|c| !c.is_ascii_digit() || c == '0');
    let is_end = value.starts_with("9999") || value.ends_with("9999") || digits.starts_with("23:59");
    value.len() <= LONGEST && time.chars().all(is_of_time) && (is_begin || is_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_mean_no_value() {
        for value in ["?", "NULL", "-", "N/A", "none", "\\N", "n.d.", "(em branco)", "#VALUE!", "[null]"] {
            assert!(is_none(value), "{value}");
        }
        for value in [
            "0001-01-01 00:00:00",
            "1970-01-01T00:00:00Z",
            "1970-01-01 00:00:00+00:00",
            "1/1/1900 12:00:00 AM",
            "01/01/1900",
            "9999-12-31 23:59:59",
            "0000-00-00",
        ] {
            assert!(is_none(value), "{value}");
        }
        for value in ["0", "no", "x", "", "1970-01-01 09:05:00", "01/01/19701", "1970-01-01 call back"] {
            assert!(!is_none(value), "{value}");
        }
    }
}
