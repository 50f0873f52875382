//! The letter as HTML for mail programs: tables, inline styles, nothing from elsewhere.

use super::{LetterFigure, LetterText};
use crate::harmless::shown;
use crate::language::Language;
use crate::metrics::Judgement;
use crate::render::brand::Brand;
use crate::report::Report;

const BODY: &str = "margin:0;padding:16px;background:#ffffff;color:#1f2430;\
                    font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45";
const QUIET: &str = "color:#5b6270;font-size:13px";
const CELL: &str = "padding:8px 0;border-bottom:1px solid #e3e6eb;vertical-align:top";

/// The body as HTML.
#[must_use]
pub fn html(report: &Report, language: Language, brand: &Brand) -> String {
    let letter = LetterText::of(report, language);
    let look = LetterColors::of(brand);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{1}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n</head>\n\
         <body style=\"{BODY}\">\n<div role=\"main\" style=\"max-width:600px\">\n{2}\
         <h1 style=\"margin:0 0 4px;font-size:20px;line-height:1.25\">{0}</h1>\n",
        escaped(&letter.title),
        language.name(),
        head(brand)
    );
    out.push_str(&format!("<p style=\"margin:0 0 16px;{QUIET}\">{}</p>\n", lines(&letter.days)));
    if !letter.sentences.is_empty() {
        out.push_str("<ul style=\"margin:0 0 16px;padding:0 0 0 20px\">\n");
        for (judgement, lead, sentence) in &letter.sentences {
            let color = look.color(*judgement);
            out.push_str(&format!(
                "<li style=\"margin:0 0 6px\"><strong style=\"color:{color}\">{lead}</strong> {}</li>\n",
                escaped(sentence)
            ));
        }
        out.push_str("</ul>\n");
    }
    if !letter.figures.is_empty() {
        out.push_str("<table style=\"width:100%;border-collapse:collapse;margin:0 0 16px\">\n");
        out.extend(letter.figures.iter().map(|figure| row(figure, &look)));
        out.push_str("</table>\n");
    }
    if !letter.warnings.is_empty() {
        out.push_str(&format!(
            "<p style=\"margin:0 0 4px\"><strong>{}</strong></p>\n<ul style=\"margin:0 0 16px;padding:0 0 0 20px\">\n",
            escaped(language.text("page.warnings"))
        ));
        for warning in &letter.warnings {
            out.push_str(&format!("<li style=\"margin:0 0 6px\">{}</li>\n", escaped(warning)));
        }
        out.push_str("</ul>\n");
    }
    if let Some(footer) = &brand.footer {
        out.push_str(&format!("<p style=\"margin:0 0 4px;{QUIET}\">{}</p>\n", escaped(footer)));
    }
    out.push_str(&format!("<p style=\"margin:0;{QUIET}\">{}</p>\n</div>\n</body>\n</html>\n", lines(&letter.source)));
    out
}

/// A row of the table: the name with its number of rows, and the value with its change.
fn row(figure: &LetterFigure, look: &LetterColors) -> String {
    let below = |text: &str, style: &str| {
        if text.is_empty() { String::new() } else { format!("<br><span style=\"{style}\">{}</span>", escaped(text)) }
    };
    let change = below(&figure.compared, &format!("font-size:13px;color:{}", look.color(figure.judgement)));
    let missed: String = figure
        .missed
        .iter()
        .map(|text| below(text, &format!("font-size:13px;color:{}", look.color(Judgement::Worsened))))
        .collect();
    format!(
        "<tr><td style=\"{CELL};width:42%;padding-right:12px\">{}{}</td><td style=\"{CELL};text-align:right\">\
         <strong style=\"font-size:17px;white-space:nowrap{}\">{}</strong>{change}{missed}</td></tr>\n",
        escaped(&figure.label),
        below(&figure.aside, QUIET),
        look.value,
        escaped(&figure.value),
    )
}

/// The name above a line in the accent. There is no logo, because many mail programs hide pictures until the reader
/// allows them.
fn head(brand: &Brand) -> String {
    let accent = brand.palette().accent;
    let name = brand.name.as_deref().map(escaped).unwrap_or_default();
    if name.is_empty() && brand.accent.is_none() {
        return String::new();
    }
    format!(
        "<p style=\"margin:0 0 14px;padding:0 0 6px;border-bottom:3px solid {accent};color:{accent};font-weight:600\">{name}</p>\n"
    )
}

/// The colours of a letter: dark enough on white for text of any size.
struct LetterColors {
    better: String,
    worse: String,
    /// Style of a figure's value.
    value: String,
}

impl LetterColors {
    fn of(brand: &Brand) -> Self {
        match brand.accent {
            None => Self { better: "#1b6b3a".to_owned(), worse: "#a32020".to_owned(), value: String::new() },
            Some(accent) => {
                let judged = brand.palette().judged;
                let value = format!(";color:{accent}");
                Self { better: judged.better.to_string(), worse: judged.worse.to_string(), value }
            }
        }
    }

    fn color(&self, judgement: Judgement) -> &str {
        match judgement {
            Judgement::Improved => &self.better,
            Judgement::Worsened => &self.worse,
            Judgement::Neutral => "#3d4452",
        }
    }
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br>")
}

/// A text in HTML, also in an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No line break between a bound and its number.
            ' ' if out.ends_with(['≤', '≥']) => out.push('\u{a0}'),
            c => out.push(c),
        }
    }
    out
}
