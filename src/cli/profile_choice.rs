//! Chooses the profile of each source: by `--profile`, else by its first records. Checked before the log is read.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::templates::is_path;
use crate::failure::Failure;
use crate::ingest::encoding::Encoding;
use crate::ingest::profile::{CANONICAL, Profile, recognise};
use crate::ingest::source::{InputFormat, Source, SourceOptions, with_other_sheets};

/// The profiles of the sources, in their order; `None` means canonical.
///
/// # Errors
///
/// If a profile is unknown or wrong or matches no source, if a source has two profiles, or if a source is not
/// recognised.
pub fn choose(
    bindings: &[Binding],
    sources: &[Source],
    options: &SourceOptions,
) -> anyhow::Result<Vec<Option<Arc<Profile>>>> {
    for (at, binding) in bindings.iter().enumerate() {
        let is_of = |pattern: &str| sources.iter().any(|source| matches_source(pattern, source));
        if binding.source.as_deref().is_some_and(|pattern| !is_of(pattern)) {
            return Err(wrong(&binding.value, "it is of none of the logs given"));
        }
        if bindings[..at].iter().any(|other| other.source.is_none() && binding.source.is_none()) {
            return Err(wrong(&binding.value, "a second profile of all logs: bind it to one, as in NAME:FILE"));
        }
    }
    let profiles = sources.iter().map(|source| {
        let profile = of_source(source, bindings, options)?;
        match profile.as_ref().and_then(|profile| Some((profile, profile.fill_in.as_ref()?))) {
            Some((profile, fill_in)) => Err(not_filled_in(source, profile, fill_in)),
            None => Ok(profile),
        }
    });
    profiles.collect()
}

/// The profile of one source, for a `--profile` that applies to all sources. Blanks of a form need not be filled in
/// yet.
///
/// # Errors
///
/// If the profile is unknown or wrong, or describes records of another profile; if the value names sources, or none is
/// needed.
pub fn of_one(value: &str, source: &Source, options: &SourceOptions) -> anyhow::Result<Arc<Profile>> {
    let binding = Binding::parse(value)?;
    if binding.source.is_some() {
        return Err(wrong(value, "it applies to all files here: name no file after it"));
    }
    let found = of_source(source, &[binding], options)?;
    found.ok_or_else(|| wrong(value, "a log that is read as it is has none: omit --profile"))
}

/// The texts of the profiles that flags name by file, by profile name.
///
/// # Errors
///
/// Where one has the name of another profile.
pub fn texts(bindings: &[Binding]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for binding in bindings {
        let Some(text) = &binding.text else { continue };
        let name = name_of(&binding.name);
        // A file may have the name of a built-in profile, as a filled-in form does.
        let is_asked_for = bindings.iter().any(|other| other.name == name);
        if is_asked_for || texts.get(&name).is_some_and(|known| known != text) {
            let message = format!("another profile has the name {name}: give the file another name");
            return Err(wrong(&binding.value, &message));
        }
        texts.insert(name, text.clone());
    }
    Ok(texts)
}

/// The advice for a profile that is a form with blanks.
fn not_filled_in(source: &Source, profile: &Profile, fill_in: &str) -> anyhow::Error {
    let location = source.location();
    let what = if Profile::text(&profile.name).is_some() {
        let name = &profile.name;
        format!("write `dialogram profiles {name} --format toml > mine.toml`, fill it in, and give --profile mine.toml")
    } else {
        "fill it in, and remove the line `fill_in`".to_owned()
    };
    Failure::Input.because(format!("{location}: the profile {} is a form: {fill_in}; {what}", profile.name))
}

fn of_source(source: &Source, bindings: &[Binding], options: &SourceOptions) -> anyhow::Result<Option<Arc<Profile>>> {
    let own: Vec<&Binding> = bindings
        .iter()
        .filter(|binding| binding.source.as_deref().is_some_and(|pattern| matches_source(pattern, source)))
        .collect();
    let location = source.location();
    let binding = match own[..] {
        [first, second, ..] => {
            return Err(wrong(&second.value, &format!("{location} has `{}` already", first.value)));
        }
        [one] => Some(one),
        [] => bindings.iter().find(|binding| binding.source.is_none()),
    };
    // Anything but a regular file can be read only once, so its beginning is not read here. Standard input has a buffer
    // for that.
    let is_readable_twice = source.size().is_some() || *source == Source::Stdin;
    let start = |source: &Source| if is_readable_twice { source.start(options) } else { Ok(Vec::new()) };
    match binding {
        Some(Binding { profile: None, .. }) => Ok(None),
        Some(Binding { profile: Some(profile), value, .. }) => {
            let start = start(source)?;
            if start.starts_with(b"PAR1") {
                return Err(wrong(value, &format!("{location} is a Parquet file: profiles read JSON and CSV")));
            }
            if Profile::built_in(&profile.name).is_ok_and(|built_in| built_in == **profile) {
                recognise::check_profile(&start, &location, profile)?;
            }
            Ok(Some(in_encoding(profile, source, options)))
        }
        None if options.format.is_some_and(|format| format != InputFormat::Xlsx) => Ok(None),
        None => {
            let start = start(source)?;
            // A ZIP archive or Excel file is reported as such when it is opened.
            let is_text = !start.starts_with(b"PAR1") && !start.starts_with(b"PK\x03\x04");
            let found = if is_text { recognise::recognise(&start, &location) } else { Ok(None) };
            let found = found.map_err(|error| with_other_sheets(error, source, options))?;
            Ok(found.map(|profile| in_encoding(&profile, source, options)))
        }
    }
}

/// The profile with the encoding that the user names, or with that of a sheet's text.
fn in_encoding(profile: &Arc<Profile>, source: &Source, options: &SourceOptions) -> Arc<Profile> {
    let of_sheet = source.is_sheet(options).then_some(Encoding::UTF_8);
    match of_sheet.or(options.encoding).map(Encoding::standard) {
        Some(encoding) if encoding != profile.input.encoding => {
            let mut profile = Profile::clone(profile);
            profile.input.encoding = encoding;
            Arc::new(profile)
        }
        Some(_) | None => Arc::clone(profile),
    }
}

/// One `--profile`, parsed.
#[derive(Debug, Clone)]
pub struct Binding {
    /// As it was typed.
    value: String,
    /// The name or file of the profile.
    name: String,
    /// `None` means canonical.
    pub(super) profile: Option<Arc<Profile>>,
    /// The text of a file.
    text: Option<String>,
    /// The pattern of its sources; `None` means all.
    source: Option<String>,
}

impl Binding {
    /// The name or file of the profile, and the pattern of its sources.
    fn split(value: &str) -> (&str, Option<&str>) {
        match value.find(".toml:") {
            Some(at) => (&value[..at + ".toml".len()], Some(&value[at + ".toml:".len()..])),
            None if is_path(value) && (Path::new(value).exists() || !value.contains(':')) => (value, None),
            None => value.split_once(':').map_or((value, None), |(name, source)| (name, Some(source))),
        }
    }

    /// The profile of a value of `--profile`, read.
    ///
    /// # Errors
    ///
    /// Where it is unknown or wrong.
    pub fn parse(value: &str) -> anyhow::Result<Self> {
        let (name, source) = Self::split(value);
        let text = is_path(name).then(|| text_of(name)).transpose()?;
        let profile = match &text {
            Some(text) => Some(Profile::parse(&name_of(name), name, text)?),
            None => named(name)?,
        };
        let (value, name, source) = (value.to_owned(), name.to_owned(), source.map(str::to_owned));
        Ok(Self { value, name, profile: profile.map(Arc::new), text, source })
    }
}

/// The profile with that name or in that file; `None` means canonical.
///
/// # Errors
///
/// If there is none, or it is wrong.
pub fn named(name: &str) -> anyhow::Result<Option<Profile>> {
    Ok(match name {
        CANONICAL => None,
        name if is_path(name) => Some(from_file(name)?),
        name => Some(Profile::built_in(name)?),
    })
}

fn from_file(path: &str) -> anyhow::Result<Profile> {
    Profile::parse(&name_of(path), path, &text_of(path)?)
}

/// The name of a profile, from its file name.
fn name_of(path: &str) -> String {
    Path::new(path).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The text of a profile in a file.
fn text_of(path: &str) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage.because(format!("profile {path} cannot be read: {error}")))?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

/// Whether a pattern matches a source: by its path as given, its name, the name of its sheet or archive member, or a
/// glob of one of these.
fn matches_source(pattern: &str, source: &Source) -> bool {
    let (path, inner) = match source {
        Source::File(path) | Source::Tail { path, .. } => (path.clone(), None),
        Source::Member(member) => (member.path(), Some(member.name.clone())),
        Source::Sheet { workbook, sheet } => (workbook.join(sheet), Some(sheet.clone())),
        Source::Stdin => return pattern == "-",
    };
    let is_match = |text: &str| glob::Pattern::new(pattern).is_ok_and(|glob| glob.matches(text));
    let names = [path.to_string_lossy().into_owned(), source.name()].into_iter().chain(inner);
    names.into_iter().any(|text| text == pattern || is_match(&text))
}

fn wrong(value: &str, message: &str) -> anyhow::Error {
    Failure::Usage.because(format!("--profile {value}: {message}"))
}
