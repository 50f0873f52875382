//! Pages that are filled from top to bottom.

use super::canvas::{Area, Bookmark, Drawn, Mark, Orientation, Page, PaperSheet, Point};
use super::owner::{Artifact, Owner};
use super::shape::{ShapedLine, Typesetter};
use super::structure::{Role, Structure};
use super::style::{
    BELOW, FIRST_TOP, FOOTER_LEADING, HAIRLINE, MARGIN, NEXT_TOP, PART, RULE, RUNNING, SECTION, SECTION_HEIGHT,
    Spacing, Style,
};
use crate::language::Language;
use crate::render::brand::Brand;
use crate::render::brand::palette::Palette;
use crate::render::brand::paper::Paper;
use crate::render::color::Color;
use crate::render::look::Look;

/// The alignment of a text at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// The text begins there.
    Left,
    /// Its middle is there.
    Middle,
    /// It ends there.
    Right,
}

/// The document during layout: the pages so far, and how far the last one is filled.
pub struct Flow<'l> {
    /// Sets and measures text.
    pub typesetter: Typesetter<'l>,
    pub language: Language,
    pub spacing: Spacing,
    /// The colours.
    pub palette: Palette,
    pub brand: &'l Brand,
    /// The number of lines of the brand's footer on an upright page.
    footer_lines: usize,
    pub(super) done: Vec<Page>,
    /// Pages that are inserted when the current page is full.
    pub(super) separate_pages: Vec<Page>,
    /// Whether the current content may continue on the next page.
    continuation: Continuation,
    pub(super) page: Page,
    y: f64,
    /// The part of the width that is drawn into: its left edge and its width; `None` for the whole width.
    frame: Option<(f64, f64)>,
    /// Whether what is drawn next begins as high as what is beside it did, at the top of a page: without white above it.
    is_level: bool,
    /// A pending section heading. It is drawn with the content below it, so that it is never alone.
    heading: Option<String>,
    pub(super) bookmarks: Vec<Bookmark>,
    pub(super) structure: Structure,
    /// Whether a section has begun; the level of later headings depends on it.
    is_in_section: bool,
    /// How often a table went on on a next page.
    pub splits: usize,
}

/// Whether content continues on the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Continuation {
    /// No such content.
    No,
    /// It is on its first page.
    First,
    /// It is on a later page.
    Further,
}

/// The distance between lines of a title inside a section.
const TITLE_LEADING: f64 = 11.5;

impl<'l> Flow<'l> {
    /// A document with an empty first page.
    #[must_use]
    pub fn new(language: Language, look: &'l Look) -> Self {
        let mut typesetter = Typesetter::new(&look.fonts);
        let brand = &look.brand;
        let width = PaperSheet { paper: brand.paper(), orientation: Orientation::Portrait }.content_width();
        let footer = brand.footer.as_ref().map(|footer| typesetter.wrap(footer, RUNNING, width, usize::MAX).len());
        Self::with(typesetter, language, Spacing::ROOMY, (brand, brand.palette(), footer.unwrap_or(0)))
    }

    fn with(
        typesetter: Typesetter<'l>,
        language: Language,
        spacing: Spacing,
        (brand, palette, footer_lines): (&'l Brand, Palette, usize),
    ) -> Self {
        let sheet = PaperSheet { paper: brand.paper(), orientation: Orientation::Portrait };
        Self {
            typesetter,
            language,
            spacing,
            palette,
            brand,
            footer_lines,
            done: Vec::new(),
            separate_pages: Vec::new(),
            continuation: Continuation::No,
            page: Page { sheet, marks: Vec::new() },
            y: FIRST_TOP,
            frame: None,
            is_level: false,
            heading: None,
            bookmarks: Vec::new(),
            structure: Structure::default(),
            is_in_section: false,
            splits: 0,
        }
    }

    /// An empty document in the same language, with the given spacing.
    #[must_use]
    pub fn restarted(self, spacing: Spacing) -> Self {
        Self::with(self.typesetter, self.language, spacing, (self.brand, self.palette, self.footer_lines))
    }

    /// The number of pages so far.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.done.len() + self.separate_pages.len() + 1
    }

    fn next_top(&self) -> f64 {
        NEXT_TOP + self.spacing.edge
    }

    fn below(&self) -> f64 {
        BELOW + self.spacing.edge + self.footer_height()
    }

    /// The height of the brand's own footer.
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    fn footer_height(&self) -> f64 {
        self.footer_lines as f64 * FOOTER_LEADING
    }

    /// The paper in an orientation.
    #[must_use]
    pub fn sheet(&self, orientation: Orientation) -> PaperSheet {
        PaperSheet { paper: self.brand.paper(), orientation }
    }

    /// The width between the margins of an upright page.
    #[must_use]
    pub fn upright_width(&self) -> f64 {
        self.sheet(Orientation::Portrait).content_width()
    }

    /// Whether an upright page has less room than A4 without a brand's footer.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.brand.paper().size().1 - self.footer_height() < Paper::A4.size().1
    }

    /// The maximum height of the content on a landscape page.
    #[must_use]
    pub fn wide_height(&self) -> f64 {
        self.sheet(Orientation::Landscape).size().1 - NEXT_TOP - BELOW - self.footer_height()
    }

    /// The remaining height of this page.
    #[must_use]
    pub fn room(&self) -> f64 {
        self.page.sheet.size().1 - self.below() - self.y
    }

    /// The remaining height below the pending heading, if there is one.
    #[must_use]
    pub fn room_below_heading(&self) -> f64 {
        self.room() - if self.heading.is_some() { self.spacing.section + SECTION_HEIGHT } else { 0.0 }
    }

    /// The width between the margins of this page, or the width of the current frame.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.frame.map_or_else(|| self.page.sheet.content_width(), |(_, width)| width)
    }

    /// The left edge of that width.
    #[must_use]
    pub fn left(&self) -> f64 {
        self.frame.map_or(MARGIN, |(left, _)| left)
    }

    /// The height of some content on an empty page in this orientation, without drawing it.
    pub fn measure(&mut self, draw: impl FnOnce(&mut Self)) -> f64 {
        let blank = Page { sheet: self.page.sheet, marks: Vec::new() };
        let page = std::mem::replace(&mut self.page, blank);
        let (done, heading) = (std::mem::take(&mut self.done), self.heading.take());
        let separate = std::mem::take(&mut self.separate_pages);
        let top = self.next_top();
        let (y, bookmarks) = (std::mem::replace(&mut self.y, top), self.bookmarks.len());
        let (structure, is_in_section) = (std::mem::take(&mut self.structure), self.is_in_section);
        let splits = self.splits;
        draw(self);
        #[expect(clippy::cast_precision_loss, reason = "a handful of pages")]
        let height = self.y - self.next_top() + self.done.len() as f64 * self.whole();
        (self.page, self.done, self.separate_pages, self.heading, self.y) = (page, done, separate, heading, y);
        (self.structure, self.is_in_section, self.splits) = (structure, is_in_section, splits);
        self.bookmarks.truncate(bookmarks);
        height
    }

    /// The height of an empty page in this orientation.
    #[must_use]
    pub fn whole(&self) -> f64 {
        self.page.sheet.size().1 - self.below() - self.next_top()
    }

    /// Draws two things side by side in a given maximum height. The first has the given width, the second gets the rest
    /// after the gutter.
    pub fn beside(
        &mut self,
        height: f64,
        (width, gutter): (f64, f64),
        first: impl FnOnce(&mut Self),
        second: impl FnOnce(&mut Self),
    ) {
        self.make_room(height);
        let (mut top, is_at_top, pages) = (self.y, self.fresh(), self.done.len());
        let rest = self.width() - width - gutter;
        self.frame = Some((MARGIN, width));
        first(self);
        // A first one that is higher than was measured went on to the next page; so does the second.
        if self.done.len() > pages {
            top = self.next_top();
        }
        let end = std::mem::replace(&mut self.y, top);
        self.frame = Some((MARGIN + width + gutter, rest));
        self.is_level = is_at_top;
        second(self);
        self.is_level = false;
        self.frame = None;
        self.y = self.y.max(end);
    }

    /// Draws on a separate page in the given orientation. The page is inserted when the current one is full, so that no
    /// space is wasted, but not between the first two pieces of a table.
    pub fn on_separate_page(&mut self, orientation: Orientation, draw: impl FnOnce(&mut Self)) {
        let top = self.next_top();
        let page = Page { sheet: self.sheet(orientation), marks: Vec::new() };
        let (page, y) = (std::mem::replace(&mut self.page, page), std::mem::replace(&mut self.y, top));
        let (done, heading) = (std::mem::take(&mut self.done), self.heading.take());
        let before = std::mem::take(&mut self.separate_pages);
        draw(self);
        let last = std::mem::replace(&mut self.page, page);
        let own = std::mem::replace(&mut self.done, done);
        self.separate_pages = before.into_iter().chain(own).chain([last]).collect();
        (self.heading, self.y) = (heading, y);
    }

    /// Draws content that may continue on the next page.
    pub fn continued(&mut self, draw: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.continuation, Continuation::First);
        draw(self);
        self.continuation = before;
    }

    fn next_page(&mut self) {
        let next = Page { sheet: self.page.sheet, marks: Vec::new() };
        self.done.push(std::mem::replace(&mut self.page, next));
        match self.continuation {
            Continuation::First => self.continuation = Continuation::Further,
            Continuation::No | Continuation::Further => self.done.append(&mut self.separate_pages),
        }
        self.y = self.next_top();
    }

    /// Starts a new page if this height, with a pending heading, does not fit on this one; returns whether it did.
    /// Content higher than a page stays at the top of one, because no page has more room.
    pub fn make_room(&mut self, height: f64) -> bool {
        let heading = self.heading.take();
        let over = if heading.is_some() { self.spacing.section + SECTION_HEIGHT } else { 0.0 };
        let turn = over + height > self.room() && !self.fresh();
        if turn {
            // Separate pages follow the heading that they belong to.
            let separate = if heading.is_some() { std::mem::take(&mut self.separate_pages) } else { Vec::new() };
            self.next_page();
            self.separate_pages.extend(separate);
        }
        if let Some(title) = heading {
            self.head(&title);
        }
        turn
    }

    /// Takes this height in one piece and returns its upper edge.
    pub fn take(&mut self, height: f64) -> f64 {
        self.make_room(height);
        let top = self.y;
        self.y += height;
        top
    }

    /// Adds space, except at the top of a page and below a heading.
    pub fn gap(&mut self, height: f64) {
        if !self.fresh() && self.heading.is_none() && !std::mem::take(&mut self.is_level) {
            self.y += height;
        }
    }

    fn fresh(&self) -> bool {
        self.page.marks.is_empty()
    }

    /// Adds this position to the document's outline.
    pub fn bookmark(&mut self, title: &str) {
        let height = self.page.sheet.size().1 - self.y;
        self.bookmarks.push(Bookmark { title: title.to_owned(), page: self.done.len(), height });
    }

    /// A section's heading, drawn together with the content that follows.
    pub fn section(&mut self, title: &str) {
        self.heading = Some(title.to_owned());
    }

    /// Removes and returns the pending heading, for another page.
    pub const fn take_heading(&mut self) -> Option<String> {
        self.heading.take()
    }

    /// Drops the pending heading.
    pub fn drop_heading(&mut self) {
        self.heading = None;
    }

    fn head(&mut self, title: &str) {
        self.gap(self.spacing.section);
        self.bookmark(title);
        let top = self.y;
        self.y += SECTION_HEIGHT;
        let heading = Owner::Element(self.structure.heading(2));
        self.is_in_section = true;
        self.within(heading, |flow| flow.text(MARGIN, SECTION.baseline(top), title, SECTION, Align::Left));
        let y = top + SECTION.leading + 2.0;
        self.rule(Point { x: MARGIN, y }, Point { x: MARGIN + self.width(), y }, HAIRLINE, RULE);
    }

    /// A heading inside a section, kept on one page with the first `first_height` points of what follows.
    pub fn part(&mut self, title: &str, note: &str, first_height: f64) {
        self.gap(self.spacing.part);
        // Beside another table a title has only part of the width.
        let lines = self.typesetter.wrap(title, PART, self.width(), usize::MAX);
        let width = lines.last().map_or(0.0, ShapedLine::width);
        #[expect(clippy::cast_precision_loss, reason = "a line or two")]
        let above = (lines.len() - 1) as f64 * TITLE_LEADING;
        let height = above + PART.leading + 4.0;
        self.make_room(height + first_height);
        let first = self.take(height);
        let top = first + above;
        let left = self.left();
        let heading = self.part_heading();
        self.element(heading, |flow| {
            let mut y = first;
            for line in lines {
                flow.place(left, PART.baseline(y), line, Align::Left);
                y += TITLE_LEADING;
            }
        });
        if !note.is_empty() {
            let x = left + width + 8.0;
            let line = self.typesetter.fit(note, super::style::NOTE, left + self.width() - x);
            self.place(x, PART.baseline(top), line, Align::Left);
        }
    }

    /// The role of a heading inside a section, or before the first section.
    #[must_use]
    pub fn part_heading(&self) -> Role {
        Role::Heading(if self.is_in_section { 3 } else { 2 })
    }

    /// A new element that is drawn into later, possibly in several pieces.
    pub fn begin(&mut self, role: Role) -> Owner {
        self.structure.add(role).map_or(Owner::Artifact(Artifact::Decoration), Owner::Element)
    }

    /// Draws as part of an element or an artifact.
    pub fn within<T>(&mut self, owner: Owner, draw: impl FnOnce(&mut Self) -> T) -> T {
        self.structure.enter(owner);
        let drawn = draw(self);
        self.structure.leave();
        drawn
    }

    /// Draws a new element.
    pub fn element<T>(&mut self, role: Role, draw: impl FnOnce(&mut Self) -> T) -> T {
        let owner = self.begin(role);
        self.within(owner, draw)
    }

    /// Draws content that is not read aloud because other text says it.
    pub fn unread<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        self.within(Owner::Artifact(Artifact::Decoration), draw)
    }

    /// Draws a mark.
    pub fn mark(&mut self, mark: Mark) {
        let owner = self.structure.owner(matches!(mark, Mark::Text { .. }));
        self.page.marks.push(Drawn { mark, owner });
    }

    /// Draws a text on a baseline and returns its width.
    pub fn text(&mut self, x: f64, baseline: f64, text: &str, style: Style, align: Align) -> f64 {
        let line = self.typesetter.line(text, style);
        self.place(x, baseline, line, align)
    }

    /// Draws a line of text on a baseline and returns its width.
    pub fn place(&mut self, x: f64, baseline: f64, line: ShapedLine, align: Align) -> f64 {
        let width = line.width();
        let left = match align {
            Align::Left => x,
            Align::Middle => x - width / 2.0,
            Align::Right => x - width,
        };
        self.mark(Mark::Text { at: Point { x: left, y: baseline }, line });
        width
    }

    /// Draws lines of text below `top` and returns their total height.
    pub fn lines(&mut self, x: f64, top: f64, lines: Vec<ShapedLine>) -> f64 {
        let mut y = top;
        for line in lines {
            let style = line.style();
            self.place(x, style.baseline(y), line, Align::Left);
            y += style.leading;
        }
        y - top
    }

    /// Draws a paragraph that may continue on the next page.
    pub fn paragraph(&mut self, x: f64, lines: Vec<ShapedLine>) {
        let paragraph = self.begin(Role::Paragraph);
        for line in lines {
            self.within(paragraph, |flow| {
                let top = flow.take(line.style().leading);
                flow.lines(x, top, vec![line]);
            });
        }
    }

    /// Draws a filled rectangle.
    pub fn fill(&mut self, area: Area, radius: f64, fill: Color) {
        // A radius of more than half a side would make the corners overlap.
        let radius = radius.min(area.width / 2.0).min(area.height / 2.0);
        if area.width > 0.0 && area.height > 0.0 {
            self.mark(Mark::Box { area, radius, fill });
        }
    }

    /// Draws a filled polygon.
    pub fn polygon(&mut self, corners: Vec<Point>, fill: Color) {
        self.mark(Mark::Polygon { corners, fill });
    }

    /// Draws a straight line.
    pub fn rule(&mut self, from: Point, to: Point, thickness: f64, color: Color) {
        self.mark(Mark::Rule { from, to, thickness, color });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_things_side_by_side_begin_at_one_height() {
        let tops = |begin: fn(&mut Flow)| {
            let look = Look::default();
            let mut flow = Flow::new(Language::English, &look);
            begin(&mut flow);
            let (mut first, mut second) = (0.0, 0.0);
            let draw = |top: &mut f64, flow: &mut Flow| {
                flow.part("title", "", 20.0);
                *top = flow.y;
            };
            flow.beside(100.0, (200.0, 10.0), |flow| draw(&mut first, flow), |flow| draw(&mut second, flow));
            assert!(!flow.is_level);
            (first, second)
        };
        let at_the_top = tops(|_| {});
        let below = tops(|flow| flow.part("before", "", 0.0));
        assert!(
            (at_the_top.0 - at_the_top.1).abs() < 1e-9 && (below.0 - below.1).abs() < 1e-9,
            "{at_the_top:?} {below:?}"
        );
    }
}
