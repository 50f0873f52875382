//! Completions: the shells' scripts contain commands, flags and names, and installed shells offer them.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use dialogram::fold::schema::FactTable;
use dialogram::ingest::profile::Profile;
use dialogram::metrics;
use dialogram::report::template::Template;
use tempfile::{TempDir, tempdir};

use crate::support::success;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

fn script(shell: &str) -> String {
    String::from_utf8(success(&["completions", shell])).unwrap()
}

#[test]
fn every_script_has_commands_flags_and_names() {
    let commands = dialogram::cli::command();
    for shell in SHELLS {
        let script = script(shell);
        let has = |part: &str| assert!(script.contains(part), "{shell}: no {part}");
        for part in ["service-level", "split-by", "systemd", "gitlab"].into_iter().chain(Template::names()) {
            has(part);
        }
        for name in Profile::names().chain(metrics::all().map(|metric| metric.id)) {
            has(name);
        }
        for name in FactTable::ALL.iter().map(|table| table.name()) {
            has(name);
        }
        for command in commands.get_subcommands() {
            has(command.get_name());
        }
    }
}

#[test]
fn bash_offers_names() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("dialogram.bash"), script("bash")).unwrap();
    let line = "source ./dialogram.bash; COMP_WORDS=(dialogram report --template ''); COMP_CWORD=3; \
                _dialogram dialogram '' --template; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash").args(["-c", line]).current_dir(folder.path()).output().unwrap();
    let offered = String::from_utf8(output.stdout).unwrap();
    assert_eq!(offered.trim(), Template::names().collect::<Vec<_>>().join(" "));
}

/// The words that fish offers for a line, without descriptions.
fn fish(folder: &TempDir, line: &str) -> BTreeSet<String> {
    fs::write(folder.path().join("dialogram.fish"), script("fish")).unwrap();
    let home = folder.path().join("home");
    let run = format!("source dialogram.fish; complete -C '{line}'");
    let output = Command::new("fish")
        .args(["--no-config", "-c", &run])
        .env("HOME", &home)
        .env("XDG_DATA_HOME", &home)
        .current_dir(folder.path())
        .output()
        .expect("scripts/test installs fish");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    let offered = String::from_utf8(output.stdout).unwrap();
    offered.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn fish_offers_names() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), "").unwrap();
    fs::create_dir(folder.path().join("home")).unwrap();
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let ids: BTreeSet<String> = metrics::all().map(|metric| metric.id.to_owned()).collect();
    let tables: BTreeSet<String> = FactTable::ALL.iter().map(|table| table.name().to_owned()).collect();
    let offers = |line: &str| fish(&folder, line);
    assert_eq!(offers("dialogram metrics "), ids);
    assert_eq!(offers("dialogram metrics --format json first_r"), set(&["first_response_time"]));
    assert_eq!(offers("dialogram explain mine.toml abandoned"), set(&["abandoned"]));
    assert_eq!(offers("dialogram explain mi"), set(&["mine.toml"]));
    assert_eq!(offers("dialogram list logs/ --metric no_"), set(&["no_shows"]));
    assert_eq!(offers("dialogram tables "), tables);
    assert_eq!(offers("dialogram completions po"), set(&["powershell"]));
    assert_eq!(offers("dialogram man che"), set(&["check"]));
    assert_eq!(offers("dialogram recipe s"), set(&["spark", "systemd"]));
    assert_eq!(offers("dialogram run weekly --split-by q"), set(&["queue"]));
    assert_eq!(offers("dialogram report logs/ --by w"), set(&["week", "weekday"]));
    // Names together with files, if both are accepted.
    for line in
        ["dialogram report --template ", "dialogram report --profile ", "dialogram profiles ", "dialogram list "]
    {
        let offered = offers(line);
        let names: BTreeSet<String> = match line.split(' ').nth_back(1).unwrap() {
            "--template" => Template::names().map(str::to_owned).collect(),
            "list" => tables.clone(),
            _ => Profile::names().map(str::to_owned).collect(),
        };
        assert!(offered.is_superset(&names) && offered.contains("mine.toml"), "{line}: {offered:?}");
    }
}

/// The lines of a script between two others; the first of these must be unique.
fn between<'a>(script: &'a str, head: &str, end: &str) -> &'a str {
    let (_, rest) = script.split_once(head).unwrap_or_else(|| panic!("no {head}"));
    rest.split_once(end).unwrap().0
}

#[test]
fn powershell_and_elvish_have_names_where_they_belong() {
    let powershell = script("powershell");
    let metrics = between(&powershell, "        'dialogram;metrics' {\n", "            break\n");
    let result =
        "[CompletionResult]::new('queue_wait', 'queue_wait', [CompletionResultType]::ParameterValue, 'Wait in queue')";
    assert!(metrics.contains(result), "{metrics}");
    assert!(!metrics.contains("'zendesk-chat'"));
    let behind = between(&powershell, "    $names = @{\n", "\n    }\n");
    let starts: Vec<&str> = behind.lines().map(|line| line.trim().split(" = ").next().unwrap()).collect();
    assert_eq!(
        starts,
        ["'--profile'", "'--period'", "'--template'", "'--by'", "'--metric'", "'--split-by'", "'explain 2'"]
    );
    assert!(behind.lines().all(|line| line.contains(" = @('") && line.ends_with("')")), "{behind}");
    let elvish = script("elvish");
    let profiles = between(&elvish, "        &'dialogram;profiles'= {\n", "        }\n");
    assert!(profiles.contains("            cand zendesk-chat 'Zendesk Chat"), "{profiles}");
    // No quoted text contains its own quote.
    for script in [powershell, elvish] {
        for line in script.lines() {
            assert!(line.matches('\'').count() % 2 == 0, "{line}");
        }
    }
}

#[test]
fn zsh_offers_names_beside_files() {
    let script = script("zsh");
    for (function, name) in
        [("_dialogram_users", "queues"), ("_dialogram_hosts", "zendesk-chat"), ("_dialogram_urls", "visits")]
    {
        let body = between(&script, &format!("{function}() {{\n"), "\n}\n");
        assert!(body.contains(&format!("\n        '{name}:")) && body.contains("files:file:_files"), "{body}");
        assert!(script.matches(&format!(":{function}'")).count() > 0, "{function} is used");
    }
    // The library's placeholder words are gone.
    assert!(["_users'", "_hosts'", "_urls'"].iter().all(|word| !script.contains(&format!(":{word}"))));
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("_dialogram"), &script).unwrap();
    let output = Command::new("zsh")
        .args(["-f", "-n", "_dialogram"])
        .current_dir(folder.path())
        .output()
        .expect("scripts/test installs zsh");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}
