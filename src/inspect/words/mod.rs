//! The words of names and values in exports, in six languages.

mod meaning;
mod nothing;
mod stem;
mod table;
mod values;

pub use self::meaning::{Meaning, Meanings};
pub use self::nothing::is_none;
pub use self::table::Name;
pub use self::values::{
    AVERAGES, CHANNELS, actor_of, closer_in, closer_of, is_end_by_program, is_one_of, is_resolved_only, is_way,
    kind_of, resolution_of, writer_in, yes_or_no,
};
pub use crate::plain_name::plain;
