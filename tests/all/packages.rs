//! Packages and releases: everything that their files name exists, and repeated facts agree. `scripts/package` itself
//! tests that the packages work.

use std::fs;
use std::process::{Command, Output};

use toml::{Table, Value};

use crate::support::root;

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn toml(path: &str) -> Table {
    read(path).parse().unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn release_notes(tag: &str) -> Output {
    Command::new("bash").args(["scripts/release-notes", tag]).current_dir(root()).output().unwrap()
}

#[test]
fn the_version_has_changes_and_another_tag_is_refused() {
    let version = env!("CARGO_PKG_VERSION");
    let notes = release_notes(&format!("v{version}"));
    assert!(notes.status.success(), "{}", String::from_utf8_lossy(&notes.stderr));
    let notes = String::from_utf8(notes.stdout).unwrap();
    assert!(!notes.trim().is_empty() && !notes.contains("\n## "), "{notes}");
    assert!(read("CHANGELOG.md").contains(&format!("## {version}\n\n{}", notes.trim())));
    for tag in [version, "v9999.0.0", "v"] {
        let refused = release_notes(tag);
        let message = String::from_utf8(refused.stderr).unwrap();
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(1), 0), "{tag}");
        assert!(message.contains(&format!("v{version}")), "{message}");
    }
}

#[test]
fn the_workflows_run_existing_files() {
    let release = read(".github/workflows/release.yml");
    let mut ran = Vec::new();
    for workflow in [&release, &read(".github/workflows/ci.yml")] {
        let steps = workflow.lines().map(str::trim_start).map(|line| line.trim_start_matches("- "));
        for command in steps.filter_map(|line| line.strip_prefix("run: ")) {
            let program = command.split(' ').next().unwrap();
            if program.contains('/') {
                assert!(root().join(program).is_file(), "{command}");
                ran.push(program.to_owned());
            }
        }
    }
    assert_eq!(ran, ["scripts/release-notes", ".ci/run", "scripts/package", ".ci/run"]);
    // A release uses no movable tag of a third party, and only the job that uploads may write.
    let actions: Vec<&str> =
        release.lines().filter_map(|line| line.split_once("uses: ")).map(|(_, action)| action).collect();
    assert!(!actions.is_empty());
    for action in actions {
        let pin = action.split_once('@').unwrap().1.split(' ').next().unwrap();
        assert!(pin.len() == 40 && pin.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
    }
    assert_eq!(release.matches(": write").count(), 1);
    assert!(release.contains(&format!("container: rust:{}.", env!("CARGO_PKG_RUST_VERSION"))));
}

/// The script makes each file that a package takes from `dist/tree`.
fn exists_or_is_made(path: &str) {
    let script = read("scripts/package");
    match path.strip_prefix("dist/tree/") {
        Some(made) => {
            let last = made.rsplit('/').find(|part| !part.contains('*')).unwrap();
            assert!(script.contains(&format!("/{last}")), "scripts/package does not make {path}");
        }
        None => assert!(path.contains('*') || root().join(path).is_file(), "no {path}"),
    }
}

#[test]
fn the_files_of_the_deb_and_the_wheel_exist_or_are_made() {
    let manifest = toml("Cargo.toml");
    let deb = &manifest["package"]["metadata"]["deb"];
    let assets = deb["assets"].as_array().unwrap();
    let sources: Vec<&str> = assets.iter().map(|asset| asset[0].as_str().unwrap()).collect();
    assert_eq!(sources[0], "target/release/dialogram");
    sources[1..].iter().copied().chain(deb["changelog"].as_str()).for_each(exists_or_is_made);
    let project = &toml("pyproject.toml")["project"];
    texts(&project["license-files"]).into_iter().for_each(exists_or_is_made);
    let package = &manifest["package"];
    for key in ["name", "description", "readme", "license", "keywords"] {
        assert_eq!(project[key], package[key], "{key} of pyproject.toml and Cargo.toml");
    }
    // The crate contains the files that the sources include.
    for needed in ["/assets", "/schemas", "/src", "/templates"] {
        assert!(texts(&package["exclude"]).iter().all(|path| !path.starts_with(needed)), "the crate lacks {needed}");
    }
}

#[test]
fn the_pages_name_the_packages_of_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    let mut seen = 0;
    for page in ["README.md", "docs/install.md"] {
        let text = read(page);
        for (at, _) in text.match_indices("dialogram-").chain(text.match_indices("dialogram_")) {
            let rest = &text[at + "dialogram-".len()..];
            if rest.starts_with(|c: char| c.is_ascii_digit()) {
                assert!(
                    rest.strip_prefix(version).is_some_and(|rest| rest.starts_with('-')),
                    "{page}: {}",
                    &rest[..20]
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn the_bill_of_materials_has_every_crate_of_the_binary() {
    let bill = || {
        let mut command = Command::new("python3");
        command.arg("scripts/sbom").env("CARGO_NET_OFFLINE", "true").env("SOURCE_DATE_EPOCH", "1772450000");
        let output = command.current_dir(root()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let bytes = bill();
    assert_eq!(bytes, bill(), "not the same bytes twice");
    let bill: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(bill["metadata"]["timestamp"], "2026-03-02T11:13:20Z");
    let components = bill["components"].as_array().unwrap();
    let scope = |name: &str| {
        components.iter().find(|found| found["name"] == name).map(|found| found["scope"].as_str().unwrap())
    };
    for (name, expected) in [
        ("polars", Some("required")),
        ("zstd-sys", Some("required")),
        ("serde_derive", Some("excluded")),
        ("cc", Some("excluded")),
        ("proptest", None),
        ("jsonschema", None),
    ] {
        assert_eq!(scope(name), expected, "{name}");
    }
    for found in components {
        assert_eq!(found["hashes"][0]["content"].as_str().map(str::len), Some(64), "{found}");
        assert!(found["licenses"][0]["expression"].is_string(), "{found}");
    }
}
