//! The look that an organisation gives its documents: name, logo, accent colour, footer and paper. Numbers never depend on it.

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

/// A brand that was read and checked; the default changes nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Brand {
    /// Whose documents these are.
    pub name: Option<String>,
    /// The picture on the first page.
    pub logo: Option<Logo>,
    /// The accent colour; readable on paper.
    pub accent: Option<Color>,
    /// Is below every page.
    pub footer: Option<String>,
    /// The paper that pages are laid out for.
    pub paper: Option<Paper>,
}

impl Brand {
    /// The colours on paper.
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
