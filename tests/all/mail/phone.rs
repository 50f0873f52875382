//! The mail on a phone and on a screen.

use super::{MONDAY, Office, Script, Server, day, plain, read_by_python};
use crate::browser::{look_at, seen};
use crate::support::root;

/// The HTML of a message, by Python.
fn html(bytes: &[u8]) -> String {
    let read = read_by_python(bytes);
    read.split_once("\nhtml:\n").unwrap().1.to_owned()
}

#[test]
fn a_mail_is_legible_on_a_phone_in_every_language() {
    let server = Server::start(Script::default());
    let mut pages = Vec::new();
    for (language, brand) in [("en", "none"), ("fr", "acme"), ("es", "north"), ("pt", "acme")] {
        let office =
            Office::new(&plain(&server), &format!("to = 'ana@example.com'\nattach = []\nlanguage = '{language}'"));
        office.log(day("2026-01-05"), day("2026-03-08"));
        let mut line = "run weekly --template weekly --target queue_wait.p90=60".to_owned();
        if brand != "none" {
            line.push_str(&format!(" --brand {}", root().join(format!("fixtures/brand/{brand}.toml")).display()));
        }
        let ended = office.run(MONDAY, &line);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let page = html(&server.taken().last().unwrap().bytes);
        for wrong in ["http", "<img", "<script", "url("] {
            assert!(!page.contains(wrong), "{wrong} in {page}");
        }
        pages.extend(seen(&format!("a mail in {language}"), &page, false));
    }
    look_at(pages);
}
