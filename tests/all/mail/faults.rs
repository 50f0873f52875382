//! What servers do wrong, and what becomes of the mail.

use std::collections::BTreeMap;
use std::fs;

use super::server::{Break, Script, Server, certificate};
use super::{MONDAY, TWO, office, plain};

/// A run of the weekly report against a server of this script, and what it said.
fn run(script: Script, smtp: &str) -> (Server, super::Office, super::office::Ended) {
    let server = Server::start(script);
    let smtp = format!(
        "{}{smtp}",
        plain(&server).replace("retry-for = '0s'\n", if smtp.contains("retry") { "" } else { "retry-for = '0s'\n" })
    );
    let office = office(&smtp, TWO);
    let ended = office.run(MONDAY, "run weekly");
    (server, office, ended)
}

fn of(address: &'static str, replies: &[&'static str]) -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([(address, replies.to_vec())])
}

const FAILED: &str = "dialogram: mail of weekly, 2026-03-02 to 2026-03-08, was not sent";

#[test]
fn a_refused_recipient_is_named_and_the_others_have_it() {
    let (server, office, ended) =
        run(Script { recipients: of("leo@example.com", &["550 5.1.1 no such user"]), ..Script::default() }, "");
    assert_eq!(ended.code, 5);
    assert!(
        ended.stderr.starts_with(&format!(
            "{FAILED} to everybody:\n  sent to ana@example.com\n  refused for leo@example.com: 550 5.1.1 no such user\n"
        )),
        "{}",
        ended.stderr
    );
    assert_eq!(server.taken()[0].to, ["ana@example.com"]);
    // Run again: only who has not got it.
    let again = office.run(MONDAY, "run weekly");
    assert_eq!((again.code, server.taken().len()), (5, 1));
    assert!(again.stderr.starts_with(&format!("{FAILED}:\n  refused for leo@example.com")), "{}", again.stderr);
}

#[test]
fn a_server_that_says_later_is_tried_again() {
    let recipients = of("leo@example.com", &["450 4.2.0 greylisted", "250 ok"]);
    let (server, _, ended) = run(Script { recipients: recipients.clone(), ..Script::default() }, "retry-for = '5s'\n");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let to: Vec<String> = server.taken().iter().map(|one| one.to.join(" ")).collect();
    assert_eq!(to, ["ana@example.com", "leo@example.com"]);
    // Without time for another try it is told.
    let (server, office, ended) = run(Script { recipients, ..Script::default() }, "");
    assert_eq!((ended.code, server.taken().len()), (5, 1));
    assert!(ended.stderr.contains("not sent to leo@example.com: 450 4.2.0 greylisted"), "{}", ended.stderr);
    assert_eq!((office.run(MONDAY, "run weekly").code, server.taken().len()), (0, 2));
    // The whole message, refused for now and then for good.
    let (server, _, ended) =
        run(Script { end: vec!["452 4.3.1 full", "554 5.6.0 no"], ..Script::default() }, "retry-for = '5s'\n");
    assert_eq!((ended.code, server.taken().len(), server.connections()), (5, 0, 2));
    assert!(ended.stderr.contains("refused for ana@example.com, leo@example.com: 554 5.6.0 no"), "{}", ended.stderr);
}

#[test]
fn a_wrong_password_is_told_and_not_tried_again() {
    let script = Script { login: Some(("reports", "right")), starttls: Some("server"), ..Script::default() };
    let server = Server::start(script);
    let smtp = format!(
        "host = '127.0.0.1'\nport = {}\nretry-for = '5s'\nuser = 'reports'\npassword-file = 'secret'\nca-file = '{}'\n",
        server.port(),
        certificate("authority.pem").display()
    );
    let office = office(&smtp, TWO);
    assert!(office.run(MONDAY, "run weekly").stderr.contains("secret: no such file"));
    fs::write(office.path("secret"), "wrong\n").unwrap();
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!((ended.code, server.connections()), (5, 1));
    assert!(
        ended.stderr.contains("does not take the password of reports: 535 5.7.8 wrong password"),
        "{}",
        ended.stderr
    );
    let kept = fs::read_to_string(office.path("reports/.dialogram-weekly.mail.json")).unwrap();
    assert!(!kept.contains("wrong\\n") && !ended.stderr.contains("d3Jvbmc"), "{kept}");
}

#[test]
fn a_certificate_that_is_not_believed_ends_the_connection() {
    let cases = [
        (
            Some("other"),
            format!("ca-file = '{}'\n", certificate("authority.pem").display()),
            "cannot be trusted, so nothing was sent: ",
        ),
        (
            Some("server"),
            format!("ca-file = '{}'\n", certificate("other.pem").display()),
            "cannot be trusted, so nothing was sent: ",
        ),
        (
            None,
            format!("ca-file = '{}'\n", certificate("authority.pem").display()),
            "offers no encryption (STARTTLS), so nothing was sent",
        ),
    ];
    for (starttls, ca, told) in cases {
        let server = Server::start(Script { starttls, ..Script::default() });
        let office = office(&format!("host = '127.0.0.1'\nport = {}\nretry-for = '5s'\n{ca}", server.port()), TWO);
        let ended = office.run(MONDAY, "run weekly");
        assert_eq!((ended.code, server.taken().len(), server.connections()), (5, 0, 1), "{}", ended.stderr);
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
    }
}

#[test]
fn what_is_said_before_tls_is_not_taken_for_the_server() {
    let injected = "\r\n250-forged\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken";
    let server = Server::start(Script { starttls: Some("server"), injected, ..Script::default() });
    let ca = certificate("authority.pem");
    let office = office(
        &format!("host = '127.0.0.1'\nport = {}\nretry-for = '0s'\nca-file = '{}'\n", server.port(), ca.display()),
        TWO,
    );
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!((ended.code, server.taken().len()), (5, 0));
    assert!(ended.stderr.contains("speaks before the connection is encrypted"), "{}", ended.stderr);
}

#[test]
fn a_connection_that_is_lost_before_the_end_was_not_a_mail() {
    for break_at in [Break::Greeting, Break::Data] {
        let (server, office, ended) = run(Script { break_at, ..Script::default() }, "");
        assert_eq!((ended.code, server.taken().len()), (5, 0));
        assert!(ended.stderr.contains("not sent to ana@example.com, leo@example.com: 127.0.0.1:"), "{}", ended.stderr);
        assert!(ended.stderr.contains(" broke off "), "{}", ended.stderr);
        assert!(!ended.stderr.contains("unknown whether"), "{}", ended.stderr);
        // Nobody has it, so the next run sends it to all.
        let well = Server::start(Script::default());
        office.config(&plain(&well), TWO);
        assert_eq!((office.run(MONDAY, "run weekly").code, well.taken().len()), (0, 1));
    }
}

#[test]
fn a_large_message_that_is_cut_off_was_not_a_mail() {
    let server = Server::start(Script { break_at: Break::Message, ..Script::default() });
    let office = office(&plain(&server), TWO);
    // More than the system keeps for a connection.
    fs::write(office.path("large.bin"), vec![7; 24_000_000]).unwrap();
    let ended = office.run(MONDAY, "send large.bin --report weekly");
    assert_eq!((ended.code, server.taken().len()), (5, 0));
    assert!(
        ended.stderr.starts_with("dialogram: the mail was not sent:\n  not sent to ana@example.com, leo@example.com: "),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_connection_that_is_lost_after_the_end_is_unknown_and_not_sent_again() {
    for (break_at, why) in [(Break::End, "the connection was closed"), (Break::Silence, "no answer in time")] {
        let (server, office, ended) =
            run(Script { break_at, ..Script::default() }, "retry-for = '5s'\ntimeout = '2s'\n");
        assert_eq!((ended.code, server.taken().len()), (5, 1));
        assert!(
            ended.stderr.contains(&format!("unknown whether it reached ana@example.com, leo@example.com: 127.0.0.1:{} broke off after the end of the message: {why}", server.port())),
            "{}",
            ended.stderr
        );
        // It may have arrived: nothing is sent without being asked for, and then it has the same id.
        let well = Server::start(Script::default());
        office.config(&plain(&well), TWO);
        assert_eq!((office.run(MONDAY, "run weekly").code, well.taken().len()), (0, 0));
        assert_eq!((office.run(MONDAY, "run weekly --again").code, well.taken().len()), (0, 1));
        assert_eq!(well.taken()[0].bytes, server.taken()[0].bytes);
    }
}

#[test]
fn a_server_that_is_away_is_told_and_the_files_are_there() {
    let server = Server::start(Script::default());
    let office = office(
        "host = '127.0.0.1'\nport = 1\ntls = 'none'\nretry-for = '0s'\n",
        &format!("{TWO}\non-failure = 'ops@example.com'"),
    );
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!(ended.code, 5);
    assert!(ended.stderr.contains("127.0.0.1:1 cannot be reached: nobody listens there"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("and nobody was told by mail (on-failure): ops@example.com: 127.0.0.1:1"),
        "{}",
        ended.stderr
    );
    assert!(office.path("reports/2026-W10.csv").exists());
    office.config(&plain(&server), TWO);
    assert_eq!((office.run("2026-03-09T10:10:00Z", "run weekly").code, server.taken().len()), (0, 1));
}

#[test]
fn a_message_that_is_too_large_is_told_before_it_is_sent() {
    let (server, _, ended) = run(Script { features: vec!["SIZE 1000"], ..Script::default() }, "");
    assert_eq!((ended.code, server.taken().len()), (5, 0));
    assert!(ended.stderr.contains("takes messages of at most 1000 bytes"), "{}", ended.stderr);
}

#[test]
fn a_server_that_says_nothing_is_given_up_in_time() {
    let begun = std::time::Instant::now();
    let (server, _, ended) = run(Script { break_at: Break::Mute, ..Script::default() }, "timeout = '1s'\n");
    assert_eq!((ended.code, server.taken().len()), (5, 0));
    assert!(ended.stderr.contains(" broke off before its greeting: no answer in time"), "{}", ended.stderr);
    assert!(begun.elapsed() < std::time::Duration::from_secs(25), "{:?}", begun.elapsed());
}

#[test]
fn a_run_that_is_killed_while_it_sends_is_told_by_the_next_one_and_sends_nothing_twice() {
    let server = Server::start(Script { break_at: Break::Silence, ..Script::default() });
    let office = office(&plain(&server), &format!("{TWO}\non-failure = 'ops@example.com'"));
    let mut child = office.command(MONDAY, "run weekly").spawn().unwrap();
    // The server has the whole message, and has not answered.
    while server.taken().is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let well = Server::start(Script::default());
    office.config(&plain(&well), &format!("{TWO}\non-failure = 'ops@example.com'"));
    let ended = office.run("2026-03-09T10:10:00Z", "run weekly");
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    assert!(
        ended.stderr.contains(
            "unknown whether it reached ana@example.com, leo@example.com: the run that sent it, at 2026-03-09T10:00:00"
        ),
        "{}",
        ended.stderr
    );
    let taken = well.taken();
    assert_eq!(taken.iter().map(|one| one.to.join(" ")).collect::<Vec<_>>(), ["ops@example.com"]);
    // It is told once, and sent again where somebody asks for it.
    let ended = office.run("2026-03-09T10:20:00Z", "run weekly");
    assert_eq!((ended.code, ended.stderr.as_str(), well.taken().len()), (0, "", 1));
    assert_eq!((office.run("2026-03-09T10:30:00Z", "run weekly --again").code, well.taken().len()), (0, 2));
}

#[test]
fn two_runs_at_once_send_one_mail() {
    let server = Server::start(Script { break_at: Break::Silence, ..Script::default() });
    let office = office(&format!("{}timeout = '4s'\n", plain(&server)), TWO);
    let mut first = office.command(MONDAY, "run weekly").stderr(std::process::Stdio::null()).spawn().unwrap();
    while server.taken().is_empty() {
        assert!(first.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let second = office.run(MONDAY, "run weekly");
    assert_eq!((second.code, server.taken().len()), (5, 1));
    assert!(second.stderr.contains("start again when it has ended, or give --wait"), "{}", second.stderr);
    first.wait().unwrap();
}

/// The table of exit codes in docs/mail.md, each made.
#[test]
fn every_exit_code_of_the_page_is_made() {
    let page = fs::read_to_string(crate::support::root().join("docs/mail.md")).unwrap();
    let (_, table) = page.split_once("## Exit codes").unwrap();
    let codes: Vec<i32> =
        table.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok()).collect();
    let server = Server::start(Script::default());
    let well = plain(&server);
    let tls = format!("host = '127.0.0.1'\nport = {}\nretry-for = '0s'\n", server.port());
    let refusing =
        Server::start(Script { recipients: of("leo@example.com", &["550 no such user"]), ..Script::default() });
    let silent = Server::start(Script { break_at: Break::End, ..Script::default() });
    let cases: [(i32, &str, &str, &str, &str); 13] = [
        (0, &well, "", "", ""),
        (2, &well, "to = 'nobody'", "", "`nobody` is no address"),
        (2, &well, "subject = '{nobody}'", "", "subject"),
        (2, &well, "subjekt = 'x'", "", "did you mean `subject`?"),
        (2, &well, "para = 'x@example.com'", "", "`para`; did you mean `to`?"),
        (2, &well, "", " --dryrun", "unexpected argument '--dryrun'"),
        (3, &well, "max-age = '1m'", "", "nothing was written or sent, since the log is stale"),
        (3, &well, "", " --from 2027-01-01 --to 2027-01-07", "no events from 2027-01-01"),
        (5, &plain(&refusing), "", "", "refused for leo@example.com: 550 no such user"),
        (5, &plain(&silent), "", "", "unknown whether it reached"),
        (5, &format!("{tls}user = 'x'\npassword-file = 'none'\n"), "", "", "none: no such file"),
        (5, &format!("{tls}ca-file = 'none.pem'\n"), "", "", "ca-file none.pem"),
        (5, &well, "state = 'log.csv'", "", "is no record of sent mails"),
    ];
    for (code, smtp, mail, flags, told) in &cases {
        let to = if mail.starts_with("to = ") { "" } else { TWO };
        let office = office(smtp, &format!("{to}\n{mail}"));
        let ended = office.run(MONDAY, &format!("run weekly{flags}"));
        assert_eq!(ended.code, *code, "{mail}{flags}: {}", ended.stderr);
        assert!(
            ended.stderr.contains(told) && ended.stderr.is_empty() == (*code == 0),
            "{mail}{flags}: {}",
            ended.stderr
        );
    }
    let made: std::collections::BTreeSet<i32> = cases.iter().map(|case| case.0).collect();
    assert_eq!(made.into_iter().collect::<Vec<_>>(), codes);
}
