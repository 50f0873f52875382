//! `dialogram run NAME`: a report that the config file names, with all its outputs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::file_name::{Names, Pattern, distinct_names};
use super::guard::Files;
use super::interrupt::Interrupt;
use super::load;
use super::output::{Color, Output, Printing};
use super::report::{ReportFlags, built, write};
use super::tell::{warn, warn_beside};
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::fold::keep::Keep;
use crate::harmless::shown_path;
use crate::metrics::dimensions::Dimension;
use crate::nearest::hint;
use crate::render::whole_file::{check_folder_writable, create_folder, write_all_whole};
use crate::render::{Format, TerminalOptions, render};
use crate::report::Report;
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
{report}; and the dimension of --split-by, as {department}. A name without an ending is a folder for all formats.")]
pub struct RunArgs {
    /// The name of the report in the config file
    #[arg(value_name = "REPORT")]
    report: String,
    /// What the report is of.
    #[command(flatten)]
    pub flags: ReportFlags,
    /// Where to write: .json, .csv, .pdf or .txt files, or a folder; repeatable [default: to the terminal]
    #[arg(long, short, value_name = "FILE|DIR", help_heading = "Output")]
    output: Vec<String>,
    /// Wait for another run that writes into the same folder, instead of ending with exit code 5
    #[arg(long, help_heading = "Output")]
    wait: bool,
    /// One report for each value: department, queue, agent, channel, app or support-type
    #[arg(long, value_name = "DIMENSION", value_parser = dimension, help_heading = "Output")]
    split_by: Option<Dimension>,
}

impl RunArgs {
    /// The files that the command reads and writes, as far as their names are known before the log is read.
    pub(super) fn files(&self, files: &mut Files) {
        self.flags.files(files);
        if self.output.is_empty() {
            files.write_stdout();
        }
        // A name that is wrong is refused later.
        let patterns = self.output.iter().filter_map(|text| Pattern::parse(text, self.split_by).ok());
        for pattern in patterns {
            let report = (!pattern.is_plain_folder()).then_some(self.report.as_str());
            files.hold(&pattern.fixed_folder(), report);
            for path in pattern.fixed_files().into_iter().flatten() {
                files.write_file("--output", &path);
            }
        }
        files.wait(self.wait);
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
    let flags = &args.flags;
    if flags.log.logs.is_empty() {
        return Err(Failure::Usage.because(format!(
            "report `{name}` names no logs: write logs = [\"…\"] under [reports.{name}], or name them here",
            name = args.report
        )));
    }
    let templates = flags.templates()?;
    let now = flags.checked(&templates)?;
    let patterns: Vec<Pattern> =
        args.output.iter().map(|text| Pattern::parse(text, args.split_by)).collect::<Result<_, _>>()?;
    for pattern in &patterns {
        check_folder_writable(&pattern.fixed_folder())?;
    }
    if patterns.is_empty() && args.split_by.is_some() {
        return Err(Failure::Usage.because("--split-by makes several reports: say where to with --output"));
    }
    if args.split_by.is_none() && flags.window.to != Some(To::LogEnd) {
        let names = names(args, &templates, flags.window(now, None)?);
        check_files(args, patterns.iter().flat_map(|pattern| pattern.files(&names, None)).map(|(path, _)| path))?;
    }
    let facts = load::facts_for(&flags.log, &interrupt, |last_event| match args.split_by {
        // What splits is a filter of its own for each report.
        Some(_) => Ok(Keep::all()),
        None => flags.keep(templates.clone(), now, last_event),
    })?;
    let report = flags.report(&facts, templates.clone(), now)?;
    let on_terminal = Output::Stdout(Format::Terminal);
    if patterns.is_empty() {
        warn_beside(&on_terminal, &report.warnings, &flags.log.allow);
    } else {
        warn(&report.warnings, &flags.log.allow);
    }
    if patterns.is_empty() {
        let printing = Printing { color: Color::Auto, is_quiet: flags.log.quiet };
        return write(&report, &on_terminal, printing, &interrupt);
    }
    let window = flags.window(now, facts.run.last_event())?;
    let names = names(args, &templates, window);
    let mut outputs = Outputs::default();
    match args.split_by {
        None => outputs.add(&patterns, &names, None, &report)?,
        Some(dimension) => {
            let values = values(flags, &facts, &templates, dimension, now)?;
            let labels: Vec<&str> = values.iter().map(|(_, label)| label.as_str()).collect();
            let file_names = distinct_names(&labels);
            for ((value, _), name) in values.into_iter().zip(file_names) {
                let mut ask = flags.ask(templates.clone(), window)?;
                ask.filters.values.insert(dimension, vec![value]);
                outputs.add(&patterns, &names, Some(&name), &built(&facts, &ask)?)?;
            }
        }
    }
    check_files(args, outputs.files.iter().map(|(path, _)| path.clone()))?;
    let _whole = interrupt.hold();
    for folder in &outputs.folders {
        create_folder(folder)?;
    }
    write_all_whole(&outputs.files)
}

/// What the words in the names of outputs stand for.
fn names(args: &RunArgs, templates: &[Template], window: Window) -> Names {
    let templates: Vec<&str> = templates.iter().map(|template| template.name.as_str()).collect();
    Names {
        from: window.first_day(),
        to: window.last_day(),
        template: templates.join("+"),
        report: args.report.clone(),
    }
}

/// The guard once more, where the names of the outputs are known.
fn check_files(args: &RunArgs, outputs: impl Iterator<Item = PathBuf>) -> anyhow::Result<()> {
    let mut files = Files::default();
    args.flags.files(&mut files);
    for path in outputs {
        files.write_file("--output", &path);
    }
    files.check()
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

/// What is to be written, no path twice.
#[derive(Debug, Default)]
struct Outputs {
    files: Vec<(PathBuf, Vec<u8>)>,
    folders: BTreeSet<PathBuf>,
}

impl Outputs {
    fn add(&mut self, patterns: &[Pattern], names: &Names, value: Option<&str>, report: &Report) -> anyhow::Result<()> {
        for pattern in patterns {
            for (path, format) in pattern.files(names, value) {
                if self.files.iter().any(|(known, _)| *known == path) {
                    let message = format!("two outputs would be {}: tell their names apart", shown_path(&path));
                    return Err(Failure::Usage.because(message));
                }
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    self.folders.insert(folder.to_owned());
                }
                self.files.push((path, render(report, format, &TerminalOptions { width: 80, color: false })?));
            }
        }
        Ok(())
    }
}
