//! Quotes texts so that a shell, cron, systemd or YAML reads them unchanged.

/// Characters besides letters and digits that have no meaning to any of them.
const PLAIN: &str = "-._/@+,=:";

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || PLAIN.contains(c))
}

/// A word for a shell, quoted if necessary.
#[must_use]
pub fn shell(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// A shell command in a line of cron; cron would end it at a `%`.
#[must_use]
pub fn cron(command: &str) -> String {
    command.replace('%', "\\%")
}

/// A word in a systemd command, quoted if necessary.
#[must_use]
pub fn systemd_word(text: &str) -> String {
    systemd_path(&text.replace('$', "$$"))
}

/// A path in a list of a unit, quoted if necessary.
#[must_use]
pub fn systemd_path(text: &str) -> String {
    let is_glob = |c: char| c.is_alphanumeric() || PLAIN.contains(c) || "[]*".contains(c);
    if !text.is_empty() && text.chars().all(is_glob) {
        return text.to_owned();
    }
    format!("\"{}\"", systemd_line(&text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// A text as the whole value of a key in a unit.
#[must_use]
pub fn systemd_line(text: &str) -> String {
    text.replace('%', "%%")
}

/// A text for YAML, quoted if necessary.
#[must_use]
pub fn yaml(text: &str) -> String {
    // Other beginnings, or a colon, may mean a number, a boolean or a mapping.
    let is_text = text.starts_with('/') || text.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&&*text.to_lowercase());
    if is_plain(text) && is_text && !is_word && !text.contains([':', ',', '@']) {
        return text.to_owned();
    }
    yaml_in_quotes(text)
}

/// A text for YAML, always quoted.
#[must_use]
pub fn yaml_in_quotes(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A name as part of a file name: letters of any script, digits and `-`.
#[must_use]
pub fn file_stem(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

/// A name as part of a unit's or script's name: ASCII letters and digits, `-` and `_`.
#[must_use]
pub fn name(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reader_gets_the_text_back() {
        let odd = "/srv/Ana's 100% \"chats\" $HOME/é";
        assert_eq!(shell(odd), "'/srv/Ana'\\''s 100% \"chats\" $HOME/é'");
        assert_eq!(cron(&shell(odd)), "'/srv/Ana'\\''s 100\\% \"chats\" $HOME/é'");
        assert_eq!(systemd_word(odd), "\"/srv/Ana's 100%% \\\"chats\\\" $$HOME/é\"");
        assert_eq!(systemd_path(odd), "\"/srv/Ana's 100%% \\\"chats\\\" $HOME/é\"");
        assert_eq!(yaml(odd), "\"/srv/Ana's 100% \\\"chats\\\" $HOME/é\"");
        for plain in ["/srv/chats-1.0/é", "weekly"] {
            assert!([shell(plain), systemd_word(plain), yaml(plain)].iter().all(|text| text == plain), "{plain}");
        }
        assert_eq!([shell(""), yaml("no"), yaml("7"), yaml("a: b")].map(|text| text.len()), [2, 4, 3, 6]);
        assert_eq!(
            (name("Relatório 1"), file_stem("Relatório 1")),
            ("Relat_rio_1".to_owned(), "Relatório_1".to_owned())
        );
    }
}
