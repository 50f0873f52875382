//! Decides which values of a column may be shown without being requested: no message text, no names, and nothing by
//! which a person can be reached.

use super::column::{Column, LONGEST_KEPT};
use crate::inspect::words::{Meaning as M, Name, actor_of, kind_of, yes_or_no};
use crate::shown::is_like_person;

/// The number of examples shown for a column.
const SHOWN: usize = 3;
/// The fewest digits of a telephone number.
const PHONE_DIGITS: usize = 8;
/// The average number of spaces from which on values count as sentences.
const PROSE_SPACES: u64 = 3;
/// The most digits of a number that cannot be a telephone number with the code of its country.
const SHORT_NUMBER: usize = 9;
/// The most distinct values of a column with a fixed set of values.
const FEW: u64 = 64;
/// From this number of values on, those of a fixed set recur.
const RECURRING: u64 = 20;

/// Which examples to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examples {
    /// Only examples that cannot belong to a person.
    Safe,
    /// All.
    All,
}

impl Column {
    /// Whether its values look like messages that people write.
    #[must_use]
    pub fn looks_like_message(&self) -> bool {
        if self.filled == 0 || self.kinds.texts * 2 < self.filled || self.time().is_some() || self.is_duration() {
            return false;
        }
        let is_kind = self.words.has_one(&[M::Kind, M::Id, M::Status, M::Channel, M::Activity, M::Count, M::Author]);
        // `is_internal_note` is yes or no.
        let is_flag = self.distinct().0 <= 2 && self.kept.iter().all(|(value, _)| yes_or_no(value).is_some());
        let is_named = self.words.has_one(&[M::Text, M::Message]) && !is_kind && !is_flag;
        let is_prose = self.spaces >= self.filled * PROSE_SPACES && self.distinct_share() > 0.3;
        is_named || is_prose || self.longest > 120
    }

    /// Whether its values may be personal: they are shown only on request.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        if self.looks_like_message() {
            return true;
        }
        if self.filled == 0 || self.time().is_some() || self.is_duration() || self.is_number() {
            return false;
        }
        let texts = self.kinds.texts;
        // A masked value shows only a first letter.
        if texts == 0 || self.is_of_people() {
            return false;
        }
        // Texts that hardly recur are free texts, whatever the column is called.
        let do_recur = self.filled < RECURRING || self.distinct_share() <= 0.5;
        let is_few = self.distinct().0 <= FEW && self.longest <= LONGEST_KEPT && do_recur;
        let is_of_things = self.words.has_one(&[
            M::Status,
            M::Kind,
            M::Activity,
            M::Channel,
            M::Outcome,
            M::Queue,
            M::Team,
            M::App,
            M::Resolved,
            M::Inbound,
            M::Outbound,
            M::Private,
        ]);
        let is_known = |value: &str| actor_of(value).is_some() || kind_of(value).is_some();
        let are_known = !self.kept.is_empty() && self.kept.iter().all(|(value, _)| is_known(value));
        let is_id = self.words.has_one(&[M::Id, M::Protocol, M::Conversation, M::Version]) && self.spaces < self.filled;
        !(is_few && (is_of_things || are_known) || is_id)
    }

    /// Whether its values are names, telephone numbers or addresses.
    fn is_of_people(&self) -> bool {
        let is_person = |words: crate::inspect::words::Meanings| words.has_one(&[M::Customer, M::Agent, M::User]);
        let is_plain = !self.words.has_one(&[M::Id, M::Kind, M::Status, M::Count, M::Channel, M::Team]);
        self.words.has(M::Reach)
            || (is_person(self.words.meanings) && is_plain)
            || (is_person(self.words.around) && self.words.has_one(&[M::Name, M::Reach]))
    }

    /// Whether its values are ids of people, which may be their names.
    fn has_ids_of_people(&self) -> bool {
        self.words.has(M::Id) && self.words.has_one(&[M::Customer, M::Agent, M::User])
    }

    /// A few values, shortened; masked, unless all were requested.
    #[must_use]
    pub fn examples(&self, examples: Examples) -> Vec<String> {
        let values = self.kept.iter().take(SHOWN).map(|(value, _)| value.as_str());
        match examples {
            Examples::All => values.map(str::to_owned).collect(),
            Examples::Safe if self.is_hidden() => Vec::new(),
            Examples::Safe => {
                // An instant or a duration is not a name, even if the column is named for a person's action.
                let is_people = self.is_of_people() && self.time().is_none() && !self.is_duration();
                // The number of a ticket or a message identifies nobody; that of a customer or a chat may be a telephone
                // number, and so may a message.
                let is_of_message = self.words.has(M::Message) && self.words.has(M::Id);
                let is_number = self.time().is_some() || self.words.has_one(&[M::Protocol, M::Count]) || is_of_message;
                let is_short = |value: &str| self.words.has(M::Conversation) && digits(value) <= SHORT_NUMBER;
                let may_be_phone = |value: &str| !is_number && !is_short(value);
                let is_person = |value: &str| is_people || self.has_ids_of_people() && digits(value) == 0;
                values.map(|value| masked(value, is_person(value), may_be_phone(value))).collect()
            }
        }
    }
}

/// The displayed name of a column. Names, addresses and telephone numbers of people, as in tables with one column for each
/// agent or objects with one member for each customer, are masked unless examples were requested.
#[must_use]
pub fn shown_name(name: &str, examples: Examples) -> String {
    match examples {
        Examples::Safe => parts(name).into_iter().map(shown_part).collect::<Vec<_>>().join("."),
        Examples::All => name.to_owned(),
    }
}

/// The keys of a path; a key that holds a dot is in quotes.
fn parts(path: &str) -> Vec<&str> {
    let mut is_quoted = false;
    path.split(|c| {
        is_quoted ^= c == '"';
        c == '.' && !is_quoted
    })
    .collect()
}

fn shown_part(key: &str) -> String {
    let plain = key.trim_matches('"');
    let is_address = plain.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'));
    // A day (`2026-03-02`) is shorter.
    let is_phone = digits(plain) > SHORT_NUMBER && may_hold_phone(plain);
    if is_address || is_of_person(plain) || is_phone { masked(plain, true, true) } else { key.to_owned() }
}

/// Whether a name looks like a person's, and has no word that is used in names of columns.
fn is_of_person(name: &str) -> bool {
    is_like_person(name) && Name::of(name).meanings.is_empty()
}

/// A value without the parts that identify a person: `a…@…`, `55…21`, `A… S…`.
fn masked(value: &str, is_person: bool, may_be_phone: bool) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    if let Some((local, _)) = value.split_once('@') {
        return format!("{}…@…", first(local));
    }
    let is_plain_number = value.chars().all(|c| c.is_ascii_digit() || is_between_digits(c));
    if is_plain_number && may_be_phone && digits(value) >= PHONE_DIGITS {
        let characters: Vec<char> = value.chars().collect();
        let (head, tail) = (&characters[..2], &characters[characters.len() - 2..]);
        return format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>());
    }
    let has_phone = may_be_phone && !is_plain_number && may_hold_phone(value);
    if (is_person || has_phone) && value.chars().any(char::is_alphabetic) {
        return value.split_whitespace().map(|word| format!("{}…", first(word))).collect::<Vec<_>>().join(" ");
    }
    value.to_owned()
}

fn digits(value: &str) -> usize {
    value.bytes().filter(u8::is_ascii_digit).count()
}

const fn is_between_digits(c: char) -> bool {
    matches!(c, ' ' | '+' | '-' | '(' | ')' | '.')
}

/// Whether a text holds a telephone number: words of digits, without letters, that have enough digits together.
fn may_hold_phone(text: &str) -> bool {
    let mut found = 0;
    text.split_whitespace().map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation())).any(|word| {
        let is_number = word.chars().all(|c| c.is_ascii_digit() || is_between_digits(c));
        found = if is_number { found + digits(word) } else { 0 };
        found >= PHONE_DIGITS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, values: &[&str]) -> Column {
        let mut column = Column::new(name.to_owned());
        for value in values {
            column.see(value);
        }
        column
    }

    fn shown(name: &str, values: &[&str]) -> Vec<String> {
        column(name, values).examples(Examples::Safe)
    }

    #[test]
    fn messages_are_never_shown() {
        let sentences =
            ["I would like to know where my cake is", "Thank you very much for the cake", "Is it open on Sunday?"];
        assert!(shown("anything", &sentences).is_empty());
        assert!(shown("Mensagem", &["oi", "bom dia", "ok"]).is_empty());
        assert!(shown("fala", &["oi", "bom dia", "meu cpf e 12345678909"]).is_empty());
        assert!(shown("nota", &["CPF 123.456.789-09", "cliente irritado"]).is_empty());
        assert!(shown("obs", &["Maria Souza"]).is_empty());
        assert!(shown("Name", &["Maria Souza"]).is_empty());
        for name in ["last message", "Mensaje", "corps", "last_msg", "answer text", "#3"] {
            assert!(shown(name, &["hi there", "pregnant"]).is_empty(), "{name}");
        }
        assert_eq!(shown("message_type", &["text", "image"]), ["text", "image"]);
        assert!(shown("x", &[&"a".repeat(200)]).is_empty());
        // Free texts, in a column whose name promises a few kinds.
        let texts: Vec<String> = (0..20).map(|number| format!("{number} called, angry")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert!(shown("Reason", &texts).is_empty() && !shown("Reason", &texts[..3]).is_empty());
        assert_eq!(column("obs", &["Maria Souza"]).examples(Examples::All), ["Maria Souza"]);
    }

    #[test]
    fn people_are_masked() {
        assert_eq!(shown("email", &["ana@shop.example"]), ["a…@…"]);
        assert_eq!(shown("Phone", &["+55 (11) 98765-4321", "5511987654321"]), ["+5…21", "55…21"]);
        assert_eq!(shown("x", &["5511987654321"]), ["55…21"]);
        assert_eq!(shown("Nome do cliente", &["Ana Souza", "Éva"]), ["A… S…", "É…"]);
        assert_eq!(shown("agent_name", &["Ana Silva"]), ["A… S…"]);
        assert_eq!(shown("created", &["20260302100501", "20260302100502"]).len(), 2);
        assert_eq!(shown("Status", &["Ana (11) 98765-4321", "call 5511987654321"]), ["A… (… 9…", "c… 5…"]);
        for name in ["message", "comment", "chat", "conversation_id", "customer_id"] {
            assert_eq!(shown(name, &["5511987654321"]), ["55…21"], "{name}");
        }
        for name in ["message_id", "ticket", "protocol"] {
            assert_eq!(shown(name, &["202603021"]), ["202603021"], "{name}");
        }
        assert_eq!(shown("agent_id", &["ana", "a17"]), ["a…", "a17"]);
        assert_eq!(shown("id", &["1234", "c-77"]), ["1234", "c-77"]);
        assert_eq!(shown("Status", &["Open", "Closed"]), ["Open", "Closed"]);
    }

    #[test]
    fn names_of_people_are_not_names_of_columns() {
        let safe = |name| shown_name(name, Examples::Safe);
        assert_eq!(safe("Ana Silva"), "A… S…");
        assert_eq!(safe("Maria de Souza Lima"), "M… d… S… L…");
        assert_eq!(safe("answers.Ana O'Neill"), "answers.A… O…");
        assert_eq!(safe("chats.Ana Silva.ts"), "chats.A… S….ts");
        assert_eq!(safe("chats.\"ana@shop.example\".ts"), "chats.a…@….ts");
        assert_eq!(safe("chats.+55 11 98765-4321.ts"), "chats.+5…21.ts");
        for name in [
            "Created At",
            "Agent Name",
            "agent name",
            "Ana",
            "wrap code",
            "SLA Breach",
            "Tempo de Espera",
            "a.b",
            "\"x.y\".z",
            "@key",
            "2026-03-02",
        ] {
            assert_eq!(safe(name), name);
        }
        assert_eq!(shown_name("Ana Silva", Examples::All), "Ana Silva");
    }

    #[test]
    fn dates_are_not_messages() {
        let dates = column("Quando", &["2 de março de 2026 às 09:00", "3 de março de 2026 às 09:00"]);
        assert_eq!(shown("First agent reply", &["2026-03-02T09:00:00Z"]), ["2026-03-02T09:00:00Z"]);
        assert!(!dates.looks_like_message() && dates.examples(Examples::Safe).len() == 2);
    }
}
