//! The location of a rule's numbers: `table` or `dimension`, and `key`.

use std::ops::Range;

use toml::de::DeValue;

use super::{no, read_as};
use crate::gate::RuleTable;
use crate::gate::table::{HEATMAP, STAFFING, TREND};
use crate::metrics::dimensions::{Dimension, WEEKDAYS};
use crate::nearest::unknown;
use crate::report::key::joined;
use crate::time::parse_date;
use crate::toml_reader::{Reader, TomlTable, as_typed};

/// The values of `table`.
pub(super) const TABLES: [&str; 3] = [HEATMAP, STAFFING, TREND];

/// The table; the totals if the rule names none. `None` for a mistake.
pub(super) fn table(
    reader: &mut Reader,
    rule: &TomlTable,
    at: &Range<usize>,
    attributes: &[&'static str],
) -> Option<RuleTable> {
    let has = |key: &str| rule.get(key).is_some();
    if has("table") && has("dimension") {
        reader.mistake(at, "`table` and `dimension` both name a table: remove one of them".to_owned());
        return None;
    }
    let found = if has("table") {
        read_as(reader, rule, "table", |text| match text {
            HEATMAP => Ok(RuleTable::Heatmap),
            STAFFING => Ok(RuleTable::Staffing),
            TREND => Ok(RuleTable::Trend),
            _ if text.starts_with("by_") => {
                Err(format!("`{text}`: rows of a table are named by dimension, as in dimension = \"queue\""))
            }
            _ => Err(unknown("table", text, TABLES)),
        })?
    } else if has("dimension") {
        RuleTable::By(dimensions(reader, rule, attributes)?)
    } else {
        RuleTable::Total
    };
    if found == RuleTable::Total && has("key") {
        let message = "`key` is one row of a table: name its `dimension`, or its `table`";
        reader.mistake(at, message.to_owned());
    }
    Some(found)
}

/// One dimension or two: a text with a comma, as in `--by`, or a list, as in templates.
fn dimensions(reader: &mut Reader, rule: &TomlTable, attributes: &[&'static str]) -> Option<Vec<Dimension>> {
    let value = rule.get("dimension")?;
    let names = parts(value.get_ref(), |text| text.split(',').map(|name| name.trim().to_owned()).collect());
    let known = |name: &String| {
        Dimension::named(name, attributes).ok_or_else(|| no("dimension", name, Dimension::names(attributes)))
    };
    let found = names.and_then(|names| names.iter().map(known).collect::<Result<Vec<_>, _>>());
    let checked = found.and_then(|dimensions| match dimensions[..] {
        [a, b] if a == b => Err(format!("`{}` twice: cross two different dimensions", a.name())),
        [_] | [_, _] => Ok(dimensions),
        _ => Err(format!("{} dimensions: a table is by one, or by two", dimensions.len())),
    });
    noted(reader, rule, "dimension", checked)
}

/// The key, as in `report.csv`: a text, or for a crossing a list of its two parts.
pub(super) fn key(reader: &mut Reader, rule: &TomlTable, table: &RuleTable) -> Option<String> {
    let value = rule.get("key")?;
    let key = parts(value.get_ref(), |text| vec![text]);
    let is_list = matches!(value.get_ref(), DeValue::Array(_));
    let checked = key.and_then(|parts| match table {
        RuleTable::Total => Ok(joined(&parts)),
        RuleTable::By(dimensions) if is_list && parts.len() != dimensions.len() => {
            Err(format!("the list has {}, and a row of this table has {}", parts.len(), dimensions.len()))
        }
        RuleTable::By(dimensions) if dimensions.len() > 1 && !is_list && !parts.concat().contains(" | ") => {
            let key = parts.concat();
            Err(format!("`{key}` is one value: a row of a crossing has two, as in key = [\"web\", \"Sales\"]"))
        }
        // A text is already as in `report.csv`; the parts of a list are joined.
        RuleTable::By(_) => Ok(if is_list { joined(&parts) } else { parts.concat() }),
        RuleTable::Heatmap | RuleTable::Staffing => cell(&parts.join(" ")),
        RuleTable::Trend => {
            let day = parts.concat();
            parse_date(&day)
                .map(|day| day.to_string())
                .map_err(|error| format!("{error}; a window of the trend is named by its first day"))
        }
    });
    noted(reader, rule, "key", checked)
}

/// A weekday and an hour: `mon 09`.
fn cell(text: &str) -> Result<String, String> {
    let expected = || format!("`{text}` is not a cell: expected a weekday and an hour, as in \"mon 09\"");
    let mut words = text.split_whitespace();
    let (Some(weekday), Some(hour), None) = (words.next(), words.next(), words.next()) else { return Err(expected()) };
    let hour: u32 = hour.parse().ok().filter(|hour| *hour < 24).ok_or_else(expected)?;
    if !WEEKDAYS.contains(&weekday) {
        return Err(expected());
    }
    Ok(format!("{weekday} {hour:02}"))
}

/// The texts of a value: a text cut by `split`, or the items of a list.
fn parts(value: &DeValue, split: impl Fn(String) -> Vec<String>) -> Result<Vec<String>, String> {
    let one =
        |value: &DeValue| as_typed(value).ok_or_else(|| format!("a text is expected, found {}", value.type_str()));
    match value {
        DeValue::Array(all) => all.iter().map(|value| one(value.get_ref())).collect(),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Table(_) => one(value).map(split),
    }
}

/// The value; reports a mistake and returns `None`.
fn noted<T>(reader: &mut Reader, rule: &TomlTable, key: &str, found: Result<T, String>) -> Option<T> {
    match (found, rule.get(key)) {
        (Ok(found), _) => Some(found),
        (Err(message), value) => {
            let span = value.map(toml::Spanned::span).unwrap_or_default();
            reader.mistake(&span, format!("`{key}`: {message}"));
            None
        }
    }
}
