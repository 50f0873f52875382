//! Makes a plan: which process reads which sources, and how.

use std::collections::BTreeMap;

use super::columns::{
    EVENTS_SCHEMA, FACTS_SCHEMA, KEPT_SCHEMA, VALUES_SCHEMA, of_events, of_facts, of_kept, of_values,
};
use super::definitions::definitions;
use super::pieces::{FilePiece, pieces};
use super::plan::{
    Folding, Plan, PlannedProfile, PlannedSource, ReadOptions, SCHEMA, StageColumns, generator, place_of,
};
use crate::event::Column as LogColumn;
use crate::event::table_order::TableOrder;
use crate::failure::Failure;
use crate::fold::Limits;
use crate::ingest::Options;
use crate::ingest::encoding::Encoding;
use crate::ingest::profile::Profile;
use crate::ingest::source::{EngineSource, Source};

impl Plan {
    /// The plan for sources read with these options and folded within these limits. `profile_texts` are the texts of
    /// profiles that are not built in, by name.
    ///
    /// # Errors
    ///
    /// If a source can be read by one process only, such as standard input.
    pub fn new(
        sources: &[Source],
        options: &Options,
        limits: &Limits,
        as_of: Option<i64>,
        max_rejects: Option<String>,
        profile_texts: &BTreeMap<String, String>,
        piece_bytes: u64,
    ) -> anyhow::Result<Self> {
        let mut profiles: Vec<PlannedProfile> = Vec::new();
        let planned = sources.iter().enumerate().map(|(at, source)| {
            let profile = options.profiles.get(at).and_then(Option::as_deref);
            let profile = profile.map(|profile| number_of(&mut profiles, profile, profile_texts)).transpose()?;
            let (path, member, sheet) = match source {
                Source::File(path) => (path, None, None),
                Source::Member(member) => (&member.archive, Some(member.name.clone()), None),
                Source::Sheet { workbook, sheet } => (workbook, None, Some(sheet.clone())),
                Source::Tail { .. } | Source::Stdin => {
                    return Err(Failure::Usage.because(
                        "standard input cannot be planned: many processes read the sources; give files or folders",
                    ));
                }
            };
            let engine = EngineSource::of(path);
            let path = match &engine {
                None => std::path::absolute(path)?,
                Some(held) => held.name_of(path),
            };
            let is_whole = engine.is_some() || profile.is_some() || options.table.is_some();
            let cut = if is_whole { Vec::new() } else { pieces(source, &options.source, piece_bytes) };
            let whole = PlannedSource { path, engine, piece: None, member, sheet, profile };
            let piece = |piece: &FilePiece| PlannedSource { piece: Some(*piece), ..whole.clone() };
            Ok(if cut.is_empty() { vec![whole] } else { cut.iter().map(piece).collect() })
        });
        let planned = planned.collect::<anyhow::Result<Vec<_>>>()?.concat();
        let has_table = planned.iter().any(|source| source.engine == Some(EngineSource::Table));
        if let Some(source) =
            planned.iter().find(|source| source.engine.is_some() && source.profile.is_some() && has_table)
        {
            let location = place_of(source);
            return Err(Failure::Usage.because(format!(
                "--profile has no effect on {location}: a table is read by its columns, which must have the names of a log's; \
                 rename them in a view"
            )));
        }
        let table = options.table.clone().or(has_table.then_some(TableOrder::Columns));
        let columns = if has_table { columns_of_tables(options, table.as_ref()) } else { Vec::new() };
        let units = units(&planned);
        let attributes: Vec<String> = options.attributes.iter().map(|name| (*name).to_owned()).collect();
        Ok(Self {
            schema: SCHEMA.to_owned(),
            generator: generator(),
            definitions: definitions(),
            columns: StageColumns {
                events_schema: EVENTS_SCHEMA.to_owned(),
                events: of_events(),
                facts_schema: FACTS_SCHEMA.to_owned(),
                facts: of_facts(attributes.len()),
                values_schema: VALUES_SCHEMA.to_owned(),
                values: of_values(),
                kept_schema: KEPT_SCHEMA.to_owned(),
                kept: of_kept(attributes.len()),
            },
            reading: ReadOptions {
                input_zone: options.input_zone.name().to_owned(),
                is_input_zone_assumed: options.is_input_zone_assumed,
                format: options.source.format,
                encoding: options.source.encoding.map(Encoding::name),
                sheet: options.source.sheet.clone(),
                attributes,
                aliases: options.aliases.clone(),
                sessions: options.sessions(),
                drop_repeats: options.drop_repeats,
                table,
                columns,
                longest_row: options.longest_row,
            },
            folding: Folding { limits: *limits, as_of },
            max_rejects,
            sources: planned,
            profiles,
            units,
            steps: Vec::new(),
            scanned: None,
            settled: None,
            report: None,
            run: None,
            keep_at: None,
            manifest: None,
            kept: None,
        }
        .with_steps())
    }
}

/// The number of a profile among those of the plan.
fn number_of(
    profiles: &mut Vec<PlannedProfile>,
    profile: &Profile,
    texts: &BTreeMap<String, String>,
) -> anyhow::Result<usize> {
    let planned = PlannedProfile {
        name: profile.name.clone(),
        encoding: profile.input.encoding.name().to_owned(),
        text: texts.get(&profile.name).cloned(),
    };
    if planned.text.is_none() && Profile::text(&planned.name).is_none() {
        anyhow::bail!("the text of the profile {} is not known", planned.name);
    }
    if let Some(at) = profiles.iter().position(|known| *known == planned) {
        return Ok(at);
    }
    profiles.push(planned);
    Ok(profiles.len() - 1)
}

/// Groups sources by the process that reads them. Sources of one profile are read together, because the facts of an
/// export, and the versions of records that count, depend on all of its files.
fn units(sources: &[PlannedSource]) -> Vec<Vec<u32>> {
    let mut units: Vec<Vec<u32>> = Vec::new();
    let mut together: Vec<(usize, usize)> = Vec::new();
    for (number, source) in (0..).zip(sources) {
        let known = together.iter().find(|(other, _)| Some(*other) == source.profile);
        if let Some((_, unit)) = known {
            units[*unit].push(number);
            continue;
        }
        together.extend(source.profile.map(|profile| (profile, units.len())));
        units.push(vec![number]);
    }
    units
}

/// The columns of tables that are read: those of a log, attributes, and the column that orders the tables.
fn columns_of_tables(options: &Options, table: Option<&TableOrder>) -> Vec<String> {
    let of_logs = LogColumn::ALL.iter().map(|column| column.name());
    let mut names: Vec<String> = of_logs.chain(options.attributes.iter().copied()).map(str::to_owned).collect();
    let order = table.and_then(TableOrder::column).filter(|order| !names.iter().any(|name| name == order));
    names.extend(order.map(str::to_owned));
    names
}
