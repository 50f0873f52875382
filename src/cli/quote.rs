//! Texts so that a shell, cron, systemd or YAML reads them as they are.

/// Characters that none of them gives a meaning to, beside letters and digits.
const PLAIN: &str = "-._/@+,=:";

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || PLAIN.contains(c))
}

/// A word of a shell, in quotes where it needs them.
#[must_use]
pub fn shell(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// A command of a shell in a line of cron, which would end it at a `%`.
#[must_use]
pub fn cron(command: &str) -> String {
    command.replace('%', "\\%")
}

/// A word of a command that systemd starts, in quotes where it needs them.
#[must_use]
pub fn systemd_word(text: &str) -> String {
    systemd_path(&text.replace('$', "$$"))
}

/// A path in a list of a unit, in quotes where it needs them.
#[must_use]
pub fn systemd_path(text: &str) -> String {
    let is_glob = |c: char| c.is_alphanumeric() || PLAIN.contains(c) || "[]*".contains(c);
    if !text.is_empty() && text.chars().all(is_glob) {
        return text.to_owned();
    }
    format!("\"{}\"", systemd_line(&text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// A text that is the whole value of a key of a unit.
#[must_use]
pub fn systemd_line(text: &str) -> String {
    text.replace('%', "%%")
}

/// A text of YAML, in quotes where it needs them.
#[must_use]
pub fn yaml(text: &str) -> String {
    // What begins otherwise, or has a colon, may be a number, a truth or a mapping.
    let is_text = text.starts_with('/') || text.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&&*text.to_lowercase());
    if is_plain(text) && is_text && !is_word && !text.contains([':', ',', '@']) {
        return text.to_owned();
    }
    yaml_in_quotes(text)
}

/// A text of YAML in quotes.
#[must_use]
pub fn yaml_in_quotes(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A name in the name of a file: letters of any script, digits and `-`.
#[must_use]
pub fn file_stem(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

/// A name in the name of a unit or script: letters and digits of ASCII, `-` and `_`.
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
