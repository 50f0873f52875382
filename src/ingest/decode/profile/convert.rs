//! Turns records into events by the rules of a profile.

use serde_json::{Map, Value as Json};

use super::batch::{FieldSet, RecordBatch};
use super::element::Element;
use super::instant::{InputZone, NoInstant};
use super::path::{PathStep, Sought};
use super::raw::{fields_of, not_utf8};
use super::record::{Around, Fields, Scope};
use super::sample::KEY;
use super::spans::{RecordForm, RecordSpan};
use super::value::ValueRule;
use super::{Condition, EventRule, Format, Profile, Test};
use crate::event::attributes::RowValues;
use crate::event::{Column, Kind};
use crate::failure::Failure;
use crate::ingest::decode::cells::Cells;
use crate::ingest::decode::reject::{Fault, Reason};

/// An event made by a rule: its instant, the cells with its other values, and the rule.
pub type Made<'e> = Result<(i64, &'e Cells, &'e EventRule), Fault>;

/// Passes the results of a record to the callback: events, and faults of events that could not be made; nothing if no
/// rule applies. Marks in `expected` the expected paths that the record has.
///
/// # Errors
///
/// If the record contradicts the profile: the file has another format.
pub fn record(
    batch: &RecordBatch,
    span: RecordSpan,
    input_zone: &InputZone,
    cells: &mut Cells,
    expected: &mut u64,
    see: &mut impl FnMut(Made),
) -> anyhow::Result<()> {
    let profile = &*batch.profile;
    let taken = match taken(batch, span) {
        Ok(Some(taken)) => taken,
        Ok(None) => return Ok(()),
        Err(fault) => {
            see(Err(fault));
            return Ok(());
        }
    };
    if let Taken::Json(record) = &taken
        && let Some(path) = profile.contradiction(|path| path.find(&[Element::alone(record)], None).is_some())
    {
        return Err(Failure::Input.because(format!(
            "{}: line {}: no record of the profile {} has `{}`: name the profile of such records with --profile",
            batch.file, span.line, profile.name, path.text
        )));
    }
    if let Taken::Json(record) = &taken {
        taken.with_scope(batch, span, |scope| {
            profile.mark_expected(expected, record, |condition| condition.is_met(scope));
        });
    }
    if let (Taken::Row(_), Some(bound)) = (&taken, &batch.bound) {
        *expected |= bound.expected;
    }
    let mut maker = Maker { profile, input_zone, cells, attributes: RowValues::default() };
    taken.with_scope(batch, span, |scope| maker.record(scope, see));
    Ok(())
}

/// Passes a record's own values to the callback, if it can be read and the profile does not leave it out.
pub fn with_scope(batch: &RecordBatch, span: RecordSpan, see: impl FnOnce(&Scope)) {
    if let Ok(Some(taken)) = taken(batch, span) {
        taken.with_scope(batch, span, |scope| {
            if applies_to(&batch.profile, scope) {
                see(scope);
            }
        });
    }
}

fn applies_to(profile: &Profile, scope: &Scope) -> bool {
    profile.input.when.iter().all(|condition| condition.is_met(scope))
}

/// The result of reading a record.
enum Taken {
    Row(Vec<String>),
    Json(Json),
}

impl Taken {
    fn with_scope(&self, batch: &RecordBatch, span: RecordSpan, see: impl FnOnce(&Scope)) {
        let input = &batch.profile.input;
        let elements: [Element; 1];
        let fields = match (self, &batch.bound) {
            (Self::Json(record), _) => {
                elements = [Element::alone(record)];
                Fields::Json(&elements)
            }
            (Self::Row(fields), Some(bound)) => Fields::Row(fields, &bound.columns),
            (Self::Row(_), None) => return,
        };
        let document = span.document.and_then(|at| batch.documents.get(at)).map(|document| &**document);
        let around = Around { file: &batch.file, document, root: None };
        let scope = Scope { fields, none: &input.none, around };
        // A record without an id is the first of its own chain.
        let id = input.chain.as_ref().and_then(|chain| chain.id.text(&scope));
        let root = id.as_deref().map(|id| batch.roots.as_ref().map_or(id, |roots| roots.root(id)));
        see(&Scope { around: Around { root, ..around }, ..scope });
    }
}

/// Reads a record; `None` in a file without a header.
fn taken(batch: &RecordBatch, span: RecordSpan) -> Result<Option<Taken>, Fault> {
    let (profile, bytes) = (&*batch.profile, &batch.bytes[span.start..span.end]);
    let fields = match (&profile.input.format, &batch.bound) {
        (Format::Csv(_) | Format::Text(_), None) => return Ok(None),
        (Format::Csv(dialect), Some(bound)) => {
            of_width(fields_of(bytes, span.form, dialect)?, bound.header.len(), profile.input.is_ragged)?
        }
        (Format::Text(forms), Some(bound)) => {
            usual(span.form, bytes)?;
            let line = std::str::from_utf8(bytes).map_err(|_| not_utf8())?;
            let found = forms.iter().find_map(|form| form.fields(line));
            let found = found.ok_or_else(|| Fault::row(Reason::Malformed, "no `line` of the profile begins so"))?;
            let text_of =
                |name: &String| found.iter().find(|(known, _)| known == name).map(|(_, text)| (*text).to_owned());
            bound.header.iter().map(|name| text_of(name).unwrap_or_default()).collect()
        }
        (Format::Jsonl | Format::Json(_), _) => {
            usual(span.form, bytes)?;
            return json(bytes, profile).map(|record| Some(Taken::Json(record)));
        }
    };
    of_fields(batch, fields).map(Some)
}

/// The result of reading the fields of a row.
fn of_fields(batch: &RecordBatch, fields: Vec<String>) -> Result<Taken, Fault> {
    let profile = &*batch.profile;
    match &batch.bound {
        Some(bound) if !profile.input.unpacks.is_empty() => {
            let mut record = as_object(&fields, bound);
            unpack(&mut record, profile)?;
            Ok(Taken::Json(record))
        }
        Some(_) | None => Ok(Taken::Row(fields)),
    }
}

/// Whether the rules make an event of these fields, in a batch without records.
#[must_use]
pub fn gives_event(nothing: &RecordBatch, mut fields: Vec<String>, input_zone: &InputZone) -> bool {
    let Some(bound) = &nothing.bound else { return false };
    fields.resize(bound.header.len(), String::new());
    let Ok(taken) = of_fields(nothing, fields) else { return false };
    let (mut gives, mut cells) = (false, Cells::default());
    let mut maker =
        Maker { profile: &nothing.profile, input_zone, cells: &mut cells, attributes: RowValues::default() };
    let nowhere = RecordSpan { start: 0, end: 0, line: 0, form: RecordForm::Usual, document: None };
    taken.with_scope(nothing, nowhere, |scope| {
        maker.record(scope, &mut |made| {
            let event = made.ok().and_then(|(_, cells, _)| cells.get(&[], Column::Event));
            gives |= event.and_then(|event| Kind::parse(std::str::from_utf8(event).ok()?)).is_some();
        });
    });
    gives
}

/// Checks that a record can be read in its format.
fn usual(form: RecordForm, bytes: &[u8]) -> Result<(), Fault> {
    let RecordForm::Malformed(detail) = form else { return Ok(()) };
    let is_text = std::str::from_utf8(bytes).is_ok();
    Err(if is_text { Fault::row(Reason::Malformed, detail) } else { not_utf8() })
}

/// The fields of a row, padded or checked to be as many as in the header.
fn of_width(mut fields: Vec<String>, width: usize, is_ragged: bool) -> Result<Vec<String>, Fault> {
    if is_ragged && fields.len() < width {
        fields.resize(width, String::new());
    }
    if fields.len() == width {
        return Ok(fields);
    }
    let detail = format!("{} fields, but the header has {width}", fields.len());
    Err(Fault::row(Reason::Malformed, &detail))
}

fn json(bytes: &[u8], profile: &Profile) -> Result<Json, Fault> {
    let mut record: Json = match serde_json::from_slice(bytes) {
        Ok(record) => record,
        Err(_) if std::str::from_utf8(bytes).is_err() => return Err(not_utf8()),
        Err(error) => return Err(Fault::row(Reason::Malformed, &format!("no JSON: {error}"))),
    };
    if !record.is_object() {
        return Err(Fault::row(Reason::Malformed, "expected a JSON object"));
    }
    unpack(&mut record, profile)?;
    Ok(record)
}

fn unpack(record: &mut Json, profile: &Profile) -> Result<(), Fault> {
    let mut unpacks = profile.input.unpacks.iter();
    unpacks.try_for_each(|unpack| unpack.apply(record)).map_err(|detail| Fault::row(Reason::Malformed, &detail))
}

/// The columns that a profile names, as an object.
fn as_object(fields: &[String], bound: &FieldSet) -> Json {
    let value = |at: usize| Json::String(fields[at].trim().to_owned());
    bound.names.iter().map(|(name, at)| (name.clone(), value(*at))).collect::<Map<_, _>>().into()
}

struct Maker<'m> {
    profile: &'m Profile,
    input_zone: &'m InputZone,
    cells: &'m mut Cells,
    attributes: RowValues,
}

impl Maker<'_> {
    /// Applies the rules to a record. Rules for the same elements are applied element by element.
    fn record(&mut self, scope: &Scope, see: &mut impl FnMut(Made)) {
        if !applies_to(self.profile, scope) {
            return;
        }
        for rules in self.profile.rules.chunk_by(|a, b| a.each == b.each) {
            let each = rules.first().map_or(&[][..], |rule| &rule.each);
            let Fields::Json(elements) = scope.fields else {
                for rule in rules {
                    self.apply(rule, scope, see);
                }
                continue;
            };
            visit_elements(&mut elements.to_vec(), each, scope.around.document, &mut |elements| {
                let scope = Scope { fields: Fields::Json(elements), ..*scope };
                for rule in rules {
                    self.apply(rule, &scope, see);
                }
            });
        }
    }

    fn apply(&mut self, rule: &EventRule, scope: &Scope, see: &mut impl FnMut(Made)) {
        let fits = rule.when.iter().all(|condition| condition.is_met(scope))
            && (rule.any.is_empty() || rule.any.iter().any(|condition| condition.is_met(scope)));
        if !fits {
            return;
        }
        let ts = match rule.ts.ms(scope, self.input_zone) {
            Ok(Some(ts)) => ts,
            Ok(None) if rule.optional => return,
            Ok(None) => {
                let expected = format!("{}{}", rule.ts.value.describe(), values_hint(rule, scope));
                return see(Err(value_fault(Reason::MissingField, None, &expected)));
            }
            Err(NoInstant { text, expected }) => {
                return see(Err(value_fault(Reason::BadTimestamp, Some(&text), &expected)));
            }
        };
        self.cells.clear();
        for (column, value) in &rule.columns {
            let found = if *column == Column::Tags { value.tags(scope) } else { value.text(scope) };
            let Some(mut text) = found else { continue };
            if *column == Column::EventId {
                // Two platforms may use the same event ids.
                text = format!("{}/{text}", self.profile.name);
            }
            self.cells.set_unescaped(*column, 0, text.as_bytes());
        }
        if !self.profile.read_attributes.is_empty() {
            self.attributes.clear();
            for (position, value) in self.profile.read_attributes.iter().enumerate() {
                match value.text(scope) {
                    Some(text) => self.attributes.set(position, text.as_bytes()),
                    // A list or an object is not a text.
                    None if value.is_there(scope) => self.attributes.set_odd(position),
                    None => {}
                }
            }
            self.cells.set_attributes(0, &mut self.attributes);
        }
        see(Ok((ts, self.cells, rule)));
    }
}

fn value_fault(reason: Reason, value: Option<&str>, expected: &str) -> Fault {
    let detail = Some(format!("from {expected}").into());
    Fault { detail, ..Fault::column(reason, Column::Ts, value) }
}

impl EventRule {
    /// The path of the elements to which the rule applies.
    #[must_use]
    pub fn elements(&self) -> String {
        let step = |step: &PathStep| match step {
            PathStep::Key(key) => format!(".{key}"),
            PathStep::At(at) => format!("[{at}]"),
            PathStep::Find(key, Sought::Text(text)) => format!("[{key}={text}]"),
            PathStep::Find(key, Sought::Path(path)) => format!("[{key}={{{}}}]", path.text),
            PathStep::Values => ".*".to_owned(),
        };
        self.each.iter().map(step).collect::<String>().trim_start_matches('.').to_owned()
    }

    /// A fault of an event made by the rule, with the field of the source.
    #[must_use]
    pub fn explain(&self, fault: Fault) -> Fault {
        let from = self.columns.iter().find(|(column, _)| fault.column == Some(*column)).map(|(_, value)| value);
        let detail = match (from, &fault.detail) {
            (Some(value), None) => Some(format!("from {}{}", value.describe(), sought_text(value, &fault)).into()),
            (Some(_) | None, _) => fault.detail,
        };
        Fault { detail, ..fault }
    }
}

/// How to use the values of an object, if an element is an object that holds only objects.
fn values_hint(rule: &EventRule, scope: &Scope) -> String {
    let element = match scope.fields {
        Fields::Json(elements) => elements.last().and_then(|element| element.value.as_object()),
        Fields::Row(..) => None,
    };
    let is_of_objects = |object: &Map<String, Json>| {
        object.values().any(Json::is_object) && object.values().all(|value| value.is_object() || value.is_null())
    };
    if rule.each.is_empty() || !element.is_some_and(is_of_objects) {
        return String::new();
    }
    format!("; `{0}` is an object of objects: each of them is `{0}.*`", rule.elements())
}

/// The path that may have been intended by a path that searches for a text.
fn sought_text(value: &ValueRule, fault: &Fault) -> String {
    let mut hint = String::new();
    value.each_path(false, &mut |path, _| {
        for step in &path.steps {
            if let PathStep::Find(key, Sought::Text(text)) = step
                && fault.reason == Reason::MissingField
            {
                hint = format!(
                    "; [{key}={text}] seeks the text `{text}`: to seek that of a field, write [{key}={{{text}}}]"
                );
            }
        }
    });
    hint
}

impl Condition {
    fn is_met(&self, scope: &Scope) -> bool {
        let is_one = |texts: &[String]| self.value.text(scope).is_some_and(|text| texts.contains(&text));
        match &self.test {
            Test::Is(texts) => is_one(texts),
            Test::Not(texts) => !is_one(texts),
            Test::Has(has) => self.value.is_there(scope) == *has,
            Test::SameAs(other) => {
                let text = self.value.text(scope);
                text.is_some() && text == other.text(scope)
            }
            Test::DiffersFrom(other) => {
                let text = self.value.text(scope);
                text.is_none() || text != other.text(scope)
            }
        }
    }
}

/// Passes each element to which the steps lead to the callback, arrays element by element, with all enclosing values.
fn visit_elements<'v>(
    elements: &mut Vec<Element<'v>>,
    steps: &[PathStep],
    document: Option<&'v Json>,
    see: &mut impl FnMut(&[Element<'v>]),
) {
    let Some((step, rest)) = steps.split_first() else {
        return see(elements);
    };
    let Some(around) = elements.last() else { return };
    let list: Vec<(Option<&str>, &Json)> = match step {
        PathStep::Values => around.value.as_object().map(values_of).unwrap_or_default(),
        step => match step.take(around.value, elements, document) {
            Some(Json::Array(array)) => array.iter().map(|value| (None, value)).collect(),
            Some(one) => vec![(None, one)],
            None => return,
        },
    };
    for element in Element::all(list.into_iter()) {
        elements.push(element);
        visit_elements(elements, rest, document, see);
        elements.pop();
    }
}

/// The values of an object with their keys: ordered by number if all keys are numbers, else as written. The key of the
/// record itself is not an element of it.
fn values_of(object: &Map<String, Json>) -> Vec<(Option<&str>, &Json)> {
    let mut values: Vec<(Option<u64>, &str, &Json)> = object
        .iter()
        .filter(|(key, _)| *key != KEY)
        .map(|(key, value)| (key.parse().ok(), key.as_str(), value))
        .collect();
    if values.iter().all(|(number, ..)| number.is_some()) {
        values.sort_by_key(|(number, ..)| *number);
    }
    values.into_iter().map(|(_, key, value)| (Some(key), value)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ingest::decode::profile::path::text_of;

    #[test]
    fn values_of_objects_are_numbered() {
        let by_number = json!({"10": "c", "9": "b", "1": "a"});
        let texts = |object: &Json| -> Vec<String> {
            values_of(object.as_object().unwrap()).into_iter().filter_map(|(_, value)| text_of(value)).collect()
        };
        assert_eq!(texts(&by_number), ["a", "b", "c"]);
        assert_eq!(texts(&json!({"z": 1, "a": 2})), ["1", "2"]);
    }

    #[test]
    fn elements_are_shown_with_their_keys() {
        let record = json!({"msg": {"11": {"t": 1}, "9": {"t": 0}}, "list": [{"x": [{"t": 5}, {"t": 6}]}]});
        let seen = |each: &[PathStep]| {
            let mut seen = Vec::new();
            visit_elements(&mut vec![Element::alone(&record)], each, None, &mut |elements| {
                let last = elements.last().unwrap();
                seen.push((last.key.map(str::to_owned), last.number, last.value["t"].clone(), elements.len()));
            });
            seen
        };
        let key = |key: &str| PathStep::Key(key.to_owned());
        let of_values = seen(&[key("msg"), PathStep::Values]);
        assert_eq!(of_values, [(Some("9".to_owned()), 1, json!(0), 3), (Some("11".to_owned()), 2, json!(1), 3)]);
        assert_eq!(seen(&[key("list"), key("x")]), [(None, 1, json!(5), 3), (None, 2, json!(6), 3)]);
    }
}
