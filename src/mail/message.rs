//! A message with its headers, bodies and attachments, as bytes. The same report, recipients and time give the same
//! bytes.

use std::fmt::Write as _;

use email_encoding::body::Encoding;
use email_encoding::headers::writer::EmailWriter;
use email_encoding::headers::{quoted_string, rfc2047, rfc2231};

use super::address::Person;
use crate::report::Generator;

/// The people in the headers of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// The sender.
    pub from: Person,
    /// The address for answers, if not the sender's.
    pub reply_to: Option<Person>,
    /// The recipients.
    pub to: Vec<Person>,
    /// The recipients of a copy.
    pub cc: Vec<Person>,
}

/// An attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its name, without folders.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The content of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageContent {
    /// One line, before it is encoded.
    pub subject: String,
    /// The body as text.
    pub text: String,
    /// The body as HTML, if there is one.
    pub html: Option<String>,
    /// The attachments.
    pub attached: Vec<Attached>,
    /// When it was written, in UTC milliseconds.
    pub now: i64,
}

/// The basis of a Message-ID: the same mail to the same people has the same id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity<'a> {
    /// The name of the report.
    pub report: &'a str,
    /// The window: first day, last day and zone.
    pub window: &'a str,
    /// The recipients' addresses.
    pub to: &'a [String],
    /// How often the mail was sent before intentionally.
    pub again: u32,
}

impl Identity<'_> {
    /// The id, without angle brackets, with the domain of `from`.
    #[must_use]
    pub fn message_id(&self, from: &Person) -> String {
        let again = self.again.to_string();
        let parts = [self.report, self.window, &again].into_iter().chain(self.to.iter().map(String::as_str));
        let mut hash = Hash::default();
        parts.for_each(|part| hash.add(part));
        format!("{}.{:016x}{:016x}@{}", readable(self.window), hash.low, hash.high, from.domain())
    }
}

/// Maximum length of a word in an id.
const LONGEST_WORD: usize = 12;

/// The first two words of a text, in a form for ids.
fn readable(text: &str) -> String {
    let is_fit = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let words = text.split_whitespace().map(|word| word.chars().filter(is_fit).take(LONGEST_WORD).collect::<String>());
    let words: Vec<String> = words.filter(|word| !word.is_empty()).take(2).collect();
    if words.is_empty() { "mail".to_owned() } else { words.join(".") }
}

/// Two hashes of the FNV-1a family: together long enough to exclude collisions.
struct Hash {
    low: u64,
    high: u64,
}

impl Default for Hash {
    fn default() -> Self {
        Self { low: 0xcbf2_9ce4_8422_2325, high: 0x6c62_272e_07bb_0142 }
    }
}

impl Hash {
    fn add(&mut self, text: &str) {
        // Each part ends with a byte that no text contains.
        for byte in text.bytes().chain([0xff]) {
            self.low = (self.low ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            self.high = (self.high ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(5);
        }
    }
}

/// A hash of a text, to recognise the text later.
#[must_use]
pub(crate) fn fingerprint(text: &str) -> String {
    let mut hash = Hash::default();
    hash.add(text);
    format!("{:016x}", hash.low)
}

/// The header at the beginning of a message's file, which identifies files of the program.
pub(crate) const MARK: &str = "X-Dialogram-Report";

/// The message as sent and as in an `.eml` file; `report` is the name of its report.
///
/// # Errors
///
/// If a header cannot be written.
pub fn message(report: &str, heads: &Heads, content: &MessageContent, id: &str) -> anyhow::Result<Vec<u8>> {
    let mut out = String::new();
    text_header(&mut out, MARK, report)?;
    people_header(&mut out, "From", std::slice::from_ref(&heads.from))?;
    people_header(&mut out, "To", &heads.to)?;
    people_header(&mut out, "Cc", &heads.cc)?;
    people_header(&mut out, "Reply-To", heads.reply_to.as_slice())?;
    text_header(&mut out, "Subject", &content.subject)?;
    let date = chrono::DateTime::from_timestamp_millis(content.now).unwrap_or_default();
    write!(out, "Date: {}\r\nMessage-ID: <{id}>\r\nMIME-Version: 1.0\r\n", date.to_rfc2822())?;
    // Automatic responders ignore such a message.
    out.push_str("Auto-Submitted: auto-generated\r\n");
    let this = Generator::this();
    write!(out, "User-Agent: {}/{}\r\n", this.name, this.version)?;
    let text = text_part("text/plain", &content.text)?;
    let body = match &content.html {
        None => text,
        Some(html) => multipart("alternative", &boundary("body", id), &[text, text_part("text/html", html)?]),
    };
    if content.attached.is_empty() {
        out.push_str(&body);
    } else {
        let files = content.attached.iter().map(file_part);
        let parts: Vec<String> = std::iter::once(Ok(body)).chain(files).collect::<anyhow::Result<_>>()?;
        out.push_str(&multipart("mixed", &boundary("files", id), &parts));
    }
    Ok(out.into_bytes())
}

/// The boundary between parts. No part contains it: encoded text has no `=_`, and plain text does not contain the hash.
fn boundary(kind: &str, id: &str) -> String {
    format!("=_{kind}_{}", fingerprint(id))
}

fn multipart(kind: &str, boundary: &str, parts: &[String]) -> String {
    let mut out = format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n");
    for part in parts {
        out.push_str(&format!("--{boundary}\r\n{part}\r\n"));
    }
    out.push_str(&format!("--{boundary}--\r\n"));
    out
}

/// A text, unchanged if every server accepts it; else in quoted-printable or base64.
fn text_part(kind: &str, text: &str) -> anyhow::Result<String> {
    let text = text.lines().collect::<Vec<_>>().join("\r\n");
    let (name, encoded) = match Encoding::choose(text.as_str(), false) {
        Encoding::SevenBit => ("7bit", text),
        Encoding::QuotedPrintable => ("quoted-printable", quoted_printable::encode_to_str(&text)),
        Encoding::Base64 | Encoding::EightBit => ("base64", base64(text.as_bytes())?),
    };
    Ok(format!("Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {name}\r\n\r\n{encoded}\r\n"))
}

/// A file in base64, even if it is text, because its line ends must not change.
fn file_part(file: &Attached) -> anyhow::Result<String> {
    let name = on_one_line(&file.name);
    let mut out = format!("Content-Type: {}\r\nContent-Transfer-Encoding: base64\r\n", media_type(&name));
    out.push_str("Content-Disposition: ");
    let begun = "Content-Disposition: ".len();
    {
        let mut writer = EmailWriter::new(&mut out, begun, 0, false);
        writer.write_str("attachment;")?;
        writer.space();
        rfc2231::encode("filename", &name, &mut writer)?;
    }
    Ok(format!("{out}\r\n\r\n{}\r\n", base64(&file.bytes)?))
}

fn base64(bytes: &[u8]) -> anyhow::Result<String> {
    let mut out = String::with_capacity(bytes.len() / 3 * 4 + bytes.len() / 38);
    email_encoding::body::base64::encode(bytes, &mut out)?;
    Ok(out)
}

/// Maximum characters of a header: a line of a message may have 998 bytes.
const LONGEST_HEADER: usize = 400;

/// A header with any text: folded, and encoded if it is not ASCII.
fn text_header(out: &mut String, name: &str, text: &str) -> anyhow::Result<()> {
    let text: String = on_one_line(text).chars().take(LONGEST_HEADER).collect();
    write!(out, "{name}: ")?;
    let mut writer = EmailWriter::new(out, name.len() + 2, 0, false);
    // A text that looks encoded would be decoded.
    if text.is_ascii() && !text.contains("=?") {
        for (at, word) in text.split(' ').filter(|word| !word.is_empty()).enumerate() {
            if at > 0 {
                writer.space();
            }
            writer.write_str(word)?;
        }
    } else {
        rfc2047::encode(&text, &mut writer)?;
    }
    drop(writer);
    out.push_str("\r\n");
    Ok(())
}

/// A header with people; none without people.
fn people_header(out: &mut String, name: &str, people: &[Person]) -> anyhow::Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    write!(out, "{name}: ")?;
    let mut writer = EmailWriter::new(out, name.len() + 2, 0, false);
    for (at, person) in people.iter().enumerate() {
        if at > 0 {
            writer.write_char(',')?;
            writer.space();
        }
        match &person.name {
            None => writer.write_str(&person.address())?,
            Some(name) => {
                quoted_string::encode(&on_one_line(name), &mut writer)?;
                writer.space();
                writer.write_str(&format!("<{}>", person.address()))?;
            }
        }
    }
    drop(writer);
    out.push_str("\r\n");
    Ok(())
}

/// The media type of a file, by its ending.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "html" | "htm" => "text/html; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "zip" => "application/zip",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// A text for a header: characters that would end the line, or are invisible, become blanks.
fn on_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::address::parse;

    fn heads() -> Heads {
        let to = vec![parse("Ana Souza <ana@example.com>").unwrap(), parse("leo@example.com").unwrap()];
        Heads { from: parse("Reports <reports@Example.com>").unwrap(), reply_to: None, to, cc: Vec::new() }
    }

    fn content(subject: &str) -> MessageContent {
        MessageContent {
            subject: subject.to_owned(),
            text: ".\nfrom a to b\n".to_owned(),
            html: Some("<p>é</p>".to_owned()),
            attached: vec![Attached { name: "week 10 é\".csv".to_owned(), bytes: b"a,b\n1,2\n".to_vec() }],
            now: 1_773_050_400_000,
        }
    }

    #[test]
    fn a_subject_adds_no_header() {
        let bytes =
            message("weekly", &heads(), &content("a\r\nBcc: x@example.com\r\n\r\nbody"), "1@example.com").unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.to_lowercase().contains("\nbcc:"), "{head}");
        assert!(head.contains("Subject: a Bcc: x@example.com body\r\n"), "{head}");
        assert!(
            head.contains("Date: Mon, 9 Mar 2026 10:00:00 +0000") && head.contains("Message-ID: <1@example.com>"),
            "{head}"
        );
        assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 998));
    }

    #[test]
    fn the_same_mail_is_the_same_bytes_and_has_the_same_id() {
        let to = ["ana@example.com".to_owned()];
        let identity = Identity { report: "weekly", window: "2026-03-02 2026-03-08 UTC", to: &to, again: 0 };
        let id = identity.message_id(&heads().from);
        assert!(id.starts_with("2026-03-02.2026-03-08.") && id.ends_with("@example.com"), "{id}");
        assert_eq!(id, identity.message_id(&heads().from));
        let others = [
            Identity { report: "weekly2", ..identity.clone() },
            Identity { window: "2026-03-09 2026-03-15 UTC", ..identity.clone() },
            Identity { to: &[], ..identity.clone() },
            Identity { again: 1, ..identity.clone() },
        ];
        assert!(others.iter().all(|other| other.message_id(&heads().from) != id));
        assert_eq!(
            message("weekly", &heads(), &content("s"), &id).unwrap(),
            message("weekly", &heads(), &content("s"), &id).unwrap()
        );
    }
}
