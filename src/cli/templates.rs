//! `--template`: the name of a built-in template, or the path of a file. Read and checked before the log is read.

use std::path::Path;

use crate::failure::Failure;
use crate::report::template::Template;

/// The templates named by the flags, in order. Their tables may use these attributes, or any if the attributes of the
/// run are not known yet.
///
/// # Errors
///
/// If one is unknown, cannot be read, is wrong, or is given twice.
pub fn open(values: &[String], attributes: Option<&[&'static str]>) -> anyhow::Result<Vec<Template>> {
    let mut templates = Vec::new();
    for (at, value) in values.iter().enumerate() {
        if values[..at].contains(value) {
            return Err(Failure::Usage.because(format!("--template {value} is given twice")));
        }
        templates.push(if is_path(value) { from_file(value, attributes)? } else { Template::built_in(value)? });
    }
    Ok(templates)
}

/// A path has a separator or the ending.
#[must_use]
pub fn is_path(value: &str) -> bool {
    value.chars().any(std::path::is_separator) || has_ending(Path::new(value))
}

fn has_ending(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
}

fn from_file(path: &str, attributes: Option<&[&'static str]>) -> anyhow::Result<Template> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage.because(format!("template {path} cannot be read: {error}")))?;
    let name = Path::new(path).file_stem().unwrap_or_default().to_string_lossy();
    Template::parse(&name, path, text.strip_prefix('\u{feff}').unwrap_or(&text), attributes)
}

/// The advice for a metric that no template of a report has: `; --template NAME has it`, if one does.
#[must_use]
pub fn has_it(metric: &str) -> String {
    let has = |name: &&str| {
        Template::built_in(name).is_ok_and(|template| template.metrics.iter().any(|other| other.id == metric))
    };
    Template::names().find(has).map(|name| format!("; --template {name} has it")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_separator_or_the_ending() {
        for path in ["mine.toml", "./mine", "reports/queues", "Mine.TOML"] {
            assert!(is_path(path), "{path}");
        }
        for name in ["queues", "first-contact", "toml"] {
            assert!(!is_path(name), "{name}");
        }
    }
}
