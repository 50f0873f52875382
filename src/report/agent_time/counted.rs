//! Converts spans of statuses and stints to counted values, and back.

use polars::prelude::{PolarsResult, polars_err};

use super::rows::{DimensionValues, StintGroups};
use super::spans::Span;
use crate::fold::values::{CountedValue, Values};
use crate::metrics::dimensions::Dimension;
use crate::report::by_key::{DimensionValue, group};
use crate::report::counted::{STATUSES, stints_name};

fn of_agent(id: Option<&str>) -> Option<DimensionValue> {
    id.map(|id| DimensionValue::Text(id.to_owned()))
}

/// A span, with its status if it is one of a status.
fn value((from, to): Span, status: Option<&str>) -> CountedValue {
    CountedValue::text(status.map_or_else(|| format!("{from} {to}"), |status| format!("{from} {to} {status}")))
}

fn parsed(text: &str) -> PolarsResult<(Span, Option<&str>)> {
    let mut parts = text.splitn(3, ' ');
    let mut instant = || parts.next().and_then(|part| part.parse::<i64>().ok());
    match (instant(), instant()) {
        (Some(from), Some(to)) => Ok(((from, to), parts.next())),
        (..) => Err(polars_err!(ComputeError: "`{text}` is not a span of time")),
    }
}

/// A value's count as a number of spans.
fn times(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}

/// Adds that an agent has a status, and if `is_asked` its span.
///
/// # Errors
///
/// None in practice: writing JSON into memory.
pub fn add_status(
    values: &mut Values,
    id: Option<&str>,
    status: Option<&str>,
    span: Span,
    is_asked: bool,
) -> PolarsResult<()> {
    let group = group(&[of_agent(id)])?;
    values.add(STATUSES, &group, CountedValue::default(), 1);
    if is_asked {
        values.add(STATUSES, &group, value(span, status), 1);
    }
    Ok(())
}

/// Each agent with a status, and the status and span of known ones.
///
/// # Errors
///
/// If a value is invalid: another program wrote it.
pub fn each_status(
    values: &Values,
    mut each: impl FnMut(Option<&str>, Option<(Option<&str>, Span)>),
) -> PolarsResult<()> {
    for (group, counts) in values.groups(STATUSES).into_iter().flatten() {
        let parts: Vec<Option<String>> = Values::parts(group)?;
        let id = parts.first().and_then(Option::as_deref);
        for (value, count) in counts {
            match &value.text {
                None => each(id, None),
                Some(text) => {
                    let (span, status) = parsed(text)?;
                    (0..times(*count)).for_each(|_| each(id, Some((status, span))));
                }
            }
        }
    }
    Ok(())
}

/// Adds the spans of stints by agent and columns.
///
/// # Errors
///
/// None in practice: writing JSON into memory.
pub fn add_stints(
    values: &mut Values,
    columns: &[Dimension],
    groups: &StintGroups,
    is_asked: impl Fn(Span) -> bool,
) -> PolarsResult<()> {
    let name = stints_name(columns);
    for ((id, own), spans) in groups {
        let key: DimensionValues = std::iter::once(of_agent(id.as_deref())).chain(own.iter().cloned()).collect();
        let group = group(&key)?;
        spans.iter().filter(|span| is_asked(**span)).for_each(|span| values.add(&name, &group, value(*span, None), 1));
    }
    Ok(())
}

/// The spans of stints by agent and columns.
///
/// # Errors
///
/// If a value is invalid: another program wrote it.
pub fn stints(values: &Values, columns: &[Dimension]) -> PolarsResult<StintGroups> {
    let mut groups = StintGroups::new();
    for (group, counts) in values.groups(&stints_name(columns)).into_iter().flatten() {
        let mut own: DimensionValues = Values::parts(group)?;
        let id = match own.first() {
            Some(Some(DimensionValue::Text(id))) => Some(id.clone()),
            Some(Some(DimensionValue::Number(_)) | None) | None => None,
        };
        own.drain(..1.min(own.len()));
        let spans = groups.entry((id, own)).or_default();
        for (value, count) in counts {
            let (span, _) = parsed(value.text.as_deref().unwrap_or_default())?;
            spans.extend(std::iter::repeat_n(span, times(*count)));
        }
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_come_back() {
        let mut values = Values::default();
        add_status(&mut values, Some("ana"), Some("on line"), (-5, 7), true).unwrap();
        add_status(&mut values, Some("ana"), None, (8, 9), true).unwrap();
        add_status(&mut values, None, Some("paused"), (1, 2), false).unwrap();
        let mut found = Vec::new();
        each_status(&values, |id, span| {
            let span = span.map(|(status, span)| (status.map(str::to_owned), span));
            found.push((id.map(str::to_owned), span));
        })
        .unwrap();
        let ana = || Some("ana".to_owned());
        assert_eq!(
            found,
            [
                (ana(), None),
                (ana(), Some((Some("on line".to_owned()), (-5, 7)))),
                (ana(), Some((None, (8, 9)))),
                (None, None)
            ]
        );
        let columns = [Dimension::Channel];
        let mut groups = StintGroups::new();
        groups.insert((ana(), vec![None]), vec![(1, 5), (1, 5), (70, 80)]);
        groups.insert((None, vec![Some(DimensionValue::Text("web".to_owned()))]), vec![(2, 3)]);
        add_stints(&mut values, &columns, &groups, |span| span.0 < 60).unwrap();
        for spans in groups.values_mut() {
            spans.retain(|span| span.0 < 60);
        }
        assert_eq!(stints(&values, &columns).unwrap(), groups);
        assert_eq!(stints(&values, &[]).unwrap(), StintGroups::new());
    }
}
