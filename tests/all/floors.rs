//! The modules are on floors (src/lib.rs), and a module imports only from floors below its own. Data flows one way, so
//! a renderer cannot read the log, nor the fold a flag. The modules of floor 0 may use each other. A folder whose
//! `mod.rs` names floors has its own: its files do not import from that `mod.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::imports::{File, House, Names, circles, sources};
use crate::support::root;

/// A folder with floors: its path of names, and the floor of each of its modules.
struct Room {
    module: Names,
    floors: BTreeMap<String, u32>,
}

impl Room {
    /// Reads the comments in a folder's `mod.rs`, or in `lib.rs`; `None` if it names no floors.
    fn of(file: &File) -> Option<Self> {
        let text = fs::read_to_string(root().join("src").join(&file.place)).unwrap();
        let mut floor = None;
        let mut floors = BTreeMap::new();
        for line in text.lines() {
            let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
            if let Some(comment) = line.strip_prefix("// floor ") {
                floor = Some(comment.split(':').next().unwrap().parse().unwrap());
            } else if let Some(module) = line.strip_prefix("mod ").and_then(|line| line.strip_suffix(';')) {
                let Some(floor) = floor else { continue };
                floors.insert(module.to_owned(), floor);
            }
        }
        (!floors.is_empty()).then(|| Self { module: file.module.clone(), floors })
    }

    /// The violations in a file.
    fn complaints(&self, file: &File) -> Vec<String> {
        let depth = self.module.len();
        let Some(own) = file.module.strip_prefix(&self.module[..]).and_then(|inside| inside.first()) else {
            return Vec::new();
        };
        let floor = self.floors.get(own).unwrap_or_else(|| panic!("{} has no floor", file.place));
        let names = file.named.iter().chain(&file.named_in_tests).filter(|name| name.starts_with(&self.module));
        let complaint = |name: &Names| {
            let is_of_door =
                || format!("{}: {own} (floor {floor}) imports {} from its `mod.rs`", file.place, name.join("::"));
            match name.get(depth).map(|other| (other, self.floors.get(other))) {
                Some((other, Some(_))) if other == own => None,
                Some((_, Some(0))) if *floor == 0 && depth == 0 => None,
                Some((_, Some(other))) if other < floor => None,
                Some((other, Some(at))) => {
                    Some(format!("{}: {own} (floor {floor}) imports {other} (floor {at})", file.place))
                }
                Some((_, None)) | None => (depth > 0).then(is_of_door),
            }
        };
        names.filter_map(complaint).collect()
    }
}

#[test]
fn a_module_imports_only_floors_below_its_own() {
    let house = House::read();
    let rooms: Vec<Room> = house.files().filter_map(Room::of).collect();
    let names: Vec<String> = rooms.iter().map(|room| room.module.join("::")).collect();
    assert_eq!(names, ["", "ingest"]);
    assert!(rooms[0].floors.len() >= 10, "src/lib.rs names too few modules: {:?}", rooms[0].floors);
    let seen: usize = house.files().map(|file| file.named.len()).sum();
    assert!(seen > 500, "only {seen} imports seen");
    let found: Vec<String> =
        rooms.iter().flat_map(|room| house.files().flat_map(|file| room.complaints(file))).collect();
    assert!(found.is_empty(), "move what is shared to a lower floor:\n{}", found.join("\n"));
}

/// Remaining cycles; the list may only become shorter.
const CIRCLES: &[(&[&str], &str)] = &[];

#[test]
fn files_do_not_import_each_other_in_a_circle() {
    let house = House::read();
    let needs = house.needs();
    let found: BTreeSet<_> = circles(&needs).into_iter().collect();
    let known: BTreeSet<BTreeSet<&str>> = CIRCLES.iter().map(|(files, _)| files.iter().copied().collect()).collect();
    let told = |circle: &&BTreeSet<&str>| {
        let names = circle.iter().map(|file| {
            let others: Vec<&str> = needs[*file].intersection(circle).copied().collect();
            format!("  {file} needs {}", others.join(", "))
        });
        names.collect::<Vec<_>>().join("\n")
    };
    let new: Vec<String> = found.difference(&known).collect::<Vec<_>>().iter().map(told).collect();
    assert!(
        new.is_empty(),
        "files need each other in a circle: move what they share to a file below both\n{}",
        new.join("\n\n")
    );
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "take these out of the list, they are not circles any more: {gone:?}");
}

/// A longer file has more than one idea.
const LONGEST_FILE: usize = 500;

#[test]
fn files_are_short() {
    let folder = root().join("src");
    let sources = sources(&folder);
    assert!(sources.len() > 100, "only {} files seen", sources.len());
    let long = |path: &PathBuf| {
        let lines = fs::read_to_string(path).unwrap().lines().count();
        let place = path.strip_prefix(&folder).unwrap().display();
        (lines > LONGEST_FILE).then(|| format!("src/{place}: {lines} lines"))
    };
    let found: Vec<String> = sources.iter().filter_map(long).collect();
    assert!(
        found.is_empty(),
        "no file of src has more than {LONGEST_FILE} lines. Move a whole idea to a file of its own, named after it: a type \
         with its functions, one stage of the work, or long tests (`mod tests;` in a folder). A folder takes the place of a \
         file that several files share parts of:\n{}",
        found.join("\n")
    );
}

#[test]
fn the_program_enters_by_the_door() {
    let main = fs::read_to_string(root().join("src/main.rs")).unwrap();
    let uses: Vec<&str> = main.lines().filter(|line| line.contains("dialogram::")).collect();
    assert!(uses.iter().all(|line| line.contains("dialogram::cli")), "{uses:?}");
}

#[test]
fn an_import_of_a_higher_floor_is_seen() {
    let house = House::read();
    let rooms: Vec<Room> = house.files().filter_map(Room::of).collect();
    let complaints = |place: &str, code: &str| -> usize {
        let file = File::new(place, code);
        rooms.iter().map(|room| room.complaints(&file).len()).sum()
    };
    let code = "use crate::{cli, time::Zone, report::Report};\nlet x = crate::render::Format::Json; // crate::cli\n";
    assert_eq!(complaints("ingest/source/xlsx.rs", code), 3);
    assert_eq!(complaints("cli/run.rs", code), 0);
    assert_eq!(complaints("time/zone.rs", "use crate::unit::Unit;\n"), 0);
    let code = "use crate::ingest::decode::cells::Cells;\nuse super::super::log::Log;\nuse crate::ingest::Options;\nuse super::xlsx;\n";
    assert_eq!(complaints("ingest/source/encoding.rs", code), 3);
    assert_eq!(complaints("ingest/log/store.rs", code), 1);
}
