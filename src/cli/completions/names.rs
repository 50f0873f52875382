//! Which arguments offer names, and which names.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command};

use crate::fold::schema::FactTable;
use crate::ingest::profile::Profile;
use crate::metrics;
use crate::metrics::dimensions::Dimension;
use crate::report::list::Subject;
use crate::report::template::Template;
use crate::time::Period;

/// Names of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameKind {
    Metrics,
    Tables,
    Profiles,
    Templates,
    Dimensions,
    TableDimensions,
    Commands,
    Periods,
}

impl NameKind {
    /// The names that an argument of a command offers, if any.
    pub(super) fn of(command: &Command, arg: &Arg) -> Option<Self> {
        match (command.get_name(), arg.get_id().as_str()) {
            ("metrics", "id") | ("explain" | "list", "metric") => Some(Self::Metrics),
            ("list", "logs") | ("tables", "name") => Some(Self::Tables),
            ("profiles", "name") | (_, "profile") => Some(Self::Profiles),
            (_, "template") => Some(Self::Templates),
            (_, "period") => Some(Self::Periods),
            (_, "split_by") => Some(Self::Dimensions),
            (_, "by") => Some(Self::TableDimensions),
            ("man", "command") => Some(Self::Commands),
            _ => None,
        }
    }

    /// The names, each with its description.
    fn names(self, known: &Command) -> Vec<PossibleValue> {
        let value = |name: &str, help: &str| PossibleValue::new(name.to_owned()).help(help.to_owned());
        match self {
            Self::Metrics => metrics::all().map(|metric| value(metric.id, metric.label)).collect(),
            Self::Tables => {
                FactTable::ALL.iter().map(|table| value(table.name(), Subject::Table(*table).title())).collect()
            }
            Self::Profiles => {
                let title = |name: &str| Profile::built_in(name).map_or_else(|_| String::new(), |found| found.title);
                Profile::names().map(|name| value(name, &title(name))).collect()
            }
            Self::Templates => {
                let title = |name: &str| Template::built_in(name).map_or_else(|_| String::new(), |found| found.title);
                Template::names().map(|name| value(name, &title(name))).collect()
            }
            Self::Dimensions => {
                let name = |name: &str| PossibleValue::new(name.replace('_', "-"));
                Dimension::ALL
                    .iter()
                    .filter(|dimension| dimension.has_filter())
                    .map(|dimension| name(dimension.name()))
                    .collect()
            }
            Self::TableDimensions => {
                Dimension::ALL.iter().map(|dimension| PossibleValue::new(dimension.name())).collect()
            }
            Self::Periods => Period::names().map(|name| PossibleValue::new(name.to_owned())).collect(),
            Self::Commands => {
                let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
                known.get_subcommands().map(|command| value(command.get_name(), &about(command))).collect()
            }
        }
    }
}

/// Whether the value of an argument may be a file instead of a name.
pub(super) fn is_also_file(arg: &Arg) -> bool {
    let is_file = |name: &str| name.contains("FILE") || name == "LOG";
    arg.get_value_names().is_some_and(|names| names.iter().any(|name| is_file(name)))
}

/// The command line, with names offered for the arguments that take one. The parser still accepts other values, such as
/// files and statistics.
pub(super) fn with_names(known: Command) -> Command {
    let all = known.clone();
    known.mut_subcommands(|command| {
        let own = command.clone();
        command.mut_args(|arg| match NameKind::of(&own, &arg) {
            Some(kind) => arg.value_parser(PossibleValuesParser::new(kind.names(&all))),
            None => arg,
        })
    })
}
