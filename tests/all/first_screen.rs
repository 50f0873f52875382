//! The part of a report that is visible without scrolling: the sentences and the key figures, on a terminal of 80
//! columns and 24 lines; and the layout of a narrow terminal.

use dialogram::language::Language;
use dialogram::render::TerminalOptions;
use dialogram::render::look::Look;
use dialogram::render::report::{ReportFormat, render};
use dialogram::report::{MetricValue, Report};
use unicode_width::UnicodeWidthStr;

use crate::support::{success, week};

/// Lines of a default terminal.
const SCREEN: usize = 24;

/// The templates that have key figures.
const TEMPLATES: [&str; 7] = ["weekly", "conversations", "queues", "agents", "first-contact", "operations", "staffing"];

fn report(template: &str) -> Report {
    serde_json::from_slice(&success(&week(&["--template", template, "--format", "json", "--quiet"]))).unwrap()
}

/// A report in a format, for a terminal with that width.
fn page(report: &Report, language: Language, format: ReportFormat, width: usize) -> String {
    let options = TerminalOptions { width, color: false };
    let page = render(report, format, language, &Look::default(), &options).unwrap();
    String::from_utf8(page.into_bytes().unwrap()).unwrap()
}

/// A text with single blanks between words, so that line breaks and columns do not matter.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sentences and key figures of a page of plain lines: name, value and judged change.
fn answer(plain: &str) -> (Vec<String>, Vec<(String, String)>) {
    let mut blocks = plain.split("\n\n").skip(1).peekable();
    // Without sentences the figures come first.
    let sentences = blocks.next_if(|block| !block.contains('\t')).unwrap_or_default();
    let sentences = sentences.lines().map(str::to_owned).collect();
    let figures = blocks.next().unwrap().lines().skip(1).map(|line| {
        let (name, value) = line.split_once('\t').unwrap();
        (name.to_owned(), value.to_owned())
    });
    (sentences, figures.collect())
}

#[test]
fn every_template_answers_on_the_first_screen() {
    for template in TEMPLATES {
        let report = report(template);
        for language in Language::ALL {
            let (sentences, figures) = answer(&page(&report, language, ReportFormat::Plain, 80));
            assert!(!sentences.is_empty() || template == "staffing", "{template}");
            assert!(figures.len() >= 4 && figures.len() == report.key_figures.len(), "{template}: {figures:?}");
            let terminal = page(&report, language, ReportFormat::Terminal, 80);
            let screen: Vec<&str> = terminal.lines().take(SCREEN).collect();
            let screen = words(&screen.join("\n"));
            for sentence in sentences {
                assert!(screen.contains(&words(&sentence)), "{template} in {language}: no `{sentence}` in\n{screen}");
            }
            for (id, (name, value)) in report.key_figures.iter().zip(figures) {
                let leading = report.metrics.get(id).unwrap().leading();
                let number = words(&language.value(leading.unit, leading.value));
                // The value, and the change with its judgement.
                let change = leading.change.and_then(|_| value.split(", ").nth(1)).map(words);
                for part in [Some(number), change].into_iter().flatten() {
                    assert!(screen.contains(&part), "{template} in {language}: no `{part}` of {name} in\n{terminal}");
                }
            }
        }
    }
}

#[test]
fn a_page_of_the_json_says_what_the_page_of_the_log_does() {
    for template in TEMPLATES {
        let of_json = page(&report(template), Language::English, ReportFormat::Plain, 80);
        let of_log = success(&week(&["--template", template, "--format", "plain", "--quiet"]));
        assert_eq!(of_json, String::from_utf8(of_log).unwrap(), "{template}");
        assert_eq!(
            of_json.contains("Worst queue: "),
            ["weekly", "queues", "operations"].contains(&template),
            "{template}"
        );
    }
}

#[test]
fn a_narrow_terminal_keeps_the_median_and_cuts_nothing_silently() {
    let report = report("weekly");
    for language in Language::ALL {
        let text = page(&report, language, ReportFormat::Terminal, 60);
        for line in text.lines() {
            assert!(line.width() <= 60, "{language}: {} columns: {line}", line.width());
        }
        let shown = words(&text);
        for (id, metric) in report.metrics.iter() {
            let MetricValue::Duration(duration) = metric else { continue };
            let median = words(&language.seconds(duration.statistics.p50));
            assert!(shown.contains(&median), "{language}: no median {median} of {id} in\n{text}");
        }
    }
}

#[test]
fn plain_lines_have_no_boxes_blocks_or_colours() {
    for template in TEMPLATES {
        let text = page(&report(template), Language::Portuguese, ReportFormat::Plain, 80);
        let drawn = |c: &char| matches!(c, '\u{2190}'..='\u{21FF}' | '\u{2500}'..='\u{25FF}' | '\u{1b}' | '\u{2800}'..='\u{28FF}');
        assert_eq!(text.chars().find(drawn), None, "{template}:\n{text}");
        let tables = text.lines().filter(|line| line.contains('\t'));
        assert!(tables.clone().count() > 6 && tables.into_iter().all(|line| line.matches('\t').count() == 1), "{text}");
    }
}
