//! Sources held by an engine: tables of its catalogue, and files at addresses that only the engine can open.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::harmless::shown;

/// How the engine holds a source. The engine fetches the rows, and a process reads them from a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineSource {
    /// A table of its catalogue, in as many parts as the engine makes. Its rows have no position.
    Table,
    /// Files at an address: each is fetched whole and unchanged.
    Files,
}

/// The prefix of the name of a table.
const TABLE: &str = "spark:";

impl EngineSource {
    /// The kind of source that a LOG argument names in an engine; `None` if the argument is a path.
    #[must_use]
    pub fn of(log: &Path) -> Option<Self> {
        let text = log.to_str().filter(|_| kept_facts(log).is_none())?;
        if text.strip_prefix(TABLE).is_some_and(|name| !name.is_empty()) {
            return Some(Self::Table);
        }
        let (scheme, _) = text.split_once("://")?;
        let is_scheme =
            !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        is_scheme.then_some(Self::Files)
    }

    /// The name or address of a LOG in the engine.
    #[must_use]
    pub fn name_of(self, log: &Path) -> PathBuf {
        let name = log.to_str().and_then(|text| text.strip_prefix(TABLE)).filter(|_| self == Self::Table);
        name.map_or_else(|| log.to_owned(), PathBuf::from)
    }

    /// The same for people, in the form of a LOG argument.
    #[must_use]
    pub fn shown(self, name: &Path) -> String {
        let name = name.to_string_lossy();
        match self {
            Self::Table => format!("{TABLE}{}", shown(&name)),
            Self::Files => shown(&name),
        }
    }
}

/// The prefix of a location where the engine keeps facts.
const FACTS: &str = "facts:";

/// The location of facts kept by the engine: a table, an address, or a path visible to every node. `None` for any other
/// argument.
#[must_use]
pub fn kept_facts(argument: &Path) -> Option<&str> {
    argument.to_str()?.strip_prefix(FACTS).filter(|place| !place.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_addresses_are_not_paths() {
        let held = |text: &str| EngineSource::of(Path::new(text));
        assert_eq!(held("spark:lake.events"), Some(EngineSource::Table));
        assert_eq!(held("s3a://bucket/logs/*.jsonl"), Some(EngineSource::Files));
        assert_eq!(held("file:///data/logs"), Some(EngineSource::Files));
        for path in ["logs/a.jsonl", "/data/spark:x", "spark:", "://a", "-", "a b://c", "C:\\logs"] {
            assert_eq!(held(path), None, "{path}");
        }
        assert_eq!(EngineSource::Table.name_of(Path::new("spark:a.b")), Path::new("a.b"));
        assert_eq!(EngineSource::Table.shown(Path::new("a.b")), "spark:a.b");
        assert_eq!(kept_facts(Path::new("facts:s3a://bucket/facts")), Some("s3a://bucket/facts"));
        for path in ["facts:", "facts/", "/data/facts:x", "spark:lake.facts"] {
            assert_eq!(kept_facts(Path::new(path)), None, "{path}");
        }
        assert_eq!(EngineSource::Files.name_of(Path::new("s3a://b/c")), Path::new("s3a://b/c"));
    }
}
