//! Texts of a record that contain records: JSON in a text, and transcripts. Before the rules are applied, each text is
//! replaced by its content.

use serde_json::{Map, Value};

use super::line_form::LineForm;
use super::path::{Path, PathStep};

/// A text to unpack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpack {
    /// The path to the text, through any arrays.
    pub path: Path,
    /// Its content.
    pub form: PackedForm,
}

/// The form of a packed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackedForm {
    /// A JSON value.
    Json,
    /// A list of lines with one of these forms, each an object of its fields. Other lines continue the preceding one.
    Lines(Vec<LineForm>),
}

impl Unpack {
    /// Replaces the texts by their content.
    ///
    /// # Errors
    ///
    /// The text whose content cannot be read.
    pub fn apply(&self, record: &mut Value) -> Result<(), String> {
        each(record, &self.path.steps, &mut |value| {
            let Value::String(text) = value else { return Ok(()) };
            let text = text.trim();
            *value = match &self.form {
                _ if text.is_empty() => Value::Null,
                PackedForm::Json => {
                    serde_json::from_str(text).map_err(|_| format!("`{}` is not a JSON", self.path.text))?
                }
                PackedForm::Lines(forms) => {
                    let records = records(text, forms);
                    if records.is_empty() {
                        return Err(format!("`{}` has no line of the form {}", self.path.text, forms[0].text));
                    }
                    Value::Array(records)
                }
            };
            Ok(())
        })
    }
}

fn records(text: &str, forms: &[LineForm]) -> Vec<Value> {
    let object = |fields: Vec<(&str, &str)>| -> Map<String, Value> {
        fields.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text.to_owned()))).collect()
    };
    let fields = |line: &str| forms.iter().find_map(|form| Some(Value::Object(object(form.fields(line)?))));
    text.lines().filter_map(fields).collect()
}

fn each(
    value: &mut Value,
    steps: &[PathStep],
    see: &mut impl FnMut(&mut Value) -> Result<(), String>,
) -> Result<(), String> {
    match (value, steps.split_first()) {
        (Value::Array(list), _) => list.iter_mut().try_for_each(|value| each(value, steps, see)),
        (value, None) => see(value),
        (value, Some((PathStep::Key(key), rest))) => value.get_mut(key).map_or(Ok(()), |value| each(value, rest, see)),
        // Such a path in a profile has only keys.
        (_, Some((PathStep::At(_) | PathStep::Find(..) | PathStep::Values, _))) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ingest::decode::profile::pattern::InstantNames;

    fn unpacked(path: &str, form: PackedForm, mut record: Value) -> Result<Value, String> {
        Unpack { path: Path::parse(path, 0).unwrap(), form }.apply(&mut record)?;
        Ok(record)
    }

    #[test]
    fn json_in_texts() {
        let record = json!({"a": [{"b": "{\"c\": [1]}"}, {"b": ""}, {"b": {"d": 1}}, {}]});
        let expected = json!({"a": [{"b": {"c": [1]}}, {"b": null}, {"b": {"d": 1}}, {}]});
        assert_eq!(unpacked("a.b", PackedForm::Json, record), Ok(expected));
        assert_eq!(unpacked("a", PackedForm::Json, json!({"a": "{no"})), Err("`a` is not a JSON".to_owned()));
    }

    #[test]
    fn transcripts_in_texts() {
        let forms = vec![LineForm::parse("{at:%d/%m/%Y %H:%M} - {author}: {}", &InstantNames::default(), &[]).unwrap()];
        let text = "Conversa\r\n02/03/2026 09:00 - Ana: Oi\r\ntudo bem?\r\n02/03/2026 09:04 - Bia: Bom dia";
        let found = unpacked("t", PackedForm::Lines(forms.clone()), json!({"t": text})).unwrap();
        let expected =
            json!([{"at": "02/03/2026 09:00", "author": "Ana"}, {"at": "02/03/2026 09:04", "author": "Bia"}]);
        assert_eq!(found["t"], expected);
        let none = unpacked("t", PackedForm::Lines(forms), json!({"t": "secret"})).unwrap_err();
        assert_eq!(none, "`t` has no line of the form {at:%d/%m/%Y %H:%M} - {author}: {}");
    }
}
