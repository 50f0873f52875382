//! Reads a brand's file key by key, so that every mistake is reported with its line.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Brand;
use super::logo::Logo;
use super::palette::PAPER;
use super::paper::Paper;
use super::ramp::nearest_readable;
use crate::failure::Failure;
use crate::harmless::shown_path;
use crate::render::color::{Color, ENOUGH_CONTRAST};
use crate::toml_reader::{self, Reader, TomlTable, Value};

/// The keys of a brand.
pub const KEYS: [&str; 5] = ["name", "logo", "accent", "footer", "paper"];
/// The name of the table in a config file.
const TABLE: &str = "brand";
/// Maximum characters of a name and of a footer: as many as fit on a page.
const LONGEST_NAME: usize = 80;
const LONGEST_FOOTER: usize = 300;

/// Reads a brand's file and its logo, whose path is relative to that file. In a config file it is the table `[brand]`.
///
/// # Errors
///
/// If it cannot be read, or has mistakes: wrong usage.
pub fn open(path: &Path) -> anyhow::Result<Brand> {
    let (location, text) = text(path)?;
    toml_reader::read("brand", &location, &text, |reader, root| {
        let table = brand_table(root);
        let mut brand = check(reader, table);
        if let Some((logo, span)) = logo_of(reader, table) {
            match Logo::open(&relative_to_file(path, &logo)) {
                Ok(logo) => brand.logo = Some(logo),
                Err(why) => reader.mistake(&span, format!("`logo`: {logo} {why}")),
            }
        }
        brand
    })
}

/// The path of a brand's logo; `None` if it has none, or cannot be read.
#[must_use]
pub fn logo_path(path: &Path) -> Option<PathBuf> {
    let (location, text) = text(path).ok()?;
    let logo = toml_reader::read("brand", &location, &text, |reader, root| logo_of(reader, brand_table(root)));
    logo.ok().flatten().map(|(logo, _)| relative_to_file(path, &logo))
}

/// Reads everything but the logo's file.
pub fn check(reader: &mut Reader, table: &TomlTable) -> Brand {
    reader.keys(table, &KEYS, "key of a brand");
    // The file is read later; only the value's type is checked here.
    logo_of(reader, table);
    Brand {
        name: text_of(reader, table, "name", LONGEST_NAME),
        logo: None,
        accent: parsed(reader, table, "accent", accent),
        footer: text_of(reader, table, "footer", LONGEST_FOOTER),
        paper: parsed(reader, table, "paper", |text| {
            let names = Paper::ALL.map(Paper::name).join(" or ");
            Paper::parse(text).ok_or_else(|| format!("expected {names}, found `{text}`"))
        }),
    }
}

fn text(path: &Path) -> anyhow::Result<(String, String)> {
    let location = shown_path(path);
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage.because(format!("brand {location} cannot be read: {error}")))?;
    Ok((location, text))
}

/// The table of a config file, or the whole of any other file.
fn brand_table<'t, 'v>(root: &'v TomlTable<'t>) -> &'v TomlTable<'t> {
    root.get(TABLE).and_then(|value| value.get_ref().as_table()).unwrap_or(root)
}

/// The path of the logo: relative to the brand's file.
fn relative_to_file(path: &Path, logo: &str) -> PathBuf {
    path.parent().map_or_else(|| PathBuf::from(logo), |folder| folder.join(logo))
}

fn logo_of(reader: &mut Reader, table: &TomlTable) -> Option<(String, Range<usize>)> {
    let value = table.get("logo")?;
    let (text, span) = text_in(reader, value, "logo")?;
    Some((text.to_owned(), span))
}

/// A text that is not empty.
fn text_in<'v>(reader: &mut Reader, value: &'v Value, key: &str) -> Option<(&'v str, Range<usize>)> {
    let (text, span) = reader.text_of(value, key)?;
    if text.trim().is_empty() {
        reader.mistake(&span, format!("`{key}` is empty: omit the key"));
        return None;
    }
    Some((text, span))
}

/// A line of text.
fn text_of(reader: &mut Reader, table: &TomlTable, key: &str, longest: usize) -> Option<String> {
    let (text, span) = text_in(reader, table.get(key)?, key)?;
    let count = text.chars().count();
    if count > longest {
        reader.mistake(&span, format!("`{key}` has {count} characters, and at most {longest} fit a page"));
        return None;
    }
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn parsed<T>(
    reader: &mut Reader,
    table: &TomlTable,
    key: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Option<T> {
    let (text, span) = text_in(reader, table.get(key)?, key)?;
    parse(text.trim()).map_err(|message| reader.mistake(&span, format!("`{key}`: {message}"))).ok()
}

/// A colour that is readable on paper.
fn accent(text: &str) -> Result<Color, String> {
    const WRITTEN: &str = "write red, green and blue in six hexadecimal digits, as in #0b5fff";
    let digits = text.strip_prefix('#').unwrap_or(text);
    let is_translucent = matches!(digits.len(), 4 | 8) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let color = Color::parse(text).ok_or_else(|| {
        if is_translucent {
            format!("`{text}` has an opacity, which an accent cannot have: {WRITTEN}")
        } else {
            format!("`{text}` is not a colour in digits: {WRITTEN}")
        }
    })?;
    let ratio = color.contrast(PAPER);
    if ratio >= ENOUGH_CONTRAST {
        return Ok(color);
    }
    // Truncated, so that no refused ratio is displayed as one that passes.
    let shown = (ratio * 100.0).floor() / 100.0;
    Err(format!(
        "{color} has a contrast of {shown:.2}:1 with white paper, and its text needs {ENOUGH_CONTRAST}:1; \
         the nearest colour that passes is {}",
        nearest_readable(color, PAPER, ENOUGH_CONTRAST)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Brand> {
        toml_reader::read("brand", "brand.toml", text, |reader, root| check(reader, brand_table(root)))
    }

    #[test]
    fn a_brand_is_read_from_its_file_or_from_a_table_of_the_config() {
        let keys = "name = 'Acme  Support'\naccent = '#0B5FFF'\nfooter = \"Internal\\nonly\"\npaper = 'letter'\n";
        let brand = read(keys).unwrap();
        assert_eq!(brand.name.as_deref(), Some("Acme Support"));
        assert_eq!(brand.accent, Some(Color::hex(0x0B_5F_FF)));
        assert_eq!((brand.footer.as_deref(), brand.paper), (Some("Internal only"), Some(Paper::Letter)));
        assert_eq!(read(&format!("tz = 'UTC'\n[brand]\n{keys}")).unwrap(), brand);
        assert_eq!(read("").unwrap(), Brand::default());
    }

    #[test]
    fn every_mistake_has_its_line_and_advice() {
        let cases = [
            ("colour = '#000'", "1: no key of a brand `colour`"),
            ("nmae = 'x'", "1: no key of a brand `nmae`; did you mean `name`?"),
            (
                "\naccent = 'blue'",
                "2: `accent`: `blue` is not a colour in digits: write red, green and blue in six hexadecimal digits, as in #0b5fff",
            ),
            ("accent = '#0b5fff80'", "1: `accent`: `#0b5fff80` has an opacity, which an accent cannot have: write red"),
            ("accent = 'rgb(11, 95, 255)'", "1: `accent`: `rgb(11, 95, 255)` is not a colour in digits: write red"),
            ("accent = 255", "1: `accent`: expected a text in quotes, found integer"),
            (
                "accent = '#777777'",
                "1: `accent`: #777777 has a contrast of 4.47:1 with white paper, and its text needs 4.5:1; the nearest colour that passes is #76",
            ),
            ("accent = '#fd0'", "1: `accent`: #ffdd00 has a contrast of 1.3"),
            ("paper = 'A5'", "1: `paper`: expected A4 or Letter, found `A5`"),
            ("name = ' '", "1: `name` is empty: omit the key"),
            ("logo = ''", "1: `logo` is empty: omit the key"),
        ];
        for (text, expected) in cases {
            let message = read(text).unwrap_err().to_string();
            assert!(message.starts_with("brand brand.toml:") && message.contains(expected), "{text}: {message}");
        }
        let long = format!("footer = '{}'", "x".repeat(301));
        assert!(
            read(&long).unwrap_err().to_string().contains("`footer` has 301 characters, and at most 300 fit a page")
        );
    }

    #[test]
    fn a_logo_is_beside_its_file_and_its_mistakes_have_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("brand.toml");
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        write("brand.toml", b"name = 'Acme'\nlogo = 'logo.svg'\n");
        let message = || open(&path).unwrap_err().to_string();
        assert!(message().contains(":2: `logo`: logo.svg cannot be read: "), "{}", message());
        write("logo.svg", b"\xFF\xD8\xFF\xE0");
        assert!(message().contains(":2: `logo`: logo.svg is a JPEG: give a PNG or an SVG"), "{}", message());
        write("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 4'><path d='M0 0h8v4z'/></svg>");
        let logo = open(&path).unwrap().logo.unwrap();
        assert!((logo.width - 8.0).abs() < 1e-9 && (logo.height - 4.0).abs() < 1e-9);
        assert_eq!(logo_path(&path), Some(folder.path().join("logo.svg")));
        assert_eq!(logo_path(Path::new("no such file.toml")), None);
    }
}
