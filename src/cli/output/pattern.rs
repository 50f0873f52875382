//! The name of an output as given: a file, or a folder of files, possibly with placeholders.

use std::path::{Component, Path, PathBuf};

use super::names::{OutputNames, Placeholder};
use crate::failure::Failure;
use crate::harmless::shown_path;
use crate::metrics::dimensions::Dimension;
use crate::nearest::hint;
use crate::render::DocumentFormat;
use crate::render::format::ByteForm;

/// The properties of one kind of document.
#[derive(Debug, Clone, Copy)]
pub struct DocumentKind<F> {
    /// The placeholders allowed in its names.
    pub placeholders: &'static [Placeholder],
    /// The dimension of a split report: the name of each part must contain the value.
    pub split: Option<Dimension>,
    /// Whether a missing folder of a file is created, as for a folder of files.
    pub makes_folder: bool,
    /// The names of the files for a format in a folder, without the ending.
    pub stems: fn(F) -> Vec<&'static str>,
}

/// The name of an output, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputPattern<F> {
    /// The text before each placeholder, and the placeholder; the last text has none.
    parts: Vec<(String, Option<Placeholder>)>,
    path: PathBuf,
    is_folder: bool,
    formats: Vec<F>,
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile<F> {
    /// Where it is written.
    pub path: PathBuf,
    /// How it is written.
    pub format: F,
    /// The index among the format's files in a folder; `None` for a file that was named.
    pub nth: Option<usize>,
}

impl<F: DocumentFormat> OutputPattern<F> {
    /// Parses a name given by `flag`; `formats` are the values of `--format`.
    ///
    /// # Errors
    ///
    /// If a placeholder or the ending is unknown, the formats do not fit the name, or all parts of a split would have one
    /// name.
    pub fn parse(flag: &str, path: &Path, formats: &[F], kind: &DocumentKind<F>) -> anyhow::Result<Self> {
        let fails = |message: String| Failure::Usage.because(format!("{flag} {}: {message}", shown_path(path)));
        let text = path.to_string_lossy();
        let parts = match path.to_str() {
            Some(text) => parts(text, kind).map_err(fails)?,
            // A name that is not UTF-8 has no placeholders.
            None => Vec::new(),
        };
        let has = |placeholder: Placeholder| parts.iter().any(|(_, known)| *known == Some(placeholder));
        if let Some(split) = kind.split.filter(|_| !has(Placeholder::Value)) {
            let message = format!("every {0} would be written to one name: put {{{0}}} into it", split.name());
            return Err(fails(message));
        }
        let of_folder = || if formats.is_empty() { F::FOLDER.to_vec() } else { formats.to_vec() };
        let (is_folder, formats) = if text.ends_with(std::path::is_separator) || path.is_dir() {
            (true, of_folder())
        } else if has(Placeholder::Format) {
            (false, of_folder())
        } else if let Some(ending) = path.extension() {
            (false, vec![of_ending(path, &ending.to_string_lossy(), formats).map_err(fails)?])
        } else if let [format] = formats {
            (false, vec![*format])
        } else {
            (true, of_folder())
        };
        Ok(Self { parts, path: path.to_owned(), is_folder, formats })
    }

    /// The same output with other formats.
    #[must_use]
    pub fn with(self, other: impl Fn(F) -> F) -> Self {
        Self { formats: self.formats.into_iter().map(other).collect(), ..self }
    }

    /// Whether its files depend on the days.
    #[must_use]
    pub fn has_placeholders(&self) -> bool {
        self.parts
            .iter()
            .any(|(_, placeholder)| placeholder.is_some_and(|placeholder| placeholder != Placeholder::Format))
    }

    /// Whether the name has this placeholder.
    #[must_use]
    pub fn has(&self, placeholder: Placeholder) -> bool {
        self.parts.iter().any(|(_, known)| *known == Some(placeholder))
    }

    /// Whether it is a folder of files.
    #[must_use]
    pub const fn is_folder(&self) -> bool {
        self.is_folder
    }

    /// One of a file, several of a folder.
    #[must_use]
    pub fn formats(&self) -> &[F] {
        &self.formats
    }

    /// The name as a message shows it.
    #[must_use]
    pub fn shown(&self) -> String {
        shown_path(&self.path)
    }

    /// The name as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The deepest folder of the path without a placeholder. It or its parent must exist.
    #[must_use]
    pub fn fixed_folder(&self) -> PathBuf {
        let folder = if self.is_folder { &self.path } else { self.path.parent().unwrap_or(Path::new("")) };
        let has_placeholders = self.parts.iter().any(|(_, placeholder)| placeholder.is_some());
        let is_fixed = |part: &Component| !has_placeholders || !part.as_os_str().to_string_lossy().contains('{');
        let fixed: PathBuf = folder.components().take_while(is_fixed).collect();
        if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed }
    }

    /// The files of the output, if they are known without the days.
    #[must_use]
    pub fn fixed_targets(&self, kind: &DocumentKind<F>) -> Option<Vec<OutputFile<F>>> {
        let any = OutputNames::of_days(chrono::NaiveDate::default(), chrono::NaiveDate::default());
        (!self.has_placeholders()).then(|| self.targets(kind, &any, None))
    }

    /// The files of the output.
    #[must_use]
    pub fn targets(&self, kind: &DocumentKind<F>, names: &OutputNames, value: Option<&str>) -> Vec<OutputFile<F>> {
        self.files(kind, &|placeholder, ending| names.text(placeholder, value, ending))
    }

    /// The files of all formats. `fill` returns the text of a placeholder, given the ending of the format.
    #[must_use]
    pub fn files(&self, kind: &DocumentKind<F>, fill: &dyn Fn(Placeholder, &str) -> String) -> Vec<OutputFile<F>> {
        let of_format = |format: &F| {
            let path = self.filled(|placeholder| fill(placeholder, format.ending()));
            if !self.is_folder {
                return vec![OutputFile { path, format: *format, nth: None }];
            }
            let files = (kind.stems)(*format).into_iter().map(|stem| format!("{stem}.{}", format.ending()));
            files
                .enumerate()
                .map(|(nth, name)| OutputFile { path: path.join(name), format: *format, nth: Some(nth) })
                .collect()
        };
        self.formats.iter().flat_map(of_format).collect()
    }

    fn filled(&self, fill: impl Fn(Placeholder) -> String) -> PathBuf {
        if self.parts.is_empty() {
            return self.path.clone();
        }
        let part = |(before, placeholder): &(String, Option<Placeholder>)| {
            format!("{before}{}", placeholder.map(&fill).unwrap_or_default())
        };
        PathBuf::from(self.parts.iter().map(part).collect::<String>())
    }
}

/// The texts and placeholders of a name, in turn.
fn parts<F>(text: &str, kind: &DocumentKind<F>) -> Result<Vec<(String, Option<Placeholder>)>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("a `{` without its `}`")?;
        let own = kind.split.map(Dimension::name).filter(|own| *own == name || own.replace('_', "-") == name);
        let placeholder = kind.placeholders.iter().copied().find(|placeholder| placeholder.name() == name);
        let known =
            || kind.placeholders.iter().map(|placeholder| placeholder.name()).chain(kind.split.map(Dimension::name));
        let Some(placeholder) = own.map(|_| Placeholder::Value).or(placeholder) else {
            let names = known().collect::<Vec<_>>().join("}, {");
            return Err(format!("no `{{{name}}}`{} ({{{names}}})", hint(name, known())));
        };
        parts.push((before.to_owned(), Some(placeholder)));
        rest = after;
    }
    parts.push((rest.to_owned(), None));
    Ok(parts)
}

/// The format of a file with this ending, given the values of `--format`.
fn of_ending<F: DocumentFormat>(path: &Path, ending: &str, formats: &[F]) -> Result<F, String> {
    let of_file = F::of_file(path);
    match (formats, of_file) {
        ([], Some(format)) => Ok(format),
        ([], None) => {
            let mut known: Vec<&str> = Vec::new();
            for ending in F::value_variants().iter().map(|format| format.ending()) {
                if !known.contains(&ending) {
                    known.push(ending);
                }
            }
            Err(format!(
                "no format has the ending .{ending} (.{}): add --format, or write a folder with / at its end",
                known.join(", .")
            ))
        }
        ([format], Some(other)) if other != *format && !may_have(other, *format) => {
            let (name, other) = (format.name(), other.name());
            Err(format!("the ending is that of {other}, and --format is {name}: omit one of them"))
        }
        ([format], _) => Ok(*format),
        (formats, _) => Err(format!(
            "{} formats do not go into one file: name a folder, or put {{format}} into the name",
            formats.len()
        )),
    }
}

/// Whether a file with the ending of format `named` may hold `format`: a `.txt` may hold any text.
fn may_have<F: DocumentFormat>(named: F, format: F) -> bool {
    named.entry().form == ByteForm::Page && format.entry().form == ByteForm::Text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::ReportFormat;
    use crate::render::ReportFormat::{Csv, Json, Pdf};

    fn kind(split: Option<Dimension>) -> DocumentKind<ReportFormat> {
        DocumentKind { placeholders: Placeholder::OF_RUN, split, makes_folder: true, stems: |_| vec!["report"] }
    }

    fn parse(
        text: &str,
        formats: &[ReportFormat],
        split: Option<Dimension>,
    ) -> Result<OutputPattern<ReportFormat>, String> {
        OutputPattern::parse("-o", Path::new(text), formats, &kind(split)).map_err(|error| error.to_string())
    }

    fn paths(text: &str, formats: &[ReportFormat], split: Option<Dimension>, value: Option<&str>) -> Vec<String> {
        let day = |day| chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
        let names = OutputNames {
            template: "queues+agents".to_owned(),
            report: "weekly".to_owned(),
            ..OutputNames::of_days(day(2), day(8))
        };
        let targets = parse(text, formats, split).unwrap().targets(&kind(split), &names, value);
        targets.into_iter().map(|target| target.path.display().to_string()).collect()
    }

    #[test]
    fn placeholders_are_filled_in() {
        assert_eq!(
            paths("out/{week}/{from}_{to} {template}.pdf", &[], None, None),
            ["out/2026-W10/2026-03-02_2026-03-08 queues+agents.pdf"]
        );
        assert_eq!(
            paths("{report}", &[], None, None),
            ["weekly/report.json", "weekly/report.csv", "weekly/report.pdf"]
        );
        assert_eq!(paths("{department}.csv", &[], Some(Dimension::Department), Some("a/../b")), ["a_.._b.csv"]);
        assert_eq!(paths("{support-type}.csv", &[], Some(Dimension::SupportType), Some("..")), ["_...csv"]);
    }

    #[test]
    fn a_name_is_a_file_or_a_folder() {
        assert_eq!(paths("weekly.pdf", &[], None, None), ["weekly.pdf"]);
        assert_eq!(paths("WEEKLY.PDF", &[], None, None), ["WEEKLY.PDF"]);
        assert_eq!(paths("out", &[Csv, Pdf], None, None), ["out/report.csv", "out/report.pdf"]);
        assert_eq!(paths("out/", &[Csv], None, None), ["out/report.csv"]);
        assert_eq!(paths("out", &[Csv], None, None), ["out"]);
        assert_eq!(paths("out.d/", &[Json], None, None), ["out.d/report.json"]);
        assert_eq!(paths("out/{week}.{format}", &[Csv, Pdf], None, None), ["out/2026-W10.csv", "out/2026-W10.pdf"]);
        assert_eq!(paths("{format}-files/", &[Csv], None, None), ["csv-files/report.csv"]);
        assert_eq!(paths("a.tmp", &[Json], None, None), ["a.tmp"]);
        assert_eq!(paths("a.txt", &[Csv], None, None), ["a.txt"]);
        assert_eq!(paths("/dev/null", &[Csv], None, None), ["/dev/null"]);
        let folder = tempfile::tempdir().unwrap();
        let named = folder.path().join("march.2026");
        std::fs::create_dir(&named).unwrap();
        assert_eq!(paths(named.to_str().unwrap(), &[Json], None, None), [named.join("report.json").to_str().unwrap()]);
    }

    #[test]
    fn an_impossible_name_is_refused_before_the_log_is_read() {
        let cases: [(&str, &[ReportFormat], Option<Dimension>, &str); 9] = [
            ("{weak}.pdf", &[], None, "no `{weak}`; did you mean `week`?"),
            ("{week.pdf", &[], None, "a `{` without its `}`"),
            ("a.docx", &[], None, "no format has the ending .docx"),
            ("a.{week}", &[], None, "no format has the ending .{week}"),
            ("a.pdf", &[], Some(Dimension::Queue), "every queue would be written to one name: put {queue} into it"),
            ("{department}.pdf", &[], None, "no `{department}`"),
            ("a.pdf", &[Json], None, "the ending is that of pdf, and --format is json"),
            ("a.txt", &[Pdf], None, "the ending is that of terminal, and --format is pdf"),
            ("a.pdf", &[Json, Pdf], None, "2 formats do not go into one file"),
        ];
        for (text, formats, split, expected) in cases {
            let message = parse(text, formats, split).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }

    #[test]
    fn the_folder_that_must_exist_has_no_placeholders() {
        let folder = |text: &str| parse(text, &[], None).unwrap().fixed_folder().display().to_string();
        assert_eq!(folder("out/{week}/a.pdf"), "out");
        assert_eq!(folder("{week}.pdf"), ".");
        assert_eq!(folder("/srv/reports/a.pdf"), "/srv/reports");
        assert_eq!(folder("/srv/{week}"), "/srv");
        assert_eq!(folder("/srv/out"), "/srv/out");
    }
}
