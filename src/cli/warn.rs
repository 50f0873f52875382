//! Warnings on standard error. Warnings that change how a number must be read are printed there too, in case nobody
//! looks at the report itself: cron mails them and a CI log shows them.

use std::collections::BTreeSet;
use std::io::IsTerminal;

use super::streams::note;
use crate::harmless::shown;
use crate::nearest::hint;
use crate::report::{Warning, WarningId};

/// Parses the id of a warning for `--allow`.
///
/// # Errors
///
/// If no warning has that id; the message names the nearest.
pub fn warning_id(text: &str) -> Result<WarningId, String> {
    let names = || WarningId::ALL.iter().map(|id| id.name());
    let known = text.replace('-', "_");
    WarningId::parse(&known).ok_or_else(|| {
        let hint = hint(&known, names());
        let list =
            if hint.is_empty() { format!(" (warnings: {})", names().collect::<Vec<_>>().join(", ")) } else { hint };
        format!("no warning `{text}`{list}")
    })
}

/// Prints the warnings that change how a number must be read, except the allowed ones.
pub fn warn(warnings: &[Warning], allowed: &[WarningId]) {
    let is_printed = |id: &WarningId| id.changes_numbers() && !allowed.contains(id);
    print(warnings.iter().filter(|warning| WarningId::parse(&warning.id).as_ref().is_some_and(is_printed)));
}

/// The same for a run with an output; prints nothing if the document goes to the terminal, which shows the warnings.
pub fn warn_beside_output(is_on_terminal: bool, warnings: &[Warning], allowed: &[WarningId]) {
    if !(is_on_terminal && std::io::stderr().is_terminal()) {
        warn(warnings, allowed);
    }
}

/// Prints all warnings except the allowed ones.
pub fn warn_all(warnings: &[Warning], allowed: &[WarningId]) {
    let is_printed = |warning: &&Warning| WarningId::parse(&warning.id).is_none_or(|id| !allowed.contains(&id));
    print(warnings.iter().filter(is_printed));
}

/// Warns of characters in a PDF that no font has.
pub fn missing_glyphs(missing: &BTreeSet<char>, allowed: &[WarningId]) {
    let Some(first) = missing.first() else { return };
    let count = missing.len();
    let some: Vec<String> =
        missing.iter().take(3).map(|c| format!("{} (U+{:04X})", shown(&c.to_string()), u32::from(*c))).collect();
    let (characters, as_) =
        if count == 1 { ("1 character", "") } else { (&*format!("{count} characters"), "such as ") };
    let text = format!(
        "no font has {characters}, {as_}{}: the PDF shows the number in its place; give a font that has it with --font FILE{}",
        some.join(", "),
        if is_east_asian(*first) {
            " (for Chinese, Japanese and Korean, Debian's package fonts-noto-cjk has \
             /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc)"
        } else {
            ""
        }
    );
    let id = WarningId::MissingGlyphs.name().to_owned();
    warn_all(&[Warning::in_english(id, text, Some(count as u64))], allowed);
}

/// Whether a character is Chinese, Japanese or Korean.
const fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}')
}

fn print<'w>(warnings: impl Iterator<Item = &'w Warning>) {
    for Warning { id, text, .. } in warnings {
        let text: String = text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
        note(&format!("warning[{id}]: {text}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_id_gets_the_nearest() {
        assert_eq!(warning_id("uncovered-days"), Ok(WarningId::UncoveredDays));
        assert_eq!(
            warning_id("uncoverd_days"),
            Err("no warning `uncoverd_days`; did you mean `uncovered_days`?".to_owned())
        );
        assert!(warning_id("x").unwrap_err().contains("(warnings: newest_first, "));
    }
}
