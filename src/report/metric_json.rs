//! A metric of a report in JSON. A part hidden by `--min-cell` is replaced by the word [`HIDDEN`].

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{HiddenParts, HiddenValue, MetricValue};
use crate::value::HIDDEN;

/// The members with numbers of the window itself: for a scalar, and for a duration.
const OF_WINDOW: [&str; 7] = ["value", "mean", "p50", "p90", "p95", "max", "n"];

impl Serialize for MetricValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (members, is_hidden) = match self {
            Self::Scalar(scalar) if scalar.hidden.is_nothing() => return scalar.serialize(serializer),
            Self::Duration(duration) if duration.hidden.is_nothing() => return duration.serialize(serializer),
            Self::Scalar(scalar) => (serde_json::to_value(scalar), false),
            Self::Duration(duration) => (serde_json::to_value(duration), false),
            Self::Hidden(HiddenValue::Scalar(scalar)) => (serde_json::to_value(scalar), true),
            Self::Hidden(HiddenValue::Duration(duration)) => (serde_json::to_value(duration), true),
        };
        let mut members = members.map_err(S::Error::custom)?;
        if let Some(object) = members.as_object_mut() {
            hide(object, is_hidden, self.hidden());
        }
        members.serialize(serializer)
    }
}

fn hide(object: &mut Map<String, Value>, is_hidden: bool, parts: &HiddenParts) {
    let mut put = |key: &str| {
        if let Some(member) = object.get_mut(key) {
            *member = Value::from(HIDDEN);
        }
    };
    if is_hidden {
        OF_WINDOW.into_iter().for_each(&mut put);
    }
    if parts.previous {
        put("previous");
    }
    if parts.change {
        put("change");
    }
    let Some(windows) = object.get_mut("trend").and_then(Value::as_array_mut) else { return };
    for at in &parts.trend {
        if let Some(window) = windows.get_mut(*at) {
            *window = Value::from(HIDDEN);
        }
    }
}

impl<'de> Deserialize<'de> for MetricValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut object: Map<String, Value> = Map::deserialize(deserializer)?;
        let mut take = |key: &str| {
            let member = object.get_mut(key).filter(|member| *member == HIDDEN);
            let nothing = if key == "n" { Value::from(0) } else { Value::Null };
            member.map(|member| *member = nothing).is_some()
        };
        let is_hidden = OF_WINDOW.map(&mut take).contains(&true);
        let (previous, change) = (take("previous"), take("change"));
        let mut trend = Vec::new();
        let windows = object.get_mut("trend").and_then(Value::as_array_mut);
        for (at, window) in windows.into_iter().flatten().enumerate().filter(|(_, window)| *window == HIDDEN) {
            *window = Value::Null;
            trend.push(at);
        }
        let hidden = HiddenParts { previous, change, trend };
        let is_scalar = object.contains_key("value");
        let members = Value::Object(object);
        let value = if is_scalar {
            serde_json::from_value(members).map(|scalar| Self::Scalar(super::ScalarValue { hidden, ..scalar }))
        } else {
            serde_json::from_value(members).map(|duration| Self::Duration(super::DurationValue { hidden, ..duration }))
        };
        let value = value.map_err(D::Error::custom)?;
        Ok(if is_hidden { value.hide() } else { value })
    }
}
