//! An outcome for the tests of every format: a failure and a warning, with names that a format must escape.

use crate::gate::{
    Applied, Bound, Broke, Cause, CellPath, Contributor, Direction, Finding, MetricPart, Outcome, Severity,
};
use crate::report::Statistic;
use crate::unit::Unit;

/// An outcome that fails.
pub(crate) fn outcome() -> Outcome {
    let row = |key: &str| CellPath::Row { table: "by_queue".to_owned(), key: vec![key.to_owned()] };
    Outcome {
        subject: "week.jsonl".to_owned(),
        baseline: Some("base, line.json".to_owned()),
        rules: Some("ci/rules.toml".to_owned()),
        applied: [("queue_wait.p90 by queue", 4), ("service_level", 1), ("conversations", 1)]
            .map(|(rule, numbers)| Applied { rule: rule.to_owned(), numbers, hidden: 0 })
            .to_vec(),
        findings: vec![
            Finding {
                rule: "queue_wait.p90 by queue".to_owned(),
                line: Some(4),
                severity: Severity::Fail,
                metric: "queue_wait".to_owned(),
                part: MetricPart::Statistic(Statistic::P90),
                unit: Unit::Seconds,
                path: row("VIP|<b>: 50 %, a\n::error::\u{1b}[31m"),
                old: Some(372.0),
                new: Some(513.5),
                hidden: (false, false),
                broke: Broke::Change { direction: Direction::Up, allowed: 37.2 },
                causes: vec![Cause::Data],
                conversations: vec![Contributor { id: "PA-0007".to_owned(), old: Some(31.0), new: Some(2_411.0) }],
            },
            Finding {
                rule: "service_level".to_owned(),
                line: Some(9),
                severity: Severity::Warn,
                metric: "service_level".to_owned(),
                part: MetricPart::Value,
                unit: Unit::Rate,
                path: CellPath::Total,
                old: Some(0.81),
                new: Some(0.75),
                hidden: (false, false),
                broke: Broke::Bound(Bound::AtLeast(0.8)),
                causes: Vec::new(),
                conversations: Vec::new(),
            },
        ],
    }
}

mod tests {
    use super::*;
    use crate::language::Language;
    use crate::render::gate::{CheckFormat, render};
    use crate::render::look::Look;

    fn text(format: CheckFormat) -> String {
        render(&outcome(), format, Language::English, &Look::default()).unwrap()
    }

    fn json(format: CheckFormat) -> serde_json::Value {
        serde_json::from_str(&text(format)).unwrap()
    }

    #[test]
    fn text_is_by_cause() {
        let expected = "\
data: which events
  fail  queue_wait.p90 by_queue VIP|<b>: 50 %, a\\n\\u{3a}:error::\\u{1b}[31m: 6 min 12 s → 8 min 34 s, +38%; +37 s is allowed; \
conversations PA-0007 (31 s → 40 min 11 s)  [ci/rules.toml:4]
bounds: what a number may be
  warn  service_level: 81.0% → 75.0%, −6.0 pts; must be at least 80.0%  [ci/rules.toml:9]
6 numbers against base, line.json: 1 failure, 1 warning
";
        assert_eq!(text(CheckFormat::Text), expected);
    }

    #[test]
    fn github_gets_commands_that_names_cannot_end() {
        let text = text(CheckFormat::Github);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        let title = "title=queue_wait.p90 by_queue VIP|<b>%3A 50 %25%2C a\\n\\u{3a}%3Aerror%3A%3A\\u{1b}[31m::";
        assert!(lines[0].starts_with(&format!("::error file=ci/rules.toml,line=4,{title}6 min 12 s")), "{text}");
        assert!(lines[1].starts_with("::warning file=ci/rules.toml,line=9,title=service_level::81.0%25"), "{text}");
    }

    #[test]
    fn gitlab_gets_issues_with_stable_names() {
        let issues = json(CheckFormat::Gitlab);
        let mut later = outcome();
        later.findings[0].new = Some(600.0);
        let again: serde_json::Value =
            serde_json::from_str(&render(&later, CheckFormat::Gitlab, Language::English, &Look::default()).unwrap())
                .unwrap();
        assert_eq!(issues[0]["fingerprint"], again[0]["fingerprint"]);
        assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
        assert_eq!((&issues[0]["severity"], &issues[1]["severity"]), (&"major".into(), &"minor".into()));
        assert_eq!(issues[0]["location"], serde_json::json!({"path": "ci/rules.toml", "lines": {"begin": 4}}));
        assert_eq!(
            render(&Outcome::default(), CheckFormat::Gitlab, Language::English, &Look::default()).unwrap(),
            "[]\n"
        );
    }

    #[test]
    fn sarif_has_rules_results_and_locations() {
        let run = &json(CheckFormat::Sarif)["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 3);
        let result = &run["results"][1];
        assert_eq!((&result["ruleIndex"], &result["level"]), (&1.into(), &"warning".into()));
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(
            (&location["artifactLocation"]["uri"], &location["region"]["startLine"]),
            (&"ci/rules.toml".into(), &9.into())
        );
        let mut bare = outcome();
        bare.rules = None;
        let text = render(&bare, CheckFormat::Sarif, Language::English, &Look::default()).unwrap();
        assert!(text.contains(r#""uri": "base%2C%20line.json""#), "{text}");
    }

    #[test]
    fn junit_has_a_case_for_each_rule() {
        let text = text(CheckFormat::Junit);
        assert!(text.contains(r#"tests="3" skipped="0" errors="0" failures="1""#), "{text}");
        assert_eq!(text.matches("<testcase ").count(), 3);
        assert!(text.contains("VIP|&lt;b&gt;: 50 %, a") && !text.contains('\u{1b}'), "{text}");
        assert!(text.contains("<system-out>service_level: 81.0%"), "{text}");
    }

    #[test]
    fn markdown_keeps_its_table() {
        let text = text(CheckFormat::Markdown);
        assert!(text.starts_with("### dialogram check fails\n"), "{text}");
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
        assert_eq!(rows.len(), 4, "{text}");
        for row in rows {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 7, "{row}");
        }
        assert!(!text.contains("<b>"));
    }

    #[test]
    fn html_and_plain_lines_have_every_finding_and_obey_no_name() {
        let html = text(CheckFormat::Html);
        assert!(
            html.contains("<title>Check: fails: 6 numbers against base, line.json: 1 failure, 1 warning</title>"),
            "{html}"
        );
        assert!(html.contains("<td class=\"n missed\">8 min 34 s</td><td>+37 s is allowed</td>"), "{html}");
        assert!(html.contains("VIP|&lt;b&gt;: 50 %, a") && !html.contains('\u{1b}'), "{html}");
        assert!(html.contains("conversations PA-0007 (31 s → 40 min 11 s)"), "{html}");
        let plain = text(CheckFormat::Plain);
        for line in ["warn, service_level, Before\t81.0%", "warn, service_level, Limit\tmust be at least 80.0%"] {
            assert!(plain.lines().any(|found| found == line), "{plain}");
        }
        assert!(!plain.contains('\u{1b}') && !plain.contains("\n::error"), "{plain}");
        let nothing = render(&Outcome::default(), CheckFormat::Html, Language::English, &Look::default()).unwrap();
        assert!(nothing.contains("<h1>Check: holds</h1>") && !nothing.contains("<table"), "{nothing}");
    }

    #[test]
    fn json_has_raw_numbers() {
        let value = json(CheckFormat::Json);
        assert_eq!((&value["holds"], &value["failed"], &value["numbers"]), (&false.into(), &1.into(), &6.into()));
        let finding = &value["findings"][0];
        assert_eq!((&finding["old"], &finding["new"]), (&372.into(), &513.5.into()));
        assert_eq!((&finding["broke"], &finding["limit"]), (&"rise".into(), &37.2.into()));
    }
}
