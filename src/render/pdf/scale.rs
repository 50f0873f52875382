//! The colours of a heatmap, from few to many, and the legend with their meaning.

use super::canvas::Area;
use super::flow::{Align, Flow};
use super::style::{NOTE, PANEL};
use crate::render::color::Color;

/// A colour in a legend.
pub const SWATCH: Area = Area::new(0.0, 0.0, 15.0, 8.0);

/// Which number each colour is for, from 0 to the largest.
#[derive(Debug, Clone, Copy)]
pub struct HeatScale {
    /// From few to many.
    fills: [Color; 8],
    /// The largest number.
    pub most: f64,
}

impl HeatScale {
    /// The colours for numbers of which the largest is `most`.
    #[must_use]
    pub const fn new(fills: [Color; 8], most: f64) -> Self {
        Self { fills, most }
    }

    /// The colour of a number; none of 0 or less.
    #[must_use]
    pub fn fill(&self, number: f64) -> Option<Color> {
        if number <= 0.0 || self.most <= 0.0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "eight colours")]
        let steps = self.fills.len() as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the number of colours")]
        let step = (number / self.most * steps).ceil() as usize;
        Some(self.fills[step.clamp(1, self.fills.len()) - 1])
    }

    /// The colours with what `name` says of the numbers that the middle one and the last one go up to.
    pub fn legend(&self, name: impl Fn(f64) -> Option<String>) -> Vec<(Color, Option<String>)> {
        let last = self.fills.len() - 1;
        let label = |at: usize| {
            #[expect(clippy::cast_precision_loss, reason = "eight colours")]
            let share = (at + 1) as f64 / self.fills.len() as f64;
            (at == last || (at == last / 2 && self.most >= 4.0)).then(|| name(self.most * share)).flatten()
        };
        self.fills.into_iter().enumerate().map(|(at, fill)| (fill, label(at))).collect()
    }
}

/// Draws the ground of nothing and these colours side by side on a line that begins at `top`. Says where they end.
pub fn draw(flow: &mut Flow, (left, top): (f64, f64), colors: Vec<(Color, Option<String>)>) -> f64 {
    let baseline = NOTE.baseline(top);
    let swatch = Area { y: top + (NOTE.leading - SWATCH.height) / 2.0, ..SWATCH };
    let mut x = left;
    // Of the colours nothing needs an alternative text: the numbers are in the cells.
    flow.unread(|flow| {
        for (fill, label) in [(PANEL, Some("0".to_owned()))].into_iter().chain(colors) {
            flow.fill(Area { x, ..swatch }, 0.0, fill);
            x += SWATCH.width;
            if let Some(label) = label {
                x += 4.0 + flow.text(x + 4.0, baseline, &label, NOTE, Align::Left) + 6.0;
            }
        }
    });
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::brand::palette::Palette;

    #[test]
    fn more_is_darker_and_the_legend_says_the_middle_and_the_end() {
        let fills = Palette::USUAL.heat;
        let scale = HeatScale::new(fills, 9.0);
        assert_eq!([0.0, -1.0].map(|number| scale.fill(number)), [None, None]);
        assert_eq!([0.1, 4.5, 4.6, 9.0].map(|number| scale.fill(number)), [0, 3, 4, 7].map(|at| Some(fills[at])));
        let labels: Vec<_> = scale.legend(|most| Some(most.to_string())).into_iter().map(|(_, label)| label).collect();
        assert_eq!((labels[3].as_deref(), labels[7].as_deref()), (Some("4.5"), Some("9")));
        assert_eq!(labels.iter().flatten().count(), 2);
        assert_eq!(HeatScale::new(fills, 0.0).fill(1.0), None);
    }
}
