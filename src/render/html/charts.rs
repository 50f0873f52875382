//! Charts as inline SVG. Names and numbers are HTML text beside the drawing, so that they keep their size on a phone;
//! the text alternative of the drawing repeats them.

use super::page::{HtmlPage, thousandths};
use crate::render::document::{Bars, PageOutcomes, PageTrend};

/// Height of the bars of days and of a trend, in units of their drawing.
const TALL: f64 = 100.0;
/// Maximum number of days with a name and a number below their bars.
const MOST_NAMED: usize = 16;

/// Begins an image with a text alternative, `width` by `height` units, stretched to its place.
fn begin(page: &mut HtmlPage, class: &str, width: f64, height: f64, says: &str) {
    page.raw(&format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"",
        thousandths(width),
        thousandths(height)
    ));
    page.text(says);
    page.raw("\">");
}

fn rect(page: &mut HtmlPage, class: &str, [x, y, width, height]: [f64; 4]) {
    let [x, y, width, height] = [x, y, width, height].map(thousandths);
    page.raw(&format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"));
}

/// The name of each series of bars.
fn legend(page: &mut HtmlPage, series: &[String]) {
    let classes: &[&str] = if series.len() > 1 { &["soft", "full"] } else { &["full"] };
    page.raw("<p class=\"legend\">");
    for (name, class) in series.iter().zip(classes) {
        page.raw(&format!("<span><i class=\"{class}\"></i>"));
        page.text(name);
        page.raw("</span> ");
    }
    page.raw("</p>\n");
}

/// Days side by side, with the window before behind them.
#[expect(clippy::cast_precision_loss, reason = "days of a window")]
pub fn days(page: &mut HtmlPage, bars: &Bars) {
    page.raw("<figure>\n<figcaption>");
    page.text(&bars.title);
    page.raw("</figcaption>\n");
    legend(page, &bars.series);
    let pitch = 10.0;
    let says: Vec<String> = bars.rows.iter().map(|row| page.labelled(&row.label, &bar_text(row))).collect();
    begin(page, "days", bars.rows.len() as f64 * pitch, TALL, &format!("{}. {}", bars.title, says.join("; ")));
    for (nth, row) in bars.rows.iter().enumerate() {
        let several = row.numbers.len() > 1;
        for (at, (_, share, _)) in row.numbers.iter().enumerate() {
            let (class, wide) = if several && at == 0 { ("soft", 0.8) } else { ("full", 0.5) };
            let height = share * TALL;
            let x = (nth as f64 + (1.0 - wide) / 2.0) * pitch;
            rect(page, class, [x, TALL - height, wide * pitch, height]);
        }
    }
    page.raw("</svg>\n");
    if bars.rows.len() <= MOST_NAMED {
        page.raw(&format!("<ol class=\"axis\" style=\"--n:{}\">", bars.rows.len()));
        for row in &bars.rows {
            page.raw("<li><b>");
            page.text(row.numbers.last().map_or("", |(text, ..)| text));
            page.raw("</b><span>");
            page.text(&row.label);
            page.raw("</span></li>");
        }
        page.raw("</ol>\n");
    } else if let (Some(first), Some(last)) = (bars.rows.first(), bars.rows.last()) {
        ends(page, &first.label, &last.label);
    }
    page.raw("</figure>\n");
}

/// The numbers of a row as a text, those of this window first.
fn bar_text(row: &crate::render::document::Bar) -> String {
    let texts: Vec<&str> = row.numbers.iter().rev().map(|(text, ..)| text.as_str()).collect();
    texts.join(", ")
}

fn ends(page: &mut HtmlPage, first: &str, last: &str) {
    page.raw("<p class=\"ends\"><span>");
    page.text(first);
    page.raw("</span><span>");
    page.text(last);
    page.raw("</span></p>\n");
}

/// Rows below each other, with one bar each.
pub fn bars(page: &mut HtmlPage, bars: &Bars) {
    page.raw("<figure>\n<figcaption>");
    page.text(&bars.title);
    page.raw("</figcaption>\n");
    legend(page, &bars.series);
    page.raw("<ul class=\"bars\">\n");
    for row in &bars.rows {
        page.raw("<li><span class=\"name\">");
        page.text(&row.label);
        page.raw("</span><span class=\"numbers\">");
        for (text, _, is_missed) in &row.numbers {
            page.raw(if *is_missed { "<b class=\"worse\">" } else { "<b>" });
            page.text(text);
            page.raw("</b> ");
        }
        page.raw("</span>");
        // The name and the numbers are in the text beside it.
        page.raw("<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        rect(page, "track", [0.0, 0.0, 100.0, 8.0]);
        for (at, (_, share, _)) in row.numbers.iter().enumerate() {
            let class = if row.numbers.len() > 1 && at == 0 { "soft" } else { "full" };
            rect(page, class, [0.0, 0.0, share * 100.0, 8.0]);
        }
        for tick in &bars.ticks {
            rect(page, "tick", [tick * 100.0 - 0.3, 0.0, 0.6, 8.0]);
        }
        page.raw("</svg></li>\n");
    }
    page.raw("</ul>\n");
    if let Some(more) = &bars.more {
        page.element("p", "muted", more);
    }
    page.raw("</figure>\n");
}

/// A bar for the whole and one for each row, each divided into parts.
pub fn outcomes(page: &mut HtmlPage, outcomes: &PageOutcomes) {
    page.raw("<figure>\n");
    if !outcomes.title.is_empty() {
        page.element("figcaption", "", &outcomes.title);
    }
    page.raw("<ul class=\"legend\">");
    for (nth, (name, number, share)) in outcomes.parts.iter().enumerate() {
        page.raw(&format!("<li><i class=\"part{nth}\"></i>"));
        page.text(name);
        page.raw(" <b>");
        page.text(number);
        page.raw("</b> <span class=\"muted\">");
        page.text(share);
        page.raw("</span></li>");
    }
    page.raw("</ul>\n<ul class=\"bars\">\n");
    for bar in &outcomes.bars {
        page.raw("<li><span class=\"name\">");
        page.text(&bar.label);
        page.raw("</span><span class=\"numbers\">");
        page.text(&bar.numbers.join(" · "));
        page.raw("</span>");
        let parts = outcomes.parts.iter().zip(&bar.shares).filter(|(_, (share, _))| *share > 0.0);
        let says: Vec<String> = parts.map(|((name, ..), (_, text))| format!("{name} {text}")).collect();
        let label = page.labelled(&bar.label, &says.join(", "));
        begin(page, "stack", 100.0, 14.0, &label);
        let mut x = 0.0;
        for (nth, (share, _)) in bar.shares.iter().enumerate() {
            rect(page, &format!("part{nth}"), [x, 0.0, share * 100.0, 14.0]);
            x += share * 100.0;
        }
        page.raw("</svg></li>\n");
    }
    page.raw("</ul>\n");
    if let Some(more) = &outcomes.more {
        page.element("p", "muted", more);
    }
    page.raw("</figure>\n");
}

/// Trends side by side.
pub fn trends(page: &mut HtmlPage, all: &[PageTrend]) {
    page.raw("<div class=\"side trends\">\n");
    for trend in all {
        page.raw("<figure>\n<figcaption>");
        let lead = page.lead(&trend.title);
        page.text(&lead);
        page.raw(" <b>");
        page.text(trend.texts.last().map_or("", String::as_str));
        page.raw("</b></figcaption>\n");
        if !trend.note.is_empty() {
            page.element("p", "muted", &trend.note);
        }
        levels(page, "trend", trend);
        if let (Some(first), Some(last)) = (trend.names.first(), trend.names.last()) {
            ends(page, first, last);
        }
        page.raw("</figure>\n");
    }
    page.raw("</div>\n");
}

/// A small trend without names.
pub fn spark(page: &mut HtmlPage, trend: &PageTrend) {
    levels(page, "spark", trend);
}

/// A bar for each level; the last one is dark, and negative levels point down.
#[expect(clippy::cast_precision_loss, reason = "windows of a trend, instants of a series")]
fn levels(page: &mut HtmlPage, class: &str, trend: &PageTrend) {
    let (low, high) = crate::render::trend::range(&trend.levels);
    let span = if high > low { high - low } else { 1.0 };
    let says: Vec<String> =
        trend.names.iter().zip(&trend.texts).map(|(name, text)| page.labelled(name, text)).collect();
    // A thousand instants are not read aloud one by one.
    let says = if says.len() > MOST_NAMED { String::new() } else { format!(". {}", says.join("; ")) };
    begin(page, class, trend.levels.len() as f64 * 10.0, TALL, &format!("{}{says}", trend.title));
    for (nth, level) in trend.levels.iter().enumerate() {
        let Some(level) = level else { continue };
        let (top, bottom) = (level.max(0.0), level.min(0.0));
        let y = (high - top) / span * TALL;
        let height = ((top - bottom) / span * TALL).max(1.0);
        let shade = if nth + 1 == trend.levels.len() { "full" } else { "soft" };
        let (x, wide) = if trend.levels.len() > MOST_NAMED { (0.0, 10.0) } else { (1.0, 8.0) };
        rect(page, shade, [nth as f64 * 10.0 + x, y, wide, height]);
    }
    page.raw("</svg>\n");
}
