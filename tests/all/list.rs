//! `list` against the report: for every metric and fixture, the number of rows equals the figure and their values give
//! its mean and share; each event named by a row is at its line of the log, with the row's instant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::list::ListArgs;
use dialogram::cli::{Command as Subcommand, load};
use dialogram::fold::facts::Facts;
use dialogram::fold::origins::Instant;
use dialogram::fold::projection::Projection;
use dialogram::fold::schema::{FactTable, Type};
use dialogram::metrics::dimensions::Dimension;
use dialogram::metrics::measure::{Measure, Times};
use dialogram::metrics::{self, AgentFilter, Metric};
use dialogram::report::list::{List, ListFigure, ListQuery, ListValue, Subject, build, needs, sort};
use dialogram::report::{Cell, MetricValue, Report};
use dialogram::time::{Window, parse_instant};
use serde_json::Value as Json;

use crate::reference::event::{Event, to_csv, to_jsonl};
use crate::reference::random::{Shape, random_log, random_options};
use crate::support::{Run, WEEK_LOG, failed, fixture_reports, is_near, parse, report, root, same_folder_from_a_file};

/// How many random logs a run tests; `DIALOGRAM_LOGS` raises it.
const LOGS: u64 = 60;

fn logs() -> u64 {
    std::env::var("DIALOGRAM_LOGS").ok().and_then(|n| n.parse().ok()).unwrap_or(LOGS)
}

/// Facts with the events behind them, and the options of lists.
struct Listed {
    facts: Facts,
    args: ListArgs,
    window: Window,
}

impl Listed {
    /// The facts for lists with the flags of a report.
    fn of(logs: &[PathBuf], args: &[String]) -> Run<Self> {
        let mut own = vec!["--metric".to_owned(), "conversations".to_owned()];
        let mut words = args.iter();
        while let Some(word) = words.next() {
            // Lists have no comparison.
            let is_of_staffing = word.starts_with("--staffing-") || word.starts_with("--agent-concurrency");
            if is_of_staffing && word.contains('=') {
                None
            } else if is_of_staffing || ["--compare", "--trend", "--template", "--by"].contains(&word.as_str()) {
                words.next()
            } else {
                own.push(word.clone());
                None
            };
        }
        let Subcommand::List(args) = parse("list", logs, &own)? else { unreachable!("asked for a list") };
        let read = || -> anyhow::Result<Self> {
            let keep = Projection { origins: true, ..Projection::all() };
            let facts = load::facts_for(&args.log, &Interrupt::default(), |_| Ok(keep))?;
            let (zone, last) = (args.log.zone()?, facts.run.last_event());
            let window = args.window.window(zone, args.window.now(zone)?, last)?;
            Ok(Self { facts, args, window })
        };
        read().map_err(|error| failed(&error))
    }

    fn query(&self, subject: Subject) -> ListQuery {
        self.args.query(&self.args.request(subject).unwrap(), self.window)
    }

    fn list(&self, query: &ListQuery) -> List {
        build(&self.facts, query).unwrap_or_else(|error| panic!("{}: {error:#}", query.subject.name()))
    }
}

/// The values of a column, in the order of the rows.
fn column<'a>(list: &'a List, name: &str) -> Vec<&'a ListValue> {
    let place = list.column(name).unwrap_or_else(|| panic!("no {name} in a list of {}", list.subject.name()));
    list.rows.iter().map(|row| &row[place]).collect()
}

fn seconds(list: &List) -> Vec<f64> {
    let value =
        |value: &&ListValue| if let ListValue::Seconds(seconds) = value { *seconds } else { panic!("{value:?}") };
    column(list, "value_seconds").iter().map(value).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
fn float(count: usize) -> f64 {
    count as f64
}

/// The number computed from the rows of a list, and the number of rows.
fn recounted(list: &List, metric: &Metric) -> (Option<f64>, usize) {
    let n = list.rows.len();
    let share = |of: f64| (n > 0).then(|| of / float(n));
    let is = |value: &ListValue| column(list, "is_in_numerator").iter().filter(|flag| **flag == value).count();
    let distinct =
        |name: &str| column(list, name).iter().map(|value| format!("{value:?}")).collect::<BTreeSet<_>>().len();
    let value = match metric.measure {
        Measure::Count { .. } => Some(float(n)),
        Measure::Distinct { column, .. } => Some(float(distinct(column))),
        Measure::Rate { .. } | Measure::Within { .. } => share(float(is(&ListValue::Flag(true)))),
        Measure::Score { .. } => {
            let of = |number: i64| {
                float(column(list, "contribution").iter().filter(|v| ***v == ListValue::Number(number)).count())
            };
            share(100.0 * (of(1) - of(-1)))
        }
        Measure::Mean { column: column_name, .. } => {
            let number = |value: &&ListValue| if let ListValue::Number(number) = value { *number } else { 0 };
            let sum: i64 = column(list, column_name).iter().map(number).sum();
            share(float(usize::try_from(sum).unwrap()))
        }
        Measure::Ratio { per, .. } => (n > 0).then(|| float(n) / float(distinct(per))),
        Measure::Duration { .. } => share(seconds(list).iter().sum()),
        Measure::Time { times } => return (time(list, times), distinct("agent")),
    };
    (value, n)
}

/// The sum of the spans of a list.
fn time(list: &List, of: Times) -> Option<f64> {
    let number =
        |value: &&ListValue| if let ListValue::Seconds(seconds) = value { *seconds } else { panic!("{value:?}") };
    let lengths: Vec<f64> = column(list, "seconds").iter().map(number).collect();
    let sum: f64 = lengths.iter().sum();
    match of {
        Times::Online | Times::Paused | Times::Handling | Times::Attended => Some(sum),
        Times::Concurrency => {
            let instant = |value: &ListValue| parse_instant(value.text().unwrap(), dialogram::time::Zone::UTC).unwrap();
            let mut by_agent: BTreeMap<String, Vec<(i64, i64)>> = BTreeMap::new();
            for ((agent, from), to) in column(list, "agent").iter().zip(column(list, "from")).zip(column(list, "to")) {
                by_agent.entry(format!("{agent:?}")).or_default().push((instant(from), instant(to)));
            }
            let mut attended = 0;
            for spans in by_agent.values_mut() {
                spans.sort_unstable();
                let mut end = i64::MIN;
                for (from, to) in spans {
                    attended += (*to - end.max(*from)).max(0);
                    end = end.max(*to);
                }
            }
            (attended > 0).then(|| sum / (float(usize::try_from(attended).unwrap()) / 1000.0))
        }
        Times::Occupancy => {
            let flags = column(list, "is_in_numerator");
            let busy: f64 = lengths
                .iter()
                .zip(flags)
                .filter(|(_, flag)| **flag == ListValue::Flag(true))
                .map(|(length, _)| length)
                .sum();
            (sum > 0.0).then(|| busy / sum)
        }
    }
}

/// Compares a list with a report's value of its metric.
fn compare(list: &List, metric: &Metric, expected: &Cell) -> Result<(), String> {
    let (value, n) = recounted(list, metric);
    let near = |a: Option<f64>, b: Option<f64>| is_near(&Json::from(a), &Json::from(b));
    let (said, said_n) = match expected {
        Cell::Hidden => unreachable!("nothing is hidden"),
        Cell::Scalar { value, n } => (*value, n.unwrap_or(0)),
        Cell::Duration(statistics) => {
            let max = seconds(list).into_iter().reduce(f64::max);
            if !near(max, statistics.max) {
                return Err(format!("{}: max {max:?}, the report says {:?}", metric.id, statistics.max));
            }
            (statistics.mean, statistics.n)
        }
    };
    // A count that no log has is unknown, and has no rows.
    let value = value.filter(|_| n > 0 || said.is_some());
    // Agents' time: one agent has many spans.
    let is_as_long = list.row_count == said_n || matches!(metric.measure, Measure::Time { .. });
    if !near(value, said) || n as u64 != said_n || !is_as_long {
        return Err(format!("{}: {value:?} of {n} rows, the report says {said:?} of {said_n}", metric.id));
    }
    Ok(())
}

fn cell(value: &MetricValue) -> Cell {
    match value {
        MetricValue::Scalar(scalar) => Cell::Scalar { value: scalar.value, n: Some(scalar.n) },
        MetricValue::Duration(duration) => Cell::Duration(duration.statistics),
        MetricValue::Hidden(_) => Cell::Hidden,
    }
}

/// Compares every metric of a report with its rows.
fn totals(listed: &Listed, report: &Report) -> Result<usize, String> {
    for metric in metrics::all() {
        let list = listed.list(&listed.query(Subject::Metric(metric)));
        let total = cell(report.metrics.get(metric.id).unwrap());
        compare(&list, metric, &total)?;
        let figure = match list.figure.as_ref().unwrap() {
            ListFigure::Scalar { value, n, .. } => Cell::Scalar { value: *value, n: Some(*n) },
            ListFigure::Duration { statistics, .. } => Cell::Duration(*statistics),
        };
        if figure != total {
            return Err(format!("{}: the figure is {figure:?}, the report's {total:?}", metric.id));
        }
    }
    Ok(metrics::all().count())
}

/// The program keeps only the facts that its list needs.
fn fewer_facts_are_enough(listed: &Listed, nth_log: usize) {
    let keep = needs(&listed.query(Subject::Table(FactTable::Conversations)));
    let facts = load::facts_for(&listed.args.log, &Interrupt::default(), |_| Ok(keep.clone())).unwrap();
    // Nor need they be in memory.
    let in_file = Projection { memory_bytes: Some(0), ..keep };
    let in_file = load::facts_for(&listed.args.log, &Interrupt::default(), |_| Ok(in_file)).unwrap();
    let open = Subject::Metric(metrics::find("open_conversations").unwrap());
    // Agents' statuses belong to no conversation: filters of conversations are refused there.
    for subject in FactTable::ALL
        .iter()
        .filter(|table| table.has("conversation_id"))
        .map(|table| Subject::Table(*table))
        .chain([open])
    {
        let query = listed.query(subject);
        assert_eq!(build(&facts, &query).unwrap(), listed.list(&query), "{}", subject.name());
        assert_eq!(build(&in_file, &query).unwrap(), listed.list(&query), "{} from a file", subject.name());
    }
    // Only the rows that are shown are kept. Each log tests some metrics.
    for (nth, metric) in metrics::all().enumerate().filter(|(nth, _)| nth % 16 == nth_log % 16) {
        let subject = Subject::Metric(metric);
        let columns = sort::columns(subject);
        let by = (nth % 3 > 0).then(|| columns[nth % columns.len()].shown());
        let query = ListQuery { sort: by, limit: Some(1 + nth % 4), ..listed.query(subject) };
        assert_eq!(build(&in_file, &query).unwrap(), listed.list(&query), "{} from a file", subject.name());
    }
    same_folder_from_a_file(&listed.args.log, &listed.facts).unwrap();
}

#[test]
fn every_metric_of_every_fixture_lists_n_rows() {
    let mut compared = 0;
    for (nth, (name, logs, args)) in fixture_reports().into_iter().enumerate() {
        let (_, report) = report(&logs, &args).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let listed = Listed::of(&logs, &args).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        compared += totals(&listed, &report).unwrap_or_else(|difference| panic!("{name}: {difference}"));
        fewer_facts_are_enough(&listed, nth);
    }
    assert!(compared > 2_000, "only {compared} lists");
}

/// The flag that filters by a cell's key; `None` if the list has that filter already, or the question differs.
fn filtered(listed: &Listed, dimension: Dimension, key: &str, metric: &'static Metric) -> Option<ListQuery> {
    let mut query = listed.query(Subject::Metric(metric));
    match dimension {
        Dimension::Day => {
            let day = key.parse().unwrap();
            query.window = Window::new(listed.window.zone(), day, day).unwrap();
        }
        Dimension::Weekday if query.filters.weekdays.is_none() => query.filters.weekdays = Some(key.parse().unwrap()),
        Dimension::Hour if query.filters.hours.is_none() => {
            let hour: u8 = key.parse().unwrap();
            query.filters.hours = Some(format!("{hour}-{}", hour + 1).parse().unwrap());
        }
        Dimension::Weekday | Dimension::Hour | Dimension::Week | Dimension::Month => return None,
        // For these, `--agent` keeps the agents who took part, but the table's rows are by the conversation's own agent
        // (semantics.md 7).
        Dimension::Agent if metric.agent == AgentFilter::TookPart => return None,
        Dimension::Channel
        | Dimension::SupportType
        | Dimension::Department
        | Dimension::Queue
        | Dimension::Agent
        | Dimension::App
        | Dimension::Tag
        | Dimension::Attribute(_) => {
            if query.filters.values.insert(dimension, vec![key.to_owned()]).is_some() {
                return None;
            }
        }
    }
    Some(query)
}

#[test]
fn a_filter_by_a_tables_key_gives_the_rows_of_its_cells() {
    const LARGE: [&str; 4] = ["week", "every-metric", "queues-and-departments", "first-contact"];
    let mut compared = 0;
    let mut seen = BTreeSet::new();
    for (name, logs, args) in fixture_reports() {
        let fixture = LARGE.iter().find(|large| name.starts_with(*large));
        if !fixture.is_some_and(|fixture| seen.insert(*fixture)) {
            continue;
        }
        let (_, report) = report(&logs, &args).unwrap();
        let listed = Listed::of(&logs, &args).unwrap();
        for dimension in Dimension::ALL {
            let table = report.tables.get(&format!("by_{}", dimension.name())).unwrap();
            for row in &table.rows {
                for (id, cell) in row.cells.iter() {
                    let metric = metrics::find(id).unwrap();
                    let is_nothing = *cell == metric.measure.over_no_rows();
                    let Some(query) = filtered(&listed, *dimension, &row.key[0], metric).filter(|_| !is_nothing) else {
                        continue;
                    };
                    let place = format!("{name} by {} {}", dimension.name(), row.key[0]);
                    compare(&listed.list(&query), metric, cell).unwrap_or_else(|error| panic!("{place}: {error}"));
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(seen.len(), LARGE.len());
    assert!(compared > 1_500, "only {compared} cells");
}

#[test]
fn lists_of_random_logs_have_n_rows() {
    let folder = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for seed in 0..logs() {
        let log = random_log(seed, 20 + usize::try_from(seed % 7).unwrap() * 40, &Shape::random(seed));
        let args = random_options(seed, &log).report_args();
        let path = folder.path().join("log.jsonl");
        std::fs::write(&path, to_jsonl(&log)).unwrap();
        let logs = [path];
        let Ok((_, report)) = report(&logs, &args) else { continue };
        let listed = Listed::of(&logs, &args).unwrap();
        compared += totals(&listed, &report).unwrap_or_else(|error| panic!("log {seed} {args:?}: {error}"));
    }
    assert!(compared as u64 > logs() * 20, "only {compared} lists");
}

/// A source's rows by line, as far as the test needs them.
type Lines = BTreeMap<u64, Json>;

fn lines(log: &[Event]) -> Lines {
    let rows = log.iter().map(|event| serde_json::from_str(to_jsonl(std::slice::from_ref(event)).trim()).unwrap());
    (1..).zip(rows).collect()
}

/// Instants that may be set by a limit, not by an event, if silence separates conversations.
const BY_SILENCE: [&str; 3] = ["ended_at", "decided_at", "bot_ended_at"];

/// Whether an event may set an instant, for instants that only few kinds of events set.
fn fits(table: FactTable, what: &str, event: &Json) -> bool {
    let is = |kinds: &[&str]| kinds.contains(&event["event"].as_str().unwrap());
    let message = |actor: &str| is(&["message"]) && event["actor"] == actor;
    match (table, what) {
        (FactTable::Requests, "requested_at") => event["event"].as_str().unwrap().starts_with("transfer_"),
        (FactTable::Visits, "entered_at") => is(&["transfer_succeeded", "queued", "transferred"]),
        (_, "assigned_at") => is(&["assigned", "transferred"]),
        (_, "opened_at") => !is(&["closed", "customer_left", "rated", "started", "status_changed"]),
        (_, "began_at") => is(&["assigned", "transferred"]) || message("agent"),
        (_, "first_reply_at" | "first_message_at" | "first_agent_message_at") | (FactTable::AgentMessages, "ts") => {
            message("agent")
        }
        (_, "first_customer_message_at") => message("customer"),
        (_, "welcome_at") => message("bot"),
        (_, "engaged_at") => message("customer") || message("agent"),
        (_, "first_closed_at" | "closed_at") | (FactTable::Closes, "ts") => is(&["closed"]),
        (_, "last_message_at") => is(&["message"]),
        (FactTable::Ratings, "ts") => is(&["rated"]),
        (FactTable::AgentStates, _) => is(&["agent_status"]),
        _ => !is(&["agent_status"]),
    }
}

/// Compares every event of every row with the lines of the sources; returns the instants without events.
fn places(listed: &Listed, sources: &BTreeMap<String, Lines>, is_by_silence: bool) -> Result<usize, String> {
    let mut seen = 0;
    for table in FactTable::ALL {
        let list = listed.list(&listed.query(Subject::Table(*table)));
        if !list.rows.is_empty() && list.column("events").is_none() {
            return Err(format!("{}: no events", table.name()));
        }
        for row in &list.rows {
            let value = |name: &str| list.column(name).map_or(&ListValue::None, |place| &row[place]);
            let id = value("conversation_id").text();
            let ListValue::Events(events) = value("events") else { unreachable!("a list of events") };
            let mut named = BTreeSet::new();
            for event in events {
                let place = format!("{} {id:?} {} {}:{}", table.name(), event.what, list.file(*event), event.line);
                let line = sources.get(list.file(*event)).and_then(|lines| lines.get(&event.line));
                let line = line.ok_or_else(|| format!("{place}: no such line"))?;
                let at = |text: &str| parse_instant(text, dialogram::time::Zone::UTC).unwrap();
                // The two instants from which a message's durations are counted are not columns of it.
                let waited = value(match event.what {
                    "first_customer_message_at" => "first_response_seconds",
                    _ => "response_seconds",
                });
                let claimed = match (event.what, value(event.what), waited, value("ts")) {
                    (
                        "due_since" | "first_customer_message_at",
                        ListValue::None,
                        ListValue::Seconds(seconds),
                        ListValue::Instant(ts),
                    ) => {
                        #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a test")]
                        let ms = (seconds * 1000.0).round() as i64;
                        at(ts) - ms
                    }
                    (_, ListValue::Instant(instant), ..) => at(instant),
                    _ => return Err(format!("{place}: the row has no such instant")),
                };
                if at(line["ts"].as_str().unwrap()) != claimed {
                    return Err(format!("{place}: the line is of {}", line["ts"]));
                }
                if !fits(*table, event.what, line) {
                    return Err(format!("{place}: the line is {line}"));
                }
                if id.is_some() && !is_by_silence && line["conversation_id"].as_str() != id {
                    return Err(format!("{place}: the line is of {}", line["conversation_id"]));
                }
                if !named.insert(event.what) {
                    return Err(format!("{place}: twice"));
                }
                seen += 1;
            }
            let instants =
                table.columns().iter().filter(|spec| spec.holds == Type::Instant && spec.name != "status_since");
            for spec in instants.filter(|spec| *value(spec.name) != ListValue::None && !named.contains(spec.name)) {
                if !(is_by_silence && BY_SILENCE.contains(&spec.name)) {
                    return Err(format!("{} {id:?}: no event of {}", table.name(), spec.name));
                }
            }
        }
    }
    Ok(seen)
}

#[test]
fn every_event_has_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for seed in 0..logs() {
        let mut log = random_log(seed, 30 + usize::try_from(seed % 5).unwrap() * 60, &Shape::random(seed));
        log.sort_by_key(|event| event.ts);
        let options = random_options(seed, &log);
        let half = log.len() / 2;
        let (first, second) = (&log[..half], &log[half..]);
        // Newest first, and in parts: a separate file, compressed or not, or a table with a header.
        let newest: Vec<Event> = second.iter().rev().cloned().collect();
        let mut sources = BTreeMap::new();
        let mut add = |name: &str, bytes: &[u8], lines: Lines| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            sources.insert(name.to_owned(), lines);
            path
        };
        let a = match seed % 3 {
            0 => add("a.jsonl", to_jsonl(first).as_bytes(), lines(first)),
            1 => add("a.jsonl.gz", &crate::support::gzip(to_jsonl(first).as_bytes()), lines(first)),
            _ => {
                // A record with a line end in a text takes several lines.
                let ends = |event: &Event| to_csv(std::slice::from_ref(event), ',').matches('\n').count() as u64 - 1;
                let begins = first.iter().scan(2, |next, event| Some(std::mem::replace(next, *next + ends(event))));
                let below_header = begins.zip(lines(first).into_values()).collect();
                add("a.csv", to_csv(first, ',').as_bytes(), below_header)
            }
        };
        let b = add("b.jsonl", to_jsonl(&newest).as_bytes(), lines(&newest));
        let mut args = options.fold_args();
        args.extend(["--to", "log-end", "--days", "3660"].map(str::to_owned));
        let Ok(listed) = Listed::of(&[a, b], &args) else { continue };
        if listed.facts.run.first_event().is_none() {
            continue;
        }
        let is_by_silence = listed.facts.run.sessions.is_by_silence();
        let found = places(&listed, &sources, is_by_silence);
        seen += found.unwrap_or_else(|error| panic!("log {seed} {args:?}: {error}"));
    }
    assert!(seen as u64 > logs() * 100, "only {seen} events");
}

#[test]
fn instants_are_columns() {
    for instant in Instant::ALL {
        let has = |table: &FactTable| {
            table.columns().iter().any(|spec| spec.name == instant.name() && spec.holds == Type::Instant)
        };
        assert!(FactTable::ALL.iter().any(has), "{}", instant.name());
    }
}

#[test]
fn every_list_can_be_sorted_by_its_value() {
    let listed = Listed::of(&[root().join(WEEK_LOG)], &["--to".to_owned(), "log-end".to_owned()]).unwrap();
    for subject in metrics::all().map(Subject::Metric).chain(FactTable::ALL.iter().map(|table| Subject::Table(*table)))
    {
        for column in sort::columns(subject) {
            let query = ListQuery { sort: Some(column.shown()), limit: Some(3), ..listed.query(subject) };
            let list = listed.list(&query);
            assert!(list.column(&column.shown()).is_some(), "{} by {}", subject.name(), column.shown());
            assert_eq!((&list.order, list.rows.len() <= 3), (&column.shown(), true));
        }
    }
}
