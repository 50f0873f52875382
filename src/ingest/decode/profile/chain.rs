//! Chains of records: each record names the one before it, and a chain is one conversation.

use hashbrown::HashMap;

use super::value::ValueRule;

/// The rules for the keys of chained records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The id of the record.
    pub id: ValueRule,
    /// The id of the preceding record; the first record has none.
    pub parent: ValueRule,
}

/// The most chained records that are held in memory.
pub const MOST_RECORDS: usize = 20_000_000;

/// The chained records seen so far: the id of each with that of its parent.
#[derive(Debug, Default)]
pub struct Roots {
    parents: HashMap<String, Option<String>>,
}

impl Roots {
    /// Adds a record.
    ///
    /// # Errors
    ///
    /// If the same id already has another parent, or if there are too many records.
    pub fn add(&mut self, id: &str, parent: Option<String>) -> Result<(), String> {
        // A record that names itself is the first of its chain.
        let parent = parent.filter(|parent| parent != id);
        if let Some(known) = self.parents.get(id) {
            if *known == parent {
                return Ok(());
            }
            let shown = |parent: &Option<String>| parent.clone().unwrap_or_else(|| "none".to_owned());
            return Err(format!(
                "`chain`: the id {id} has two parents, {} and {}: it does not identify a record",
                shown(known),
                shown(&parent)
            ));
        }
        if self.parents.len() == MOST_RECORDS {
            return Err(format!("`chain`: more than {MOST_RECORDS} records: read the export in pieces"));
        }
        self.parents.insert(id.to_owned(), parent);
        Ok(())
    }

    /// The id of the first record of this record's chain. If the chain is a circle, the smallest id in the circle; if a
    /// parent is in no file, the id of that parent.
    #[must_use]
    pub fn root<'i>(&'i self, id: &'i str) -> &'i str {
        let mut at = id;
        for _ in 0..=self.parents.len() {
            match self.parents.get(at) {
                Some(Some(parent)) => at = parent,
                Some(None) | None => return at,
            }
        }
        // After that many steps the position is in the circle.
        let (begin, mut smallest) = (at, at);
        loop {
            match self.parents.get(at) {
                Some(Some(parent)) if parent != begin => at = parent,
                Some(_) | None => return smallest,
            }
            smallest = smallest.min(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_lead_to_their_first_record() {
        let mut roots = Roots::default();
        for (id, parent) in
            [("3", "2"), ("2", "1"), ("1", ""), ("6", "5"), ("8", "9"), ("9", "8"), ("7", "8"), ("4", "4")]
        {
            roots.add(id, (!parent.is_empty()).then(|| parent.to_owned())).unwrap();
        }
        for (id, root) in
            [("3", "1"), ("2", "1"), ("1", "1"), ("6", "5"), ("8", "8"), ("9", "8"), ("7", "8"), ("4", "4"), ("x", "x")]
        {
            assert_eq!(roots.root(id), root, "{id}");
        }
        assert_eq!(roots.add("3", Some("2".to_owned())), Ok(()));
        let message = roots.add("3", Some("1".to_owned())).unwrap_err();
        assert!(message.contains("the id 3 has two parents, 2 and 1"), "{message}");
    }
}
