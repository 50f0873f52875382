//! The look of an organisation's documents: name, logo, accent colour, footer and paper. No number depends on it.

pub mod logo;
mod oklab;
pub mod palette;
pub mod paper;
pub mod ramp;
pub mod read;

use self::logo::Logo;
use self::palette::Palette;
use self::paper::Paper;
use super::color::Color;

/// A brand that was read and checked. The default changes nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Brand {
    /// The name of the organisation.
    pub name: Option<String>,
    /// The picture on the first page.
    pub logo: Option<Logo>,
    /// The accent colour; readable on paper.
    pub accent: Option<Color>,
    /// The text at the foot of every page.
    pub footer: Option<String>,
    /// The paper that pages are laid out for.
    pub paper: Option<Paper>,
}

impl Brand {
    /// The colours for paper.
    #[must_use]
    pub fn palette(&self) -> Palette {
        self.accent.map_or(Palette::USUAL, Palette::of)
    }

    /// The paper of its pages.
    #[must_use]
    pub fn paper(&self) -> Paper {
        self.paper.unwrap_or_default()
    }
}
