//! `dialogram --version --json`: the program, its source and its data, for programs that must distinguish builds.

use std::ffi::OsString;

use serde_json::{Map, Value, json};

use super::schema;
use super::streams::print;
use crate::render;
use crate::report::Generator;
use crate::time::database_version;

/// Whether the command line asks for the version as JSON, in either order.
#[must_use]
pub fn asks_for_json(args: &[OsString]) -> bool {
    let is = |arg: &OsString, names: &[&str]| names.iter().any(|name| arg == name);
    let is_version = |arg: &OsString| is(arg, &["--version", "-V"]);
    let is_json = |arg: &OsString| is(arg, &["--json"]);
    match args.get(1..) {
        Some([first, second]) => is_version(first) && is_json(second) || is_json(first) && is_version(second),
        Some(_) | None => false,
    }
}

/// Prints the version.
///
/// # Errors
///
/// If standard output cannot be written.
pub fn run() -> anyhow::Result<()> {
    let this = Generator::this();
    let schemas: Map<String, Value> = schema::names().map(|(name, schema)| (name, schema.into())).collect();
    print(
        render::json::text(&json!({
            "schema": "dialogram/version/1",
            "name": this.name,
            "version": this.version,
            // Set by the build of a package. Reading the repository would make builds differ.
            "commit": option_env!("DIALOGRAM_COMMIT").filter(|commit| !commit.is_empty()),
            "zone_data": database_version(),
            "mail": cfg!(feature = "mail"),
            "schemas": schemas,
        }))
        .as_bytes(),
    )
}
