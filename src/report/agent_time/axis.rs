//! A window cut into pieces by the dimensions, and spans added up over them.

use super::spans::{Span, SpanCut, each_hour};
use crate::report::clock::ClockMap;
use crate::time::Window;

/// The values of the clock's dimensions in a piece.
pub type ClockKey = Vec<i32>;

/// The pieces of a window that pass the filter of hours and weekdays, in order. Within a piece no dimension changes its
/// value.
#[derive(Debug)]
pub struct Axis {
    pieces: Vec<Span>,
    /// For each piece, the values of the clock's dimensions.
    keys: Vec<ClockKey>,
}

impl Axis {
    /// Cuts a window where the value of one of these dimensions changes.
    #[must_use]
    pub fn new(cut: &SpanCut, window: Window, dimensions: &[&ClockMap]) -> Self {
        let whole = (window.begins(), window.ends());
        if dimensions.is_empty() {
            let pieces = cut.parts(whole, whole);
            let keys = vec![ClockKey::new(); pieces.len()];
            return Self { pieces, keys };
        }
        let (mut pieces, mut keys): (Vec<Span>, Vec<ClockKey>) = (Vec::new(), Vec::new());
        // Days, weeks and months begin at the start of an hour, or at a clock change.
        each_hour(cut.zone, whole, |hour| {
            if !cut.keeps(hour.weekday, hour.hour) {
                return;
            }
            let key: ClockKey = dimensions.iter().map(|map| map.at(hour.from)).collect();
            match (pieces.last_mut(), keys.last()) {
                (Some((_, end)), Some(last)) if *end == hour.from && *last == key => *end = hour.to,
                _ => {
                    pieces.push((hour.from, hour.to));
                    keys.push(key);
                }
            }
        });
        Self { pieces, keys }
    }

    /// The milliseconds of spans within each piece, with the piece's key. Overlapping spans count several times.
    ///
    /// A span takes two look-ups, however many pieces it covers: conversations can be held for months.
    pub fn sums<'a>(&'a self, spans: &[Span]) -> impl Iterator<Item = (&'a ClockKey, i64)> {
        let mut ms = vec![0_i64; self.pieces.len()];
        // For each piece, how many more spans cover it whole than the piece before.
        let mut steps = vec![0_i64; self.pieces.len() + 1];
        for (from, to) in spans {
            let first = self.pieces.partition_point(|piece| piece.1 <= *from);
            let end = self.pieces.partition_point(|piece| piece.0 < *to);
            if first >= end || from >= to {
                continue;
            }
            let overlap = |piece: Span| piece.1.min(*to) - piece.0.max(*from);
            ms[first] += overlap(self.pieces[first]);
            if end - first > 1 {
                ms[end - 1] += overlap(self.pieces[end - 1]);
                steps[first + 1] += 1;
                steps[end - 1] -= 1;
            }
        }
        let mut covering = 0;
        for ((ms, step), (from, to)) in ms.iter_mut().zip(steps).zip(&self.pieces) {
            covering += step;
            *ms += covering * (to - from);
        }
        self.keys.iter().zip(ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{HOUR_MS, Zone, parse_date};

    #[test]
    fn sums_equal_those_of_the_single_pieces() {
        let day = parse_date("2026-03-02").unwrap();
        let window = Window::new(Zone::UTC, day, day).unwrap();
        let cut = SpanCut { zone: Zone::UTC, hours: Some("8-20".parse().unwrap()), weekdays: None };
        let hour = crate::report::clock::dimension(crate::metrics::dimensions::Dimension::Hour, &window).unwrap();
        let axis = Axis::new(&cut, window, &[&hour]);
        let at = |minutes: i64| window.begins() + minutes * 60_000;
        let spans =
            [(at(-500), at(2_000)), (at(505), at(510)), (at(539), at(601)), (at(1_199), at(1_300)), (at(5), at(5))];
        let naive =
            |piece: Span| spans.iter().map(|span| (piece.1.min(span.1) - piece.0.max(span.0)).max(0)).sum::<i64>();
        let found: Vec<(i32, i64)> = axis.sums(&spans).map(|(key, ms)| (key[0], ms)).collect();
        let expected: Vec<(i32, i64)> = (8..20)
            .map(|hour| (hour, naive((at(0) + i64::from(hour) * HOUR_MS, at(60) + i64::from(hour) * HOUR_MS))))
            .collect();
        assert_eq!(found, expected);
        let whole = Axis::new(&cut, window, &[]);
        assert_eq!(whole.sums(&spans).map(|(_, ms)| ms).sum::<i64>(), expected.iter().map(|(_, ms)| ms).sum::<i64>());
    }
}
