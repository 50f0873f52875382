//! A third-party mail server, aiosmtpd: mails that it accepts, refuses and accepts later, read by another program.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::office::{Office, day};
use super::server::certificate;
use super::{MONDAY, read_by_python};
use crate::support::{python_of_tests, root};

/// It ends with the test.
struct RealServer {
    child: Child,
    port: String,
    folder: tempfile::TempDir,
}

impl RealServer {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(python_of_tests());
        command.arg(root().join("tests/all/mail/real_server.py")).arg(folder.path());
        command.args([certificate("server.pem"), certificate("server.key")]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        assert!(!port.is_empty(), "the server did not start: is aiosmtpd of tests/python.txt installed?");
        Self { child, port: port.trim().to_owned(), folder }
    }

    /// Its messages with their recipients, in order.
    fn taken(&self) -> Vec<(String, Vec<u8>)> {
        let at = |n: usize, ending: &str| fs::read(self.folder.path().join(format!("{n}.{ending}"))).ok();
        let one = |n| Some((String::from_utf8(at(n, "to")?).unwrap(), at(n, "eml")?));
        (1..).map_while(one).collect()
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_by_others_takes_the_mail() {
    let server = RealServer::start();
    let smtp = |retry| {
        format!(
            "host = 'localhost'\nport = {}\nuser = 'reports'\npassword-file = 'secret'\nca-file = '{}'\nretry-for = '{retry}'\n",
            server.port,
            certificate("authority.pem").display()
        )
    };
    let mail = "to = ['Ana Conceição <ana@example.com>', 'later@example.com', 'nobody@example.com']\nattach = ['csv', 'pdf']\nsubject = 'Semana {week} é {conversations}'";
    let office = Office::new(&smtp("10s"), mail);
    office.log(day("2026-02-09"), day("2026-03-08"));
    fs::write(office.path("secret"), "wrong\n").unwrap();
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!((ended.code, server.taken().len()), (5, 0));
    assert!(ended.stderr.contains("does not take the password of reports: 535 "), "{}", ended.stderr);
    fs::write(office.path("secret"), "pass word\n").unwrap();
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!(ended.code, 5);
    let told = "was not sent to everybody:\n  sent to ana@example.com, later@example.com\n  refused for nobody@example.com: 550 5.1.1 no such user\n";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    let taken = server.taken();
    assert_eq!(taken.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["ana@example.com", "later@example.com"]);
    for (_, bytes) in &taken {
        let read = read_by_python(bytes);
        for line in [
            "Subject: Semana 2026-W10 é 63\n",
            "To: Ana Conceição <ana@example.com>, later@example.com, nobody@example.com\n",
            "defects: []\n",
            "part: text/csv 2026-W10.csv ",
            "part: application/pdf weekly_2026-03-02_2026-03-08.pdf ",
        ] {
            assert!(read.contains(line), "no {line}in\n{read}");
        }
    }
    // Two recipients have it; only the third is retried.
    office.config(&smtp("0s"), mail);
    let ended = office.run(MONDAY, "run weekly");
    assert_eq!((ended.code, server.taken().len()), (5, 2), "{}", ended.stderr);
}
