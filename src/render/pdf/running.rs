//! The header and footer of every page, drawn last, when the number of pages is known.

use super::canvas::{Bookmark, Page, Point};
use super::flow::{Align, Flow};
use super::owner::{Artifact, Owner};
use super::shape::{ShapedLine, Typesetter};
use super::structure::Structure;
use super::style::{
    FOOTER, FOOTER_LEADING, HAIRLINE, MARGIN, RULE, RUNNING, RUNNING_GAP, RUNNING_HEADER, Style, Weight,
};
use crate::render::brand::Brand;

/// The two lines at the top of every page but the first.
pub struct Running<'r> {
    /// The title of the document.
    pub title: &'r str,
    /// The days or instants of the document.
    pub when: &'r str,
}

/// A finished layout.
pub struct Layout<'l> {
    pub pages: Vec<Page>,
    /// Its outline.
    pub bookmarks: Vec<Bookmark>,
    /// The structure of its marks for screen readers.
    pub structure: Structure,
    /// The typesetter with the fonts of its text.
    pub typesetter: Typesetter<'l>,
    pub brand: &'l Brand,
}

impl<'l> Flow<'l> {
    /// The brand's name in the running header: beside title and days if there is room, else in two lines.
    fn running_name(&mut self, running: &Running, style: Style) -> Vec<ShapedLine> {
        let Some(name) = self.brand.name.as_deref() else { return Vec::new() };
        let title = self.typesetter.line(running.title, style).width();
        let days = self.typesetter.line(running.when, RUNNING).width();
        let half = self.width() / 2.0;
        let room = (self.width() - title.max(days) - RUNNING_GAP).max(half);
        self.typesetter.wrap_whole(name, &[(style, 1), (style, 2)], room)
    }

    /// Finishes the document: draws the running header on all pages but the first, and the footer on all.
    #[must_use]
    pub fn finish(mut self, running: &Running, footer: &str) -> Layout<'l> {
        self.done.push(std::mem::take(&mut self.page));
        self.done.append(&mut self.separate_pages);
        let mut pages = std::mem::take(&mut self.done);
        self.structure.sort(&pages);
        let count = pages.len();
        for (i, page) in pages.iter_mut().enumerate() {
            std::mem::swap(&mut self.page, page);
            let (left, right) = (MARGIN, MARGIN + self.width());
            let footer_at = self.page.sheet.size().1 - FOOTER;
            self.structure.enter(Owner::Artifact(Artifact::Header));
            if i > 0 {
                let strong = RUNNING.weight(Weight::SemiBold);
                let lines = self.running_name(running, strong);
                let widest = lines.iter().map(ShapedLine::width).fold(0.0, f64::max);
                let beside = if widest > 0.0 { widest + RUNNING_GAP } else { 0.0 };
                let line = self.typesetter.fit(running.title, strong, self.width() - beside);
                self.place(left, RUNNING_HEADER - RUNNING.leading, line, Align::Left);
                let line = self.typesetter.fit(running.when, RUNNING, self.width() - beside);
                self.place(left, RUNNING_HEADER, line, Align::Left);
                for (line, at) in lines.into_iter().zip([RUNNING_HEADER - RUNNING.leading, RUNNING_HEADER]) {
                    self.place(right, at, line, Align::Right);
                }
                let y = RUNNING_HEADER + 5.5;
                self.rule(Point { x: left, y }, Point { x: right, y }, HAIRLINE, RULE);
            }
            self.structure.leave();
            self.structure.enter(Owner::Artifact(Artifact::Footer));
            let own = self.brand.footer.as_deref().unwrap_or_default();
            let own =
                if own.is_empty() { Vec::new() } else { self.typesetter.wrap(own, RUNNING, right - left, usize::MAX) };
            let mut at = footer_at;
            for line in own.into_iter().rev() {
                at -= FOOTER_LEADING;
                self.place(left, at, line, Align::Left);
            }
            self.text(left, footer_at, footer, RUNNING, Align::Left);
            self.text(
                right,
                footer_at,
                &self.language.fill("pdf.page", &[("n", &(i + 1)), ("all", &count)]),
                RUNNING,
                Align::Right,
            );
            self.structure.leave();
            std::mem::swap(&mut self.page, page);
        }
        Layout {
            pages,
            bookmarks: self.bookmarks,
            structure: self.structure,
            typesetter: self.typesetter,
            brand: self.brand,
        }
    }
}
