//! The hint for a zone name that does not exist.

use std::{error, fmt};

use chrono_tz::TZ_VARIANTS;

/// A name that is not a zone of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownZone {
    value: String,
    nearest: Option<&'static str>,
}

impl UnknownZone {
    pub(super) fn new(value: &str) -> Self {
        Self { value: value.to_owned(), nearest: nearest(value) }
    }

    /// The most similar existing name, if any is similar enough.
    #[must_use]
    pub fn nearest(&self) -> Option<&'static str> {
        self.nearest
    }
}

impl fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = &self.value;
        match self.nearest {
            Some(nearest) => write!(f, "unknown time zone `{value}`, did you mean `{nearest}`?"),
            None if is_offset(value) => {
                write!(f, "`{value}` is an offset, not a time zone: name a place, such as America/Sao_Paulo")
            }
            None => write!(f, "unknown time zone `{value}`: expected an IANA name, such as America/Sao_Paulo or UTC"),
        }
    }
}

impl error::Error for UnknownZone {}

/// `-03:00`, `UTC+2`, `GMT-3`: no zone is guessed from these. An offset does not determine when clocks change, and the
/// database's `Etc/GMT+3` is three hours *behind* UTC, so the most similar name would be wrong.
fn is_offset(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let rest = lower.strip_prefix("etc/").unwrap_or(&lower);
    let offset = rest.strip_prefix("utc").or_else(|| rest.strip_prefix("gmt"));
    let is_signed = rest.starts_with(['+', '-', '−']);
    (offset.is_some() || is_signed) && offset.unwrap_or(rest).contains(|c: char| c.is_ascii_digit())
}

/// The best match: the same letters in another case, then the end of a name (`Sao_Paulo`), then a few typing mistakes.
fn nearest(value: &str) -> Option<&'static str> {
    let wanted = value.trim().to_lowercase().replace(' ', "_");
    if wanted.is_empty() || is_offset(value) {
        return None;
    }
    let names = TZ_VARIANTS.iter().map(|tz| tz.name());
    let ranked = names.filter_map(|name| Some((rank(&wanted, name)?, name.len(), name)));
    ranked.min().map(|(_, _, name)| name)
}

/// The distance between the given text and a name; `None` if it is too large for a suggestion. Short words must match
/// exactly: one letter turns `PST` into `EST`.
fn rank(wanted: &str, name: &str) -> Option<usize> {
    let name = name.to_ascii_lowercase();
    if name == wanted {
        return Some(0);
    }
    if name.strip_suffix(wanted).is_some_and(|before| before.ends_with('/')) {
        return Some(1);
    }
    let length = wanted.chars().count();
    let allowed = if length < 5 { 0 } else { (length / 4).min(3) };
    let city = name.rsplit_once('/').map_or(name.as_str(), |(_, city)| city);
    let distance = strsim::osa_distance(wanted, &name).min(strsim::osa_distance(wanted, city));
    (distance <= allowed).then_some(1 + distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names() {
        let cases = [
            ("america/sao_paulo", "America/Sao_Paulo"),
            ("utc", "UTC"),
            ("Sao_Paulo", "America/Sao_Paulo"),
            ("sao paulo", "America/Sao_Paulo"),
            ("São Paulo", "America/Sao_Paulo"),
            ("Buenos_Aires", "America/Buenos_Aires"),
            ("Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
            ("America/NewYork", "America/New_York"),
            ("Europe/Lisboa", "Europe/Lisbon"),
            ("Asia/Calcuta", "Asia/Calcutta"),
            (" Europe/Paris", "Europe/Paris"),
        ];
        for (value, name) in cases {
            assert_eq!(nearest(value), Some(name), "{value}");
        }
    }

    #[test]
    fn nothing_near() {
        for value in
            ["", " ", "BRT", "PST", "CEST", "Mars/Olympus_Mons", "-03:00", "UTC-3", "GMT+3", "gmt8", "Etc/UTC+3", "−3"]
        {
            assert_eq!(nearest(value), None, "{value}");
        }
    }

    #[test]
    fn messages() {
        let message = |value| UnknownZone::new(value).to_string();
        assert_eq!(message("Sao_Paulo"), "unknown time zone `Sao_Paulo`, did you mean `America/Sao_Paulo`?");
        assert_eq!(message("PST"), "unknown time zone `PST`: expected an IANA name, such as America/Sao_Paulo or UTC");
        assert_eq!(
            message("-03:00"),
            "`-03:00` is an offset, not a time zone: name a place, such as America/Sao_Paulo"
        );
    }
}
