//! What a report shows: metrics as cards, tables, heatmaps. Templates are TOML; the built-in ones are in `templates/`.

use serde::Deserialize;

use crate::failure::Failure;
use crate::metrics::dimensions::Dimension;
use crate::metrics::{self, Metric};
use crate::nearest::nearest;

/// A checked template.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name, as `--template` takes it.
    pub name: String,
    /// Its title for people.
    pub title: String,
    /// The metrics shown as cards, in order.
    pub metrics: Vec<&'static Metric>,
    /// The tables, in order.
    pub tables: Vec<TableTemplate>,
    /// Counts shown by weekday and hour.
    pub heatmaps: Vec<&'static Metric>,
}

/// Metrics by one dimension.
#[derive(Debug, Clone)]
pub struct TableTemplate {
    /// The dimension of the rows.
    pub dimension: Dimension,
    /// The metrics of each row; the first orders the rows.
    pub metrics: Vec<&'static Metric>,
}

impl TableTemplate {
    /// The table's name in outputs: `by_channel`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("by_{}", self.dimension.name())
    }
}

/// The built-in templates: name and text.
const BUILT_IN: &[(&str, &str)] = &[("conversations", include_str!("../../templates/conversations.toml"))];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    title: String,
    #[serde(default)]
    metrics: Vec<String>,
    #[serde(default)]
    tables: Vec<RawTable>,
    #[serde(default)]
    heatmaps: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    dimension: String,
    metrics: Vec<String>,
}

impl Template {
    /// The built-in template of that name.
    ///
    /// # Errors
    ///
    /// Where there is none: names the nearest.
    pub fn built_in(name: &str) -> anyhow::Result<Self> {
        let Some((name, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) else {
            let names = Self::names();
            let hint = nearest(name, names.clone()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let names = names.collect::<Vec<_>>().join(", ");
            return Err(Failure::Usage.because(format!("no template `{name}`{hint} (templates: {names})")));
        };
        Self::parse(name, text)
    }

    /// Names of the built-in templates.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Reads and checks a template.
    ///
    /// # Errors
    ///
    /// Where it is no TOML of that shape, or names an unknown metric or dimension.
    pub fn parse(name: &str, text: &str) -> anyhow::Result<Self> {
        let raw: Raw = toml::from_str(text)
            .map_err(|error| Failure::Usage.because(format!("template {name}: {}", error.to_string().trim_end())))?;
        let tables = raw.tables.iter().map(|table| {
            let dimension = Dimension::parse(&table.dimension)
                .ok_or_else(|| unknown(name, "dimension", &table.dimension, Dimension::ALL.iter().map(|d| d.name())))?;
            Ok(TableTemplate { dimension, metrics: find_all(name, &table.metrics)? })
        });
        let heatmaps = find_all(name, &raw.heatmaps)?;
        if let Some(metric) = heatmaps.iter().find(|metric| !metric.has_heatmap()) {
            let message =
                format!("template {name}: a heatmap of `{}` is not possible: only counts of rows have one", metric.id);
            return Err(Failure::Usage.because(message));
        }
        Ok(Self {
            name: name.to_owned(),
            title: raw.title,
            metrics: find_all(name, &raw.metrics)?,
            tables: tables.collect::<anyhow::Result<_>>()?,
            heatmaps,
        })
    }
}

fn find_all(template: &str, ids: &[String]) -> anyhow::Result<Vec<&'static Metric>> {
    let find = |id: &String| {
        metrics::find(id).ok_or_else(|| unknown(template, "metric", id, metrics::all().map(|metric| metric.id)))
    };
    ids.iter().map(find).collect()
}

fn unknown<'a>(template: &str, what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> anyhow::Error {
    let hint = nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Failure::Usage.because(format!("template {template}: no {what} `{name}`{hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_templates_are_right() {
        for name in Template::names() {
            assert_eq!(Template::built_in(name).unwrap().name, name);
        }
    }

    #[test]
    fn mistakes_get_the_nearest_name() {
        let message = |text: &str| Template::parse("mine", text).unwrap_err().to_string();
        assert!(Template::built_in("conversation").unwrap_err().to_string().contains("`conversations`"));
        assert!(message("title = 'x'\nmetrics = ['conversatons']").contains("did you mean `conversations`"));
        assert!(
            message("title = 'x'\n[[tables]]\ndimension = 'chanel'\nmetrics = []").contains("did you mean `channel`")
        );
        assert!(message("title = 'x'\nmetric = []").contains("metric"));
        assert!(message("title = 'x'\nheatmaps = ['engagement_rate']").contains("only counts"));
    }
}
