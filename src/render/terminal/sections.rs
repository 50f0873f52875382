//! The sections of a report, in order. Standard charts are left out, because the tables have their numbers, with bars.

use crate::language::Language;
use crate::metrics::partition::Partition;
use crate::render::document::{self, Bars};
use crate::render::sections::{others, shown};
use crate::render::words;
use crate::report::Report;
use crate::report::template::sections::{PageSection, SectionOfParts, SectionPart, WholeSection};

use super::line::{Ink, Line, heading, title};
use super::{bar, cards, durations, heatmap, paired, staffing, tables, targets, text, trend};

/// Space between a name, its bar and its numbers.
const GAP: usize = 2;
/// The minimum width at which names can be distinguished.
const SHORTEST_LABEL: usize = 12;
/// The shortest useful bar.
const SHORTEST_BAR: usize = 8;
/// The whole behind a part.
const WHOLE: char = '░';

/// All sections.
pub(super) fn lines(report: &Report, language: Language, width: usize) -> Vec<Vec<Line>> {
    let others = others(report, &report.sections);
    let section = |section: &PageSection| match section {
        PageSection::All(kind) => all(&others, language, width, *kind),
        PageSection::Parts(section) if section.is_standard => Vec::new(),
        PageSection::Parts(section) => of_parts(report, language, width, section),
    };
    report.sections.list.iter().flat_map(section).collect()
}

fn all(report: &Report, language: Language, width: usize, kind: WholeSection) -> Vec<Vec<Line>> {
    match kind {
        // The table by day has bars.
        WholeSection::Days | WholeSection::Outcomes => Vec::new(),
        WholeSection::Figures => figures(report, language, width),
        WholeSection::Targets => targets::lines(report, language, width).into_iter().collect(),
        WholeSection::Trend => trend::lines(report, language, width).into_iter().collect(),
        WholeSection::Heatmaps => heatmaps(report, language, width),
        WholeSection::Staffing => staffing::sections(report, language, width),
        WholeSection::Tables => paired(tables(report, language), width),
    }
}

fn figures(report: &Report, language: Language, width: usize) -> Vec<Vec<Line>> {
    let mut sections = cards::sections(report, language, width);
    sections.extend(durations::lines(report, language, width));
    sections
}

fn heatmaps(report: &Report, language: Language, width: usize) -> Vec<Vec<Line>> {
    let mut sections = paired(heatmap::blocks(report, language), width);
    sections.extend(staffing::agents_by_hour(report, language, width));
    sections
}

/// The parts of a section below its title; empty if the report has none of them.
fn of_parts(report: &Report, language: Language, width: usize, section: &SectionOfParts) -> Vec<Vec<Line>> {
    let parts = section.parts.iter().flat_map(|part| match part {
        SectionPart::Figures(_) => {
            // With an empty list of key figures, none of them is left out.
            figures(&Report { key_figures: Vec::new(), ..shown(report, part) }, language, width)
        }
        SectionPart::Trend(_) => trend::lines(&shown(report, part), language, width).into_iter().collect(),
        SectionPart::Table(_) => paired(tables(&shown(report, part), language), width),
        SectionPart::Heatmap(_) => heatmaps(&shown(report, part), language, width),
        SectionPart::Chart(chart_of) => {
            document::bars(language, report, chart_of).map(|chart_of| chart(&chart_of, width)).into_iter().collect()
        }
        SectionPart::Outcomes(partition) => outcomes(report, language, width, *partition).into_iter().collect(),
    });
    let parts: Vec<Vec<Line>> = parts.collect();
    if parts.is_empty() {
        return parts;
    }
    std::iter::once(vec![title(section.title.text(language), width)]).chain(parts).collect()
}

/// The text of a number, its share of a full bar, and whether it misses a target.
type BarNumber = (String, f64, bool);

/// Bars one below another: name, bar and numbers. For two metrics the part is drawn inside the whole.
fn chart(bars: &Bars, width: usize) -> Vec<Line> {
    let mut lines = vec![heading(&bars.title, width)];
    // For days, the second series is the window before, which is not a part of this one.
    let shown = if bars.are_days { 1 } else { bars.series.len() };
    let numbers = |row: &document::Bar| -> Vec<BarNumber> {
        row.numbers.iter().skip(row.numbers.len().saturating_sub(shown)).cloned().collect()
    };
    let rows: Vec<(&str, Vec<BarNumber>)> = bars.rows.iter().map(|row| (row.label.as_str(), numbers(row))).collect();
    let series = &bars.series[bars.series.len().saturating_sub(shown)..];
    if let [whole, part] = series {
        lines
            .extend(text::wrap(&format!("{WHOLE} {whole}  █ {part}"), width).iter().map(|it| Line::of(Ink::Faint, it)));
    } else {
        let names = series.iter().filter(|_| !bars.are_days).flat_map(|name| text::wrap(name, width));
        lines.extend(names.map(|name| Line::of(Ink::Faint, &name)));
    }
    let columns: Vec<usize> = (0..shown)
        .map(|at| {
            rows.iter().filter_map(|(_, all)| all.get(at)).map(|(number, ..)| text::width(number)).max().unwrap_or(0)
        })
        .collect();
    let numbers: usize = columns.iter().map(|column| column + GAP).sum();
    let widest = rows.iter().map(|(label, _)| text::width(label)).max().unwrap_or(0);
    let label = widest.min(width.saturating_sub(numbers + GAP + SHORTEST_BAR).max(SHORTEST_LABEL)).min(width - numbers);
    let room = width.saturating_sub(label + GAP + numbers);
    for (name, numbers) in rows {
        let mut line = Line::new();
        line.name(Ink::Plain, name, label);
        if room >= SHORTEST_BAR {
            line.skip(GAP);
            let bar = drawn(&numbers, room);
            let end = line.width() + room;
            line.push(Ink::Bar, &bar);
            line.fill_to(end);
        }
        for ((number, _, is_missed), column) in numbers.iter().zip(&columns) {
            line.skip(GAP);
            line.right(if *is_missed { Ink::Warning } else { Ink::Strong }, number, *column);
        }
        lines.push(line);
    }
    if let Some(more) = &bars.more {
        lines.extend(text::wrap(more, width).iter().map(|part| Line::of(Ink::Faint, part)));
    }
    lines
}

/// The bar of a row; the part is dark, and the rest of its whole is light.
fn drawn(numbers: &[BarNumber], room: usize) -> String {
    let bar_at = |at: usize| numbers.get(at).map_or_else(String::new, |(_, share, _)| bar::across(*share, 1.0, room));
    let (whole, part) = (bar_at(0), bar_at(1));
    if numbers.len() < 2 {
        return whole;
    }
    let rest = whole.chars().count().saturating_sub(part.chars().count());
    part + &WHOLE.to_string().repeat(rest)
}

/// The outcomes of one kind: one line per outcome, with its bar, number and share.
fn outcomes(report: &Report, language: Language, width: usize, partition: Partition) -> Option<Vec<Line>> {
    let document::PageOutcomes { parts, bars, .. } = document::outcomes(language, report, partition)?;
    let shares = bars.first()?.shares.iter().map(|(share, _)| *share);
    let rows = parts.iter().zip(shares).map(|((label, number, share), part)| document::Bar {
        label: label.clone(),
        numbers: vec![(format!("{number}  {share}").trim_end().to_owned(), part, false)],
    });
    let bars = Bars {
        title: words::metric(language, partition.whole()),
        series: Vec::new(),
        are_days: true,
        rows: rows.collect(),
        ticks: Vec::new(),
        more: None,
        numbers: None,
    };
    Some(chart(&bars, width))
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, week};
    use super::*;
    use crate::report::template::Template;

    fn drawn(text: &str, width: usize) -> String {
        let template = Template::parse("mine", "mine.toml", text, Some(&[])).unwrap();
        let report = Report { sections: template.sections, ..week::week() };
        paint(&lines(&report, Language::English, width).concat(), false)
    }

    #[test]
    fn a_section_of_parts_is_below_its_title() {
        let text = "title = 'x'\nsections = ['mine', 'targets']\n[section.mine]\ntitle = { pt = 'Canais', en = 'Channels' }\n\
                    parts = [{ chart = 'channel', metrics = ['conversations', 'engaged_conversations'] },\n\
                    { outcomes = 'transfer_requests' }, { figures = ['engagement_rate'] }]\n";
        for width in [40, 60, 80, 120] {
            let text = drawn(text, width);
            assert!(text.starts_with("Channels ═"), "{text}");
            assert!(text.contains("By channel ─") && text.contains("░ Total conversations"), "{text}");
            assert!(text.contains("Transfer requests ─") && text.contains("Figures ─"), "{text}");
            assert!(text.lines().all(|line| text::width(line) <= width), "{text}");
        }
    }

    #[test]
    fn a_section_without_anything_has_no_title() {
        let text = "title = 'x'\nsections = ['mine', 'figures']\n[section.mine]\ntitle = 'Queues'\n\
                    parts = [{ chart = 'queue', metrics = ['total_wait'] }]\n";
        assert!(drawn(text, 80).starts_with("Figures ─"), "{}", drawn(text, 80));
    }
}
