//! The modules stand on floors (src/lib.rs), and a module imports only floors below its own: data flows one way, so that
//! a renderer cannot reach for the log, nor the fold for a flag. The words of floor 0 may use each other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// Each module's floor, as the comments in src/lib.rs say.
fn floors() -> BTreeMap<String, u32> {
    let mut floor = None;
    let mut floors = BTreeMap::new();
    for line in fs::read_to_string(root().join("src/lib.rs")).unwrap().lines() {
        if let Some(comment) = line.strip_prefix("// floor ") {
            floor = Some(comment.split(':').next().unwrap().parse().unwrap());
        } else if let Some(module) = line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod ")) {
            let floor = floor.unwrap_or_else(|| panic!("{module} stands above the first `// floor N` in src/lib.rs"));
            floors.insert(module.trim_end_matches(';').to_owned(), floor);
        }
    }
    floors
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The top-level module that a source is part of; none for lib.rs and main.rs, above all floors.
fn module_of(source: &Path) -> Option<String> {
    let inside = source.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    let module = first.trim_end_matches(".rs");
    (!["lib", "main"].contains(&module)).then(|| module.to_owned())
}

/// The modules that code names after `crate::`, also in a list.
fn imported(code: &str) -> Vec<String> {
    let lines: Vec<&str> = code.lines().map(|line| line.split("//").next().unwrap_or(line)).collect();
    let code = lines.join("\n");
    let word =
        |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut modules = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(list) = rest.strip_prefix('{') else {
            modules.push(word(rest));
            continue;
        };
        let mut depth = 1;
        let mut begins_name = true;
        for (at, c) in list.char_indices() {
            if depth == 1 && begins_name && (c.is_alphanumeric() || c == '_') {
                modules.push(word(&list[at..]));
                begins_name = false;
            }
            match c {
                '{' => depth += 1,
                '}' if depth == 1 => break,
                '}' => depth -= 1,
                ',' if depth == 1 => begins_name = true,
                _ => {}
            }
        }
    }
    modules
}

/// What is wrong with a module that names these others.
fn complaints(floors: &BTreeMap<String, u32>, module: &str, imports: &[String]) -> Vec<String> {
    let own = floors[module];
    let is_wrong = |other: &&String| {
        floors.get(*other).is_some_and(|floor| *other != module && *floor >= own && !(own == 0 && *floor == 0))
    };
    let say = |other: &String| format!("{module} (floor {own}) imports {other} (floor {})", floors[other]);
    imports.iter().filter(is_wrong).map(say).collect()
}

#[test]
fn a_module_imports_only_floors_below_its_own() {
    let floors = floors();
    assert!(floors.len() >= 10, "src/lib.rs names too few modules: {floors:?}");
    let mut found = Vec::new();
    let mut seen = 0;
    for source in sources(&root().join("src")) {
        let Some(module) = module_of(&source) else { continue };
        assert!(floors.contains_key(&module), "{module} is not in src/lib.rs");
        let imports = imported(&fs::read_to_string(&source).unwrap());
        seen += imports.len();
        let place = source.strip_prefix(root()).unwrap().display();
        found.extend(complaints(&floors, &module, &imports).into_iter().map(|what| format!("{place}: {what}")));
    }
    assert!(seen > 100, "only {seen} imports seen");
    assert!(found.is_empty(), "move what is shared to a lower floor:\n{}", found.join("\n"));
}

#[test]
fn the_program_enters_by_the_door() {
    let main = fs::read_to_string(root().join("src/main.rs")).unwrap();
    let uses: Vec<&str> = main.lines().filter(|line| line.contains("dialogram::")).collect();
    assert!(uses.iter().all(|line| line.contains("dialogram::cli")), "{uses:?}");
}

#[test]
fn an_import_of_a_higher_floor_is_seen() {
    let floors = floors();
    let code =
        "use crate::{cli, time::{Zone, fold}, report::Report};\nlet x = crate::render::Format::Json; // crate::cli\n";
    let imports = imported(code);
    assert_eq!(imports, ["cli", "time", "report", "render"]);
    assert_eq!(complaints(&floors, "ingest", &imports).len(), 3);
    assert!(complaints(&floors, "cli", &imports).is_empty());
    assert!(complaints(&floors, "time", &["unit".to_owned()]).is_empty());
}
