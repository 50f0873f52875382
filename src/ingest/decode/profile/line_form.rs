//! Line forms of a transcript, such as `{at:%d/%m/%Y %H:%M} - {author}: {}`. Braces enclose a field.
//!
//! A field has a name and may have, after a colon, the notation of its instant; `time` means that of all instants of
//! the profile. A line begins a record if it has an instant there. A field without a name, such as a message's text, is
//! skipped and never stored.

use super::instant::InstantFormat;
use super::pattern::InstantNames;
use crate::time::Zone;

/// A checked form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineForm {
    /// As written.
    pub text: String,
    parts: Vec<LinePart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum LinePart {
    Literal(String),
    Field { name: Option<String>, formats: Vec<InstantFormat> },
}

/// The number of positions tried for the text after an instant.
const MOST_TRIED: usize = 8;
/// The number of characters of a line that make its shape.
const SHAPE: usize = 64;

impl LineForm {
    /// Reads a form. `names` reads names in its instants, and `{at:time}` is in one of the notations `time`.
    ///
    /// # Errors
    ///
    /// The fault in the form.
    pub fn parse(text: &str, names: &InstantNames, time: &[InstantFormat]) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let begin = rest.find('{').unwrap_or(rest.len());
            if begin > 0 {
                parts.push(LinePart::Literal(rest[..begin].to_owned()));
            }
            rest = &rest[begin..];
            let Some(inside) = rest.strip_prefix('{') else { continue };
            let (field, after) = inside.split_once('}').ok_or_else(|| format!("`{text}`: a `{{` without its `}}`"))?;
            if matches!(parts.last(), Some(LinePart::Field { .. })) {
                return Err(format!("`{text}`: put a text between two fields, so that the end of the first is known"));
            }
            let (name, formats) = match field.split_once(':') {
                Some((_, "time")) if time.is_empty() => {
                    return Err(format!("`{text}`: `time` means the `format` of [time], which has none"));
                }
                Some((name, "time")) => (name.trim(), time.to_vec()),
                Some((name, format)) => (name.trim(), vec![InstantFormat::named(format.trim(), names)?]),
                None => (field.trim(), Vec::new()),
            };
            parts.push(LinePart::Field { name: (!name.is_empty()).then(|| name.to_owned()), formats });
            rest = after;
        }
        let form = Self { text: text.to_owned(), parts };
        let has_instant =
            form.parts.iter().any(|part| matches!(part, LinePart::Field { formats, .. } if !formats.is_empty()));
        if !has_instant {
            return Err(format!(
                "`{text}` has no instant, which marks the lines that begin a record: write it as in \
                 {{at:%d/%m/%Y %H:%M}} - {{author}}: {{}}"
            ));
        }
        Ok(form)
    }

    /// The names of its fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            LinePart::Field { name, .. } => name.as_deref(),
            LinePart::Literal(_) => None,
        })
    }

    /// The names of the fields of several forms.
    #[must_use]
    pub fn all_names(forms: &[Self]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in forms.iter().flat_map(Self::names) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// The named fields of a line that begins a record; `None` for other lines.
    #[must_use]
    pub fn fields<'t>(&self, line: &'t str) -> Option<Vec<(&str, &'t str)>> {
        let mut fields = Vec::new();
        self.pass(line, |name, text, _| fields.extend(name.map(|name| (name, text))))?;
        Some(fields)
    }

    /// The shape of a line up to the end of its instant; `None` if the line begins no record.
    #[must_use]
    pub fn shape_of_begin(&self, line: &str) -> Option<String> {
        let mut end = None;
        self.pass(line, |_, _, end_of_instant| end = end.or(end_of_instant))?;
        Some(shape(&bare(line)[..end?]))
    }

    /// Passes each field to the callback: its name, its text and, if it is an instant, the position in the line after
    /// it and the text that follows it.
    fn pass<'f, 't>(
        &'f self,
        line: &'t str,
        mut see: impl FnMut(Option<&'f str>, &'t str, Option<usize>),
    ) -> Option<()> {
        let line = bare(line);
        let mut rest = line;
        let mut parts = self.parts.iter();
        while let Some(part) = parts.next() {
            match part {
                LinePart::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
                LinePart::Field { name, formats } => {
                    let is_instant = !formats.is_empty();
                    let is_fit =
                        |text: &str| !is_instant || formats.iter().any(|format| format.read(text, Zone::UTC).is_some());
                    let (text, after) = match parts.next() {
                        Some(LinePart::Literal(literal)) => {
                            let mut starts = rest.match_indices(literal.as_str()).take(MOST_TRIED).map(|(at, _)| at);
                            let at = starts.find(|at| is_fit(&rest[..*at]))?;
                            (&rest[..at], &rest[at + literal.len()..])
                        }
                        Some(LinePart::Field { .. }) | None => (rest, ""),
                    };
                    is_fit(text).then_some(())?;
                    rest = after;
                    see(name.as_deref(), text.trim(), is_instant.then(|| line.len() - rest.len()));
                }
            }
        }
        rest.is_empty().then_some(())
    }
}

/// Decides which lines of a file are records: lines that begin one, lines that look like that but cannot be read, and
/// lines before the first record. Other lines continue the preceding record and are skipped.
#[derive(Debug, Default)]
pub struct RecordBegins {
    /// The shapes of record beginnings so far.
    shapes: Vec<String>,
}

/// The most shapes that are kept.
const MOST_SHAPES: usize = 16;

impl RecordBegins {
    /// Whether a line is a record, or a record that cannot be read.
    pub fn is_record(&mut self, line: &[u8], forms: &[LineForm]) -> bool {
        let Ok(line) = std::str::from_utf8(line) else { return true };
        match forms.iter().find_map(|form| form.shape_of_begin(line)) {
            Some(shape) => {
                if self.shapes.len() < MOST_SHAPES && !self.shapes.contains(&shape) {
                    self.shapes.push(shape);
                }
                true
            }
            None => self.shapes.is_empty() || self.looks_like_one(line),
        }
    }

    /// Whether a line that begins no record looks like those that do.
    #[must_use]
    pub fn looks_like_one(&self, line: &str) -> bool {
        let own = shape(line);
        self.shapes.iter().any(|known| own.starts_with(known.as_str()))
    }
}

/// The shape of a line: each run of digits, and each run of letters, becomes one character. A line that has the shape
/// of a record's beginning but does not begin one has an instant that cannot be read.
#[must_use]
pub fn shape(line: &str) -> String {
    let mut shape = String::new();
    for letter in bare(line).chars().take(SHAPE) {
        let kind = match letter {
            digit if digit.is_numeric() => '9',
            letter if letter.is_alphabetic() => 'a',
            blank if blank.is_whitespace() => ' ',
            other => other,
        };
        if !(matches!(kind, '9' | 'a') && shape.ends_with(kind)) {
            shape.push(kind);
        }
    }
    shape
}

/// A line without its end and without marks of the writing direction at its start.
fn bare(line: &str) -> &str {
    line.trim_start_matches(['\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{feff}']).trim_end_matches(['\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> LineForm {
        LineForm::parse(text, &InstantNames::default(), &[]).unwrap()
    }

    #[test]
    fn lines_of_transcripts() {
        let android = form("{at:%d/%m/%Y %H:%M} - {author}: {}");
        assert_eq!(
            android.fields("02/03/2026 09:00 - Ana Sá: Bom - dia: x"),
            Some(vec![("at", "02/03/2026 09:00"), ("author", "Ana Sá")])
        );
        let iphone = form("[{at:%d/%m/%Y, %H:%M:%S}] {author}: {}");
        let line = "\u{200e}[02/03/2026, 09:05:02] Loja Acme: \u{200e}imagem\r\n";
        assert_eq!(iphone.fields(line), Some(vec![("at", "02/03/2026, 09:05:02"), ("author", "Loja Acme")]));
        // A dash within the instant does not end it.
        let dashed = form("{at:%d - %m - %Y %H:%M} - {author}: {text}");
        let fields = dashed.fields("2 - 3 - 2026 9:00 - Ana: a");
        assert_eq!(fields, Some(vec![("at", "2 - 3 - 2026 9:00"), ("author", "Ana"), ("text", "a")]));
        for line in
            ["02/03/2026 09:00 - Ana entrou", "Ana: 02/03/2026 09:00 - x: y", "31/02/2026 09:00 - Ana: x", "", "x"]
        {
            assert_eq!(android.fields(line), None, "{line}");
        }
        assert!(form("{at:%d/%m/%Y %H:%M} - {}").fields("02/03/2026 09:00 - Ana entrou").is_some());
    }

    #[test]
    fn a_line_like_the_begin_of_a_record_is_reported() {
        let android = form("{at:%d/%m/%Y %H:%M} - {author}: {}");
        let begin = android.shape_of_begin("02/03/2026 09:00 - Ana: 1").unwrap();
        assert!(shape("3/25/26 9:00 - Ana: x").starts_with(&begin));
        assert!(!shape("see 3/25/26 9:00 - Ana: x").starts_with(&begin));
        assert!(!shape("2 apples - 3 pears").starts_with(&begin));
        let forms = [android];
        let mut begins = RecordBegins::default();
        let seen = ["title", "02/03/2026 09:00 - Ana: 1", "and more", "03/25/2026 09:00 - Ana: 1"]
            .map(|line| begins.is_record(line.as_bytes(), &forms));
        assert_eq!(seen, [true, true, false, true]);
    }

    #[test]
    fn invalid_forms_are_refused() {
        for (text, part) in [
            ("{author}: {}", "has no instant"),
            ("{at:%d/%m/%Y %H:%M} - {a}{b}", "between two fields"),
            ("{at:%d/%m/%Y %H:%M", "without its `}`"),
            ("{at:%d/%m/%Y} {}", "lacks an hour"),
            ("{at:epoch} {}", "did you mean `epoch_s`?"),
            ("{at:time} {}", "the `format` of [time], which has none"),
        ] {
            let message = LineForm::parse(text, &InstantNames::default(), &[]).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
