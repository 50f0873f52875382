//! The way from files to facts in stages, for engines that run many processes on many machines.
//!
//! Each stage is a function of a [`plan::Plan`] and a frame of rows, and returns a frame of rows and notes. The engine
//! does the rest: it distributes rows, groups them by key, and collects notes. This never changes a number: rows have
//! their source and their position in it, and each stage first sorts its rows by these.
//!
//! | stage | takes | gives |
//! | --- | --- | --- |
//! | [`scan`] | the sources of one unit | their rows as events, and notes of facts about these sources |
//! | [`settle`] | all notes so far | the plan, with the facts that follow from all sources together |
//! | [`ids`] | events, if ids may be spoilt | their ids, counted |
//! | [`spoilt`](mod@spoilt) | all counted ids that may have the same meaning | a note of the findings about them |
//! | [`unique`] | all events of some event ids | those that count, and notes of the others |
//! | [`fold`] | all events of some conversations | their fact rows, and notes of sums |
//! | [`keep`](mod@keep) | all fact rows of some customers | the same with their days, for an engine that keeps them |
//! | [`partial`] | all fact rows of some customers | the counted values that a report needs |
//! | [`merge`] | counted values | the same, added up |
//! | [`finish`] | all fact rows or counted values, and notes | the facts, equal to those of one process, or their values |

pub mod columns;
mod definitions;
mod events;
mod fact_rows;
pub mod fetched;
pub mod finish;
pub mod fold;
pub mod ids;
pub mod keep;
pub mod kept;
pub mod kept_folder;
pub mod merge;
pub mod note;
pub mod partial;
pub mod pieces;
pub mod plan;
mod planned_reading;
mod planning;
mod returns;
mod run;
pub mod scan;
pub mod settle;
pub mod sources;
pub mod spoilt;
pub mod stream;
pub mod unique;
pub mod values_folder;
