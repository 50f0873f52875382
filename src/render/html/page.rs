//! Markup and text for an HTML file.

use crate::harmless::in_html;
use crate::language::Language;
use crate::render::words;

/// The text of a file.
#[derive(Debug, Default)]
pub struct HtmlPage {
    text: String,
    language: Language,
}

impl HtmlPage {
    /// An empty file in a language.
    pub const fn new(language: Language) -> Self {
        Self { text: String::new(), language }
    }

    /// The language in which the page is written.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A name with what it is, on one line: `Mon 2 Mar: 78`.
    pub fn labelled(&self, name: &str, text: &str) -> String {
        words::labelled(self.language, name, text)
    }

    /// A name before what it is: `Total conversations:`.
    pub fn lead(&self, name: &str) -> String {
        words::lead(self.language, name)
    }

    /// Adds markup of the program.
    pub fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    /// Adds text, which may be data, escaped; safe inside a quoted attribute.
    pub fn text(&mut self, text: &str) {
        self.text.push_str(&in_html(text));
    }

    /// Adds an element with a class and a text.
    pub fn element(&mut self, name: &str, class: &str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.text.push_str(&format!("<{name}{class}>"));
        self.text(text);
        self.text.push_str(&format!("</{name}>"));
        if matches!(name, "p" | "h1" | "h2" | "h3" | "title" | "caption") {
            self.text.push('\n');
        }
    }

    /// The whole text.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// A share as a number for SVG or a style, in thousandths.
pub fn thousandths(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
