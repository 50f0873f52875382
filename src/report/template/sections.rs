//! The sections of a report below the summary, with their order: the same in every format.

use crate::language::Language;
use crate::metrics::dimensions::Dimension;
use crate::metrics::partition::Partition;

/// The sections of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sections {
    /// In order.
    pub list: Vec<PageSection>,
    /// Tables that the report has only for a part of a section: a section of all tables does not show them.
    pub brought: Vec<String>,
}

/// A section of a page: parts under a title, or everything of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageSection {
    /// Everything of one kind that the report has.
    All(WholeSection),
    /// Parts under a title.
    Parts(SectionOfParts),
}

/// The kind of content of a section of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WholeSection {
    /// The first count among the key figures, day by day, below the key figures.
    Days,
    /// All figures in one table.
    Figures,
    /// Targets and their results.
    Targets,
    /// The figures over the windows of the trend.
    Trend,
    /// The outcomes of requests and of chats.
    Outcomes,
    /// Numbers by weekday and hour.
    Heatmaps,
    /// Agents needed, online and their difference.
    Staffing,
    /// The tables that no other section shows as a whole.
    Tables,
}

impl WholeSection {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Days,
        Self::Figures,
        Self::Targets,
        Self::Trend,
        Self::Outcomes,
        Self::Heatmaps,
        Self::Staffing,
        Self::Tables,
    ];

    /// Its name in a template.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Figures => "figures",
            Self::Targets => "targets",
            Self::Trend => "trend",
            Self::Outcomes => "outcomes",
            Self::Heatmaps => "heatmaps",
            Self::Staffing => "staffing",
            Self::Tables => "tables",
        }
    }
}

/// Parts under a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionOfParts {
    /// Its name in the template.
    pub name: String,
    /// Its heading.
    pub title: SectionTitle,
    /// Its parts, in order.
    pub parts: Vec<SectionPart>,
    /// Whether it is from `templates/sections/standard.toml`. Tables repeat the numbers of its charts, so formats
    /// without charts leave it out.
    pub is_standard: bool,
}

/// A heading, the same in all languages or one for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionTitle(pub Vec<(Option<Language>, String)>);

impl SectionTitle {
    /// The heading in that language, or else the first one.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        let own = self.0.iter().find(|(own_language, _)| *own_language == Some(language));
        own.or_else(|| self.0.first()).map_or("", |(_, text)| text)
    }
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectionPart {
    /// Figures in a table.
    Figures(Vec<&'static str>),
    /// Figures over the windows of the trend.
    Trend(Vec<&'static str>),
    /// Bars, one for each row of a table.
    Chart(SectionChart),
    /// The rows of a table by dimensions.
    Table(SectionTable),
    /// Numbers by weekday and hour.
    Heatmap(&'static str),
    /// The outcomes of one kind.
    Outcomes(Partition),
}

/// Bars, one for each row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionChart {
    /// The dimensions of the table.
    pub dimensions: Vec<Dimension>,
    /// The metric that gives the length of a bar.
    pub whole: &'static str,
    /// A metric that is a part of it, drawn inside the bar.
    pub part: Option<&'static str>,
}

impl SectionChart {
    /// The table's name in outputs: `by_queue`.
    #[must_use]
    pub fn table(&self) -> String {
        table_name(&self.dimensions)
    }

    /// The metrics that it draws.
    pub fn metrics(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.whole).chain(self.part)
    }

    /// Whether its rows are in order of time; then bars are not sorted by length, and are side by side.
    #[must_use]
    pub(crate) fn is_in_time(&self) -> bool {
        matches!(self.dimensions[..], [Dimension::Day | Dimension::Weekday | Dimension::Hour])
    }
}

/// A table that a section names, by its dimensions and metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionTable {
    /// One or two; they name the table in the report.
    pub dimensions: Vec<Dimension>,
    /// The metrics of its columns; if empty, all metrics of the table.
    pub metrics: Vec<&'static str>,
}

impl SectionTable {
    /// The table's name in outputs: `by_queue`.
    #[must_use]
    pub fn table(&self) -> String {
        table_name(&self.dimensions)
    }
}

/// The name in outputs of a table by these dimensions.
#[must_use]
pub(crate) fn table_name(dimensions: &[Dimension]) -> String {
    let names: Vec<&str> = dimensions.iter().map(|dimension| dimension.name()).collect();
    format!("by_{}", names.join("_"))
}

impl Sections {
    /// These, in order.
    #[must_use]
    pub const fn of(list: Vec<PageSection>) -> Self {
        Self { list, brought: Vec::new() }
    }

    /// Whether there is a section for everything of that kind.
    #[must_use]
    pub fn has(&self, kind: WholeSection) -> bool {
        self.list.contains(&PageSection::All(kind))
    }

    /// Whether the days come first; then they follow the summary without a heading.
    #[must_use]
    pub(crate) fn begins_with_days(&self) -> bool {
        self.list.first() == Some(&PageSection::All(WholeSection::Days))
    }

    /// Adds a section of that kind at the end, unless there is one already.
    pub(crate) fn ensure(&mut self, kind: WholeSection) {
        if !self.has(kind) {
            self.list.push(PageSection::All(kind));
        }
    }

    /// The sections of several templates, each once. The order is that of the first template; each further section is
    /// inserted before the section that follows it in its own template, else at the end. A section in two templates
    /// gets the parts of both.
    #[must_use]
    pub fn merged<'s>(all: impl Iterator<Item = &'s Self>) -> Self {
        let mut merged: Vec<PageSection> = Vec::new();
        let mut brought: Vec<String> = Vec::new();
        for sections in all {
            brought.extend(sections.brought.iter().cloned());
            let mut at = merged.len();
            for section in sections.list.iter().rev() {
                match merged.iter().position(|known| known.name() == section.name()) {
                    Some(index) => {
                        merged[index].add(section);
                        at = index;
                    }
                    None => merged.insert(at, section.clone()),
                }
            }
        }
        Self { list: merged, brought }
    }

    /// Whether sections of parts replace that table: one shows it as a whole, or the report has it only for them.
    #[must_use]
    pub(crate) fn shows_table(&self, table: &str) -> bool {
        let is_whole = |part: &SectionPart| match part {
            SectionPart::Table(shown) => shown.metrics.is_empty() && shown.table() == table,
            SectionPart::Figures(_)
            | SectionPart::Trend(_)
            | SectionPart::Chart(_)
            | SectionPart::Heatmap(_)
            | SectionPart::Outcomes(_) => false,
        };
        self.brought.iter().any(|name| name == table) || self.parts().any(is_whole)
    }

    /// Whether a section of parts shows the heatmap of that metric.
    #[must_use]
    pub(crate) fn shows_heatmap(&self, metric: &str) -> bool {
        self.parts().any(|part| matches!(part, SectionPart::Heatmap(id) if *id == metric))
    }

    fn parts(&self) -> impl Iterator<Item = &SectionPart> {
        self.list.iter().flat_map(PageSection::parts)
    }
}

impl PageSection {
    /// Its name in a template.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::All(kind) => kind.name(),
            Self::Parts(section) => &section.name,
        }
    }

    /// Its charts, tables and figures, in order; empty for a section of everything.
    #[must_use]
    pub fn parts(&self) -> &[SectionPart] {
        match self {
            Self::All(_) => &[],
            Self::Parts(section) => &section.parts,
        }
    }

    /// Adds the parts of another section of the same name that this one lacks.
    fn add(&mut self, other: &Self) {
        let (Self::Parts(own), Self::Parts(other)) = (self, other) else { return };
        own.is_standard &= other.is_standard;
        for part in &other.parts {
            if !own.parts.contains(part) {
                own.parts.push(part.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sections: &Sections) -> Vec<&str> {
        sections.list.iter().map(PageSection::name).collect()
    }

    fn all(kinds: &[WholeSection]) -> Sections {
        Sections::of(kinds.iter().map(|kind| PageSection::All(*kind)).collect())
    }

    #[test]
    fn the_standard_sections_have_a_title_in_every_language() {
        let standard = Sections::standard();
        assert_eq!(
            names(standard),
            [
                "days", "places", "queues", "figures", "targets", "trend", "agents", "outcomes", "heatmaps",
                "staffing", "tables"
            ]
        );
        for section in &standard.list {
            let PageSection::Parts(section) = section else { continue };
            assert!(section.is_standard && !section.parts.is_empty(), "{}", section.name);
            let texts: Vec<&str> = Language::ALL.iter().map(|language| section.title.text(*language)).collect();
            let distinct: std::collections::BTreeSet<&&str> = texts.iter().collect();
            assert_eq!(distinct.len(), Language::ALL.len(), "{texts:?}");
        }
    }

    #[test]
    fn a_title_falls_back_to_its_first_text() {
        let title = SectionTitle(vec![
            (Some(Language::Portuguese), "Filas".to_owned()),
            (Some(Language::English), "Queues".to_owned()),
        ]);
        assert_eq!((title.text(Language::English), title.text(Language::French)), ("Queues", "Filas"));
        assert_eq!(SectionTitle(vec![(None, "Waits".to_owned())]).text(Language::Spanish), "Waits");
    }

    #[test]
    fn merged_sections_keep_both_orders() {
        let first = all(&[WholeSection::Days, WholeSection::Figures, WholeSection::Tables]);
        let second = all(&[
            WholeSection::Trend,
            WholeSection::Figures,
            WholeSection::Heatmaps,
            WholeSection::Tables,
            WholeSection::Staffing,
        ]);
        let merged = Sections::merged([&first, &second].into_iter());
        assert_eq!(names(&merged), ["days", "trend", "figures", "heatmaps", "tables", "staffing"]);
        assert_eq!(Sections::merged([&first, &first].into_iter()), first);
    }
}
