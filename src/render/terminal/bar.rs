//! Bars and sparklines in eighths of a character.

/// From one eighth to a whole character, growing from the left.
const ACROSS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// From one eighth to a whole character, growing upwards.
const UPWARD: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A bar for `value`, where `largest` fills `room` columns. A value above 0 takes at least one eighth.
pub(super) fn across(value: f64, largest: f64, room: usize) -> String {
    let filled = eighths(value, largest, room);
    let mut bar = "█".repeat(filled / 8);
    bar.extend(filled.checked_rem(8).filter(|rest| *rest > 0).and_then(|rest| ACROSS.get(rest - 1)));
    bar
}

/// One character whose height is `value` in relation to `largest`; a space for 0.
pub(super) fn upward(value: f64, largest: f64) -> char {
    eighths(value, largest, 1).checked_sub(1).and_then(|index| UPWARD.get(index)).copied().unwrap_or(' ')
}

/// One character whose height is `value` in relation to `largest`; the lowest for 0, so that every value has a mark.
pub(super) fn spark(value: f64, largest: f64) -> char {
    let mark = upward(value, largest);
    if mark == ' ' { UPWARD[0] } else { mark }
}

fn eighths(value: f64, largest: f64, room: usize) -> usize {
    let share = value / largest;
    // 0 divided by 0 is NaN.
    if share.is_nan() || share <= 0.0 {
        return 0;
    }
    #[expect(clippy::cast_precision_loss, reason = "columns of a terminal")]
    let whole = (room * 8) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and eight times the room")]
    let filled = (share.min(1.0) * whole).round().max(1.0) as usize;
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_their_room() {
        assert_eq!(across(4.0, 4.0, 3), "███");
        assert_eq!(across(2.0, 4.0, 3), "█▌");
        assert_eq!(across(0.001, 4.0, 3), "▏");
        assert_eq!(across(0.0, 4.0, 3), "");
        assert_eq!(across(0.0, 0.0, 3), "");
        assert_eq!(across(f64::NAN, 4.0, 3), "");
    }

    #[test]
    fn sparks_grow() {
        let spark: String = [0.0, 1.0, 4.0, 8.0].map(|value| upward(value, 8.0)).iter().collect();
        assert_eq!(spark, " ▁▄█");
    }
}
