//! Numbers, durations and changes.

use super::languages::Language;
use crate::unit::{ChangeKind, Notation, Unit};
use crate::value::Shown;

impl Language {
    /// The notation of its numbers.
    #[must_use]
    pub fn notation(self) -> &'static Notation {
        &self.catalogue().notation
    }

    /// A value with its unit, or `–` for no data.
    #[must_use]
    pub fn value(self, unit: Unit, value: Option<f64>) -> String {
        unit.written(value, self.notation())
    }

    /// A value with its unit, the word for a hidden one, or `–` for no data.
    #[must_use]
    pub fn shown(self, unit: Unit, value: Option<Shown<f64>>) -> String {
        match value {
            Some(Shown::Hidden) => self.text("value.hidden").to_owned(),
            Some(Shown::Known(value)) => self.value(unit, Some(value)),
            None => self.value(unit, None),
        }
    }

    /// A duration in seconds, or `–` for no data.
    #[must_use]
    pub fn seconds(self, value: Option<f64>) -> String {
        self.value(Unit::Seconds, value)
    }

    /// A whole number.
    #[must_use]
    pub fn count(self, n: u64) -> String {
        self.notation().group(n)
    }

    /// A number with a fixed number of decimals.
    #[must_use]
    pub fn decimals(self, value: f64, decimals: usize) -> String {
        self.notation().decimals(value, decimals)
    }

    /// A change against the value before, with its sign first.
    #[must_use]
    pub fn change(self, kind: ChangeKind, unit: Unit, change: f64) -> String {
        kind.written(unit, change, self.notation())
    }
}
