//! The content of a report: metrics as cards, tables, heatmaps. Templates are TOML; the built-in ones are in
//! `templates/`, and a user's own file is parsed the same way.

mod read;
mod read_sections;
pub mod sections;

use self::sections::{PageSection, SectionPart, Sections};
use crate::failure::Failure;
use crate::metrics::dimensions::Dimension;
use crate::metrics::{self, Metric};
use crate::nearest::hint;

/// A checked template.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name, as in `--template`; for a file its name without the ending.
    pub name: String,
    /// Its title for people.
    pub title: String,
    /// The key figures of the first page, at most `MOST_KEY_FIGURES`: those that the template names, else those of
    /// the templates that it includes, else its first metrics.
    pub key_figures: Vec<&'static Metric>,
    /// All metrics, in order: first those that the template names, then those in tables or heatmaps alone, so that
    /// every table has its total.
    pub metrics: Vec<&'static Metric>,
    /// The tables, in order; a dimension may occur again if the template includes others.
    pub tables: Vec<TableTemplate>,
    /// Metrics shown by weekday and hour.
    pub heatmaps: Vec<&'static Metric>,
    /// The number of windows in its trend, including the window itself; `None` without a trend.
    pub trend: Option<u32>,
    /// Whether it has staffing.
    pub staffing: bool,
    /// The sections of its pages below the summary, in order.
    pub sections: Sections,
}

/// Maximum number of key figures.
pub(crate) const MOST_KEY_FIGURES: usize = 6;

/// Metrics by one dimension, or by two crossed.
#[derive(Debug, Clone)]
pub struct TableTemplate {
    /// The dimensions of the rows: one or two.
    pub dimensions: Vec<Dimension>,
    /// The metrics of each row; the first sorts the rows.
    pub metrics: Vec<&'static Metric>,
}

impl TableTemplate {
    /// The table's name in outputs: `by_channel`.
    #[must_use]
    pub fn name(&self) -> String {
        sections::table_name(&self.dimensions)
    }
}

/// The built-in templates: name and text.
const BUILT_IN: &[(&str, &str)] = &[
    ("conversations", include_str!("../../../templates/conversations.toml")),
    ("queues", include_str!("../../../templates/queues.toml")),
    ("agents", include_str!("../../../templates/agents.toml")),
    ("first-contact", include_str!("../../../templates/first-contact.toml")),
    ("weekly", include_str!("../../../templates/weekly.toml")),
    ("operations", include_str!("../../../templates/operations.toml")),
    ("staffing", include_str!("../../../templates/staffing.toml")),
];

impl Template {
    /// The built-in template with that name.
    ///
    /// # Errors
    ///
    /// If there is none; the message names the nearest.
    pub fn built_in(name: &str) -> anyhow::Result<Self> {
        let Some((name, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) else {
            let names = Self::names();
            let hint = hint(name, names.clone());
            let names = names.collect::<Vec<_>>().join(", ");
            return Err(Failure::Usage
                .because(format!("no template `{name}`{hint} (templates: {names}, or the path of a .toml file)")));
        };
        Self::parse(name, name, text, Some(&[]))
    }

    /// Names of the built-in templates.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// All metrics of templates that have these dimensions.
    #[must_use]
    pub(crate) fn whole_table(templates: &[Self], dimensions: &[Dimension]) -> TableTemplate {
        let mut metrics: Vec<&'static Metric> = Vec::new();
        for metric in templates.iter().flat_map(|template| &template.metrics) {
            let has = dimensions.iter().all(|dimension| metric.has(*dimension));
            if has && metrics.iter().all(|known| known.id != metric.id) {
                metrics.push(metric);
            }
        }
        TableTemplate { dimensions: dimensions.to_vec(), metrics }
    }

    /// Parses and checks a template. `location` is its name in messages: a path, or the name of a built-in template. Its
    /// tables may use `attributes`; or any, if the attributes of the run are not known yet.
    ///
    /// # Errors
    ///
    /// If the text is not TOML or has mistakes: all of them, each with its line and the nearest name.
    pub fn parse(name: &str, location: &str, text: &str, attributes: Option<&[&'static str]>) -> anyhow::Result<Self> {
        read::template(name, location, text, attributes)
    }

    /// Sets these sections, and adds the metrics, tables and heatmaps of their parts to the report.
    fn bring(&mut self, sections: &Sections) {
        self.sections = sections.clone();
        for part in sections.list.iter().flat_map(PageSection::parts) {
            match part {
                SectionPart::Figures(ids) | SectionPart::Trend(ids) => self.metrics.extend(found(ids)),
                SectionPart::Chart(chart) => {
                    let ids: Vec<&'static str> = chart.metrics().collect();
                    self.bring_table(&chart.dimensions, &ids);
                }
                SectionPart::Table(table) => self.bring_table(&table.dimensions, &table.metrics),
                SectionPart::Heatmap(id) => self.heatmaps.extend(found(&[*id])),
                SectionPart::Outcomes(partition) => {
                    self.metrics.extend(found(&[partition.whole()]));
                    self.metrics.extend(found(partition.parts()));
                    self.metrics.extend(found(&[partition.success()]));
                }
            }
        }
        read::once(&mut self.heatmaps);
    }

    fn bring_table(&mut self, dimensions: &[Dimension], ids: &[&'static str]) {
        let mut metrics: Vec<&'static Metric> = found(ids).collect();
        match self.tables.iter_mut().find(|table| table.dimensions == dimensions) {
            Some(known) => {
                metrics.retain(|metric| known.metrics.iter().all(|other| other.id != metric.id));
                known.metrics.extend(metrics);
            }
            None if metrics.is_empty() => {}
            None => {
                self.tables.push(TableTemplate { dimensions: dimensions.to_vec(), metrics });
                self.sections.brought.push(sections::table_name(dimensions));
            }
        }
    }
}

fn found(ids: &[&'static str]) -> impl Iterator<Item = &'static Metric> {
    ids.iter().filter_map(|id| metrics::find(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_templates_are_right() {
        for name in Template::names() {
            let template = Template::built_in(name).unwrap();
            assert_eq!(template.name, name);
            assert!(template.title.ends_with(" report"), "{}", template.title);
        }
    }

    #[test]
    fn weekly_has_the_four_others_and_operations_the_rest() {
        let weekly = Template::built_in("weekly").unwrap();
        for name in ["conversations", "queues", "agents", "first-contact"] {
            let other = Template::built_in(name).unwrap();
            let has = |metric: &&&Metric| weekly.metrics.iter().any(|known| known.id == metric.id);
            assert_eq!(other.metrics.iter().filter(has).count(), other.metrics.len(), "{name}");
        }
        let operations = Template::built_in("operations").unwrap();
        let shown = |id: &str| weekly.metrics.iter().chain(&operations.metrics).any(|metric| metric.id == id);
        assert!(crate::metrics::all().all(|metric| shown(metric.id)));
    }

    #[test]
    fn an_unknown_name_gets_the_nearest() {
        let message = Template::built_in("conversation").unwrap_err().to_string();
        assert!(message.contains("did you mean `conversations`?") && message.contains("weekly"), "{message}");
    }
}
