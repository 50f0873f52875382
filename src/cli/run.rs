//! `dialogram run NAME`: a report that the config file names, with all its outputs.

use std::collections::BTreeSet;

use clap::Args;

use super::flags::LanguageFlag;
use super::guard::Files;
use super::interrupt::Interrupt;
use super::load;
use super::output::names::distinct_names;
use super::output::{Batch, Kind, Names, Output, OutputFlags, Word, guard};
use super::report::{self, ReportFlags, built, stems};
use super::tell::{warn, warn_beside};
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::fold::keep::Keep;
use crate::metrics::dimensions::Dimension;
use crate::nearest::hint;
use crate::render::ReportFormat;
use crate::report::filters::FILTERED;
use crate::report::template::{TableTemplate, Template};
use crate::time::{To, Window};

/// Makes a report of the config file: [reports.NAME] has its logs, outputs and every flag of `dialogram report`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram run weekly
  dialogram run weekly --days 14 --split-by queue --output {queue}.pdf

A config file, dialogram.toml:
  [reports.weekly]
  logs = [\"/var/log/chat/\"]
  template = [\"weekly\"]
  tz = \"America/Sao_Paulo\"
  output = [\"reports/{week}.pdf\", \"reports/{week}.json\"]

In the names of outputs: {from} and {to}, the first and last day; {week}, the ISO week of the last; {template};
{report}; {format}, the ending of the format; and the dimension of --split-by, as {department}. A name without an
ending is a folder.")]
pub struct RunArgs {
    /// The name of the report in the config file
    #[arg(value_name = "REPORT")]
    report: String,
    /// What the report is of.
    #[command(flatten)]
    pub flags: ReportFlags,
    /// Where it goes.
    #[command(flatten)]
    output: OutputFlags<ReportFormat>,
    /// One report for each value: department, queue, agent, channel, app or support-type
    #[arg(long, value_name = "DIMENSION", value_parser = dimension, help_heading = "Output")]
    split_by: Option<Dimension>,
    /// In which language.
    #[command(flatten)]
    language: LanguageFlag,
}

impl RunArgs {
    /// The files that the command reads and writes, as far as their names are known before the log is read.
    pub(super) fn files(&self, files: &mut Files) {
        self.flags.files(files);
        self.output.files(&self.kind(), Some(&self.report), files);
    }

    fn kind(&self) -> Kind<ReportFormat> {
        Kind { words: Word::OF_RUN, split: self.split_by, makes_folder: true, stems }
    }
}

fn dimension(text: &str) -> Result<Dimension, String> {
    let name = text.replace('-', "_");
    let found = FILTERED.into_iter().find(|dimension| dimension.name() == name);
    found.ok_or_else(|| {
        let names = || FILTERED.iter().map(|dimension| dimension.name());
        format!("no dimension `{text}`{} ({})", hint(&name, names()), names().collect::<Vec<_>>().join(", "))
    })
}

/// Runs the command. Everything that can be wrong is looked at before the log is read.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(args: &RunArgs) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    let language = args.language.language;
    let flags = &args.flags;
    if flags.log.logs.is_empty() {
        return Err(Failure::Usage.because(format!(
            "report `{name}` names no logs: write logs = [\"…\"] under [reports.{name}], or name them here",
            name = args.report
        )));
    }
    let templates = flags.templates()?;
    let now = flags.checked(&templates)?;
    let kind = args.kind();
    let output = args.output.output(&kind)?;
    output.check(&kind, args.output.mkdir)?;
    if output.has_words() && args.split_by.is_none() && flags.window.to != Some(To::LogEnd) {
        output.guard(&kind, &names(args, &templates, flags.window(now, None)?), |files| flags.files(files))?;
    }
    let facts = load::facts_for(&flags.log, &interrupt, |last_event| match args.split_by {
        // What splits is a filter of its own for each report.
        Some(_) => Ok(Keep::all()),
        None => flags.keep(templates.clone(), now, last_event),
    })?;
    let report = flags.report(&facts, templates.clone(), now)?;
    let printing = args.output.printing(flags.log.quiet);
    let window = flags.window(now, facts.run.last_event())?;
    let names = names(args, &templates, window);
    let patterns = match &output {
        Output::Stdout(_) => {
            warn_beside(output.is_terminal(), &report.warnings, &flags.log.allow);
            return output.write(
                &kind,
                Some(&names),
                args.output.mkdir,
                printing,
                &interrupt,
                &report::of(&report, language),
            );
        }
        Output::Files(patterns) => patterns,
    };
    warn(&report.warnings, &flags.log.allow);
    let mut batch = Batch::default();
    match args.split_by {
        None => batch.add(patterns, &kind, Some(&names), None, printing, &report::of(&report, language))?,
        Some(dimension) => {
            let values = values(flags, &facts, &templates, dimension, now)?;
            let labels: Vec<&str> = values.iter().map(|(_, label)| label.as_str()).collect();
            let file_names = distinct_names(&labels);
            for ((value, _), name) in values.into_iter().zip(file_names) {
                let mut ask = flags.ask(templates.clone(), window)?;
                ask.filters.values.insert(dimension, vec![value]);
                let part = built(&facts, &ask)?;
                batch.add(patterns, &kind, Some(&names), Some(&name), printing, &report::of(&part, language))?;
            }
        }
    }
    guard(batch.paths(), |files| flags.files(files))?;
    batch.write(args.output.mkdir, printing, &interrupt)
}

/// What the words in the names of outputs stand for.
fn names(args: &RunArgs, templates: &[Template], window: Window) -> Names {
    Names { report: args.report.clone(), ..report::names(templates, window) }
}

/// The values of a dimension that the report has numbers of, with their names for people.
fn values(
    flags: &ReportFlags,
    facts: &Facts,
    templates: &[Template],
    dimension: Dimension,
    now: i64,
) -> anyhow::Result<Vec<(String, String)>> {
    let metrics: Vec<_> = templates.iter().flat_map(|template| &template.metrics).copied().collect();
    let mut seen = BTreeSet::new();
    let metrics: Vec<_> = metrics.into_iter().filter(|metric| seen.insert(metric.id)).collect();
    let template = Template {
        name: String::new(),
        title: String::new(),
        key_figures: Vec::new(),
        tables: vec![TableTemplate { dimensions: vec![dimension], metrics: metrics.clone() }],
        metrics,
        heatmaps: Vec::new(),
        trend: None,
    };
    let report = flags.report(facts, vec![template], now)?;
    let rows = report.tables.iter().flat_map(|(_, table)| &table.rows);
    let mut values: Vec<(String, String)> = rows.map(|row| (row.key.concat(), row.label.concat())).collect();
    values.sort();
    // Two people of one name are told apart by their ids.
    let is_twice = |label: &str| values.iter().filter(|(_, other)| other == label).count() > 1;
    let labels: Vec<String> = values
        .iter()
        .map(|(value, label)| if is_twice(label) { format!("{label} {value}") } else { label.clone() })
        .collect();
    Ok(values.into_iter().map(|(value, _)| value).zip(labels).collect())
}
