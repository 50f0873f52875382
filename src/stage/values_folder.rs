//! A folder of counted values, from which a report is made if the facts are too many for one machine.

use std::path::Path;

use polars::prelude::*;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};
use serde::{Deserialize, Serialize};

use super::columns::{KEY, NOTE};
use super::definitions::definitions;
use super::merge::{frame, merged};
use super::plan::Plan;
use crate::failure::{Failure, input_error};
use crate::fold::facts::{Facts, RunFacts};
use crate::fold::values::Values;
use crate::harmless::shown_path;
use crate::report::counted::place_names;
use crate::report::demand::Demand;

/// The schema of a folder of values.
pub const SCHEMA: &str = "dialogram/values/1";

/// The file that identifies a folder of values.
pub const MANIFEST: &str = "values.json";

const TABLE: &str = "values.parquet";

#[derive(Debug, Serialize, Deserialize)]
struct ValuesManifest {
    schema: String,
    generator: String,
    definitions: String,
    #[serde(rename = "asked")]
    demand: Demand,
    run: RunFacts,
}

/// Whether a folder holds values.
#[must_use]
pub(crate) fn is_folder_of_values(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

/// The names of the files of a folder of values.
pub(crate) fn file_names() -> impl Iterator<Item = String> {
    [TABLE, MANIFEST].into_iter().map(str::to_owned)
}

/// The files of a folder of values: names and bytes. The manifest comes last, so that an incomplete folder is not
/// recognised.
///
/// # Errors
///
/// If the plan lacks the results of earlier stages.
pub fn to_files(plan: &Plan, values: &Values) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut rows = frame(values)?.drop_many([NOTE, KEY]);
    let mut table = Vec::new();
    ParquetWriter::new(&mut table).with_compression(ParquetCompression::Zstd(None)).finish(&mut rows)?;
    let manifest = ValuesManifest {
        schema: SCHEMA.to_owned(),
        generator: plan.generator.clone(),
        definitions: definitions(),
        demand: plan.demand()?.clone(),
        run: plan.run()?.clone(),
    };
    let mut json = serde_json::to_vec_pretty(&manifest)?;
    json.push(b'\n');
    Ok(vec![(TABLE.to_owned(), table), (MANIFEST.to_owned(), json)])
}

/// Reads a folder of values: facts with counted values instead of rows, and the request for which they were counted.
///
/// # Errors
///
/// If a file is missing or unreadable, or another version of the program wrote it.
pub fn read(folder: &Path) -> anyhow::Result<(Facts, Demand)> {
    let path = folder.join(MANIFEST);
    let location = shown_path(&path);
    let text = std::fs::read_to_string(&path).map_err(|error| input_error(&location, &error))?;
    let broken =
        |error: serde_json::Error| Failure::Input.because(format!("{location}: no manifest of values: {error}"));
    let value: serde_json::Value = serde_json::from_str(&text).map_err(broken)?;
    let field = |name: &str| value.get(name).and_then(serde_json::Value::as_str).unwrap_or("none");
    if field("schema") != SCHEMA || field("definitions") != definitions() {
        return Err(Failure::Input.because(format!(
            "{location}: values of {}, schema {}: metrics may have been defined otherwise; count them again",
            field("generator"),
            field("schema")
        )));
    }
    let ValuesManifest { demand, run, .. } = serde_json::from_value(value).map_err(broken)?;
    let path = folder.join(TABLE);
    let location = shown_path(&path);
    let file = std::fs::File::open(&path).map_err(|error| input_error(&location, &error))?;
    let broken = |error: PolarsError| {
        Failure::Input.because(format!("{location}: no table of values: {error}; count them again"))
    };
    let (values, _) = merged(&ParquetReader::new(file).finish().map_err(broken)?)?;
    let places = place_names(&values);
    let mut facts = Facts::of_values(values, run);
    facts.places = Some(places);
    Ok((facts, demand))
}
