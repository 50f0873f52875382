//! Type names are unique, so that a reader of `Row` knows which type is meant. Two modules share a name only if they are
//! the same thing with and without a feature.

use std::collections::BTreeMap;
use std::fs;

use crate::support::root;

/// Names that two files may share, with the reason.
const SHARED: [(&str, &str); 2] =
    [("Post", "mail, with and without the feature"), ("Posts", "mail, with and without the feature")];

#[test]
fn a_type_has_a_name_of_its_own() {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "csv_tests" {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && name != "tests.rs" {
                let text = fs::read_to_string(&path).unwrap();
                let place = path.strip_prefix(root().join("src")).unwrap().display().to_string();
                for name in types(&text) {
                    files.entry(name.to_owned()).or_default().push(place.clone());
                }
            }
        }
    }
    assert!(files.len() > 500, "{} types were found", files.len());
    let twice: Vec<_> = files.iter().filter(|(_, files)| files.len() > 1).collect();
    for (name, files) in &twice {
        let is_shared = SHARED.iter().any(|(shared, _)| shared == name) && files.len() == 2;
        assert!(is_shared, "the type `{name}` is in {}: a name says what one of them is", files.join(", "));
    }
    for (name, what) in SHARED {
        assert!(twice.iter().any(|(twice, _)| *twice == name), "`{name}` ({what}) is no longer shared: remove it");
    }
}

/// The types that a file declares, without those of its tests.
fn types(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let named = code.lines().filter_map(|line| {
        let line = line.strip_prefix("pub").map_or(line, |rest| rest.trim_start_matches(|c| c != ' ').trim_start());
        let rest = ["struct ", "enum ", "trait ", "type "].iter().find_map(|word| line.strip_prefix(word))?;
        rest.split(|c: char| !c.is_ascii_alphanumeric()).next()
    });
    named.collect()
}
