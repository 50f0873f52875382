//! Parses the sections of a template: `sections` is their order, `[section.NAME]` the content of one.

use std::ops::Range;
use std::sync::LazyLock;

use toml::Spanned;

use super::sections::{
    PageSection, SectionChart, SectionOfParts, SectionPart, SectionTable, SectionTitle, Sections, WholeSection,
};
use crate::language::Language;
use crate::metrics::measure::Measure;
use crate::metrics::partition::Partition;
use crate::metrics::{self, Metric};
use crate::toml_reader::{self, Reader, TomlTable, Value};

const SECTION_KEYS: [&str; 2] = ["title", "parts"];
/// The kinds of parts. A part has exactly one of these keys, which names its content.
const PARTS: [&str; 6] = ["chart", "table", "heatmap", "figures", "trend", "outcomes"];
const PART_KEYS: [&str; 7] = ["chart", "table", "heatmap", "figures", "trend", "outcomes", "metrics"];

/// The standard sections, used by a template that names none.
const STANDARD: &str = include_str!("../../../templates/sections/standard.toml");

impl Default for Sections {
    /// The sections of `templates/sections/standard.toml`.
    fn default() -> Self {
        Self::standard().clone()
    }
}

impl Sections {
    /// The parts of `templates/sections/standard.toml`.
    #[must_use]
    pub fn standard() -> &'static Self {
        static READ: LazyLock<Sections> =
            LazyLock::new(|| standard(STANDARD).unwrap_or_else(|_| Sections::of(Vec::new())));
        &READ
    }
}

fn standard(text: &str) -> anyhow::Result<Sections> {
    toml_reader::read("template", "standard.toml", text, |reader, root| {
        let sections = reader.sections_among(root, Some(&[]), &[]);
        let list = sections.map_or_else(Vec::new, |sections| sections.list).into_iter();
        let standard = list.map(|section| match section {
            PageSection::Parts(section) => PageSection::Parts(SectionOfParts { is_standard: true, ..section }),
            PageSection::All(_) => section,
        });
        Sections::of(standard.collect())
    })
}

impl Reader<'_> {
    /// The sections of a template; `None` if it does not define them.
    pub(super) fn sections(&mut self, root: &TomlTable, attributes: Option<&[&'static str]>) -> Option<Sections> {
        self.sections_among(root, attributes, &Sections::standard().list)
    }

    /// The same; the sections may also be from `known`.
    fn sections_among(
        &mut self,
        root: &TomlTable,
        attributes: Option<&[&'static str]>,
        known: &[PageSection],
    ) -> Option<Sections> {
        let own = self.own_sections(root, attributes);
        let value = root.get("sections");
        let names = self.texts_of(root, "sections", "figures");
        let is_empty = names.is_empty() && !self.has_mistakes();
        if let Some(value) = value.filter(|value| is_empty && value.get_ref().is_array()) {
            self.mistake(&value.span(), "`sections` is empty: omit it for the standard ones".to_owned());
        }
        for (section, span) in &own {
            if !names.iter().any(|(name, _)| *name == section.name) {
                let name = &section.name;
                self.mistake(
                    span,
                    format!("`section.{name}` is not in `sections`: add its name at its place in the list"),
                );
            }
        }
        let mut found = Vec::new();
        for (name, span) in &names {
            let kind = WholeSection::ALL.into_iter().find(|kind| kind.name() == name).map(PageSection::All);
            let of_own = own.iter().find(|(section, _)| section.name == *name);
            let of_own = of_own.map(|(section, _)| PageSection::Parts(section.clone()));
            let other = || known.iter().find(|section| section.name() == name).cloned();
            if let Some(section) = kind.or(of_own).or_else(other) {
                found.push(section);
                continue;
            }
            let kinds = WholeSection::ALL.iter().map(|kind| kind.name());
            let others = known.iter().map(PageSection::name).filter(|name| kinds.clone().all(|kind| kind != *name));
            let own = own.iter().map(|(section, _)| section.name.as_str());
            let all: Vec<&str> = own.chain(others).chain(kinds.clone()).collect();
            self.unknown(span, "section", name, all.into_iter());
        }
        value.map(|_| Sections::of(found))
    }

    fn own_sections(
        &mut self,
        root: &TomlTable,
        attributes: Option<&[&'static str]>,
    ) -> Vec<(SectionOfParts, Range<usize>)> {
        let Some(value) = root.get("section") else { return Vec::new() };
        let Some(tables) = value.get_ref().as_table() else {
            self.mistake(&value.span(), "`section` has a table for each section: write [section.NAME]".to_owned());
            return Vec::new();
        };
        let mut found = Vec::new();
        for (key, value) in tables {
            let (name, span) = (key.get_ref().to_string(), key.span());
            let Some(table) = value.get_ref().as_table() else {
                self.mistake(&span, format!("`section.{name}` is a table: write [section.{name}]"));
                continue;
            };
            if WholeSection::ALL.iter().any(|kind| kind.name() == name) {
                self.mistake(&span, format!("`{name}` is a section of the program: choose another name"));
            }
            self.keys(table, &SECTION_KEYS, "key of a section");
            let title = self.section_title(table, &name, &span);
            let parts = self.parts(table, &name, &span, attributes);
            found.push((SectionOfParts { name, title, parts, is_standard: false }, span));
        }
        found
    }

    /// The heading of a section: a text, or one for each language.
    fn section_title(&mut self, table: &TomlTable, name: &str, at: &Range<usize>) -> SectionTitle {
        let Some(value) = table.get("title") else {
            self.mistake(at, format!("`section.{name}` has no title, as in title = \"Waits\""));
            return SectionTitle(Vec::new());
        };
        if let Some(titles) = value.get_ref().as_table() {
            self.keys(titles, &Language::ALL.map(Language::name), "language of a title");
            let mut texts = Vec::new();
            for language in Language::ALL {
                let text = titles.get(language.name()).and_then(|text| self.text_of(text, "title"));
                texts.extend(text.map(|(text, _)| (Some(language), text.to_owned())));
            }
            if texts.is_empty() {
                self.mistake(&value.span(), "`title` has no text, as in title = { en = \"Waits\" }".to_owned());
            }
            return SectionTitle(texts);
        }
        let text = self.text_of(value, "title").map(|(text, _)| (None, text.to_owned()));
        SectionTitle(text.into_iter().collect())
    }

    fn parts(
        &mut self,
        table: &TomlTable,
        name: &str,
        at: &Range<usize>,
        attributes: Option<&[&'static str]>,
    ) -> Vec<SectionPart> {
        let all = self.tables_of(table, "parts");
        if all.is_empty() && !self.has_mistakes() {
            self.mistake(at, format!("`section.{name}` has no parts, as in parts = [{{ table = \"queue\" }}]"));
        }
        all.into_iter().filter_map(|(part, at)| self.part(part, &at, attributes)).collect()
    }

    fn part(
        &mut self,
        part: &TomlTable,
        at: &Range<usize>,
        attributes: Option<&[&'static str]>,
    ) -> Option<SectionPart> {
        self.keys(part, &PART_KEYS, "key of a part");
        let named: Vec<&str> = PARTS.into_iter().filter(|key| part.get(*key).is_some()).collect();
        let [key] = named[..] else {
            let message = match &named[..] {
                [] => format!("a part without content: set one of {}", PARTS.join(", ")),
                _ => format!("`{}` are parts of their own: one a part", named.join("` and `")),
            };
            self.mistake(at, message);
            return None;
        };
        if let Some(metrics) = part.get("metrics").filter(|_| !["chart", "table"].contains(&key)) {
            self.mistake(&metrics.span(), format!("`metrics` are of a chart or a table: a part with `{key}` has none"));
        }
        match key {
            "chart" => self.chart(part, at, attributes).map(SectionPart::Chart),
            "table" => {
                let (dimensions, span) = self.dimensions(part, "table", at, attributes)?;
                let mut metrics = self.metrics(part, "metrics");
                let span = part.get("metrics").map_or(span, Spanned::span);
                metrics.retain(|metric| self.is_of(metric, &dimensions, &span));
                Some(SectionPart::Table(SectionTable { dimensions, metrics: ids(&metrics) }))
            }
            "heatmap" => self.heatmap(part.get("heatmap")?).map(SectionPart::Heatmap),
            "outcomes" => self.outcomes(part.get("outcomes")?).map(SectionPart::Outcomes),
            "figures" => self.some_metrics(part, "figures").map(SectionPart::Figures),
            _ => self.some_metrics(part, "trend").map(SectionPart::Trend),
        }
    }

    fn some_metrics(&mut self, part: &TomlTable, key: &str) -> Option<Vec<&'static str>> {
        let found = self.metrics(part, key);
        if found.is_empty() && !self.has_mistakes() {
            self.mistake(&part.get(key)?.span(), format!("`{key}` names no metrics"));
        }
        (!found.is_empty()).then(|| ids(&found))
    }

    fn chart(
        &mut self,
        part: &TomlTable,
        at: &Range<usize>,
        attributes: Option<&[&'static str]>,
    ) -> Option<SectionChart> {
        let (dimensions, span) = self.dimensions(part, "chart", at, attributes)?;
        let metrics = self.metrics(part, "metrics");
        let span = part.get("metrics").map_or(span, Spanned::span);
        let (whole, inside) = match metrics[..] {
            [whole] => (whole, None),
            [whole, inside] => (whole, Some(inside)),
            _ if self.has_mistakes() => return None,
            _ => {
                let message = "a chart has one metric in `metrics`, or a second one that is drawn inside the first";
                self.mistake(&span, message.to_owned());
                return None;
            }
        };
        for metric in &metrics {
            self.is_of(metric, &dimensions, &span);
            if matches!(metric.measure, Measure::Score { .. }) {
                self.mistake(&span, format!("`{}` has no chart: it may be below zero", metric.id));
            }
        }
        if let Some(inside) = inside.filter(|inside| inside.unit() != whole.unit()) {
            let (whole, inside) = (whole.id, inside.id);
            self.mistake(&span, format!("`{inside}` cannot be drawn inside `{whole}`: they count in different units"));
        }
        Some(SectionChart { dimensions, whole: whole.id, part: inside.map(|inside| inside.id) })
    }

    fn heatmap(&mut self, value: &Value) -> Option<&'static str> {
        let (id, span) = self.text_of(value, "heatmap")?;
        let Some(metric) = metrics::find(id) else {
            self.unknown(&span, "metric", id, metrics::all().map(|metric| metric.id));
            return None;
        };
        self.has_heatmap(metric, &span).then_some(metric.id)
    }

    fn outcomes(&mut self, value: &Value) -> Option<Partition> {
        let (id, span) = self.text_of(value, "outcomes")?;
        let found = Partition::ALL.into_iter().find(|partition| partition.whole() == id);
        if found.is_none() {
            self.unknown(&span, "outcomes of", id, Partition::ALL.iter().map(|partition| partition.whole()));
        }
        found
    }
}

fn ids(metrics: &[&'static Metric]) -> Vec<&'static str> {
    metrics.iter().map(|metric| metric.id).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Template;
    use super::super::sections::PageSection;
    use super::*;

    const HEAD: &str = "title = 'x'\nmetrics = ['nps']\n";

    fn read(text: &str) -> anyhow::Result<Template> {
        Template::parse("mine", "mine.toml", text, Some(&["country"]))
    }

    fn names(template: &Template) -> Vec<&str> {
        template.sections.list.iter().map(PageSection::name).collect()
    }

    #[test]
    fn sections_keep_their_order_and_add_their_tables() {
        let text = "title = 'Waits'\nsections = ['waits', 'queues', 'figures']\n[section.waits]\n\
                    title = { pt = 'Esperas', en = 'Waits' }\nparts = [\n\
                    { chart = 'queue', metrics = ['total_wait', 'queue_wait'] },\n\
                    { table = ['channel', 'country'], metrics = ['abandoned'] },\n\
                    { heatmap = 'transfer_requests' },\n{ outcomes = 'chats_answered' },\n\
                    { figures = ['service_level'] }, { trend = ['replies'] } ]\n";
        let template = read(text).unwrap();
        assert_eq!(names(&template), ["waits", "queues", "figures"]);
        let PageSection::Parts(waits) = &template.sections.list[0] else { panic!("{:?}", template.sections) };
        assert_eq!((waits.title.text(Language::English), waits.parts.len()), ("Waits", 6));
        assert!(!waits.is_standard);
        let has = |id: &str| template.metrics.iter().any(|metric| metric.id == id);
        let brought =
            ["total_wait", "queue_wait", "abandoned", "transfer_requests", "still_open", "service_level", "replies"];
        assert!(brought.iter().all(|id| has(id)), "{:?}", template.metrics);
        let tables: Vec<String> = template.tables.iter().map(super::super::TableTemplate::name).collect();
        assert_eq!(tables, ["by_queue", "by_channel_country"]);
        assert_eq!(template.heatmaps[0].id, "transfer_requests");
    }

    #[test]
    fn sections_are_named_included_or_standard() {
        assert_eq!(read(HEAD).unwrap().sections, *Sections::standard());
        assert_eq!(names(&read("title = 'x'\ninclude = ['weekly']").unwrap()).len(), 11);
        assert_eq!(names(&read(&format!("{HEAD}sections = ['tables', 'figures']")).unwrap()), ["tables", "figures"]);
    }

    #[test]
    fn every_mistake_of_a_section_has_its_line() {
        let section = |rest: &str| format!("{HEAD}sections = ['waits']\n[section.waits]\n{rest}");
        let part = |part: &str| section(&format!("title = 'Waits'\nparts = [\n{part}\n]"));
        let cases = [
            (format!("{HEAD}sections = ['figurs']"), "3: no section `figurs`; did you mean `figures`?"),
            (
                format!("{HEAD}sections = ['sums']"),
                "3: no section `sums`: expected places, queues, agents, days, figures,",
            ),
            (format!("{HEAD}sections = 'figures'"), "3: `sections` is a list, as in sections = [\"figures\"]"),
            (format!("{HEAD}sections = []"), "3: `sections` is empty: omit it for the standard ones"),
            (format!("{HEAD}sections = ['figures', 'figures']"), "3: `figures` is in `sections` twice"),
            (
                format!(
                    "{HEAD}sections = ['figures']\n[section.waits]\ntitle = 'Waits'\nparts = [{{ table = 'queue' }}]"
                ),
                "4: `section.waits` is not in `sections`",
            ),
            (format!("{HEAD}sections = ['tables']\nsection = 1"), "4: `section` has a table for each section"),
            (
                format!("{HEAD}sections = ['tables']\n[section.tables]\ntitle = 'a'\nparts = [{{ table = 'queue' }}]"),
                "4: `tables` is a section of the program: choose another name",
            ),
            (section("parts = [{ heatmap = 'replies' }]"), "4: `section.waits` has no title"),
            (
                section("title = { de = 'a' }\nparts = [{ heatmap = 'replies' }]"),
                "5: no language of a title `de`: expected en,",
            ),
            (section("title = 'a'"), "4: `section.waits` has no parts"),
            (section("title = 'a'\nparts = 'b'"), "6: `parts` is a list of tables"),
            (section("titel = 'a'\ntitle = 'a'\nparts = [{ heatmap = 'replies' }]"), "5: no key of a section `titel`"),
            (part("{ metrics = ['nps'] }"), "7: a part without content: set one of chart, table"),
            (part("{ chart = 'queue', table = 'queue' }"), "7: `chart` and `table` are parts of their own"),
            (part("{ chart = 'queue' }"), "7: a chart has one metric in `metrics`"),
            (part("{ chart = 'queu', metrics = ['replies'] }"), "7: no dimension `queu`; did you mean `queue`?"),
            (part("{ chart = 'queue', metrics = ['nps'] }"), "7: `nps` has no chart: it may be below zero"),
            (
                part("{ chart = 'queue', metrics = ['replies', 'total_wait'] }"),
                "7: `total_wait` cannot be drawn inside `replies`",
            ),
            (part("{ table = 'day', metrics = ['open_conversations'] }"), "7: `open_conversations` has no day"),
            (part("{ heatmap = 'engagement_rate' }"), "7: `engagement_rate` has no heatmap"),
            (part("{ heatmap = 'replys' }"), "7: no metric `replys`; did you mean `replies`?"),
            (
                part("{ outcomes = 'replies' }"),
                "7: no outcomes of `replies`: expected transfer_requests, chats_answered",
            ),
            (part("{ figures = [] }"), "7: `figures` names no metrics"),
            (part("{ trend = ['nps'], metrics = ['nps'] }"), "7: `metrics` are of a chart or a table"),
            (part("{ chrt = 'queue' }"), "7: no key of a part `chrt`; did you mean `chart`?"),
        ];
        for (text, expected) in cases {
            let message = read(&text).unwrap_err().to_string();
            assert!(message.contains(&format!("mine.toml:{expected}")), "{text}\n{message}");
        }
    }
}
