//! Records into events: what a profile's rules make of each.

use serde_json::Value as Json;

use super::instant::NoInstant;
use super::lines::fields;
use super::path::Step;
use super::record::Scope;
use super::records::{Batch, Span};
use super::value::{Source, Value};
use super::{Condition, Format, Profile, Rule, Test};
use crate::event::Column;
use crate::ingest::decode::cells::Cells;
use crate::ingest::decode::reject::{Fault, Reason};
use crate::time::Zone;

/// An event as a rule makes it: its instant is taken out, its other values are in the cells.
pub type Made<'e> = Result<(i64, &'e Cells, &'e Rule), Fault>;

/// Shows what a record gives: events, and what is wrong with those that could not be made. Nothing, where no rule fits.
pub fn record(batch: &Batch, span: Span, input_zone: Zone, cells: &mut Cells, see: &mut impl FnMut(Made)) {
    let profile = &*batch.profile;
    let bytes = &batch.bytes[span.start..span.end];
    let mut maker = Maker { profile, input_zone, cells };
    match (&profile.input.format, &batch.columns) {
        (Format::Csv(dialect), Some((width, columns))) => match fields(bytes, dialect) {
            Some(fields) if fields.len() == *width => {
                let scope = Scope::Csv(&fields, columns, &profile.input.none);
                for rule in &profile.rules {
                    maker.apply(rule, &scope, see);
                }
            }
            Some(fields) => {
                let detail = format!("{} fields where the header has {width}", fields.len());
                see(Err(Fault::row(Reason::Malformed, &detail)));
            }
            None if std::str::from_utf8(bytes).is_err() => see(Err(not_utf8())),
            None => see(Err(Fault::row(Reason::Malformed, "a quoted field does not end"))),
        },
        (Format::Csv(_), None) => {}
        (Format::Jsonl | Format::Json(_), _) => match serde_json::from_slice::<Json>(bytes) {
            Ok(record) if record.is_object() => match profile.contradiction(|path| path.find(&[&record]).is_some()) {
                Some(path) => {
                    let detail = format!("no record of the profile {} has `{}`", profile.name, path.text);
                    see(Err(Fault::row(Reason::Malformed, &detail)));
                }
                None => maker.elements(&record, see),
            },
            Ok(_) => see(Err(Fault::row(Reason::Malformed, "expected a JSON object"))),
            Err(_) if std::str::from_utf8(bytes).is_err() => see(Err(not_utf8())),
            Err(error) => see(Err(Fault::row(Reason::Malformed, &format!("no JSON: {error}")))),
        },
    }
}

/// Shows a record's own values, if it can be read.
pub fn with_scope(batch: &Batch, span: Span, see: impl FnOnce(&Scope)) {
    let (input, bytes) = (&batch.profile.input, &batch.bytes[span.start..span.end]);
    match (&input.format, &batch.columns) {
        (Format::Csv(dialect), Some((width, columns))) => {
            if let Some(fields) = fields(bytes, dialect).filter(|fields| fields.len() == *width) {
                see(&Scope::Csv(&fields, columns, &input.none));
            }
        }
        (Format::Csv(_), None) => {}
        (Format::Jsonl | Format::Json(_), _) => {
            if let Ok(record) = serde_json::from_slice::<Json>(bytes) {
                see(&Scope::Json(&[&record], &input.none));
            }
        }
    }
}

fn not_utf8() -> Fault {
    Fault::row(Reason::BadEncoding, "the record is not UTF-8: name its encoding in the profile's [input]")
}

struct Maker<'m> {
    profile: &'m Profile,
    input_zone: Zone,
    cells: &'m mut Cells,
}

impl Maker<'_> {
    /// Applies the rules to a record; those of the same elements element by element.
    fn elements(&mut self, record: &Json, see: &mut impl FnMut(Made)) {
        for rules in self.profile.rules.chunk_by(|a, b| a.each == b.each) {
            let each = rules.first().map_or(&[][..], |rule| &rule.each);
            walk(&mut vec![record], each, &mut |elements| {
                let scope = Scope::Json(elements, &self.profile.input.none);
                for rule in rules {
                    self.apply(rule, &scope, see);
                }
            });
        }
    }

    fn apply(&mut self, rule: &Rule, scope: &Scope, see: &mut impl FnMut(Made)) {
        let fits = rule.when.iter().all(|condition| condition.holds(scope))
            && (rule.any.is_empty() || rule.any.iter().any(|condition| condition.holds(scope)));
        if !fits {
            return;
        }
        let ts = match rule.ts.ms(scope, self.input_zone) {
            Ok(Some(ts)) => ts,
            Ok(None) if rule.optional => return,
            Ok(None) => return see(Err(told(Reason::MissingField, None, &rule.ts.value.describe()))),
            Err(NoInstant { text, expected }) => {
                return see(Err(told(Reason::BadTimestamp, Some(&text), &expected)));
            }
        };
        self.cells.clear();
        for (column, value) in &rule.columns {
            let Some(mut text) = value.text(scope) else { continue };
            if *column == Column::EventId {
                // Two platforms may number their events alike.
                text = format!("{}/{text}", self.profile.name);
            }
            self.cells.set_unescaped(*column, 0, text.as_bytes());
        }
        see(Ok((ts, self.cells, rule)));
    }
}

fn told(reason: Reason, value: Option<&str>, expected: &str) -> Fault {
    let detail = Some(format!("from {expected}").into());
    Fault { detail, ..Fault::column(reason, Column::Ts, value) }
}

impl Rule {
    /// The path of the elements that it is applied to.
    #[must_use]
    pub fn elements(&self) -> String {
        let step = |step: &Step| match step {
            Step::Key(key) => format!(".{key}"),
            Step::At(at) => format!("[{at}]"),
            Step::Find(key, text) => format!("[{key}={text}]"),
        };
        self.each.iter().map(step).collect::<String>().trim_start_matches('.').to_owned()
    }

    /// A fault of an event that it made, with the source's field.
    #[must_use]
    pub fn explain(&self, fault: Fault) -> Fault {
        let from = self.columns.iter().find(|(column, _)| fault.column == Some(*column)).map(|(_, value)| value);
        let detail = match (from, &fault.detail) {
            (Some(value), None) => Some(format!("from {}", value.describe()).into()),
            (Some(_) | None, _) => fault.detail,
        };
        Fault { detail, ..fault }
    }
}

impl Condition {
    fn holds(&self, scope: &Scope) -> bool {
        let text = self.value.text(scope);
        let is_one = |texts: &[String]| text.as_ref().is_some_and(|text| texts.contains(text));
        match &self.test {
            Test::Is(texts) => is_one(texts),
            Test::Not(texts) => !is_one(texts),
            Test::Has(has) => {
                let is_there = match &self.value.source {
                    Source::Path(path) if self.value == Value::plain(Source::Path(path.clone())) => scope.has(path),
                    Source::Path(_) | Source::Constant(_) | Source::First(_) | Source::Join(..) => text.is_some(),
                };
                is_there == *has
            }
        }
    }
}

/// Shows each element that the steps lead to, those of arrays one by one, with all that is around it.
fn walk<'v>(elements: &mut Vec<&'v Json>, steps: &[Step], see: &mut impl FnMut(&[&'v Json])) {
    let Some((step, rest)) = steps.split_first() else {
        return see(elements);
    };
    let Some(found) = elements.last().and_then(|value| step.take(value)) else { return };
    let one = std::slice::from_ref(found);
    for element in found.as_array().map_or(one, Vec::as_slice) {
        if element.is_null() {
            continue;
        }
        elements.push(element);
        walk(elements, rest, see);
        elements.pop();
    }
}
