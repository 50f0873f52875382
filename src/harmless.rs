//! Makes text from data safe to show to people. All such text for the terminal, Markdown, CI services and messages
//! passes through here.
//!
//! Names and values of a log may contain anything. Characters that a terminal or viewer obeys instead of showing become
//! escapes such as `\u{202e}`, and so do commands of CI services. A CSV cell keeps its line ends and tabs. JSON has its own
//! escapes, so its reader gets the text unchanged.

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
            c if acts(before, c, rest.peek().copied()) => escape(c, &mut out),
            c => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// Lines of our own text that contain names from the data: each line is passed through [`shown`].
#[must_use]
pub(crate) fn shown_lines(text: &str) -> String {
    text.split('\n').map(shown).collect::<Vec<_>>().join("\n")
}

/// A path in a message.
#[must_use]
pub(crate) fn shown_path(path: &Path) -> String {
    shown(&path.display().to_string())
}

/// A finished line. Line breaking may have moved a text so that the line now begins with a command.
#[must_use]
pub(crate) fn line_without_command(line: &str) -> Cow<'_, str> {
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
pub(crate) fn in_html(text: &str) -> String {
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

/// A text in a cell of CSV that a spreadsheet will not run: what would start a formula, also behind blanks, line ends or
/// invisible characters and in full width, is preceded by an apostrophe. Control characters other than tabs and line ends, and
/// what is invisible or reorders, are escaped: a terminal would obey them, and some readers stop at them.
#[must_use]
pub(crate) fn in_csv(cell: &str) -> Cow<'_, str> {
    let is_plain = cell.is_ascii() && !cell.contains(|c: char| c.is_control());
    if is_plain && !is_formula(cell) {
        return Cow::Borrowed(cell);
    }
    let mut out = String::with_capacity(cell.len() + 8);
    if is_formula(cell) {
        out.push('\'');
    }
    let mut before = None;
    let mut rest = cell.chars().peekable();
    while let Some(c) = rest.next() {
        let is_kept = matches!(c, '\t' | '\r' | '\n') || !acts(before, c, rest.peek().copied());
        if is_kept {
            out.push(c);
        } else {
            escape(c, &mut out);
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

/// A piece of JSON, in whose texts what acts is an escape of JSON: a terminal or a CI service that it is printed to obeys nothing,
/// and its reader has the same texts. Outside of texts there is nothing of the kind.
#[must_use]
pub(crate) fn in_json(json: &str) -> Cow<'_, str> {
    if json.is_ascii() && !json.contains("##") && !json.contains('\u{7f}') {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 8);
    let mut before = None;
    let mut rest = json.chars().peekable();
    while let Some(c) = rest.next() {
        let is_command = c == '#' && before == Some('#') && begins_command(&rest);
        // Line ends are between members: those of texts are escaped already.
        if is_command || (c != '\n' && acts(before, c, rest.peek().copied())) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

/// Whether a spreadsheet would run it.
fn is_formula(cell: &str) -> bool {
    let is_skipped = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || is_joiner(c);
    let begin = cell.trim_start_matches(is_skipped);
    begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫', '−'])
        || cell.starts_with(['\t', '\r', '\n'])
}

fn escape(c: char, out: &mut String) {
    out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
}

/// Whether a character is shown as an escape, between the ones before and after it.
fn acts(before: Option<char>, c: char, after: Option<char>) -> bool {
    // Joiners belong between letters of some scripts, and within emoji.
    let is_between = is_joiner(c) && joins(before) && joins(after);
    (c.is_control() || is_invisible(c)) && !is_between
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
pub(crate) fn is_invisible(c: char) -> bool {
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
            let escaped = text.replace('\u{200b}', "\\u{200b}").replace('\u{feff}', "\\u{feff}");
            assert_eq!(in_csv(text), format!("'{escaped}"));
        }
        for text in ["", "a=1", " a", "1-2", "東京"] {
            assert_eq!(in_csv(text), text);
        }
    }
    #[test]
    fn json_reads_back_as_the_same_text() {
        for text in [
            "\u{202e}gpj",
            "a\u{9b}2J\u{7f}",
            "\u{e0041}\u{feff}",
            "##[error]x ##vso[y] ## z",
            "\u{1b}[31m",
            "می\u{200c}خ 👩\u{200d}👩",
            "a\u{200d}b",
        ] {
            let plain = serde_json::to_string(text).expect("JSON");
            let safe = in_json(&plain);
            assert_eq!(serde_json::from_str::<String>(&safe).expect("JSON"), text);
            assert_eq!(shown(&safe), safe, "nothing is left that acts");
        }
        assert_eq!(in_json("{\n  \"a\": \"\u{202e}##[x]\"\n}"), "{\n  \"a\": \"\\u202e#\\u0023[x]\"\n}");
        assert!(matches!(in_json("{\"a\": \"# b\"}"), Cow::Borrowed(_)));
    }
}
