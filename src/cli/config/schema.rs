//! The JSON Schema of the config file, generated from the flags: editors use it to complete and check TOML.

use clap::{Arg, ArgAction, Command};
use serde_json::{Map, Value, json};

use super::file::{BRAND, is_repeatable, key_of};
use super::reads_logs;
use crate::cli::post::{MAIL_KEYS, SMTP_KEYS};
use crate::render;
use crate::render::brand::read::KEYS;

/// The JSON Schema of `dialogram.toml`.
pub fn schema(known: &Command) -> String {
    let mut flags = Map::new();
    for command in known.get_subcommands().filter(|command| reads_logs(command) && command.get_name() != "run") {
        add(command, &mut flags);
    }
    let mut report = Map::new();
    if let Some(run) = known.find_subcommand("run") {
        add(run, &mut report);
    }
    if !MAIL_KEYS.is_empty() {
        report.insert("mail".to_owned(), table("The mail that `dialogram run` sends.", &MAIL_KEYS));
        flags.insert("smtp".to_owned(), table("The server that mail goes through.", &SMTP_KEYS));
    }
    let report = json!({"type": "object", "additionalProperties": false, "properties": report});
    flags.insert(
        "reports".to_owned(),
        json!({"description": "Reports for `dialogram run`, by name.", "type": "object", "additionalProperties": report}),
    );
    render::json::text(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:dialogram:config:1",
        "title": "dialogram.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": flags,
    }))
}

/// A table whose values only the program checks.
fn table(description: &str, keys: &[&str]) -> Value {
    let one = json!({"type": ["string", "number", "boolean", "array"]});
    let names = keys.iter().flat_map(|key| [(*key).to_owned(), key.replace('-', "_")]);
    // For a split report: the recipients of each value.
    let by_value = json!({"type": "object", "additionalProperties": {"type": ["string", "array"]}});
    let definition = |name: &str| if name == "each" { by_value.clone() } else { one.clone() };
    let properties: Map<String, Value> =
        names.map(|name| (definition(&name), name)).map(|(value, name)| (name, value)).collect();
    json!({"description": description, "type": "object", "additionalProperties": false, "properties": properties})
}

fn add(command: &Command, properties: &mut Map<String, Value>) {
    for arg in command.get_arguments() {
        if let Some(key) = key_of(command, arg) {
            properties.entry(key).or_insert_with(|| property(arg));
            if key.contains('-') {
                properties.entry(key.replace('-', "_")).or_insert_with(|| property(arg));
            }
        }
    }
}

fn property(arg: &Arg) -> Value {
    let mut property = Map::new();
    if let Some(help) = arg.get_help() {
        property.insert("description".to_owned(), help.to_string().into());
    }
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        property.insert("type".to_owned(), "boolean".into());
        return Value::Object(property);
    }
    if arg.get_long() == Some(BRAND) {
        property.insert("anyOf".to_owned(), json!([{"type": "string"}, table("The brand itself.", &KEYS)]));
        return Value::Object(property);
    }
    let names: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    // Numbers and dates may be unquoted; TOML checkers see dates as texts.
    let one = if names.is_empty() { json!({"type": ["string", "number"]}) } else { json!({"enum": names}) };
    if is_repeatable(arg) {
        property.insert("anyOf".to_owned(), json!([one, {"type": "array", "items": one}]));
    } else if let Value::Object(one) = one {
        property.extend(one);
    }
    Value::Object(property)
}
