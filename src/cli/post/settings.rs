//! The mail settings in the config: `[smtp]` and `[reports.NAME.mail]`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use toml::de::DeValue;

use crate::cli::duration::parse_ms;
use crate::language::Language;
use crate::mail::address::{self, Person};
use crate::mail::secret::PasswordSource;
use crate::mail::server::{Server, Tls, is_host_name, is_loopback, usual_hello};
use crate::mail::subject::SubjectTemplate;
use crate::nearest::unknown;
use crate::render::{DocumentFormat, ReportFormat};
use crate::time::SECOND_MS;
use crate::toml_reader::{Reader, TomlTable, Value, as_typed};

/// The mail server of the config, `[smtp]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// Where mails are handed in, and how the connection is secured.
    pub server: Server,
    /// The sender, unless a mail names another.
    pub from: Option<Person>,
}

/// `[reports.NAME.mail]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The recipients.
    pub to: Vec<Person>,
    /// The recipients of a copy.
    pub cc: Vec<Person>,
    /// For a split report: recipients who get the report of one value.
    pub each: Vec<Each>,
    /// The sender.
    pub from: Person,
    /// The address for answers, if not the sender's.
    pub reply_to: Option<Person>,
    /// The subject; by default the title and the days.
    pub subject: Option<SubjectTemplate>,
    /// Formats of the report to attach.
    pub attach: Vec<ReportFormat>,
    /// The language of subject, body and attached files; by default that of the report.
    pub language: Option<Language>,
    /// Whether each recipient gets a separate message.
    pub separate: bool,
    /// The maximum time between the log's end and the window's end, in milliseconds.
    pub max_age: Option<i64>,
    /// Who is informed if the run fails.
    pub on_failure: Vec<Person>,
    /// The path of the record of what was sent.
    pub state: Option<PathBuf>,
}

/// The recipients of a split report's part for one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Each {
    /// The value, as filters accept it.
    pub value: String,
    /// The recipients.
    pub to: Vec<Person>,
}

/// The mail settings of the config.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posts {
    /// The mail server; `None` if the config names none.
    pub smtp: Option<Smtp>,
    /// Mails by the name of their report.
    pub mails: BTreeMap<String, Mail>,
}

/// Every key that `[smtp]` may have.
pub const SMTP_KEYS: [&str; 12] = [
    "host",
    "port",
    "tls",
    "user",
    "password-file",
    "password-credential",
    "ca-file",
    "hello",
    "timeout",
    "retry-for",
    "from",
    "insecure",
];

/// The keys of `[reports.NAME.mail]`.
pub const MAIL_KEYS: [&str; 12] = [
    "to",
    "cc",
    "each",
    "from",
    "reply-to",
    "subject",
    "attach",
    "language",
    "separate",
    "max-age",
    "on-failure",
    "state",
];

/// The correct key for a word of another language or of other programs.
fn meant_by(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "para" | "destinatario" | "destinatarios" | "destinatário" | "destinatários" | "destinataire"
        | "destinataires" | "recipient" | "recipients" | "receiver" | "receivers" => "to",
        "assunto" | "asunto" | "objet" | "sujet" | "title" => "subject",
        "de" | "remetente" | "remitente" | "expediteur" | "expéditeur" | "sender" => "from",
        "idioma" | "langue" | "lang" => "language",
        "anexo" | "anexos" | "adjunto" | "adjuntos" | "attachment" | "attachments" | "format" | "formats" => "attach",
        "copia" | "cópia" | "copie" => "cc",
        _ => return None,
    })
}

const TIMEOUT: Duration = Duration::from_mins(1);
const RETRY_FOR: Duration = Duration::from_mins(15);
/// The longest time for retries: a run of Monday must not meet that of Tuesday.
const LONGEST_RETRY_MS: i64 = 12 * 60 * 60 * 1000;
/// The longest time to wait for one answer.
const LONGEST_TIMEOUT_MS: i64 = 10 * 60 * 1000;

impl Posts {
    /// Reads both tables. `folder` is the config file's folder; paths are relative to it.
    pub fn read(reader: &mut Reader, root: &TomlTable, folder: &Path) -> Self {
        let smtp = root.get("smtp").and_then(|value| {
            let table = table(reader, value, "smtp")?;
            TableKeys { reader, table, folder }.smtp(value)
        });
        let mut mails = BTreeMap::new();
        let reports = root.get("reports").and_then(|reports| reports.get_ref().as_table());
        for (name, report) in reports.into_iter().flatten() {
            let Some(value) = report.get_ref().as_table().and_then(|report| report.get("mail")) else { continue };
            let name = name.get_ref().to_string();
            let Some(table) = table(reader, value, &format!("reports.{name}.mail")) else { continue };
            if root.get("smtp").is_none() {
                reader.mistake(&value.span(), "a mail needs a server: write [smtp] with host = \"…\"".to_owned());
            }
            let from = smtp.as_ref().and_then(|smtp| smtp.from.clone());
            mails.extend(TableKeys { reader, table, folder }.mail(value, from).map(|mail| (name, mail)));
        }
        Self { smtp, mails }
    }
}

fn table<'v, 't>(reader: &mut Reader, value: &'v Value<'t>, name: &str) -> Option<&'v TomlTable<'t>> {
    let table = value.get_ref().as_table();
    if table.is_none() {
        reader.mistake(&value.span(), format!("`{name}` is a table: write [{name}] over it"));
    }
    table
}

/// The keys of one table.
struct TableKeys<'a, 'r, 't> {
    reader: &'a mut Reader<'r>,
    table: &'a TomlTable<'t>,
    folder: &'a Path,
}

impl<'a, 't> TableKeys<'a, '_, 't> {
    fn smtp(mut self, whole: &Value) -> Option<Smtp> {
        self.known(&SMTP_KEYS, "key of [smtp]");
        let port = self.parsed("port", |text| {
            text.parse::<u16>()
                .ok()
                .filter(|port| *port > 0)
                .ok_or_else(|| format!("`{text}` is not a port: 1 to 65535"))
        });
        let tls = self.parsed("tls", |text| {
            let known = ["required", "starttls", "implicit", "none"];
            Tls::parse(text, port).ok_or_else(|| unknown("kind of encryption", text, known))
        });
        let tls = tls.or(Tls::parse("required", port)).unwrap_or(Tls::Starttls);
        let host = self.parsed("host", |text| {
            let is_host = text.parse::<std::net::IpAddr>().is_ok() || is_host_name(text);
            if is_host { Ok(text.to_owned()) } else { Err(format!("`{text}` is not a host name or address")) }
        });
        let insecure = self.flag("insecure");
        let user = self.parsed("user", |text| {
            if text.is_empty() || text.contains('\0') { Err("it is empty".to_owned()) } else { Ok(text.to_owned()) }
        });
        let password = self.password();
        let hello = self.parsed("hello", |text| {
            if is_host_name(text) { Ok(text.to_owned()) } else { Err(format!("`{text}` is not a host name")) }
        });
        let timeout = self.time("timeout", 1000, LONGEST_TIMEOUT_MS);
        let retry_for = self.time("retry-for", 0, LONGEST_RETRY_MS);
        let from = self.address("from");
        let ca_file = self.path("ca-file");
        let mut needs = |is_wrong: bool, message: &str| {
            if is_wrong {
                self.reader.mistake(&whole.span(), format!("[smtp]: {message}"));
            }
        };
        needs(self.table.get("host").is_none(), "name the server: host = \"mail.example.com\"");
        needs(
            user.is_some() != password.is_some(),
            "user goes with password-file or password-credential, and they with user",
        );
        let is_open = host.as_ref().is_some_and(|host| tls == Tls::None && !insecure && !is_loopback(host));
        needs(
            is_open,
            "tls = \"none\" sends mail and password in the clear, and is for a server on this machine: remove it, or write insecure = true",
        );
        needs(tls == Tls::None && ca_file.is_some(), "ca-file is for TLS, which tls = \"none\" turns off");
        let server = Server {
            host: host?,
            port: port.unwrap_or(tls.usual_port()),
            tls,
            user,
            password,
            ca_file,
            hello: hello.unwrap_or_else(usual_hello),
            timeout: timeout.unwrap_or(TIMEOUT),
            retry_for: retry_for.unwrap_or(RETRY_FOR),
        };
        Some(Smtp { server, from })
    }

    fn password(&mut self) -> Option<PasswordSource> {
        let file = self.parsed("password-file", |text| Ok(text.to_owned()));
        let credential = self.parsed("password-credential", |text| {
            let is_name = !text.is_empty() && !text.contains(['/', '\0']) && text != "." && text != "..";
            if is_name { Ok(text.to_owned()) } else { Err(format!("`{text}` is not the name of a credential")) }
        });
        match (file, credential) {
            (Some(_), Some(_)) => {
                self.wrong("password-credential", "password-file names the password already: one of them is enough");
                None
            }
            (Some(file), None) if file == "-" => Some(PasswordSource::Stdin),
            (Some(file), None) => Some(PasswordSource::File(self.folder.join(file))),
            (None, credential) => credential.map(PasswordSource::Credential),
        }
    }

    fn mail(mut self, whole: &Value, usual_from: Option<Person>) -> Option<Mail> {
        self.known(&MAIL_KEYS, "key of [reports.NAME.mail]");
        let (to, cc) = (self.addresses("to"), self.addresses("cc"));
        let mut seen: Vec<String> = Vec::new();
        for address in to.iter().chain(&cc).map(Person::address) {
            if seen.contains(&address) {
                self.reader.mistake(&whole.span(), format!("`{address}` is a recipient twice"));
            }
            seen.push(address);
        }
        let each = self.each();
        if to.is_empty() && self.table.get("to").is_none() && self.table.get("each").is_none() {
            self.reader.mistake(&whole.span(), "a mail has recipients: write to = [\"ana@example.com\"]".to_owned());
        }
        let from = self.address("from").or(usual_from);
        if from.is_none() && self.table.get("from").is_none() {
            let message = "a mail has a sender: write from = \"reports@example.com\", here or under [smtp]";
            self.reader.mistake(&whole.span(), message.to_owned());
        }
        let subject = self.parsed("subject", SubjectTemplate::parse);
        let attach = self.texts("attach").map(|all| {
            let mut formats = Vec::new();
            for text in all {
                let names: Vec<String> = ReportFormat::value_variants().iter().map(|format| format.name()).collect();
                match ReportFormat::value_variants().iter().copied().find(|format| format.name() == text) {
                    Some(format) if !formats.contains(&format) => formats.push(format),
                    Some(_) => {}
                    None => self.wrong("attach", &unknown("format", &text, names.iter().map(String::as_str))),
                }
            }
            formats
        });
        let language = self.parsed("language", |text| {
            let names = || Language::value_variants().iter().map(|language| language.name());
            Language::of_tag(text).ok_or_else(|| unknown("language", text, names()))
        });
        let max_age = self.parsed("max-age", parse_ms);
        let reply_to = self.address("reply-to");
        let on_failure = self.addresses("on-failure");
        let separate = self.flag("separate");
        let state = self.path("state");
        Some(Mail {
            to,
            cc,
            each,
            from: from?,
            reply_to,
            subject,
            attach: attach.unwrap_or_else(|| vec![ReportFormat::Pdf]),
            language,
            separate,
            max_age,
            on_failure,
            state,
        })
    }

    /// `each`: the recipients of each value.
    fn each(&mut self) -> Vec<Each> {
        let Some(value) = self.value("each") else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(
                "each",
                "a table is expected: the people of each value, as in each = { Billing = \"ana@example.com\" }",
            );
            return Vec::new();
        };
        if table.is_empty() {
            self.wrong("each", "it names nobody");
        }
        let mut all = Vec::new();
        for key in table.keys() {
            let value: &str = key.get_ref();
            let mut fields = TableKeys { reader: &mut *self.reader, table, folder: self.folder };
            let to = fields.addresses(value);
            let addresses: Vec<String> = to.iter().map(Person::address).collect();
            if let Some(twice) =
                addresses.iter().enumerate().find_map(|(at, one)| addresses[..at].contains(one).then_some(one))
            {
                self.reader.mistake(&key.span(), format!("`{twice}` is a recipient of `{value}` twice"));
            }
            all.push(Each { value: value.to_owned(), to });
        }
        all
    }

    fn known(&mut self, known: &[&str], what: &str) {
        for key in self.table.keys() {
            let (name, span): (&str, _) = (key.get_ref(), key.span());
            if ["password", "password-env", "pass"].contains(&name) {
                let message = format!(
                    "`{name}`: keep the password out of a config that others read: put it into a file of its own, password-file = \"…\""
                );
                self.reader.mistake(&span, message);
            } else if let Some(meant) = meant_by(name).filter(|meant| known.contains(meant)) {
                self.reader.mistake(&span, format!("no {what} `{name}`; did you mean `{meant}`?"));
            } else if !known.contains(&&*name.replace('_', "-")) {
                self.reader.unknown(&span, what, name, known.iter().copied());
            }
        }
    }

    /// A value by its key, with hyphens or underscores.
    fn value(&self, key: &str) -> Option<&'a Value<'t>> {
        self.table.get(key).or_else(|| self.table.get(&*key.replace('-', "_")))
    }

    fn wrong(&mut self, key: &str, message: &str) {
        if let Some(value) = self.value(key) {
            self.reader.mistake(&value.span(), format!("`{key}`: {message}"));
        }
    }

    fn parsed<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::Boolean(_) => None,
            other => as_typed(other),
        };
        let result = text.ok_or_else(|| format!("a text is expected, found {}", value.get_ref().type_str()));
        match result.and_then(|text| parse(&text)) {
            Ok(parsed) => Some(parsed),
            Err(message) => {
                self.wrong(key, &message);
                None
            }
        }
    }

    fn flag(&mut self, key: &str) -> bool {
        let Some(value) = self.value(key) else { return false };
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(key, "true or false is expected, without quotes");
        }
        flag.unwrap_or_default()
    }

    fn path(&mut self, key: &str) -> Option<PathBuf> {
        let path =
            self.parsed(key, |text| if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(text.to_owned()) });
        path.map(|path| self.folder.join(path))
    }

    fn time(&mut self, key: &str, least: i64, most: i64) -> Option<Duration> {
        let ms = self.parsed(key, |text| {
            let ms = parse_ms(text)?;
            if (least..=most).contains(&ms) {
                Ok(ms)
            } else {
                Err(format!("`{text}` is not between {} and {} s", least / SECOND_MS, most / SECOND_MS))
            }
        });
        ms.map(|ms| Duration::from_millis(ms.unsigned_abs()))
    }

    fn address(&mut self, key: &str) -> Option<Person> {
        self.parsed(key, address::parse)
    }

    /// One text, or a list of them.
    fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let texts = match value.get_ref() {
            DeValue::String(text) => Some(vec![text.to_string()]),
            DeValue::Array(list) => list.iter().map(|one| one.get_ref().as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        if texts.is_none() {
            self.wrong(key, "a text or a list of texts is expected");
        }
        texts
    }

    fn addresses(&mut self, key: &str) -> Vec<Person> {
        let texts = self.texts(key).unwrap_or_default();
        let mut found = Vec::new();
        for text in texts {
            match address::parse(&text) {
                Ok(address) => found.push(address),
                Err(message) => self.wrong(key, &message),
            }
        }
        found
    }
}
