//! Annotations of GitHub Actions: workflow commands. GitHub shows ten of each kind per step; the log lists the others
//! below them.

use super::{event_with_conversations, location, sentence, subject, summary, with_slashes};
use crate::gate::{Finding, Outcome, Severity};
use crate::harmless::shown;
use crate::language::Language;

/// Maximum number of annotations of one kind that GitHub shows per step.
const SHOWN: usize = 10;

/// The commands, the remaining findings, and the summary.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let mut text = String::new();
    for severity in Severity::ALL {
        let command = match severity {
            Severity::Fail => "error",
            Severity::Warn => "warning",
        };
        let all: Vec<&Finding> = outcome.findings.iter().filter(|finding| finding.severity == severity).collect();
        let most = if all.len() > SHOWN { SHOWN - 1 } else { all.len() };
        for finding in &all[..most] {
            let location = location(outcome, finding)
                .map(|(path, line)| format!("file={},line={line},", property(&shown(&with_slashes(&path)))));
            let title = property(&shown(&subject(&finding.metric, finding.part, &finding.path)));
            let message = data(&shown(&event_with_conversations(Language::English, finding)));
            text.push_str(&format!("::{command} {}title={title}::{message}\n", location.unwrap_or_default()));
        }
        if let over @ [_, ..] = &all[most..] {
            text.push_str(&format!("::{command} title=dialogram check::and {} more, in the log\n", over.len()));
            // A line that begins with a word is not a command.
            text.extend(
                over.iter()
                    .map(|finding| format!("{}  {}\n", severity.name(), shown(&sentence(Language::English, finding)))),
            );
        }
    }
    text + &shown(&summary(Language::English, outcome)) + "\n"
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::gate::sample;

    #[test]
    fn a_step_gets_ten_of_each_kind() {
        let mut outcome = sample::outcome();
        let one = outcome.findings[0].clone();
        for (findings, errors, plain) in [(10, 10, 0), (11, 10, 2), (40, 10, 31)] {
            outcome.findings = vec![one.clone(); findings];
            let text = render(&outcome);
            assert_eq!(text.lines().filter(|line| line.starts_with("::error ")).count(), errors);
            assert_eq!(text.lines().filter(|line| line.starts_with("fail  ")).count(), plain);
        }
    }

    #[test]
    fn command_delimiters_are_escaped() {
        assert_eq!(data("50 %\r\nx: a, b"), "50 %25%0D%0Ax: a, b");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
