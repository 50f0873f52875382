//! Makes text from data safe to show to people. All such text for the terminal, Markdown, CI services and messages
//! passes through here.
//!
//! Names and values in a log may contain anything. Characters that would act instead of being shown become escapes such
//! as `\u{202e}`, and so do commands of CI services. Machine formats (JSON, CSV) keep the text.

use std::borrow::Cow;
use std::path::Path;

/// `text` on one line and without anything that acts: control characters, including line ends; characters that are
/// invisible or reorder the following text; commands of CI services. Applying it twice changes nothing further.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ':' if rest.peek() == Some(&':') && before.is_none_or(char::is_whitespace) => escape(c, &mut out),
            '#' if before == Some('#') && begins_command(&rest) => escape(c, &mut out),
            // Joiners are legitimate between letters of some scripts, and within emoji.
            '\u{200c}' | '\u{200d}' if joins(before) && joins(rest.peek().copied()) => out.push(c),
            c if c.is_control() || is_invisible(c) => escape(c, &mut out),
            c => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// Lines of our own text that contain names from the data: each line is passed through [`shown`].
#[must_use]
pub fn shown_lines(text: &str) -> String {
    text.split('\n').map(shown).collect::<Vec<_>>().join("\n")
}

/// A path in a message.
#[must_use]
pub fn shown_path(path: &Path) -> String {
    shown(&path.display().to_string())
}

/// A finished line. Line breaking may have moved a text so that the line now begins with a command.
#[must_use]
pub fn line_without_command(line: &str) -> Cow<'_, str> {
    let begin = line.trim_start();
    if !begin.starts_with("::") {
        return Cow::Borrowed(line);
    }
    let indent = &line[..line.len() - begin.len()];
    let mut out = indent.to_owned();
    escape(':', &mut out);
    out.push_str(&begin[1..]);
    Cow::Owned(out)
}

/// A text in Markdown, including table cells: it cannot end the cell, format text, or create links or mentions.
#[must_use]
pub fn in_markdown(text: &str) -> String {
    let mut out = String::new();
    for c in shown(text).replace("://", "\u{0}//").replace("www.", "www\u{1}").chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '$' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            // These marks replace characters that would make a link. `shown` never returns either of them.
            '\u{0}' => out.push_str("&#58;"),
            '\u{1}' => out.push_str("&#46;"),
            c => out.push(c),
        }
    }
    out
}

/// A text in HTML, including attributes.
#[must_use]
pub fn in_html(text: &str) -> String {
    let mut out = String::new();
    for c in shown(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A text in a CSV cell that a spreadsheet will not execute: an apostrophe precedes anything that would start a
/// formula, even after blanks, line ends or invisible characters, and in full width. Control characters other than tabs
/// and line ends are escaped, because terminals would obey them and some readers stop at them.
#[must_use]
pub fn in_csv(cell: &str) -> Cow<'_, str> {
    let acts = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    if cell.contains(acts) {
        let mut out = String::with_capacity(cell.len() + 8);
        cell.chars().for_each(|c| if acts(c) { escape(c, &mut out) } else { out.push(c) });
        return Cow::Owned(without_formula(&out).into_owned());
    }
    without_formula(cell)
}

fn without_formula(cell: &str) -> Cow<'_, str> {
    let is_skipped = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || is_joiner(c);
    let begin = cell.trim_start_matches(is_skipped);
    let is_formula = begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫', '−']);
    if is_formula || cell.starts_with(['\t', '\r', '\n']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

fn escape(c: char, out: &mut String) {
    out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
}

/// Whether letters and a bracket follow, as in `##[error]` and `##vso[…]`.
fn begins_command(rest: &std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    rest.clone().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '#' | '.' | '-' | '_')) == Some('[')
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a joiner may be next to a character: a joining letter, or a part of an emoji.
fn joins(c: Option<char>) -> bool {
    c.is_some_and(|c| !c.is_ascii() && !is_joiner(c) && !c.is_control() && !c.is_whitespace() && !is_invisible(c))
}

/// Whether a character is invisible and affects its surroundings, or could hide text within text. Joiners and selectors
/// of the form of a letter or emoji are excluded.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' // soft hyphen
        | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}' // fillers
        | '\u{61c}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' // zero width, direction marks
        | '\u{2028}'..='\u{202e}' // line and paragraph separators, embeddings and overrides
        | '\u{2060}'..='\u{206f}' // invisible operators, isolates
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}' // tags
        | '\u{e01f0}'..='\u{e0fff}')
        || is_no_character(c)
}

/// Whether a code point is not a character: XML must not contain the last two of the first plane.
fn is_no_character(c: char) -> bool {
    ('\u{fdd0}'..='\u{fdef}').contains(&c) || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn active_characters_are_removed() {
        assert_eq!(shown("\u{1b}[31mred\u{7}\t\r\n\u{7f}"), "\\u{1b}[31mred\\u{7}\\t\\r\\n\\u{7f}");
        assert_eq!(shown("a\u{9b}2J\u{202e}b\u{2066}c\u{feff}"), "a\\u{9b}2J\\u{202e}b\\u{2066}c\\u{feff}");
        assert_eq!(shown("a\u{ffff}b\u{fdd0}c\u{1fffe}"), "a\\u{ffff}b\\u{fdd0}c\\u{1fffe}");
        assert_eq!(shown("a\u{200b}b\u{e0041}c\u{ad}d\u{2028}"), "a\\u{200b}b\\u{e0041}c\\u{ad}d\\u{2028}");
    }

    #[test]
    fn text_of_all_scripts_stays() {
        for text in ["Zoë 東京 👩‍👩‍👧 ☎️", "می‌خواهم", "क्‍ष", "شركة", "a:b::c", "C#", "## heading", "a \\ b"]
        {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("a\u{200d}b"), "a\\u{200d}b");
    }

    #[test]
    fn no_line_is_a_command() {
        for (text, expected) in [
            ("::error::x", "\\u{3a}:error::x"),
            ("  ::error::x", "  \\u{3a}:error::x"),
            ("x\n::stop-commands::y", "x\\n\\u{3a}:stop-commands::y"),
            ("see ::debug::", "see \\u{3a}:debug::"),
            ("##[error]x", "#\\u{23}[error]x"),
            ("a##vso[task.complete]", "a#\\u{23}vso[task.complete]"),
            ("###[group]", "#\\u{23}\\u{23}[group]"),
            ("##teamcity[x]", "#\\u{23}teamcity[x]"),
        ] {
            let once = shown(text);
            assert_eq!(once, expected);
            assert_eq!(shown(&once), once);
            assert!(!once.contains("##[") && !once.contains("##vso["));
        }
        assert_eq!(shown_lines("first\n  ::second"), "first\n  \\u{3a}:second");
        assert_eq!(line_without_command("  ::error::x"), "  \\u{3a}:error::x");
        assert_eq!(line_without_command("a ::b"), "a ::b");
    }

    #[test]
    fn markdown_and_html_show_the_text() {
        assert_eq!(in_markdown("a|b<c>&@d_e*"), "a\\|b&lt;c&gt;&amp;&#64;d\\_e\\*");
        assert_eq!(in_markdown("http://x www.y \u{202e}"), "http&#58;//x www&#46;y \\\\u{202e}");
        assert_eq!(in_html("<a href=\"x\">'&\u{1}"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\\u{1}");
    }

    #[test]
    fn a_spreadsheet_runs_no_cell() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@a",
            "\t=1",
            " =1",
            "\n=1",
            "\u{a0}=1",
            "\u{200b}=1",
            "＝1",
            "＠a",
            "\tx",
            " \u{feff}＋1",
        ] {
            assert_eq!(in_csv(text), format!("'{text}"));
        }
        for text in ["", "a=1", " a", "1-2", "東京"] {
            assert_eq!(in_csv(text), text);
        }
    }
}
