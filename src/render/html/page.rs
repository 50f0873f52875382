//! Markup and text on their way into a file.

use crate::harmless::in_html;

/// The text of a file.
#[derive(Debug, Default)]
pub struct HtmlPage(String);

impl HtmlPage {
    /// Markup of our own.
    pub fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// A text, also from data; also between the quotes of an attribute.
    pub fn text(&mut self, text: &str) {
        self.0.push_str(&in_html(text));
    }

    /// An element of a class that holds a text.
    pub fn element(&mut self, name: &str, class: &str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.0.push_str(&format!("<{name}{class}>"));
        self.text(text);
        self.0.push_str(&format!("</{name}>"));
        if matches!(name, "p" | "h1" | "h2" | "h3" | "title" | "caption") {
            self.0.push('\n');
        }
    }

    /// The whole.
    pub fn into_text(self) -> String {
        self.0
    }
}

/// A share as a number of an SVG or a style, to the thousandth.
pub fn thousandths(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
