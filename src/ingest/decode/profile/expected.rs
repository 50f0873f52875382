//! Keys that the records of an export have. A key that every export has is missed if it is absent. A key that only some
//! exports have is missed if the records have a key with a similar name instead.

use serde_json::Value;

use super::element::Element;
use super::path::{From, Path, PathStep};
use super::{Condition, Profile};
use crate::nearest::resembles;

/// Paths expected in an export: some record has one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The alternative paths: one of them must be found.
    pub has: Vec<Path>,
    /// The exports that it applies to.
    pub applies: Applies,
}

/// The exports in which paths are expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applies {
    /// Those in which some record meets these conditions; if there are none, every export.
    When(Vec<Condition>),
    /// Those in which some record has, in the place of a key of the path, one that resembles it and that the profile does
    /// not read. An export may lack the path, but not have it under another name.
    Resembled,
}

/// The bits of an [`Expected`] in the set of findings: one for its paths, one for the exports that it applies to.
const BITS_PER_EXPECTED: usize = 2;
/// The most entries of `expects`.
pub const MOST_EXPECTED: usize = u64::BITS as usize / BITS_PER_EXPECTED;

/// The bits of the entry at an index: its paths were found; it applies.
const fn bits(index: usize) -> (u64, u64) {
    (1 << (index * BITS_PER_EXPECTED), 2 << (index * BITS_PER_EXPECTED))
}

impl Profile {
    /// Marks in `found` the entries of [`Self::expects`] that a record of JSON meets, and those that it makes apply.
    pub fn mark_expected(&self, found: &mut u64, record: &Value, is_met: impl Fn(&Condition) -> bool) {
        let elements = [Element::alone(record)];
        for (index, expected) in self.expects.iter().enumerate() {
            let (met, applies) = bits(index);
            if *found & met == 0 && expected.has.iter().any(|path| path.find(&elements, None).is_some()) {
                *found |= met;
            }
            let does_apply = || match &expected.applies {
                Applies::When(conditions) => conditions.iter().all(&is_met),
                Applies::Resembled => expected.has.iter().any(|path| self.has_resembling(path, &elements)),
            };
            if *found & (met | applies) == 0 && does_apply() {
                *found |= applies;
            }
        }
    }

    /// The findings about a header: the entries of [`Self::expects`] whose column it has, and those that it makes apply,
    /// because it has a similar column that the profile does not read.
    #[must_use]
    pub fn expected_columns(&self, header: &[String]) -> u64 {
        let is_read = |other: &String| self.keys.binary_search(other).is_ok();
        let has_resembling = |path: &Path| header.iter().any(|other| resembles(&path.text, other) && !is_read(other));
        self.expects.iter().enumerate().fold(0, |found, (index, expected)| {
            let (met, applies) = bits(index);
            if expected.has.iter().any(|path| header.contains(&path.text)) {
                found | met
            } else if expected.applies == Applies::Resembled && expected.has.iter().any(has_resembling) {
                found | applies
            } else {
                found
            }
        })
    }

    /// Whether the object in which the path ends early has a key that resembles the one that is not there.
    fn has_resembling(&self, path: &Path, elements: &[Element]) -> bool {
        let is_inside = matches!(path.from, From::Record | From::Element(0));
        let Some(mut value) = elements.first().map(|record| record.value).filter(|_| is_inside) else { return false };
        for step in &path.steps {
            match (step.take(value, elements, None), step, value) {
                (Some(next), ..) => value = next,
                (None, PathStep::Key(key), Value::Object(members)) => {
                    let is_read = |other: &String| self.keys.binary_search(other).is_ok();
                    return members.keys().any(|other| resembles(key, other) && !is_read(other));
                }
                (None, ..) => return false,
            }
        }
        false
    }

    /// The paths of [`Self::expects`] that no record has although every export has them, given the findings `found`.
    pub fn unmet(&self, found: u64) -> impl Iterator<Item = &str> {
        self.not_found(found, |expected, does_apply| match &expected.applies {
            Applies::When(conditions) => conditions.is_empty() || does_apply,
            Applies::Resembled => false,
        })
    }

    /// The paths of [`Self::expects`] that no record has, but in whose place some record has a similar key.
    pub fn resembled(&self, found: u64) -> impl Iterator<Item = &str> {
        self.not_found(found, |expected, does_apply| does_apply && expected.applies == Applies::Resembled)
    }

    fn not_found(&self, found: u64, is_missed: impl Fn(&Expected, bool) -> bool) -> impl Iterator<Item = &str> {
        let missed = self.expects.iter().enumerate().filter(move |(index, expected)| {
            let (met, applies) = bits(*index);
            found & met == 0 && is_missed(expected, found & applies != 0)
        });
        missed.filter_map(|(_, expected)| expected.has.first()).map(|path| path.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The paths that are missed in one record, of a profile that may have a score and a team.
    fn resembled(record: &Value) -> Vec<String> {
        let toml = "title = 't'\nexpects = [{ optional = 'survey.rating' }, { optional = ['team', 'group'] }]\n\
            [input]\nformat = 'jsonl'\n[columns]\nconversation_id = 'id'\nagent_id = 'team_lead'\n\
            [[event]]\nevent = 'rated'\nts = 'at'\nscore = 'survey.rating'\ndepartment = 'team'\n";
        let profile = Profile::parse("p", "p.toml", toml).unwrap();
        let mut found = 0;
        profile.mark_expected(&mut found, record, |_| true);
        assert_eq!(profile.unmet(found).next(), None);
        profile.resembled(found).map(str::to_owned).collect()
    }

    #[test]
    fn an_optional_column_is_missed_where_a_similar_one_is_in_the_header() {
        let toml = "title = 't'\nexpects = ['Group', { optional = 'Survey results' }]\n[input]\nformat = 'csv'\n\
            [columns]\nconversation_id = 'ID'\nqueue = { first = ['Group'] }\n\
            [[event]]\nevent = 'rated'\nts = 'At'\nscore = { first = ['Survey results'] }\n";
        let profile = Profile::parse("p", "p.toml", toml).unwrap();
        for (header, unmet, resembled) in [
            (&["ID", "At", "Group", "Survey results"][..], None, None),
            (&["ID", "At", "Group"], None, None),
            (&["ID", "At", "Group", "Survey"], None, None),
            (&["ID", "At", "Group", "Survey Result"], None, Some("Survey results")),
            (&["ID", "At", "Survey results (1-5)"], Some("Group"), Some("Survey results")),
        ] {
            let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
            let found = profile.expected_columns(&header);
            assert_eq!(profile.unmet(found).next(), unmet, "{header:?}");
            assert_eq!(profile.resembled(found).next(), resembled, "{header:?}");
        }
    }

    #[test]
    fn an_optional_key_is_missed_if_a_similar_one_replaces_it() {
        for (record, expected) in [
            (json!({"id": 1, "survey": {"rating_score": 5}}), vec!["survey.rating"]),
            (json!({"id": 1, "survey": {"Ratings": 5}}), vec!["survey.rating"]),
            (json!({"id": 1, "survey": {"ratingX": 5}, "teamName": "a"}), vec!["survey.rating", "team"]),
            (json!({"id": 1, "survey_v2": {"rating": 5}}), vec!["survey.rating"]),
            // One alternative is enough, if only as null.
            (json!({"id": 1, "group": null, "team_name": "a"}), vec![]),
            (json!({"id": 1, "survey": {"rating": null, "rating_score": 5}}), vec![]),
            // Nobody answered, no teams; a key that the profile reads; a name that is another word.
            (json!({"id": 1}), vec![]),
            (json!({"id": 1, "survey": {"comment": "x", "routing": 1}}), vec![]),
            (json!({"id": 1, "team_lead": "a", "steam": 1}), vec![]),
            (json!({"id": 1, "survey": 5}), vec![]),
        ] {
            assert_eq!(resembled(&record), expected, "{record}");
        }
    }
}
