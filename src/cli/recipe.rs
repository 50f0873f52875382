//! `dialogram recipe`: ready files for those who run the program without looking on.

use std::path::PathBuf;

use clap::Args;

use super::guard::Files;
use super::interrupt::Interrupt;
use super::streams::print;
use crate::render::whole_file::{check_folder_writable, create_folder, write_all_whole};

/// Prints ready files: adapt the paths and the zone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram recipe cron
  dialogram recipe systemd -o units/")]
pub struct RecipeArgs {
    /// What it is for
    #[arg(value_enum, value_name = "RECIPE")]
    recipe: Recipe,
    /// A folder to write the files into [default: to standard output]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace files that are not as dialogram writes them
    #[arg(long, requires = "output")]
    force: bool,
}

impl RecipeArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        if let Some(folder) = &self.output {
            // Replacing a file with the same text loses nothing; one that was adapted would be lost.
            let is_new =
                |name: &str, text: &str| std::fs::read(folder.join(name)).map_or(true, |old| old != text.as_bytes());
            let new = self.recipe.files().iter().filter(|(name, text)| is_new(name, text));
            files.write_folder("-o", folder, new.map(|(name, _)| (*name).to_owned()));
        }
        files.replace_others(self.force);
    }
}

/// The recipes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Recipe {
    /// A PDF every Monday, silent unless something is wrong.
    Cron,
    /// The same as a service and its timer.
    Systemd,
    /// A gate for pull requests.
    Github,
    /// A gate for merge requests.
    Gitlab,
}

impl Recipe {
    /// Its files: name and text.
    #[must_use]
    pub const fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Cron => &[("dialogram.cron", include_str!("../../templates/recipes/cron"))],
            Self::Systemd => &[
                ("dialogram-weekly.service", include_str!("../../templates/recipes/dialogram-weekly.service")),
                ("dialogram-weekly.timer", include_str!("../../templates/recipes/dialogram-weekly.timer")),
            ],
            Self::Github => &[("conversation-gate.yml", include_str!("../../templates/recipes/github.yml"))],
            Self::Gitlab => &[(".gitlab-ci.yml", include_str!("../../templates/recipes/gitlab.yml"))],
        }
    }
}

/// Runs the command.
///
/// # Errors
///
/// Where the files cannot be written.
pub fn run(args: &RecipeArgs) -> anyhow::Result<()> {
    let files = args.recipe.files();
    let Some(folder) = &args.output else {
        let text = files.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n");
        return print(text.as_bytes());
    };
    let interrupt = Interrupt::listen()?;
    check_folder_writable(folder)?;
    let files: Vec<_> = files.iter().map(|(name, text)| (folder.join(name), text.as_bytes().to_vec())).collect();
    let _whole = interrupt.hold();
    create_folder(folder)?;
    write_all_whole(&files)
}
