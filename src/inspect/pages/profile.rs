//! Writes a proposal as the text of a profile (docs/profiles.md): complete, or a skeleton whose gaps are marked.

use std::fmt::Write;

use crate::event::{Actor, Column};
use crate::ingest::source::InputFormat;
use crate::inspect::proposals::instants::ProposedInstant;
use crate::inspect::proposals::proposal::{
    ActorBy, Candidate, ColumnTest, MachineColumn, MachineSign, Plus, Proposal, ProposedCondition, ProposedEvent,
    ProposedRule, When,
};
use crate::inspect::reading::bytes::How;
use crate::inspect::reading::form::FileForm;
use crate::inspect::reading::packed::Packed;
use crate::inspect::reading::survey::Survey;
use crate::language::{Language, Message};

/// The profile, with comments in a language. If something is missing, its rules are comments: it yields no events until
/// the gaps are filled.
#[must_use]
pub(in crate::inspect) fn to_toml(
    name: &str,
    form: &FileForm,
    survey: &Survey,
    proposal: &Proposal,
    language: Language,
) -> String {
    let is_complete = proposal.is_complete();
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    let in_comment = |message: &Message| comment(&message.in_language(language));
    line(&format!("# {}", comment(&language.fill("profile.intro", &[("file", &name)]))));
    for missing in &proposal.missing {
        line(&format!("# GAP: {}", in_comment(missing)));
    }
    if !is_complete {
        line(&format!("# {}", language.text("profile.fill_in")));
    }
    for note in &proposal.notes {
        line(&format!("# {}", in_comment(note)));
    }
    line(&format!("title = {}", text(&format!("As {name}"))));
    if !proposal.assumptions.is_empty() {
        line("cannot = [");
        for assumption in &proposal.assumptions {
            line(&format!("  {},", text(&assumption.cannot())));
        }
        line("]");
    }
    line("");
    out.push_str(&input(form, proposal));
    out.push_str(&recognise(proposal));
    let is_local = proposal.rules.iter().flat_map(|rule| &rule.when.first).any(|instant| instant.is_local);
    if is_local && !is_complete {
        let _ = writeln!(out, "\n# [time]\n# zone = \"\"  # GAP: {}", language.text("profile.zone"));
    }
    out.push_str("\n[columns]\n");
    out.push_str(&columns(proposal, is_complete, language));
    out.push_str(&attributes(proposal, language));
    let mut rules: String = proposal.rules.iter().map(|rule| format!("\n{}", rule_text(rule, proposal))).collect();
    if is_complete {
        out.push_str(&rules);
    } else {
        if rules.is_empty() {
            rules = blank_rule(language);
        }
        out.push_str(&commented(&rules));
        out.push_str(&file_columns(survey, language));
    }
    out
}

/// `[input]`: the format of the file.
fn input(form: &FileForm, proposal: &Proposal) -> String {
    let mut out = "[input]\n".to_owned();
    // Writing to a string cannot fail.
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{key} = {value}");
    };
    line(
        "format",
        &text(match form.format {
            InputFormat::Jsonl => "jsonl",
            InputFormat::Json => "json",
            InputFormat::Csv | InputFormat::Xlsx | InputFormat::Parquet => "csv",
            InputFormat::Text => "text",
        }),
    );
    if !form.records.is_empty() {
        line("records", &text(&form.records.join(".")));
    }
    if let Some(found) = form.encoding
        && !matches!(found.how, How::Valid)
    {
        line("encoding", &text(&found.encoding.name()));
    }
    if let Some(dialect) = &form.dialect {
        if dialect.delimiter != b',' {
            line("delimiter", &text(&char::from(dialect.delimiter).to_string()));
        }
        if dialect.lines_above > 0 {
            line("skip_lines", &dialect.lines_above.to_string());
        }
        if dialect.header.is_none() {
            let above = dialect.names_above.as_deref().unwrap_or_default();
            let is_alone = |name: &&String| above.iter().filter(|other| other == name).count() == 1;
            let name = |at: usize| above.get(at).filter(is_alone).cloned().unwrap_or_else(|| format!("c{}", at + 1));
            let names: Vec<String> = (0..dialect.columns).map(|at| text(&name(at))).collect();
            line("header", &format!("[{}]", names.join(", ")));
        }
    }
    if !proposal.json.is_empty() {
        let json: Vec<String> = proposal.json.iter().map(|column| text(column)).collect();
        line("json", &format!("[{}]", json.join(", ")));
    }
    if proposal.is_ragged {
        line("ragged", "true");
    }
    if !proposal.nones.is_empty() {
        let nones: Vec<String> = proposal.nones.iter().map(|none| text(none)).collect();
        line("none", &format!("[{}]", nones.join(", ")));
    }
    if let Some(ProposedCondition { column, test }) = &proposal.row {
        let from = text(&proposal.path(column));
        line("when", &format!("[{{ from = {from}, {} }}]", condition_text(test, proposal)));
    }
    if let Some(latest) = &proposal.latest {
        let (key, by) = (text(&proposal.path(&latest.key)), text(&proposal.path(&latest.by)));
        line("latest", &format!("{{ key = {key}, by = {by} }}"));
    }
    out
}

/// The key and value of a condition.
fn condition_text(test: &ColumnTest, proposal: &Proposal) -> String {
    let list = |values: &[String]| values.iter().map(|value| text(value)).collect::<Vec<_>>().join(", ");
    match test {
        ColumnTest::Is(values) => format!("is = [{}]", list(values)),
        ColumnTest::Not(values) => format!("not = [{}]", list(values)),
        ColumnTest::Has(has) => format!("has = {has}"),
        ColumnTest::SameAs(other) => format!("same_as = {}", text(&proposal.path(other))),
        ColumnTest::DiffersFrom(other) => format!("differs_from = {}", text(&proposal.path(other))),
    }
}

/// `[recognise]`; empty if no column identifies the file.
fn recognise(proposal: &Proposal) -> String {
    let keys: Vec<String> = sources(proposal).iter().map(|source| text(source)).collect();
    if keys.is_empty() { String::new() } else { format!("\n[recognise]\nkeys = [{}]\n", keys.join(", ")) }
}

/// `[attributes]` as comments: possible attributes, for the user to enable.
fn attributes(proposal: &Proposal, language: Language) -> String {
    if proposal.attributes.is_empty() {
        return String::new();
    }
    let mut out = format!("\n# {}\n# [attributes]\n", language.text("profile.attributes"));
    for attribute in &proposal.attributes {
        let name = if attribute.name.is_ascii() { attribute.name.clone() } else { text(&attribute.name) };
        let _ = writeln!(out, "# {name} = {}", text(&proposal.path(&attribute.column)));
    }
    out
}

/// The lines of `[columns]`, each with its reason. Columns that every report needs are gaps if they were not found.
fn columns(proposal: &Proposal, is_complete: bool, language: Language) -> String {
    let mut out = String::new();
    for candidate in proposal.of_every_event() {
        let value = value(candidate, proposal, "");
        let reason = comment(&candidate.reason.in_language(language));
        let _ = writeln!(out, "{} = {value}  # {reason}", candidate.column.name());
    }
    if is_complete {
        return out;
    }
    for (column, what) in [
        (Column::ConversationId, "profile.conversation_id"),
        (Column::CustomerId, "profile.customer_id"),
        (Column::AgentId, "profile.agent_id"),
    ] {
        if !proposal.candidates.iter().any(|candidate| candidate.column == column) {
            let _ = writeln!(out, "# {} = \"\"  # GAP: {}", column.name(), language.text(what));
        }
    }
    out
}

/// A rule for the user to fill in, if none was found.
fn blank_rule(language: Language) -> String {
    let [event, ts, actor] = ["profile.event", "profile.ts", "profile.actor"].map(|key| language.text(key));
    format!(
        "\n[[event]]\nevent = \"message\"  # GAP: {event}\n\
         ts = {{ from = \"\", format = \"\" }}  # GAP: {ts}\n\
         actor = {{ from = \"\", map = {{ }} }}  # GAP: {actor}\n"
    )
}

/// The columns of the file, as help for filling the gaps.
fn file_columns(survey: &Survey, language: Language) -> String {
    let mut out = format!("\n# {}\n", language.text("profile.file_columns"));
    for column in &survey.columns {
        let kind = match column.time() {
            Some(time) => language.fill("profile.column_of_instants", &[("format", &time.notation.name())]),
            None if column.filled == 0 => language.text("kind.empty").to_owned(),
            None => language.counted("warning.values", column.filled),
        };
        let _ = writeln!(out, "#   {}: {}", comment(&column.name), comment(&kind));
    }
    out
}

fn commented(lines: &str) -> String {
    lines.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("# {line}\n") }).collect()
}

fn rule_text(rule: &ProposedRule, proposal: &Proposal) -> String {
    let mut out = "[[event]]\n".to_owned();
    // Writing to a string cannot fail.
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{key} = {value}");
    };
    let mut when = Vec::new();
    match &rule.event {
        ProposedEvent::OfKind(kind) => line("event", &text(kind.name())),
        ProposedEvent::OfColumn(column, map) => {
            let from = text(&proposal.path(column));
            let map: Vec<_> = map.iter().map(|(value, kind)| (value.clone(), (*kind).to_owned())).collect();
            line("event", &format!("{{ from = {from}, map = {} }}", table(&map)));
            let values: Vec<String> = map.iter().map(|(value, _)| text(value)).collect();
            when.push(format!("{{ from = {from}, is = [{}] }}", values.join(", ")));
        }
    }
    when.extend(rule.conditions.iter().map(|condition| {
        let from = source_of(proposal, &condition.column);
        format!("{{ from = {from}, {} }}", condition_text(&condition.test, proposal))
    }));
    if !when.is_empty() {
        line("when", &format!("[{}]", when.join(", ")));
    }
    if let Some(each) = proposal.each.as_ref().filter(|_| !rule.is_of_record) {
        line("each", &text(&each.replace("[]", "")));
    }
    if rule.is_of_record && proposal.candidates.iter().any(|candidate| candidate.column == Column::EventId) {
        line(Column::EventId.name(), &text(""));
    }
    line("ts", &instant(&rule.when, proposal));
    if rule.is_optional {
        line("optional", "true");
    }
    line_of_actor(rule, proposal, &mut line);
    if let Some((column, survey)) = &rule.score {
        line(Column::Survey.name(), &format!("{{ value = {} }}", text(survey)));
        line(Column::Score.name(), &text(&proposal.path(column)));
    }
    if let (Some(survey), true) = (proposal.survey, rule.columns.contains(&Column::Score)) {
        line(Column::Survey.name(), &format!("{{ value = {} }}", text(survey)));
    }
    for candidate in proposal.candidates.iter().filter(|candidate| rule.columns.contains(&candidate.column)) {
        match rule.actor_by.as_ref().filter(|_| rule.is_named_by_actor && candidate.column == Column::AgentName) {
            Some(by) => line(candidate.column.name(), &agent_of(by, &proposal.path(&candidate.source), proposal)),
            None => line(candidate.column.name(), &value(candidate, proposal, ", other = \"\"")),
        }
    }
    for person in &rule.people {
        let own = text(&proposal.path(&person.source));
        // The agent of other events, or of the whole conversation.
        let of_all = proposal.of_every_event().filter(|_| !rule.is_of_record);
        let stand_ins = proposal.assignees.iter().filter(|_| proposal.has_stand_ins && !rule.is_of_record);
        let other = of_all.chain(stand_ins).find(|it| it.column == person.column);
        match other {
            Some(other) => {
                let other = text(&proposal.path(&other.source));
                line(person.column.name(), &format!("{{ first = [{own}, {other}] }}"));
            }
            None => line(person.column.name(), &own),
        }
    }
    out
}

/// Writes the line of the actor: that of the rule, or the column that has it.
fn line_of_actor(rule: &ProposedRule, proposal: &Proposal, line: &mut impl FnMut(&str, &str)) {
    let Some(by) = &rule.actor_by else {
        if let Some(actor) = rule.actor {
            line("actor", &format!("{{ value = {} }}", text(actor.name())));
        }
        return;
    };
    let from = text(&proposal.path(&by.column));
    let map: Vec<_> = by.map.iter().map(|(value, actor)| (value.clone(), (*actor).to_owned())).collect();
    let other = by.other.map(Actor::name);
    // A name is that of the actor, unless the name of the column has another meaning.
    let meaning = match (map.is_empty(), other) {
        (true, Some(other)) => format!(", then = {}", text(other)),
        (true, None) => String::new(),
        (false, Some(other)) => format!(", map = {}, other = {}", table(&map), text(other)),
        (false, None) => format!(", map = {}", table(&map)),
    };
    match rule.actor.filter(|_| !by.is_full) {
        Some(actor) => {
            line(
                "actor",
                &format!("{{ first = [{{ from = {from}{meaning} }}, {{ value = {} }}] }}", text(actor.name())),
            );
        }
        None => line("actor", &format!("{{ from = {from}{meaning} }}")),
    }
}

/// The agent in the column of actors; if that names no agent, the agent of the row.
fn agent_of(by: &ActorBy, source: &str, proposal: &Proposal) -> String {
    let none: Vec<_> = by.map.iter().map(|(value, _)| (value.clone(), String::new())).collect();
    let map = if none.is_empty() { String::new() } else { format!(", map = {}", table(&none)) };
    format!("{{ first = [{{ from = {}{map} }}, {}] }}", text(&proposal.path(&by.column)), text(source))
}

/// A value of a rule: a path, or the meaning of its texts.
fn value(candidate: &Candidate, proposal: &Proposal, more: &str) -> String {
    // Tags may be a list, or the texts in its elements.
    let from = text(&proposal.path(&candidate.source).replace("[]", ""));
    if !candidate.more.is_empty() {
        let more: Vec<String> = candidate.more.iter().map(|source| text(&proposal.path(source))).collect();
        return format!("{{ join = [{from}, {}] }}", more.join(", "));
    }
    if let Some(split) = proposal.split.filter(|_| candidate.column == Column::Tags) {
        return format!("{{ from = {from}, split = {} }}", text(split));
    }
    if candidate.map.is_empty() {
        return from;
    }
    let map: Vec<_> = candidate.map.iter().map(|(value, meaning)| (value.clone(), (*meaning).to_owned())).collect();
    // A column of kinds of events has other values than that of messages.
    let is_of_event =
        |rule: &ProposedRule| matches!(&rule.event, ProposedEvent::OfColumn(column, _) if *column == candidate.source);
    let more = if proposal.rules.iter().any(is_of_event) { ", other = \"\"" } else { more };
    let says_humans = |machine: &MachineColumn| matches!(machine.sign, MachineSign::Humans(_));
    // Agents of whom no column says that they are people are programs.
    let map: Vec<_> = if candidate.column == Column::Actor && proposal.machines.iter().any(says_humans) {
        let bot = |who: String| if who == Actor::Agent.name() { Actor::Bot.name().to_owned() } else { who };
        map.into_iter().map(|(value, who)| (value, bot(who))).collect()
    } else {
        map
    };
    let own = format!("{{ from = {from}, map = {}{more} }}", table(&map));
    if candidate.column != Column::Actor || proposal.machines.is_empty() {
        return own;
    }
    let machines = proposal.machines.iter().map(|machine| machine_text(machine, candidate, proposal));
    let all: Vec<String> = machines.chain([own]).collect();
    format!("{{ first = [{}] }}", all.join(", "))
}

/// The actor, if the column of actors means an agent but another column means a program; else no value.
fn machine_text(machine: &MachineColumn, actor: &Candidate, proposal: &Proposal) -> String {
    const FILLED: &str = "filled";
    let (from, column) = (text(&proposal.path(&actor.source)), text(&proposal.path(&machine.column)));
    let (second, signs) = match &machine.sign {
        MachineSign::Values(values) => (column, values.clone()),
        MachineSign::Humans(values) => {
            (column, values.iter().map(|value| (value.clone(), Actor::Agent.name())).collect())
        }
        MachineSign::Filled => {
            let filled = format!("{{ from = {column}, then = {} }}", text(FILLED));
            (filled, vec![(FILLED.to_owned(), Actor::Bot.name())])
        }
    };
    let agents = actor.values_of(Actor::Agent);
    let pairs = agents.flat_map(|agent| signs.iter().map(move |(sign, who)| (agent, sign, who)));
    let map: Vec<_> = pairs.map(|(agent, sign, who)| (format!("{agent} {sign}"), (*who).to_owned())).collect();
    format!("{{ join = [{from}, {second}], map = {}, other = \"\" }}", table(&map))
}

/// The instant of an event, in the form used in rules.
fn instant(when: &When, proposal: &Proposal) -> String {
    let mut formats: Vec<&String> = Vec::new();
    for format in when.first.iter().flat_map(|instant| &instant.formats) {
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    let format = match &formats[..] {
        [format] => text(format),
        formats => format!("[{}]", formats.iter().map(|format| text(format)).collect::<Vec<_>>().join(", ")),
    };
    let one = |source: &String| match none_of(proposal, source) {
        none if none.is_empty() => text(&proposal.path(source)),
        none => format!("{{ from = {}{none} }}", text(&proposal.path(source))),
    };
    let list = |sources: &[String]| sources.iter().map(one).collect::<Vec<_>>().join(", ");
    let source = |sources: &[String]| match sources {
        [source] => one(source),
        sources => format!("{{ join = [{}] }}", list(sources)),
    };
    let mut keys = match &when.first[..] {
        [ProposedInstant { sources, .. }] if sources.len() == 1 => {
            format!("from = {}", source_of(proposal, &sources[0]))
        }
        [one] => format!("join = [{}]", list(&one.sources)),
        several => {
            let all: Vec<String> = several.iter().map(|instant| source(&instant.sources)).collect();
            format!("first = [{}]", all.join(", "))
        }
    };
    keys.push_str(&format!(", format = {format}"));
    if let Some(zone) = when.first.iter().find_map(|instant| instant.zone.as_ref()) {
        keys.push_str(&format!(", zone = {}", text(zone)));
    }
    if let Some(one) = when.first.iter().find(|instant| !instant.behind.is_empty()) {
        keys.push_str(&format!(", next_day_after = {{ join = [{}], format = {format} }}", list(&one.behind)));
    }
    if !when.plus.is_empty() {
        let plus: Vec<String> = when.plus.iter().map(|plus| length(plus, proposal)).collect();
        keys.push_str(&format!(", plus = [{}]", plus.join(", ")));
    }
    format!("{{ {keys} }}")
}

fn length(plus: &Plus, proposal: &Proposal) -> String {
    let from = source_of(proposal, &plus.column);
    let decimal = if plus.has_comma { ", decimal = \",\"" } else { "" };
    format!("{{ from = {from}, unit = {}{decimal} }}", text(plus.unit))
}

/// The text after `from`: the path, and the texts that mean no value in this column alone.
fn source_of(proposal: &Proposal, column: &str) -> String {
    format!("{}{}", text(&proposal.path(column)), none_of(proposal, column))
}

fn none_of(proposal: &Proposal, column: &str) -> String {
    let Some(zeros) = proposal.zeros.get(column) else { return String::new() };
    let zeros: Vec<String> = zeros.iter().map(|zero| text(zero)).collect();
    format!(", none = [{}]", zeros.join(", "))
}

impl Proposal {
    /// A column's path in the form used in rules: within the list to which rules apply, or from the record. A look-up in
    /// another list is a path already.
    fn path(&self, source: &str) -> String {
        if source.starts_with("$.") {
            return source.to_owned();
        }
        match &self.each {
            Some(each) => match source.strip_prefix(each.as_str()).and_then(|rest| rest.strip_prefix('.')) {
                Some(inside) => inside.to_owned(),
                None => format!("$.{source}"),
            },
            None => source.to_owned(),
        }
    }
}

/// The columns that a file must have for the profile to fit: one of each group.
fn sources(proposal: &Proposal) -> Vec<String> {
    let mut sources: Vec<String> = Vec::new();
    let of_rules = proposal.rules.iter().flat_map(|rule| {
        let event_column = match &rule.event {
            ProposedEvent::OfColumn(column, _) => Some(column),
            ProposedEvent::OfKind(_) => None,
        };
        rule.when.columns().chain(event_column)
    });
    let of_columns = proposal.candidates.iter().filter(|c| c.column != Column::Contact).map(|c| &c.source);
    for source in
        of_rules.chain(of_columns).filter(|source| !source.starts_with(['#', '@', '$']) && !source.contains("[]"))
    {
        // Columns inside a packed text are not in the header.
        let source = proposal.json.iter().find(|packed| Packed::is_of(source, packed)).unwrap_or(source);
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    sources
}

/// A text as a TOML string.
fn text(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

fn table(map: &[(String, String)]) -> String {
    let entries: Vec<String> = map.iter().map(|(key, value)| format!("{} = {}", text(key), text(value))).collect();
    format!("{{ {} }}", entries.join(", "))
}

/// A text on one line, as needed in a comment.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
