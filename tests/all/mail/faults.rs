//! Faults of servers, and the outcome of the mail.

use std::collections::BTreeMap;
use std::fs;

use super::server::{Break, Script, Server, certificate};
use super::{MONDAY, TWO, office, plain};

/// Runs the weekly report against a server with this script.
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
    // A second run: only for recipients who did not get the mail.
    let again = office.run(MONDAY, "run weekly");
    assert_eq!((again.code, server.taken().len()), (5, 1));
    assert!(again.stderr.starts_with(&format!("{FAILED}:\n  refused for leo@example.com")), "{}", again.stderr);
}

#[test]
fn a_temporary_refusal_is_tried_again() {
    let recipients = of("leo@example.com", &["450 4.2.0 greylisted", "250 ok"]);
    let (server, _, ended) = run(Script { recipients: recipients.clone(), ..Script::default() }, "retry-for = '5s'\n");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let to: Vec<String> = server.taken().iter().map(|one| one.to.join(" ")).collect();
    assert_eq!(to, ["ana@example.com", "leo@example.com"]);
    // Without time for a retry the failure is reported.
    let (server, office, ended) = run(Script { recipients, ..Script::default() }, "");
    assert_eq!((ended.code, server.taken().len()), (5, 1));
    assert!(ended.stderr.contains("not sent to leo@example.com: 450 4.2.0 greylisted"), "{}", ended.stderr);
    assert_eq!((office.run(MONDAY, "run weekly").code, server.taken().len()), (0, 2));
    // The whole message is refused, first temporarily and then permanently.
    let (server, _, ended) =
        run(Script { end: vec!["452 4.3.1 full", "554 5.6.0 no"], ..Script::default() }, "retry-for = '5s'\n");
    assert_eq!((ended.code, server.taken().len(), server.connections()), (5, 0, 2));
    assert!(ended.stderr.contains("refused for ana@example.com, leo@example.com: 554 5.6.0 no"), "{}", ended.stderr);
}

#[test]
fn a_wrong_password_is_reported_and_not_tried_again() {
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
            "; write host as its certificate names it\n",
        ),
        (
            Some("server"),
            format!("ca-file = '{}'\n", certificate("other.pem").display()),
            "; name the authority of its certificate with ca-file under [smtp]\n",
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
fn answers_before_tls_are_not_trusted() {
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
    let closing = |of| Script { behind: Some((of, "421 4.3.2 closing")), ..Script::default() };
    let away = Script { break_at: Break::Greeting, ..Script::default() };
    for (script, told) in [
        (away, "broke off before its greeting"),
        (closing("GREETING"), "closes the connection at EHLO: 421 4.3.2 closing"),
        (closing("EHLO"), "closes the connection at MAIL: 421 4.3.2 closing"),
        (closing("MAIL"), "closes the connection at RCPT: 421 4.3.2 closing"),
        (closing("RCPT"), "closes the connection at RCPT: 421 4.3.2 closing"),
        (closing("DATA"), "broke off during the message"),
    ] {
        let (server, office, ended) = run(script, "");
        assert_eq!((ended.code, server.taken().len()), (5, 0), "{told}");
        assert!(ended.stderr.contains("not sent to ana@example.com, leo@example.com: 127.0.0.1:"), "{}", ended.stderr);
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
        assert!(!ended.stderr.contains("unknown whether"), "{}", ended.stderr);
        // No recipient has it, so the next run sends it to all.
        let well = Server::start(Script::default());
        office.config(&plain(&well), TWO);
        assert_eq!((office.run(MONDAY, "run weekly").code, well.taken().len()), (0, 1));
    }
}

#[test]
fn a_server_that_closes_after_it_took_the_message_has_it() {
    let (server, _, ended) = run(Script { behind: Some(("END", "421 4.3.2 closing")), ..Script::default() }, "");
    assert_eq!((ended.code, ended.stderr.as_str(), server.taken().len()), (0, "", 1));
}

#[test]
fn a_server_that_loses_count_of_its_answers_takes_nothing() {
    let instead = |of, reply: &str| Script { instead: Some((of, reply.to_owned())), ..Script::default() };
    let early = |of| Script { behind: Some((of, "250 ok")), ..Script::default() };
    let long = "x".repeat(10_000_000);
    for (script, told) in [
        // An extra answer could be mistaken for the one to the message.
        (early("EHLO"), "speaks out of turn at MAIL: 250 ok"),
        (early("RCPT"), "speaks out of turn at RCPT: 250 ok"),
        (early("DATA"), "broke off during the message"),
        (instead("DATA", "250 taken"), "answers DATA with 250 taken"),
        (instead("EHLO", "HTTP/1.1 400 Bad Request"), "does not speak as a mail server does, at EHLO: "),
        (instead("RCPT", &format!("250 {long}")), "at RCPT: an answer of more than 65536 bytes"),
        (
            instead("RCPT", &format!("250-{long}").replace("xxxx", "x\r\n250-")),
            "at RCPT: an answer of more than 65536 bytes",
        ),
    ] {
        let (server, office, ended) = run(script, "");
        assert_eq!((ended.code, server.taken().len()), (5, 0), "{told}");
        assert!(ended.stderr.contains(told) && ended.stderr.len() < 1000, "{told}: {:.1000}", ended.stderr);
        let well = Server::start(Script::default());
        office.config(&plain(&well), TWO);
        assert_eq!((office.run(MONDAY, "run weekly").code, well.taken().len()), (0, 1), "{told}");
    }
}

#[test]
fn unexpected_tls_has_an_error_with_its_cure() {
    let ca = certificate("authority.pem");
    for (is_implicit, tls, told) in [
        (false, "implicit", "write tls = \"starttls\""),
        (true, "starttls", "(does it expect TLS from the first byte? then write tls = \"implicit\")"),
    ] {
        let server = Server::start(Script { is_implicit, starttls: Some("server"), ..Script::default() });
        let (port, ca) = (server.port(), ca.display());
        let smtp = format!(
            "host = '127.0.0.1'\nport = {port}\ntls = '{tls}'\nca-file = '{ca}'\nretry-for = '0s'\ntimeout = '1s'\n"
        );
        let ended = office(&smtp, TWO).run(MONDAY, "run weekly");
        assert_eq!((ended.code, server.taken().len()), (5, 0));
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
    }
}

#[test]
fn a_record_that_cannot_be_written_is_an_error_before_the_log_is_read() {
    let server = Server::start(Script::default());
    let office = office(&plain(&server), &format!("{TWO}\nstate = 'none/deep/record.json'"));
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!((ended.code, server.connections()), (5, 0));
    assert!(ended.stderr.contains("none/deep/record.json: its folder does not exist"), "{}", ended.stderr);
    assert!(!office.path("reports/2026-W10.csv").exists());
}

/// The disk is full for one of the three files of a run: the output, the record before the end of the message, and the
/// record after the server accepted it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_no_mail_and_sends_none_twice() {
    use std::process::Command;
    if Command::new("strace").arg("-V").output().is_err() {
        return;
    }
    for (file, told, sent) in [
        (1, "2026-W10.csv: the disk is full", 0),
        (2, "nothing was sent, since the record of it cannot be written: ", 0),
        (3, "the mail was sent to ana@example.com, leo@example.com, but the record of it cannot be written: ", 1),
    ] {
        let server = Server::start(Script::default());
        let office = office(&plain(&server), TWO);
        let inject = format!("inject=fsync:error=ENOSPC:when={file}+");
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e", &inject]);
        command.arg(env!("CARGO_BIN_EXE_dialogram")).args(["run", "weekly"]).current_dir(office.path(""));
        let output = command.env("DIALOGRAM_NOW", MONDAY).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), server.taken().len()), (Some(5), sent), "{file}: {stderr}");
        assert!(stderr.contains(told) && stderr.contains("the disk is full"), "{file}: {stderr}");
        // With room again the mail is sent if it was not; otherwise it stays unknown until the user settles it.
        let ended = office.run(MONDAY, "run weekly");
        assert_eq!((ended.code, server.taken().len()), (if sent == 0 { 0 } else { 5 }, 1), "{file}: {}", ended.stderr);
    }
}

#[test]
fn a_large_message_that_is_cut_off_was_not_a_mail() {
    let server = Server::start(Script { break_at: Break::Message, ..Script::default() });
    let office = office(&plain(&server), TWO);
    // More than the system buffers for a connection.
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
        // It may have arrived: nothing is sent unless requested, and each run reports it until it is settled.
        let well = Server::start(Script::default());
        office.config(&plain(&well), TWO);
        for now in ["2026-03-09T10:10:00Z", "2026-03-09T12:00:00Z"] {
            let ended = office.run(now, "run weekly");
            assert_eq!((ended.code, well.taken().len()), (5, 0));
            let told = format!(
                "dialogram: mail of weekly, 2026-03-02 to 2026-03-08, may not have arrived:\n  unknown whether it reached \
                 ana@example.com, leo@example.com: 127.0.0.1:{} broke off after the end of the message: {why} (sent \
                 2026-03-09T10:00:00.000Z)\nask whose mail is unknown whether it came: `dialogram run weekly --now \
                 2026-03-09T10:00:00.000Z --received ana@example.com --received leo@example.com` records that it did",
                server.port()
            );
            assert!(ended.stderr.starts_with(&told), "{}", ended.stderr);
        }
        // One recipient has it; the other does not, and gets the same message.
        let ended =
            office.run("2026-03-10T09:00:00Z", "run weekly --now 2026-03-09T10:00:00.000Z --received leo@example.com");
        assert_eq!((ended.code, well.taken().len()), (5, 0));
        assert!(ended.stderr.contains("unknown whether it reached ana@example.com: "), "{}", ended.stderr);
        let ended = office.run("2026-03-10T09:00:00Z", "run weekly --now 2026-03-09T10:00:00.000Z --resend");
        assert_eq!((ended.code, ended.stderr.as_str(), well.taken().len()), (0, "", 1));
        assert_eq!(
            (&well.taken()[0].bytes, well.taken()[0].to.join(" ")),
            (&server.taken()[0].bytes, "ana@example.com".to_owned())
        );
        assert_eq!((office.run(MONDAY, "run weekly").code, well.taken().len()), (0, 1));
        assert_eq!((office.run(MONDAY, "run weekly --again").code, well.taken().len()), (0, 2));
    }
}

#[test]
fn an_unknown_mail_is_reported_in_later_weeks_and_settled_by_its_own_days() {
    let (_, office, _) = run(Script { break_at: Break::End, ..Script::default() }, "");
    let well = Server::start(Script::default());
    office.config(&plain(&well), &format!("{TWO}\non-failure = 'ops@example.com'"));
    office.log(super::day("2026-02-09"), super::day("2026-03-15"));
    let later = "2026-03-16T10:00:00Z";
    let ended = office.run(later, "run weekly");
    assert_eq!((ended.code, well.taken().len()), (0, 1));
    let told = "warning: it is still unknown whether the mail of weekly, 2026-03-02 to 2026-03-08, reached ana@example.com, leo@example.com: ";
    assert!(ended.stderr.starts_with(told), "{}", ended.stderr);
    for (flags, told) in [
        (
            "--received ana@example.com",
            "it is not unknown whether the mail of weekly, 2026-03-09 to 2026-03-15, reached them; that of 2026-03-02 to 2026-03-08 is: add --now 2026-03-09T10:00:00.000Z",
        ),
        ("--received mia@example.com", "reached them\n"),
        ("--received mia", "--received: `mia` is not an address"),
        (
            "--resend",
            "--resend: no mail of weekly, 2026-03-09 to 2026-03-15, is unknown; that of 2026-03-02 to 2026-03-08 is: add --now",
        ),
        ("--resend --again", "cannot be used with"),
        ("--resend --no-mail", "cannot be used with"),
    ] {
        let ended = office.run(later, &format!("run weekly {flags}"));
        assert_eq!(ended.code, 2, "{flags}: {}", ended.stderr);
        assert!(ended.stderr.contains(told), "{flags}: {}", ended.stderr);
    }
    // A dry run shows it, and settles nothing.
    let settle = "run weekly --now 2026-03-09T10:00:00Z --received ana@example.com --received Leo@EXAMPLE.com";
    let ended = office.run(later, "run weekly --dry-run --now 2026-03-09T10:00:00Z");
    assert!(
        ended.stdout.contains("unknown      ana@example.com (sent 2026-03-09T10:00:00.000Z)\n"),
        "{}",
        ended.stdout
    );
    assert_eq!(office.run(later, &format!("{} --dry-run", settle.replace("Leo", "leo"))).code, 0);
    // The part before the @ is case-sensitive.
    assert_eq!(office.run(later, settle).code, 2);
    let ended = office.run(later, &settle.replace("Leo", "leo"));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let ended = office.run(later, "run weekly");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    // The report of one week was sent once, and usage errors were mailed.
    let reports = well.taken().into_iter().filter(|one| one.to.join(" ") != "ops@example.com");
    assert_eq!(reports.count(), 1);
}

#[test]
fn an_absent_server_is_reported_and_the_files_are_written() {
    let server = Server::start(Script::default());
    let office = office(
        "host = '127.0.0.1'\nport = 1\ntls = 'none'\nretry-for = '0s'\n",
        &format!("{TWO}\non-failure = 'ops@example.com'"),
    );
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!(ended.code, 5);
    assert!(ended.stderr.contains("127.0.0.1:1 cannot be reached: nobody listens there"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("and nobody was notified by mail (on-failure): ops@example.com: 127.0.0.1:1"),
        "{}",
        ended.stderr
    );
    assert!(office.path("reports/2026-W10.csv").exists());
    office.config(&plain(&server), TWO);
    assert_eq!((office.run("2026-03-09T10:10:00Z", "run weekly").code, server.taken().len()), (0, 1));
}

#[test]
fn a_message_that_is_too_large_is_refused_before_it_is_sent() {
    let (server, _, ended) = run(Script { features: vec!["SIZE 1000"], ..Script::default() }, "");
    assert_eq!((ended.code, server.taken().len()), (5, 0));
    assert!(ended.stderr.contains("takes messages of at most 1000 bytes"), "{}", ended.stderr);
}

#[test]
fn a_silent_server_times_out() {
    let begun = std::time::Instant::now();
    let (server, _, ended) = run(Script { break_at: Break::Mute, ..Script::default() }, "timeout = '1s'\n");
    assert_eq!((ended.code, server.taken().len()), (5, 0));
    assert!(ended.stderr.contains(" broke off before its greeting: no answer in time"), "{}", ended.stderr);
    assert!(begun.elapsed() < std::time::Duration::from_secs(25), "{:?}", begun.elapsed());
}

#[test]
fn the_next_run_reports_a_killed_one_and_sends_nothing_twice() {
    let server = Server::start(Script { break_at: Break::Silence, ..Script::default() });
    let office = office(&plain(&server), &format!("{TWO}\non-failure = 'ops@example.com'"));
    let mut child = office.command(MONDAY, "run weekly").spawn().unwrap();
    // The server has the whole message, but has not answered.
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
            "unknown whether it reached ana@example.com, leo@example.com: the run ended before the server answered (sent 2026-03-09T10:00:00.000Z)\n"
        ),
        "{}",
        ended.stderr
    );
    let taken = well.taken();
    assert_eq!(taken.iter().map(|one| one.to.join(" ")).collect::<Vec<_>>(), ["ops@example.com"]);
    // Every run reports it, once by mail, and it is sent again on request.
    let ended = office.run("2026-03-09T10:20:00Z", "run weekly");
    assert_eq!((ended.code, well.taken().len()), (5, 1));
    assert!(ended.stderr.contains("unknown whether it reached ana@example.com, leo@example.com: "), "{}", ended.stderr);
    assert_eq!((office.run("2026-03-09T10:30:00Z", "run weekly --again").code, well.taken().len()), (0, 2));
    assert_eq!((office.run("2026-03-09T10:40:00Z", "run weekly").code, well.taken().len()), (0, 2));
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
