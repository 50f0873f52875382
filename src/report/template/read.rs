//! Parses a template key by key, so that every mistake is reported with its line and the nearest name.

use std::ops::Range;

use toml::Spanned;

use super::sections::Sections;
use super::{MOST_KEY_FIGURES, TableTemplate, Template};
use crate::event::attributes::interned;
use crate::metrics::dimensions::Dimension;
use crate::metrics::{self, Clock, Metric};
use crate::nearest::unknown_dimension;
use crate::report::trend;
use crate::toml_reader::{self, Reader, TomlTable, as_typed};

const KEYS: [&str; 10] =
    ["title", "include", "key_figures", "metrics", "heatmaps", "tables", "trend", "staffing", "sections", "section"];
const TABLE_KEYS: [&str; 2] = ["dimension", "metrics"];

/// Parses a template; see [`Template::parse`].
pub fn template(
    name: &str,
    location: &str,
    text: &str,
    attributes: Option<&[&'static str]>,
) -> anyhow::Result<Template> {
    toml_reader::read("template", location, text, |reader, root| reader.template(name, root, attributes))
}

impl Reader<'_> {
    fn template(&mut self, name: &str, root: &TomlTable, attributes: Option<&[&'static str]>) -> Template {
        self.keys(root, &KEYS, "key");
        let title = self.title(root);
        let mut template = Template {
            name: name.to_owned(),
            title,
            key_figures: self.key_figures(root),
            metrics: Vec::new(),
            tables: Vec::new(),
            heatmaps: Vec::new(),
            trend: None,
            staffing: false,
            sections: Sections::of(Vec::new()),
        };
        let included = self.included(root, name);
        if template.key_figures.is_empty() {
            template.key_figures = included.iter().flat_map(|other| other.key_figures.clone()).collect();
        }
        let of_included = Sections::merged(included.iter().map(|other| &other.sections));
        for other in included {
            template.trend = template.trend.max(other.trend);
            template.staffing |= other.staffing;
            template.metrics.extend(other.metrics);
            template.tables.extend(other.tables);
            template.heatmaps.extend(other.heatmaps);
        }
        template.metrics.extend(self.metrics(root, "metrics"));
        template.tables.extend(self.tables(root, attributes));
        template.heatmaps.extend(self.heatmaps(root));
        template.trend = self.trend(root).or(template.trend);
        template.staffing = self.staffing(root).unwrap_or(template.staffing);
        match self.sections(root, attributes) {
            Some(sections) => template.bring(&sections),
            None if of_included.list.is_empty() => template.sections = Sections::default(),
            None => template.sections = of_included,
        }
        let shown = template.tables.iter().flat_map(|table| &table.metrics).chain(&template.heatmaps);
        let shown: Vec<&'static Metric> = shown.chain(&template.key_figures).copied().collect();
        template.metrics.extend(shown);
        once(&mut template.metrics);
        if template.key_figures.is_empty() {
            template.key_figures.clone_from(&template.metrics);
        }
        once(&mut template.key_figures);
        template.key_figures.truncate(MOST_KEY_FIGURES);
        if template.metrics.is_empty() && !self.has_mistakes() {
            self.mistake(&(0..0), "shows nothing: name metrics, tables, heatmaps or templates to include".to_owned());
        }
        template
    }

    fn trend(&mut self, root: &TomlTable) -> Option<u32> {
        let value = root.get("trend")?;
        let count =
            as_typed(value.get_ref()).filter(|_| value.get_ref().is_integer()).and_then(|text| text.parse().ok());
        let count = count.filter(|count| trend::WINDOWS.contains(count));
        if count.is_none() {
            let (least, most) = trend::WINDOWS.into_inner();
            self.mistake(&value.span(), format!("`trend` is a number of windows, {least} to {most}"));
        }
        count
    }

    fn key_figures(&mut self, root: &TomlTable) -> Vec<&'static Metric> {
        let found = self.metrics(root, "key_figures");
        if found.len() > MOST_KEY_FIGURES {
            let span = root.get("key_figures").map_or(0..0, Spanned::span);
            let n = found.len();
            self.mistake(&span, format!("{n} key figures: name at most {MOST_KEY_FIGURES}, the rest in `metrics`"));
        }
        found
    }

    fn staffing(&mut self, root: &TomlTable) -> Option<bool> {
        let value = root.get("staffing")?;
        let is_asked = value.get_ref().as_bool();
        if is_asked.is_none() {
            self.mistake(&value.span(), "`staffing` is true or false".to_owned());
        }
        is_asked
    }

    fn title(&mut self, root: &TomlTable) -> String {
        let Some(title) = root.get("title") else {
            self.mistake(&(0..0), "no title: name the report, as in title = \"Monday's report\"".to_owned());
            return String::new();
        };
        self.text_of(title, "title").map(|(title, _)| title.to_owned()).unwrap_or_default()
    }

    fn included(&mut self, root: &TomlTable, name: &str) -> Vec<Template> {
        let mut included = Vec::new();
        for (other, span) in self.texts_of(root, "include", "queues") {
            let others = || Template::names().filter(|known| *known != name);
            if !others().any(|known| known == other) {
                self.unknown(&span, "template to include", &other, others());
            } else if let Ok(template) = Template::built_in(&other) {
                included.push(template);
            }
        }
        included
    }

    fn tables(&mut self, root: &TomlTable, attributes: Option<&[&'static str]>) -> Vec<TableTemplate> {
        let mut tables: Vec<TableTemplate> = Vec::new();
        for (table, at) in self.tables_of(root, "tables") {
            self.keys(table, &TABLE_KEYS, "key of a table");
            let Some((dimensions, span)) = self.dimensions(table, "dimension", &at, attributes) else {
                // Its other mistakes are reported too.
                self.metrics(table, "metrics");
                continue;
            };
            let name = dimensions.iter().map(|dimension| dimension.name()).collect::<Vec<_>>().join("` and `");
            if tables.iter().any(|known| known.dimensions == dimensions) {
                self.mistake(&span, format!("a second table by `{name}`: name all its metrics in one"));
            }
            let mut metrics = self.metrics(table, "metrics");
            if table.get("metrics").is_none() || metrics.is_empty() && !self.has_mistakes() {
                self.mistake(&at, format!("the table by `{name}` names no metrics"));
            }
            let span = table.get("metrics").map_or(span, Spanned::span);
            metrics.retain(|metric| self.is_of(metric, &dimensions, &span));
            tables.push(TableTemplate { dimensions, metrics });
        }
        tables
    }

    /// Whether the metric has all of these dimensions; reports the first that it lacks.
    pub(super) fn is_of(&mut self, metric: &Metric, dimensions: &[Dimension], span: &Range<usize>) -> bool {
        let lacks = dimensions.iter().find(|dimension| !metric.has(**dimension));
        if let Some(dimension) = lacks {
            let (id, name) = (metric.id, dimension.name());
            let why = match metric.clock {
                Clock::Time => "an agent's status is of no conversation",
                Clock::Column(_) | Clock::Horizon => "it is counted at one instant, the horizon",
            };
            self.mistake(span, format!("`{id}` has no {name}: {why}"));
        }
        lacks.is_none()
    }

    /// One dimension, or a list of two for a crossing.
    pub(super) fn dimensions(
        &mut self,
        table: &TomlTable,
        key: &str,
        at: &Range<usize>,
        attributes: Option<&[&'static str]>,
    ) -> Option<(Vec<Dimension>, Range<usize>)> {
        let Some(value) = table.get(key) else {
            self.mistake(at, format!("a table without `{key}`"));
            return None;
        };
        let span = value.span();
        let names: Vec<(String, Range<usize>)> = if value.get_ref().is_array() {
            self.texts_of(table, key, "channel")
        } else {
            let (name, span) = self.text_of(value, key)?;
            vec![(name.to_owned(), span)]
        };
        let mut dimensions = Vec::new();
        for (name, span) in &names {
            let known = attributes.unwrap_or_default();
            match Dimension::named(name, known) {
                Some(dimension) => dimensions.push(dimension),
                None if attributes.is_none() => dimensions.push(Dimension::Attribute(interned(name))),
                None => self.mistake(span, unknown_dimension(name, name, Dimension::names(known))),
            }
        }
        if dimensions.len() < names.len() {
            return None;
        }
        match dimensions[..] {
            [_] => {}
            [a, b] if a != b => {}
            _ => {
                self.mistake(&span, format!("`{key}` is one dimension, or a list of two different ones"));
                return None;
            }
        }
        Some((dimensions, span))
    }

    fn heatmaps(&mut self, root: &TomlTable) -> Vec<&'static Metric> {
        let mut heatmaps = self.metrics(root, "heatmaps");
        let span = root.get("heatmaps").map_or(0..0, Spanned::span);
        heatmaps.retain(|metric| self.has_heatmap(metric, &span));
        heatmaps
    }

    /// Whether the metric has a heatmap; reports a mistake if not.
    pub(super) fn has_heatmap(&mut self, metric: &Metric, span: &Range<usize>) -> bool {
        if !metric.has_heatmap() {
            let id = metric.id;
            self.mistake(span, format!("`{id}` has no heatmap: only counts of rows that have an instant do"));
        }
        metric.has_heatmap()
    }

    /// The metrics in a list.
    pub(super) fn metrics(&mut self, table: &TomlTable, key: &str) -> Vec<&'static Metric> {
        let mut found = Vec::new();
        for (id, span) in self.texts_of(table, key, "conversations") {
            match metrics::find(&id) {
                Some(metric) => found.push(metric),
                None => self.unknown(&span, "metric", &id, metrics::all().map(|metric| metric.id)),
            }
        }
        found
    }
}

/// Removes repeated metrics.
pub(super) fn once(metrics: &mut Vec<&'static Metric>) {
    let mut seen = std::collections::BTreeSet::new();
    metrics.retain(|metric| seen.insert(metric.id));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    fn read(text: &str) -> anyhow::Result<Template> {
        template("mine", "mine.toml", text, Some(&[]))
    }

    #[test]
    fn a_template_names_cards_tables_and_heatmaps() {
        let text = "title = 'Mine'\nmetrics = ['nps']\nheatmaps = ['replies']\n\
                    [[tables]]\ndimension = 'queue'\nmetrics = ['queue_wait', 'nps']\n";
        let template = read(text).unwrap();
        let ids = |metrics: &[&'static Metric]| metrics.iter().map(|metric| metric.id).collect::<Vec<_>>();
        assert_eq!((template.name.as_str(), template.title.as_str()), ("mine", "Mine"));
        // Metrics of tables and heatmaps have totals too.
        assert_eq!(ids(&template.metrics), ["nps", "queue_wait", "replies"]);
        assert_eq!((ids(&template.heatmaps), template.tables.len()), (vec!["replies"], 1));
        assert_eq!(ids(&template.tables[0].metrics), ["queue_wait", "nps"]);
        assert_eq!(read("title = 'a'\ninclude = ['weekly']").unwrap().trend, Some(8));
        assert_eq!(read("title = 'a'\ninclude = ['weekly']\ntrend = 4").unwrap().trend, Some(4));
        assert_eq!(ids(&read("title = 'a'\ninclude = ['first-contact']").unwrap().metrics).len(), 5);
    }

    #[test]
    fn key_figures_are_named_included_or_the_first() {
        let figures = |text: &str| read(text).unwrap().key_figures.iter().map(|metric| metric.id).collect::<Vec<_>>();
        assert_eq!(figures("title = 'a'\nkey_figures = ['nps']\nmetrics = ['replies']"), ["nps"]);
        assert_eq!(figures("title = 'a'\nmetrics = ['replies', 'nps']"), ["replies", "nps"]);
        let included = Template::built_in("first-contact").unwrap();
        let ids: Vec<_> = included.key_figures.iter().map(|metric| metric.id).collect();
        assert_eq!(figures("title = 'a'\ninclude = ['first-contact']\nmetrics = ['nps']"), ids);
    }

    #[test]
    fn every_mistake_has_its_line_and_the_nearest_name() {
        let table = "[[tables]]\ndimension = ";
        let cases = [
            (
                "title = 'x'\nmetrics = [\n  'nps',\n  'conversatons']",
                "4: no metric `conversatons`; did you mean `conversations`?",
            ),
            ("title = 'x'\nmetrics = ['nps']\n\nmetrik = []", "4: no key `metrik`; did you mean `metrics`?"),
            ("title = 'x'\nmetrics = ['nps', 'nps']", "2: `nps` is in `metrics` twice"),
            ("title = 'x'\nmetrics = ['nps']\nmetrics = ['nps']", "3: duplicate key"),
            ("title = 'x'\nheatmaps = ['engagement_rate']", "2: `engagement_rate` has no heatmap: only counts of rows"),
            ("title = 'x'\nheatmaps = ['open_conversations']", "2: `open_conversations` has no heatmap"),
            ("title = 'x'\ninclude = ['agent']", "2: no template to include `agent`; did you mean `agents`?"),
            ("title = 'x'\nmetrics = 'nps'", "2: `metrics` is a list, as in metrics = [\"conversations\"]"),
            (
                "title = 'x'\nkey_figures = ['nps', 'replies', 'abandoned', 'no_shows', 'queue_wait', 'agent_wait', \
                 'total_wait']",
                "2: 7 key figures: name at most 6, the rest in `metrics`",
            ),
            ("title = 'x'\nmetrics = [1]", "2: `metrics`: expected a text in quotes, found integer"),
            ("title = 7\nmetrics = ['nps']", "1: `title`: expected a text in quotes, found integer"),
            ("metrics = ['nps']", "1: no title"),
            ("title = 'x'", "1: shows nothing"),
            ("title = 'x'\nmetrics = ['nps']\ntrend = 1", "3: `trend` is a number of windows, 2 to 60"),
            ("title = 'x'\nmetrics = ['nps']\ntrend = '8'", "3: `trend` is a number of windows, 2 to 60"),
            ("title = 'x\n", "1: "),
            ("title = 'x'\ntables = 1", "2: `tables` is a list of tables: write [[tables]] over each"),
            (
                &format!("title = 'x'\n{table}'chanel'\nmetrics = ['nps']"),
                "3: no dimension `chanel`; did you mean `channel`?",
            ),
            (&format!("title = 'x'\n{table}'queue'"), "2: the table by `queue` names no metrics"),
            (&format!("title = 'x'\n{table}'queue'\nmetrics = []"), "2: the table by `queue` names no metrics"),
            (
                &format!("title = 'x'\n{table}'queue'\nmetrcs = ['nps']"),
                "4: no key of a table `metrcs`; did you mean `metrics`?",
            ),
            ("title = 'x'\n[[tables]]\nmetrics = ['nps']", "2: a table without `dimension`"),
            (
                &format!("title = 'x'\n{table}'day'\nmetrics = ['open_conversations']"),
                "4: `open_conversations` has no day: it is counted at one instant, the horizon",
            ),
            (
                &format!("title = 'x'\n{table}'queue'\nmetrics = ['nps']\n{table}'queue'\nmetrics = ['nps']"),
                "6: a second table by `queue`: name all its metrics in one",
            ),
        ];
        for (text, expected) in cases {
            let message = read(text).unwrap_err().to_string();
            assert!(message.contains(&format!("mine.toml:{expected}")), "{text}\n{message}");
        }
    }

    #[test]
    fn all_mistakes_are_listed_at_once() {
        let message = read("metrcs = []\ntitle = 'x'\nmetrics = ['np']\n").unwrap_err().to_string();
        let lines: Vec<&str> = message.lines().collect();
        assert_eq!(lines[0], "template mine.toml has 2 mistakes:");
        assert!(lines[1].starts_with("  mine.toml:1: ") && lines[2].starts_with("  mine.toml:3: "), "{message}");
    }

    #[test]
    fn a_built_in_template_is_wrong_usage_where_it_is_wrong() {
        let error = read("title = 1").unwrap_err();
        assert_eq!(Failure::of(&error), Some(Failure::Usage));
    }
}
