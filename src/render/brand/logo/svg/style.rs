//! The style of an element, from weakest to strongest: attributes, style sheets with simple selectors, the `style`
//! attribute.

use roxmltree::{Document, Node};

use crate::render::color::Color;

/// The rules of the style sheets: selector and declarations, in their order.
pub struct StyleSheet(Vec<(String, Vec<(String, String)>)>);

impl StyleSheet {
    /// Of all `<style>` elements.
    pub fn of(document: &Document) -> Result<Self, String> {
        let mut rules = Vec::new();
        for node in document.descendants().filter(|node| node.tag_name().name() == "style") {
            let text: String = node.children().filter_map(|child| child.text()).collect();
            let mut rest = without_comments(&text);
            while let Some((selectors, after)) = rest.split_once('{') {
                let (declared, after) = after.split_once('}').ok_or("is a damaged SVG: a style sheet without end")?;
                for selector in selectors.split(',').map(str::trim) {
                    if !is_simple(selector) {
                        return Err(format!("has a style sheet with `{selector}`: use attributes, or give a PNG"));
                    }
                    rules.push((selector.to_owned(), declarations(declared)));
                }
                rest = after.to_owned();
            }
        }
        Ok(Self(rules))
    }

    /// The value of a property of an element; `None` if it is not set.
    pub fn value(&self, node: Node, name: &str) -> Option<String> {
        let last = |declared: &[(String, String)]| {
            declared.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let own = node.attribute("style").and_then(|style| last(&declarations(style)));
        // Elements, then classes, then ids.
        let strength = |selector: &str| match selector.as_bytes().first() {
            Some(b'#') => 2,
            Some(b'.') => 1,
            Some(_) | None => 0,
        };
        let matching = self.0.iter().filter(|(selector, _)| is_of(node, selector));
        let ruled = matching.filter_map(|(selector, declared)| Some((strength(selector), last(declared)?)));
        let ruled = || ruled.max_by_key(|(strength, _)| *strength).map(|(_, value)| value);
        own.or_else(ruled).or_else(|| node.attribute(name).map(|value| value.trim().to_owned()))
    }
}

fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out + rest
}

/// `path`, `.class` or `#id`.
fn is_simple(selector: &str) -> bool {
    let name = selector.trim_start_matches(['.', '#']);
    !name.is_empty()
        && selector.len() - name.len() <= 1
        && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

fn is_of(node: Node, selector: &str) -> bool {
    match selector.split_at_checked(1) {
        Some((".", class)) => node.attribute("class").is_some_and(|all| all.split_whitespace().any(|one| one == class)),
        Some(("#", id)) => node.attribute("id") == Some(id),
        Some(_) | None => node.tag_name().name() == selector,
    }
}

fn declarations(text: &str) -> Vec<(String, String)> {
    let pairs = text.split(';').filter_map(|one| one.split_once(':'));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.replace("!important", "").trim().to_owned())).collect()
}

/// The named colours of CSS that logos use, besides hexadecimal ones.
const NAMED: [(&str, u32); 30] = [
    ("black", 0x00_00_00),
    ("white", 0xFF_FF_FF),
    ("red", 0xFF_00_00),
    ("lime", 0x00_FF_00),
    ("blue", 0x00_00_FF),
    ("yellow", 0xFF_FF_00),
    ("cyan", 0x00_FF_FF),
    ("aqua", 0x00_FF_FF),
    ("magenta", 0xFF_00_FF),
    ("fuchsia", 0xFF_00_FF),
    ("silver", 0xC0_C0_C0),
    ("gray", 0x80_80_80),
    ("grey", 0x80_80_80),
    ("maroon", 0x80_00_00),
    ("olive", 0x80_80_00),
    ("green", 0x00_80_00),
    ("purple", 0x80_00_80),
    ("teal", 0x00_80_80),
    ("navy", 0x00_00_80),
    ("orange", 0xFF_A5_00),
    ("gold", 0xFF_D7_00),
    ("crimson", 0xDC_14_3C),
    ("tomato", 0xFF_63_47),
    ("coral", 0xFF_7F_50),
    ("indigo", 0x4B_00_82),
    ("darkgray", 0xA9_A9_A9),
    ("lightgray", 0xD3_D3_D3),
    ("dimgray", 0x69_69_69),
    ("whitesmoke", 0xF5_F5_F5),
    ("steelblue", 0x46_82_B4),
];

/// A plain colour; `None` for a paint that is not one.
pub fn color(text: &str) -> Option<Color> {
    let text = text.trim().to_ascii_lowercase();
    if text.starts_with('#') {
        return Color::parse(&text);
    }
    if let Some(inner) = text.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
        let channel = |part: &str| match part.trim().strip_suffix('%') {
            Some(percent) => percent.trim().parse::<f64>().ok().map(|percent| percent / 100.0),
            None => part.trim().parse::<f64>().ok().map(|value| value / 255.0),
        };
        let parts: Vec<&str> = inner.split([',', ' ']).filter(|part| !part.is_empty()).collect();
        let [red, green, blue] = parts[..] else { return None };
        return Some(Color::from_channels([channel(red)?, channel(green)?, channel(blue)?]));
    }
    NAMED.iter().find(|(name, _)| *name == text).map(|(_, rgb)| Color::hex(*rgb))
}
