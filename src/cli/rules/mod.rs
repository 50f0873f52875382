//! The rules of the gate: a TOML file, read and checked before the run.

mod location;
mod subject;

use std::ops::Range;
use std::path::Path;

use self::subject::RuleSubject;
use super::targets::{limit_of, no};
use crate::failure::Failure;
use crate::gate::check::Tolerance;
use crate::gate::{Direction, MetricPart, Rule, RuleTable, Severity};
use crate::harmless::shown_path;
use crate::metrics::{Better, Clock};
use crate::toml_reader::{self, Reader, TomlTable, as_typed};

const KEYS: [&str; 14] = [
    "metric",
    "statistic",
    "table",
    "dimension",
    "key",
    "direction",
    "absolute",
    "relative",
    "minimum-n",
    "at-most",
    "at-least",
    "allow-no-data",
    "severity",
    "name",
];
const DIRECTIONS: [&str; 4] = ["any", "up", "down", "worse"];

/// Reads a rules file.
///
/// # Errors
///
/// If it cannot be read, or has mistakes.
pub fn read(path: &Path, attributes: &[&'static str]) -> anyhow::Result<Vec<Rule>> {
    let location = shown_path(path);
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage.because(format!("rules {location} cannot be read: {error}")))?;
    parse(&location, &text, attributes)
}

fn parse(location: &str, text: &str, attributes: &[&'static str]) -> anyhow::Result<Vec<Rule>> {
    toml_reader::read("rules", location, text, |reader, root| {
        reader.keys(root, &["rules"], "key");
        let tables = reader.tables_of(root, "rules");
        if tables.is_empty() && !reader.has_mistakes() {
            reader.mistake(&(0..0), "no rules: write [[rules]] over each".to_owned());
        }
        tables.into_iter().filter_map(|(table, span)| rule(reader, table, &span, attributes)).collect()
    })
}

fn rule(reader: &mut Reader, table: &TomlTable, at: &Range<usize>, attributes: &[&'static str]) -> Option<Rule> {
    reader.keys(table, &KEYS, "key of a rule");
    let rule_table = location::table(reader, table, at, attributes);
    // The names of numbers depend on the table. If the table is wrong, the names of the totals are checked.
    let is_placed = rule_table.is_some();
    let rule_table = rule_table.unwrap_or(RuleTable::Total);
    let subject = RuleSubject::read(reader, table, at, &rule_table)?;
    let part = subject.part(reader, table, at, &rule_table)?;
    let unit = part.unit(subject.unit());
    let number = |text: &str| limit_of(unit, text);
    let not_negative = |text: &str| number(text).and_then(|value| at_least_nothing(text, value));
    let share = |text: &str| share(text).and_then(|value| at_least_nothing(text, value));
    let absolute = read_as(reader, table, "absolute", not_negative);
    let relative = read_as(reader, table, "relative", share);
    let at_most = read_as(reader, table, "at-most", number);
    let at_least = read_as(reader, table, "at-least", number);
    let allow_no_data = read_as(reader, table, "allow-no-data", flag);
    if allow_no_data.is_some() && at_most.is_none() && at_least.is_none() {
        let message = "`allow-no-data` is about a bound: set `at-most` or `at-least`".to_owned();
        reader.mistake(at, message);
    }
    let direction = direction(reader, table, subject);
    if let (RuleTable::By(dimensions), RuleSubject::Metric(metric)) = (&rule_table, subject) {
        for dimension in dimensions.iter().filter(|dimension| !metric.has(**dimension)) {
            let why = match metric.clock {
                Clock::Horizon => "it is counted at one instant",
                Clock::Time | Clock::Column(_) => "an agent's status is of no conversation",
            };
            reader.mistake(at, format!("`{}` has no {}: {why}", metric.id, dimension.name()));
        }
    }
    let key = if is_placed { location::key(reader, table, &rule_table) } else { None };
    let minimum_n = read_as(reader, table, "minimum-n", |text| {
        text.parse::<u64>().map_err(|_| format!("`{text}` is not a whole number"))
    });
    if minimum_n.is_some() && rule_table != RuleTable::Total && !subject.has_n(unit) {
        let message = format!("`minimum-n`: report.json has no n of `{}` in {}", subject.id(), parts_of(&rule_table));
        reader.mistake(at, message);
    }
    let severity = read_as(reader, table, "severity", |text| {
        let known = || Severity::ALL.iter().map(|severity| severity.name());
        Severity::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| no("severity", text, known()))
    });
    let is_bound_alone = at_most.is_some() || at_least.is_some();
    let is_of_change = absolute.is_some() || relative.is_some() || table.get("direction").is_some();
    let change = (is_of_change || !is_bound_alone).then_some(Tolerance { direction, absolute, relative });
    let name = read_as(reader, table, "name", |text| Ok(text.to_owned()));
    Some(Rule {
        name: name.unwrap_or_else(|| rule_name(subject, part, &rule_table, key.as_deref())),
        line: reader.line(at),
        metric: subject.id().to_owned(),
        part,
        table: rule_table,
        key,
        severity: severity.unwrap_or(Severity::Fail),
        minimum_n,
        change,
        at_most,
        at_least,
        allow_no_data: allow_no_data.unwrap_or(false),
    })
}

/// The names of the numbers in a table.
const fn parts_of(table: &RuleTable) -> &'static str {
    match table {
        RuleTable::Total => "the totals",
        RuleTable::By(_) => "the rows of tables",
        RuleTable::Heatmap => "the cells of heatmaps",
        RuleTable::Staffing => "the cells of staffing",
        RuleTable::Trend => "the windows of the trend",
    }
}

/// `queue_wait.p90 by queue Pedidos`, `difference staffing mon 10`.
fn rule_name(subject: RuleSubject, part: MetricPart, table: &RuleTable, key: Option<&str>) -> String {
    let part = if part == MetricPart::Value { String::new() } else { format!(".{}", part.name()) };
    let table_text = match table {
        RuleTable::Total => String::new(),
        RuleTable::By(_) => table.by().map(|by| format!(" by {by}")).unwrap_or_default(),
        RuleTable::Heatmap | RuleTable::Staffing | RuleTable::Trend => format!(" {}", table.name()),
    };
    let key = key.map(|key| format!(" {key}")).unwrap_or_default();
    format!("{}{part}{table_text}{key}", subject.id())
}

fn direction(reader: &mut Reader, table: &TomlTable, subject: RuleSubject) -> Direction {
    let named = |text: &str| match (text, subject.better()) {
        ("any", _) => Ok(Direction::Any),
        ("up", _) | ("worse", Better::Lower) => Ok(Direction::Up),
        ("down", _) | ("worse", Better::Higher) => Ok(Direction::Down),
        ("worse", Better::Neither) => {
            Err(format!("neither side of `{}` is the worse one: write up, down or any", subject.id()))
        }
        (_, _) => Err(no("direction", text, DIRECTIONS.into_iter())),
    };
    read_as(reader, table, "direction", named).unwrap_or(Direction::Any)
}

fn flag(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| format!("`{text}` is neither true nor false"))
}

fn share(text: &str) -> Result<f64, String> {
    let number = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
        None => text.parse(),
    };
    number.ok().filter(|share| share.is_finite()).ok_or_else(|| format!("`{text}` is not a share, such as 10% or 0.1"))
}

fn at_least_nothing(text: &str, value: f64) -> Result<f64, String> {
    if value < 0.0 { Err(format!("`{text}` is negative: give the tolerance without a sign")) } else { Ok(value) }
}

/// The value of a key, quoted or not, parsed by `read`; reports a mistake.
fn read_as<T>(
    reader: &mut Reader,
    table: &TomlTable,
    key: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Option<T> {
    let value = table.get(key)?;
    let found =
        as_typed(value.get_ref()).ok_or_else(|| format!("one value is expected, found {}", value.get_ref().type_str()));
    match found.and_then(|text| read(&text)) {
        Ok(found) => Some(found),
        Err(message) => {
            reader.mistake(&value.span(), format!("`{key}`: {message}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::dimensions::Dimension;
    use crate::report::Statistic;

    #[test]
    fn a_rule_has_a_subject_a_limit_and_a_severity() {
        let text = "\
            [[rules]]\nmetric = 'queue_wait'\nstatistic = 'p90'\ndimension = 'queue'\ndirection = 'worse'\n\
            relative = '10%'\nabsolute = '30s'\nminimum-n = 20\n\
            [[rules]]\nmetric = 'service_level'\nat-least = 0.8\nseverity = 'warn'\n\
            [[rules]]\nmetric = 'conversations'\n";
        let rules = parse("rules.toml", text, &[]).unwrap();
        let wait = &rules[0];
        assert_eq!(
            (wait.name.as_str(), wait.line, wait.part),
            ("queue_wait.p90 by queue", 1, MetricPart::Statistic(Statistic::P90))
        );
        let expected = Tolerance { direction: Direction::Up, absolute: Some(30.0), relative: Some(0.1) };
        assert_eq!((wait.change, wait.minimum_n, wait.severity), (Some(expected), Some(20), Severity::Fail));
        assert_eq!((rules[1].change, rules[1].at_least, rules[1].severity), (None, Some(0.8), Severity::Warn));
        // A rule without a limit allows no change.
        let exact = Tolerance { direction: Direction::Any, absolute: None, relative: None };
        assert_eq!((rules[2].change, rules[2].line), (Some(exact), 13));
        assert_eq!((&rules[0].table, &rules[2].table), (&RuleTable::By(vec![Dimension::Queue]), &RuleTable::Total));
    }

    #[test]
    fn a_rule_names_a_cell_as_report_csv_does() {
        let bound = |lines: &str| {
            let rules = parse("rules.toml", &format!("[[rules]]\n{lines}\nat-least = 0\n"), &["plan"]).unwrap();
            (rules[0].table.name(), rules[0].key.clone(), rules[0].name.clone())
        };
        let cases = [
            (
                "metric = 'conversations'\ndimension = 'channel,department'\nkey = 'web | Sales'",
                ("by_channel_department", Some("web | Sales"), "conversations by channel,department web | Sales"),
            ),
            (
                "metric = 'conversations'\ndimension = ['channel', 'plan']\nkey = ['we|b', '(none)']",
                ("by_channel_plan", Some(r"we\|b | (none)"), r"conversations by channel,plan we\|b | (none)"),
            ),
            (
                "table = 'staffing'\nmetric = 'difference'\nkey = 'mon 9'",
                ("staffing", Some("mon 09"), "difference staffing mon 09"),
            ),
            ("table = 'staffing'\nmetric = 'handling'", ("staffing", None, "handling staffing")),
            (
                "table = 'heatmap'\nmetric = 'conversations'\nkey = ['sun', 23]",
                ("heatmap", Some("sun 23"), "conversations heatmap sun 23"),
            ),
            (
                "table = 'trend'\nmetric = 'queue_wait'\nstatistic = 'p90'\nkey = 2026-03-02",
                ("trend", Some("2026-03-02"), "queue_wait.p90 trend 2026-03-02"),
            ),
        ];
        for (lines, (table, key, name)) in cases {
            assert_eq!(bound(lines), (table.to_owned(), key.map(str::to_owned), name.to_owned()), "{lines}");
        }
        // A positive difference means more agents than needed; a lower one is worse.
        let text = "[[rules]]\ntable = 'staffing'\nmetric = 'difference'\ndirection = 'worse'\n";
        assert_eq!(
            parse("rules.toml", text, &[]).unwrap()[0].change.map(|change| change.direction),
            Some(Direction::Down)
        );
    }

    #[test]
    fn the_schema_has_the_keys_and_words() {
        let schema = include_str!("../../../schemas/rules-1.schema.json");
        let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        let properties = schema["properties"]["rules"]["items"]["properties"].as_object().unwrap();
        assert!(properties.keys().map(String::as_str).eq(KEYS));
        let words = |key: &str| {
            let known = if key == "dimension" { &properties[key]["anyOf"][0] } else { &properties[key] };
            let words = known["enum"].as_array().unwrap().iter();
            words.map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(words("direction"), DIRECTIONS);
        assert_eq!(words("table"), location::TABLES);
        assert_eq!(words("severity"), Severity::ALL.map(Severity::name));
        assert!(words("dimension").iter().eq(Dimension::ALL.iter().map(|dimension| dimension.name())));
        assert!(
            words("statistic").iter().eq(Statistic::ALL
                .iter()
                .map(|one| one.name())
                .chain(["n"])
                .collect::<Vec<_>>()
                .iter())
        );
    }

    #[test]
    fn every_mistake_has_its_line() {
        let rule = "[[rules]]\nmetric = 'conversations'\n";
        let cases = [
            ("", "1: no rules"),
            ("rule = []", "1: no key `rule`; did you mean `rules`?"),
            ("rules = 1", "1: `rules` is a list of tables"),
            ("[[rules]]\n", "1: a rule without `metric`"),
            (
                "[[rules]]\nmetric = 'conversatons'",
                "2: `metric`: no metric `conversatons`; did you mean `conversations`?",
            ),
            (
                "[[rules]]\nmetric = 'queue_wait'",
                "1: `queue_wait` is a duration: name a statistic, as in statistic = \"p90\"",
            ),
            ("[[rules]]\nmetric = 'nps'\nstatistic = 'p90'", "3: `statistic`: `nps` is one number"),
            ("[[rules]]\nmetric = 'nps'\ndimension = 'queue'\nminimum-n = 3", "1: `minimum-n`: report.json has no n"),
            (&format!("{rule}direction = 'worse'"), "3: `direction`: neither side of `conversations`"),
            (&format!("{rule}direction = 'upp'"), "3: `direction`: no direction `upp`; did you mean `up`?"),
            (&format!("{rule}relative = 'ten'"), "3: `relative`: `ten` is not a share"),
            (&format!("{rule}absolute = -1"), "3: `absolute`: `-1` is negative"),
            (&format!("{rule}absolute = [1]"), "3: `absolute`: one value is expected, found array"),
            (&format!("{rule}severity = 'wran'"), "3: `severity`: no severity `wran`; did you mean `warn`?"),
            (&format!("{rule}minimum-n = 1.5"), "3: `minimum-n`: `1.5` is not a whole number"),
            (&format!("{rule}key = 'web'"), "1: `key` is one row of a table: name its `dimension`, or its `table`"),
            (&format!("{rule}table = 'staffing'\ndimension = 'hour'"), "1: `table` and `dimension` both name a table"),
            (
                &format!("{rule}table = 'heatmaps'"),
                "3: `table`: unknown table `heatmaps`: expected heatmap, staffing or trend; did you mean `heatmap`?",
            ),
            (&format!("{rule}table = 'by_queue'"), "3: `table`: `by_queue`: rows of a table are named by dimension"),
            (
                &format!("{rule}table = 'staffing'"),
                "2: `metric`: unknown number of staffing `conversations`: expected hours, arrivals",
            ),
            ("[[rules]]\ntable = 'staffing'\nmetric = 'needed'\nkey = 'mon 24'", "4: `key`: `mon 24` is not a cell"),
            (
                "[[rules]]\ntable = 'staffing'\nmetric = 'needed'\nkey = 'monday 10'",
                "4: `key`: `monday 10` is not a cell",
            ),
            (
                "[[rules]]\ntable = 'staffing'\nmetric = 'needed'\nminimum-n = 2",
                "1: `minimum-n`: report.json has no n of `needed`",
            ),
            (
                "[[rules]]\ntable = 'staffing'\nmetric = 'needed'\ndirection = 'worse'",
                "4: `direction`: neither side of `needed`",
            ),
            (&format!("{rule}table = 'trend'\nkey = '2026-02-30'"), "4: `key`: no such day as `2026-02-30`"),
            (&format!("{rule}dimension = 'channel,channel'"), "3: `dimension`: `channel` twice"),
            (
                &format!("{rule}dimension = ['channel', 'queue', 'app']"),
                "3: `dimension`: 3 dimensions: a table is by one, or by two",
            ),
            (
                &format!("{rule}dimension = 'channel,queue'\nkey = 'web'"),
                "4: `key`: `web` is one value: a row of a crossing has two",
            ),
            (
                &format!("{rule}dimension = 'channel,queue'\nkey = ['web']"),
                "4: `key`: the list has 1, and a row of this table has 2",
            ),
            (&format!("{rule}dimension = 'chanel'"), "3: `dimension`: no dimension `chanel`; did you mean `channel`?"),
            (&format!("{rule}tolerance = 1"), "3: no key of a rule `tolerance`"),
            (&format!("{rule}allow-no-data = true"), "1: `allow-no-data` is about a bound"),
            (
                &format!("{rule}at-most = 1\nallow-no-data = 'yes'"),
                "4: `allow-no-data`: `yes` is neither true nor false",
            ),
            ("[[rules]]\nmetric = 'open_conversations'\ndimension = 'day'", "1: `open_conversations` has no day"),
        ];
        for (text, expected) in cases {
            let error = parse("rules.toml", text, &[]).unwrap_err();
            assert_eq!(Failure::of(&error), Some(Failure::Usage));
            assert!(error.to_string().contains(&format!("rules.toml:{expected}")), "{text}\n{error}");
        }
    }
}
