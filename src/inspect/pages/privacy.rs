//! What of a file may be shown: no message text, and nothing by which a person can be reached.

use crate::inspect::columns::column::{Column, LONGEST_KEPT};
use crate::inspect::words::{MESSAGE_TEXT, is_one_of, plain};

/// Examples of a column that are shown.
const SHOWN: usize = 3;
/// Digits of a telephone number, at least.
const PHONE_DIGITS: usize = 8;
/// Words of a sentence, on average.
const PROSE_SPACES: u64 = 3;

/// Words in names of columns whose numbers are of conversations.
const NUMBERS: [&str; 8] = ["case", "ticket", "protocol", "protocolo", "conversation", "conversa", "call", "session"];

/// Names of columns that hold what people are called.
const PEOPLE: [&str; 12] = [
    "customer name",
    "contact name",
    "nome do cliente",
    "nome cliente",
    "nombre del cliente",
    "nom du client",
    "contact",
    "contato",
    "contacto",
    "customer",
    "cliente",
    "client",
];

impl Column {
    /// Whether its values read like what people write to each other.
    #[must_use]
    pub fn looks_like_message(&self) -> bool {
        if self.filled == 0 || self.kinds.texts * 2 < self.filled || self.time().is_some() {
            return false;
        }
        let name = plain(&self.name);
        let last = name.rsplit(' ').next().unwrap_or_default();
        let is_named = is_one_of(&name, MESSAGE_TEXT) || (is_one_of(last, MESSAGE_TEXT) && self.spaces > 0);
        let is_prose = self.spaces >= self.filled * PROSE_SPACES && self.distinct_share() > 0.3;
        let is_few = self.distinct().0 <= 8 && self.filled > 20 && self.longest <= LONGEST_KEPT;
        (is_named && !is_few) || is_prose || self.longest > 120
    }

    /// A few values, shortened and masked; none of a column that may hold messages.
    #[must_use]
    pub fn examples(&self) -> Vec<String> {
        if self.looks_like_message() {
            return Vec::new();
        }
        let is_people = PEOPLE.contains(&plain(&self.name).as_str());
        // The number of a conversation leads to nobody; that of a customer may be a telephone's.
        let is_number = self.time().is_some() || plain(&self.name).split(' ').any(|word| NUMBERS.contains(&word));
        self.kept.iter().take(SHOWN).map(|(value, _)| masked(value, is_people, is_number)).collect()
    }
}

/// A value without what leads to a person: `a…@…`, `55…21`, `A… S…`.
fn masked(value: &str, is_people: bool, is_number: bool) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    if let Some((local, _)) = value.split_once('@') {
        return format!("{}…@…", first(local));
    }
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let is_phone = value.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    if is_phone && !is_number && digits >= PHONE_DIGITS {
        let characters: Vec<char> = value.chars().collect();
        let (head, tail) = (&characters[..2], &characters[characters.len() - 2..]);
        return format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>());
    }
    if is_people {
        return value.split_whitespace().map(|word| format!("{}…", first(word))).collect::<Vec<_>>().join(" ");
    }
    value.to_owned()
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

    #[test]
    fn messages_are_never_shown() {
        let sentences =
            ["I would like to know where my cake is", "Thank you very much for the cake", "Is it open on Sunday?"];
        assert!(column("anything", &sentences).examples().is_empty());
        assert!(column("Mensagem", &["oi", "bom dia", "ok"]).examples().is_empty());
        assert!(column("last message", &["hi there", "bye now"]).examples().is_empty());
        assert_eq!(column("message_type", &["text", "image"]).examples(), ["text", "image"]);
        assert!(column("x", &[&"a".repeat(200)]).examples().is_empty());
    }

    #[test]
    fn people_are_masked() {
        assert_eq!(
            column("x", &["ana@shop.example", "+55 (11) 98765-4321", "5511987654321"]).examples(),
            ["a…@…", "+5…21", "55…21"]
        );
        assert_eq!(column("Nome do cliente", &["Ana Souza", "Éva"]).examples(), ["A… S…", "É…"]);
        assert_eq!(column("created", &["20260302100501", "20260302100502"]).examples().len(), 2);
        assert_eq!(column("id", &["1234", "c-77"]).examples(), ["1234", "c-77"]);
    }
}
