//! A document as one HTML file. It fetches nothing and needs no script.
//!
//! The methods of `HtmlPage` escape text from data; everything else is markup of the program.

mod branded;
mod charts;
mod page;
mod tables;

use self::page::HtmlPage;
use crate::metrics::Judgement;
use crate::render::change::ChangeDirection;
use crate::render::document::{Document, KeyFigure, MarkedText, PagePart, Section};
use crate::render::look::Look;

const STYLE: &str = include_str!("style.css");
/// Sorts the rows of tables, if scripts are allowed.
const SCRIPT: &str = include_str!("sort.js");

/// The file.
#[must_use]
pub fn render(document: &Document, look: &Look) -> String {
    let mut page = HtmlPage::new(document.language);
    page.raw("<!DOCTYPE html>\n<html lang=\"");
    page.text(document.language.tag());
    page.raw("\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    page.raw("<meta name=\"generator\" content=\"");
    page.text(&document.program);
    page.raw("\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n");
    let title = page.labelled(&document.title, &document.lead);
    page.element("title", "", &title);
    let branded = branded::style(&look.brand);
    page.raw(&format!("<style>\n{STYLE}{branded}</style>\n</head>\n<body>\n<main>\n"));
    head(&mut page, document, look);
    summary(&mut page, document);
    key_figures(&mut page, document);
    for (nth, section) in document.sections.iter().enumerate() {
        draw(&mut page, nth, section);
    }
    page.raw("</main>\n<footer>");
    branded::footer(&mut page, &look.brand);
    page.text(&document.program);
    page.raw("</footer>\n");
    page.raw(&format!("<script>\n{SCRIPT}</script>\n</body>\n</html>\n"));
    page.into_text()
}

fn head(page: &mut HtmlPage, document: &Document, look: &Look) {
    page.raw("<header>\n");
    branded::head(page, &look.brand, document.logo);
    page.element("h1", "", &document.title);
    page.element("p", "lead", &document.lead);
    if let Some(compared) = &document.compared {
        page.element("p", "muted", compared);
    }
    if let Some(only) = &document.only {
        page.element("p", "only", only);
    }
    page.raw("</header>\n");
}

fn summary(page: &mut HtmlPage, document: &Document) {
    if document.sentences.is_empty() {
        return;
    }
    page.raw("<ul class=\"summary\">\n");
    for sentence in &document.sentences {
        page.raw(&format!("<li class=\"{}\"><strong>", judged(sentence.judgement)));
        page.text(&sentence.lead);
        page.raw("</strong> ");
        page.text(&sentence.text);
        page.raw("</li>\n");
    }
    page.raw("</ul>\n");
}

/// The class of a judgement.
const fn judged(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Improved => "better",
        Judgement::Worsened => "worse",
        Judgement::Neutral => "neutral",
    }
}

fn key_figures(page: &mut HtmlPage, document: &Document) {
    if document.key_figures.is_empty() {
        return;
    }
    page.raw("<section aria-labelledby=\"key-figures\">\n<h2 id=\"key-figures\">");
    page.text(&document.figures_title);
    page.raw("</h2>\n<ul class=\"figures\">\n");
    for figure in &document.key_figures {
        key_figure(page, figure);
    }
    page.raw("</ul>\n");
    if let Some(note) = &document.figures_note {
        page.element("p", "muted", note);
    }
    page.raw("</section>\n");
}

fn key_figure(page: &mut HtmlPage, figure: &KeyFigure) {
    let is_missed = figure.targets.iter().any(|(is_kept, _)| !is_kept);
    page.raw(if is_missed { "<li class=\"missed\">\n" } else { "<li>\n" });
    page.element("h3", "", &figure.label);
    page.raw("<p class=\"value\">");
    page.element("strong", "", &figure.value);
    if let Some(aside) = &figure.aside {
        page.raw(" ");
        page.element("span", "muted", aside);
    }
    page.raw("</p>\n");
    if figure.change.is_some() || figure.before.is_some() {
        page.raw("<p class=\"change\">");
        if let Some(change) = &figure.change {
            page.raw(&format!("<span class=\"{}\">", judged(change.judgement)));
            page.raw(match change.direction {
                Some(ChangeDirection::Up) => "<span aria-hidden=\"true\">▲ </span>",
                Some(ChangeDirection::Down) => "<span aria-hidden=\"true\">▼ </span>",
                None => "",
            });
            page.text(format!("{} {}", change.text, change.word).trim_end());
            page.raw("</span> ");
        }
        if let Some(before) = &figure.before {
            page.element("span", "muted", before);
        }
        page.raw("</p>\n");
    }
    for (is_kept, target) in &figure.targets {
        page.element("p", if *is_kept { "muted" } else { "worse" }, target);
    }
    if !figure.details.is_empty() {
        page.element("p", "muted", &figure.details.join(" · "));
    }
    if let Some(trend) = &figure.trend {
        charts::spark(page, trend);
    }
    page.raw("</li>\n");
}

fn draw(page: &mut HtmlPage, nth: usize, section: &Section) {
    if section.title.is_empty() {
        page.raw("<section>\n");
    } else {
        page.raw(&format!("<section aria-labelledby=\"s{nth}\">\n<h2 id=\"s{nth}\">"));
        page.text(&section.title);
        page.raw("</h2>\n");
    }
    let is_alone = section.parts.len() == 1;
    let charts = section.parts.iter().all(|part| matches!(part, PagePart::Bars(bars) if !bars.are_days));
    page.raw(if charts { "<div class=\"side\">\n" } else { "" });
    for (at, part) in section.parts.iter().enumerate() {
        let id = format!("s{nth}p{at}");
        match part {
            PagePart::Text(text) => paragraph(page, "muted", text),
            // The id of a warning is for `--allow` and not part of a page.
            PagePart::Warning(MarkedText { text, .. }) => {
                paragraph(page, "warning", &MarkedText { lead: String::new(), text: text.clone() });
            }
            PagePart::Table(table) => tables::table(page, &id, table, is_alone && table.title == section.title),
            PagePart::Crossing(crossing) => tables::table(page, &id, crossing.to_read(), false),
            PagePart::Heatmap(heatmap) => tables::heatmap(page, &id, heatmap),
            PagePart::Bars(bars) if bars.are_days => charts::days(page, bars),
            PagePart::Bars(bars) => charts::bars(page, bars),
            PagePart::Outcomes(outcomes) => charts::outcomes(page, outcomes),
            PagePart::Trends(trends) => charts::trends(page, trends),
            PagePart::Definitions(definitions) => {
                page.raw("<dl>\n");
                for (name, text) in definitions {
                    page.raw("<div>");
                    page.element("dt", "", name);
                    page.element("dd", "", text);
                    page.raw("</div>\n");
                }
                page.raw("</dl>\n");
            }
        }
    }
    page.raw(if charts { "</div>\n" } else { "" });
    page.raw("</section>\n");
}

fn paragraph(page: &mut HtmlPage, class: &str, text: &MarkedText) {
    page.raw(&format!("<p class=\"{class}\">"));
    if !text.lead.is_empty() {
        page.element("strong", "", &text.lead);
        page.raw(" ");
    }
    page.text(&text.text);
    page.raw("</p>\n");
}
