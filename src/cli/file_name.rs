//! Names of outputs with `{from}`, `{week}` and the like in them.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use crate::failure::Failure;
use crate::metrics::dimensions::Dimension;
use crate::nearest::hint;
use crate::render::Format;

/// What names say.
#[derive(Debug, Clone)]
pub struct Names {
    /// `{from}`: the first day.
    pub from: NaiveDate,
    /// `{to}`: the last day; `{week}` is its ISO week.
    pub to: NaiveDate,
    /// `{template}`: the templates.
    pub template: String,
    /// `{report}`: the name in the config.
    pub report: String,
}

/// The name of an output, or of a folder of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Texts and words in braces, by turns: the text before, the word.
    parts: Vec<(String, Option<Word>)>,
    format: Option<Format>,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    From,
    To,
    Week,
    Template,
    Report,
    /// The value that the report was split by.
    Value,
}

const WORDS: [(&str, Word); 5] = [
    ("from", Word::From),
    ("to", Word::To),
    ("week", Word::Week),
    ("template", Word::Template),
    ("report", Word::Report),
];

impl Pattern {
    /// Reads a name; `split` is what the report is split by.
    ///
    /// # Errors
    ///
    /// Where a word or the ending is not known, or nothing tells the reports of a split apart.
    pub fn parse(text: &str, split: Option<Dimension>) -> anyhow::Result<Self> {
        let fails = |message: String| Failure::Usage.because(format!("--output {text}: {message}"));
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| fails("a `{` without its `}`".to_owned()))?;
            let own = split.map(Dimension::name).filter(|own| *own == name || own.replace('_', "-") == name);
            let word = WORDS.iter().find(|(known, _)| *known == name).map(|(_, word)| *word);
            let known = || WORDS.iter().map(|(known, _)| *known).chain(split.map(Dimension::name));
            let Some(word) = own.map(|_| Word::Value).or(word) else {
                let names = known().collect::<Vec<_>>().join("}, {");
                return Err(fails(format!("no `{{{name}}}`{} ({{{names}}})", hint(name, known()))));
            };
            parts.push((before.to_owned(), Some(word)));
            rest = after;
        }
        parts.push((rest.to_owned(), None));
        if let Some(split) = split.filter(|_| parts.iter().all(|(_, word)| *word != Some(Word::Value))) {
            let message = format!("every {0} would be written to one name: put {{{0}}} into it", split.name());
            return Err(fails(message));
        }
        let ending = Path::new(text).extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let format = match ending.filter(|_| !text.ends_with('/')) {
            None => None,
            Some(ending) => {
                let known = || Format::ALL.iter().map(|format| format.extension());
                let format = Format::ALL.into_iter().find(|format| format.extension() == ending);
                let endings = || known().collect::<Vec<_>>().join(", .");
                Some(format.ok_or_else(|| fails(format!("no format has the ending .{ending} (.{})", endings())))?)
            }
        };
        Ok(Self { parts, format, text: text.to_owned() })
    }

    /// The last folder of the path that has no word in it: it, or the one above, must be there.
    #[must_use]
    pub fn fixed_folder(&self) -> PathBuf {
        let path = Path::new(&self.text);
        let folder = if self.format.is_some() { path.parent().unwrap_or(Path::new("")) } else { path };
        let is_fixed = |part: &Component| !part.as_os_str().to_string_lossy().contains('{');
        let fixed: PathBuf = folder.components().take_while(is_fixed).collect();
        if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed }
    }

    /// Whether it is a folder of the files of all formats, and no word is in it.
    #[must_use]
    pub fn is_plain_folder(&self) -> bool {
        self.format.is_none() && self.parts.iter().all(|(_, word)| word.is_none())
    }

    /// The files that the name stands for, if no word is in it.
    #[must_use]
    pub fn fixed_files(&self) -> Option<Vec<PathBuf>> {
        let is_fixed = self.parts.iter().all(|(_, word)| word.is_none());
        is_fixed.then(|| self.paths(PathBuf::from(&self.text)).into_iter().map(|(path, _)| path).collect())
    }

    /// The files that the name stands for.
    #[must_use]
    pub fn files(&self, names: &Names, value: Option<&str>) -> Vec<(PathBuf, Format)> {
        let path: String = self
            .parts
            .iter()
            .map(|(before, word)| {
                let word = match word {
                    None => String::new(),
                    Some(Word::From) => names.from.to_string(),
                    Some(Word::To) => names.to.to_string(),
                    Some(Word::Week) => {
                        let week = names.to.iso_week();
                        format!("{}-W{:02}", week.year(), week.week())
                    }
                    Some(Word::Template) => as_name(&names.template),
                    Some(Word::Report) => as_name(&names.report),
                    Some(Word::Value) => as_name(value.unwrap_or_default()),
                };
                format!("{before}{word}")
            })
            .collect();
        self.paths(PathBuf::from(path))
    }

    /// The file, or those in the folder.
    fn paths(&self, path: PathBuf) -> Vec<(PathBuf, Format)> {
        if let Some(format) = self.format {
            return vec![(path, format)];
        }
        let file = |format: Format| path.join(format!("report.{}", format.extension()));
        Format::FILES.map(|format| (file(format), format)).into()
    }
}

/// Bytes of a value in a file's name: systems take 255, and there is more in the name.
const LONGEST: usize = 120;

/// A value of the log as part of a file's name: it leads nowhere else, and fits. What is cut off is told by a hash.
fn as_name(value: &str) -> String {
    let is_odd = |c: char| c.is_control() || "/\\<>:\"|?*".contains(c);
    let name: String = value.chars().map(|c| if is_odd(c) { '_' } else { c }).collect();
    let name = if name.is_empty() || name.starts_with('.') { format!("_{name}") } else { name };
    if name.len() <= LONGEST { name } else { with_hash(&name, value) }
}

/// The names of values in files, no two of which are one file, also where upper and lower case are the same. A value that
/// can stand as it is does; of others a hash tells them apart.
#[must_use]
pub fn distinct_names(values: &[&str]) -> Vec<String> {
    let key = |name: &str| name.to_lowercase();
    let mut names: Vec<String> = values.iter().map(|value| as_name(value)).collect();
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        let owner = owners.entry(key(name)).or_insert(at);
        if names[*owner] != values[*owner] && name == values[at] {
            *owner = at;
        }
    }
    for (at, value) in values.iter().enumerate() {
        if owners[&key(&names[at])] != at {
            names[at] = with_hash(&names[at], value);
        }
    }
    names
}

/// The beginning of a name, and a hash of its value.
fn with_hash(name: &str, value: &str) -> String {
    const HASH: usize = "~0123456789abcdef".len();
    let end = name.floor_char_boundary(LONGEST - HASH);
    let hash = value
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{}~{hash:016x}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
        Names { from: day(2), to: day(8), template: "queues+agents".to_owned(), report: "weekly".to_owned() }
    }

    fn paths(text: &str, split: Option<Dimension>, value: Option<&str>) -> Vec<String> {
        let pattern = Pattern::parse(text, split).unwrap();
        pattern.files(&names(), value).into_iter().map(|(path, _)| path.display().to_string()).collect()
    }

    #[test]
    fn words_in_braces_are_filled_in() {
        assert_eq!(
            paths("out/{week}/{from}_{to} {template}.pdf", None, None),
            ["out/2026-W10/2026-03-02_2026-03-08 queues+agents.pdf"]
        );
        assert_eq!(paths("{report}", None, None), ["weekly/report.json", "weekly/report.csv", "weekly/report.pdf"]);
        assert_eq!(paths("{department}.csv", Some(Dimension::Department), Some("a/../b")), ["a_.._b.csv"]);
        assert_eq!(paths("{support-type}.csv", Some(Dimension::SupportType), Some("..")), ["_...csv"]);
    }

    #[test]
    fn names_fit_and_are_told_apart() {
        let long = "ñ".repeat(300);
        let longer = format!("{long}x");
        let names = distinct_names(&["a/b", "a_b", "Ana", "ana", &long, &longer, ""]);
        assert_eq!((names[1].as_str(), names[2].as_str(), names[6].as_str()), ("a_b", "Ana", "_"));
        assert!(names[0].starts_with("a_b~") && names[3].starts_with("ana~"), "{names:?}");
        let distinct: std::collections::BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.iter().all(|name| name.len() <= LONGEST && as_name(name) == *name), "{names:?}");
    }

    #[test]
    fn a_name_that_cannot_be_is_told_before_the_log_is_read() {
        let cases = [
            ("{weak}.pdf", None, "no `{weak}`; did you mean `week`?"),
            ("{week.pdf", None, "a `{` without its `}`"),
            ("a.docx", None, "no format has the ending .docx"),
            ("a.pdf", Some(Dimension::Queue), "every queue would be written to one name: put {queue} into it"),
            ("{department}.pdf", None, "no `{department}`"),
        ];
        for (text, split, expected) in cases {
            let message = Pattern::parse(text, split).unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }

    #[test]
    fn the_folder_that_must_be_there_has_no_words() {
        let folder = |text: &str| Pattern::parse(text, None).unwrap().fixed_folder().display().to_string();
        assert_eq!(folder("out/{week}/a.pdf"), "out");
        assert_eq!(folder("{week}.pdf"), ".");
        assert_eq!(folder("/srv/reports/a.pdf"), "/srv/reports");
        assert_eq!(folder("/srv/{week}"), "/srv");
    }
}
