//! Addresses of people, as in the config: `ana@example.com` or `Ana Souza <ana@example.com>`.

use std::fmt;

use super::server::is_host_name;

/// Maximum bytes of an address and of the part before its `@`, as accepted by servers (RFC 5321).
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

/// A person or a mailing list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The display name, if any.
    pub name: Option<String>,
    /// The part before the `@`.
    local: String,
    /// The part after it, in lower case.
    domain: String,
}

impl Person {
    /// The address alone, for servers. The domain is in lower case, so that one mailbox has one text.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// The part after the `@`.
    #[must_use]
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address()),
            None => f.write_str(&self.address()),
        }
    }
}

/// Parses an address.
///
/// # Errors
///
/// If the text is not an address, or not one that every server accepts.
pub fn parse(text: &str) -> Result<Person, String> {
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err("an address has no line ends or other control characters".to_owned());
    }
    let text = text.trim();
    let fails = || Err(format!("`{text}` is not an address: write ana@example.com, or Ana <ana@example.com>"));
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.split_once('<')) {
        Some((name, address)) => (unquoted(name.trim()), address.trim()),
        None => (None, text),
    };
    let Some((local, domain)) = address.split_once('@') else { return fails() };
    if !domain.is_ascii() {
        return Err(format!(
            "`{text}`: the domain has letters beyond ASCII: write it as servers know it, beginning with xn--, which its \
             registrar or mail provider names"
        ));
    }
    if !local.is_ascii() {
        return Err(format!(
            "`{text}`: the part before the @ has letters beyond ASCII, which many servers refuse: ask for an address without"
        ));
    }
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_local = !local.is_empty()
        && local.len() <= LONGEST_LOCAL
        && local.chars().all(is_atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    if !is_local || !is_host_name(domain) || domain.ends_with('.') || address.len() > LONGEST {
        return fails();
    }
    Ok(Person { name, local: local.to_owned(), domain: domain.to_lowercase() })
}

/// A name without the quotes around it; `None` if it is empty.
fn unquoted(name: &str) -> Option<String> {
    let inside = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    let name = inside.map_or_else(|| name.to_owned(), |name| name.replace("\\\"", "\"").replace("\\\\", "\\"));
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_ascii_on_one_line() {
        for (text, name, address) in [
            ("ana@example.com", None, "ana@example.com"),
            ("Ana Souza <Ana@EXAMPLE.com>", Some("Ana Souza"), "Ana@example.com"),
            ("\"Souza, \\\"Ana\\\"\" <ana+x@example.com>", Some("Souza, \"Ana\""), "ana+x@example.com"),
            ("Conceição <ana@example.com>", Some("Conceição"), "ana@example.com"),
            ("<ops@localhost>", None, "ops@localhost"),
        ] {
            let found = parse(text).unwrap();
            assert_eq!((found.name.as_deref(), found.address().as_str()), (name, address), "{text}");
        }
        for text in [
            "",
            "ana",
            "ana@",
            "@example.com",
            "a b@example.com",
            "ana@example.com\r\nBcc: x@example.com",
            "añ@example.com",
            "ana@exámple.com",
            "a@x.com, b@x.com",
            "Ana <a@x.com> b",
            "a..b@x.com",
            "a@x.com>",
            "a@-x.com",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        let mistake = |text: &str| parse(text).unwrap_err();
        assert!(mistake("ana@exámple.com").contains("beginning with xn--"));
        assert!(mistake("añ@example.com").contains("the part before the @"));
        assert!(parse("ana@xn--exmple-qta.com").is_ok());
    }
}
