//! Durations as values of flags: `90`, `90s`, `10m`, `24h`, `1h 30m`.

/// Parses a duration, in milliseconds. A number without a unit is in seconds.
///
/// # Errors
///
/// If the text is not a duration, or is negative.
pub fn parse_ms(text: &str) -> Result<i64, String> {
    if text.starts_with('-') {
        return Err("a duration cannot be below 0".to_owned());
    }
    let duration = match text.parse::<f64>() {
        Ok(seconds) => std::time::Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?,
        Err(_) => humantime::parse_duration(text)
            .map_err(|error| format!("{error}; expected seconds or a duration such as 90s, 10m, 24h"))?,
    };
    i64::try_from(duration.as_millis()).map_err(|_| "too long".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [("90", 90_000), ("0.5", 500), ("90s", 90_000), ("10m", 600_000), ("1h 30m", 5_400_000), ("0", 0)];
        for (text, ms) in cases {
            assert_eq!(parse_ms(text), Ok(ms), "{text}");
        }
        for text in ["", "-1", "ten", "10 parsecs", "NaN", "1e300"] {
            assert!(parse_ms(text).is_err(), "{text}");
        }
    }
}
