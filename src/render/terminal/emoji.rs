//! Emoji of several characters, of which a terminal gets the first.
//!
//! Terminals disagree about the width of the others: some draw a joined emoji, a skin tone or a selector in the columns
//! of the first character, others in columns of their own. Then what follows in the row is shifted. The first character
//! has one width everywhere.

use crate::harmless::shown;

/// `text` cleaned, and without the parts of emoji whose width terminals disagree about.
pub(super) fn drawn(text: &str) -> String {
    let text = shown(text);
    if text.is_ascii() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut is_behind_emoji = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            // The form of the character before: with colour, or as text.
            '\u{fe0e}' | '\u{fe0f}' => {}
            SKIN_TONES_FIRST..=SKIN_TONES_LAST if is_behind_emoji => {}
            '\u{200d}' if is_behind_emoji => {
                rest.next_if(|next| is_emoji(*next));
            }
            c => {
                out.push(c);
                is_behind_emoji = is_emoji(c);
            }
        }
    }
    out
}

const SKIN_TONES_FIRST: char = '\u{1f3fb}';
const SKIN_TONES_LAST: char = '\u{1f3ff}';

/// Whether a character can be part of an emoji of several characters; joiners between letters are kept.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::super::text::width;
    use super::*;

    #[test]
    fn an_emoji_of_several_characters_is_its_first_one() {
        assert_eq!(drawn("👩🏽‍💻 Maria 👨‍👩‍👧‍👦 🎉"), "👩 Maria 👨 🎉");
        assert_eq!(drawn("🏳️‍🌈 ❤️ 1️⃣ 👍🏽 🤷🏽‍♀️"), "🏳 ❤ 1\u{20e3} 👍 🤷");
        // A flag is drawn in two columns by all, and a skin tone alone is a character of its own.
        assert_eq!(drawn("🇧🇷 🏽"), "🇧🇷 🏽");
        assert_eq!(["👩🏽‍💻", "❤️", "🏳️‍🌈", "🇧🇷"].map(|text| width(&drawn(text))), [2, 1, 1, 2]);
    }

    #[test]
    fn letters_keep_their_joiners() {
        for text in ["क्\u{200d}ष", "می\u{200c}خواهم", "plain"] {
            assert_eq!(drawn(text), text);
        }
    }
}
