//! `dialogram recipe`: ready-made files for unattended runs.

mod scheduled;

use std::path::{Path, PathBuf};

use clap::Args;

use self::scheduled::Scheduled;
use super::config::Environment;
use super::guard::Files;
use super::interrupt::Interrupt;
use super::quote;
use super::streams::print;
use crate::failure::Failure;
use crate::render::whole_file::{check_folder_writable, create_folder, write_all_whole};

/// Prints ready files. With --report they are those of a report of the config file; else adapt the paths, the zone and the
/// addresses.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram recipe cron
  dialogram recipe systemd --report weekly -o weekly/
  dialogram recipe systemd -o units/ --weeks 52
  dialogram recipe github --archive tools/dialogram.tar.gz
  dialogram recipe kubernetes -o cluster/ --image dialogram:0.1.0")]
pub struct RecipeArgs {
    /// The tool that the files are for
    #[arg(value_enum, value_name = "RECIPE")]
    recipe: Recipe,
    /// A report of the config file to schedule: its name, folders, zone and period; for cron, systemd, msmtp and kubernetes
    /// [default: a sample with a config of its own]
    #[arg(long, value_name = "NAME")]
    report: Option<String>,
    /// A folder to write the files into [default: to standard output]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// How many weeks reports are kept
    #[arg(long, value_name = "N", default_value_t = 26, value_parser = clap::value_parser!(u32).range(1..=5200))]
    weeks: u32,
    /// The archive of a release for a CI job to install: an https address, or a file of the repository
    #[arg(long, value_name = "URL|FILE", default_value = ARCHIVE, value_parser = archive)]
    archive: String,
    /// The archive's SHA-256 sum [default: the job looks it up in the file beside the archive, ARCHIVE.sha256]
    #[arg(long, value_name = "SUM", value_parser = sum)]
    sha256: Option<String>,
    /// The image that a cluster runs; the recipe has the file to build it
    #[arg(long, value_name = "IMAGE", default_value = IMAGE, value_parser = image)]
    image: String,
    /// Replace files that were changed, or that dialogram did not write
    #[arg(long, requires = "output")]
    force: bool,
    /// The report to schedule, if the config was read.
    #[arg(skip)]
    scheduled: Scheduled,
}

/// The default path of the archive in a repository: the project has no address of its own.
const ARCHIVE: &str = "tools/dialogram.tar.gz";
/// An image name without a registry: the project publishes no image.
const IMAGE: &str = concat!("dialogram:", env!("CARGO_PKG_VERSION"));
/// The length of a SHA-256 sum in hexadecimal digits.
const SUM: usize = 64;
const DAYS_OF_A_WEEK: u32 = 7;

/// Parses an address or path; it must be safe inside shell quotes.
fn archive(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?&=%+@,".contains(c);
    if text.is_empty() || text.starts_with('-') || !text.chars().all(is_plain) {
        return Err("expected an https address or a path, of letters, digits and -._~:/?&=%+@,".to_owned());
    }
    if text.contains("://") && !text.starts_with("https://") {
        return Err("an archive comes by https, or is a file of the repository".to_owned());
    }
    Ok(text.to_owned())
}

/// Parses the name of an image; it must be safe inside YAML quotes.
fn image(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:/@".contains(c);
    if text.is_empty() || !text.starts_with(|c: char| c.is_ascii_alphanumeric()) || !text.chars().all(is_plain) {
        return Err("expected the name of an image, of letters, digits and -._:/@".to_owned());
    }
    Ok(text.to_owned())
}

fn sum(text: &str) -> Result<String, String> {
    let is_sum = text.len() == SUM && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_sum { Ok(text.to_lowercase()) } else { Err(format!("expected {SUM} hexadecimal digits, as in SHA256SUMS")) }
}

impl RecipeArgs {
    /// Looks up the report to schedule in the config file.
    ///
    /// # Errors
    ///
    /// If the recipe schedules none, there is no such report, or it cannot be scheduled.
    pub(super) fn take_report(&mut self, config: Option<&Path>, environment: Environment) -> anyhow::Result<()> {
        let Some(name) = &self.report else { return Ok(()) };
        if !self.recipe.is_of_report() {
            let recipe = clap::ValueEnum::to_possible_value(&self.recipe).map(|value| value.get_name().to_owned());
            return Err(Failure::Usage.because(format!(
                "--report: the recipe {} runs no named report (cron, systemd, msmtp and kubernetes do)",
                recipe.unwrap_or_default()
            )));
        }
        self.scheduled = Scheduled::read(name, config, environment)?;
        if self.recipe == Recipe::Kubernetes {
            self.scheduled.check_cluster()?;
        }
        Ok(())
    }

    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        if let Some(folder) = &self.output {
            // Replacing a file with the same text loses nothing; replacing one that the user adapted would lose the
            // changes.
            let is_new =
                |name: &str, text: &str| std::fs::read(folder.join(name)).map_or(true, |old| old != text.as_bytes());
            let all = self.texts();
            let new = all.into_iter().filter(|(name, text)| is_new(name, text));
            files.write_folder("-o", folder, new.map(|(name, _)| name));
        }
        files.replace_others(self.force);
    }

    /// The files of the recipe, filled in.
    fn texts(&self) -> Vec<(String, String)> {
        let scheduled = &self.scheduled;
        let weeks = if self.weeks == 1 { "1 week".to_owned() } else { format!("{} weeks", self.weeks) };
        let finds = scheduled.deletes(self.weeks * DAYS_OF_A_WEEK);
        let deletes = |line: &dyn Fn(&[String]) -> String| {
            let kept = if finds.is_empty() { String::new() } else { format!("# Reports are kept for {weeks}.\n") };
            finds.iter().fold(kept, |text, find| format!("{text}{}\n", line(find)))
        };
        let of_cron = |find: &[String]| {
            let words: Vec<String> = find.iter().map(|word| quote::shell(word)).collect();
            format!("0 9 {}   {}", scheduled.cron_days(), quote::cron(&words.join(" ")))
        };
        let of_unit = |find: &[String]| {
            let words: Vec<String> = find.iter().map(|word| quote::systemd_word(word)).collect();
            format!("ExecStartPost={}", words.join(" "))
        };
        // A placeholder of several lines is alone on its line.
        let lines = [
            ("@CRON_FIND@", deletes(&of_cron)),
            ("@SYSTEMD_FIND@", deletes(&of_unit)),
            ("@CREDENTIAL@", scheduled.credential()),
            ("@SECRET@", scheduled.secret()),
            ("@MOUNTS@", scheduled.mounts()),
            ("@VOLUMES@", scheduled.volumes()),
            ("@INSTALL@", self.install(self.recipe.indent())),
        ];
        let words = [
            ("@NAME@", scheduled.name.clone()),
            ("@UNIT@", quote::name(&scheduled.name)),
            ("@UNIT_NAME@", quote::systemd_line(&scheduled.name)),
            ("@CLUSTER@", scheduled.cluster_name()),
            ("@YAML_NAME@", quote::yaml_in_quotes(&scheduled.name)),
            ("@WHEN@", scheduled.when().to_owned()),
            ("@CRON@", scheduled.cron_days().to_owned()),
            ("@CALENDAR@", scheduled.calendar()),
            ("@ZONE@", scheduled.zone.clone()),
            ("@YAML_ZONE@", quote::yaml(&scheduled.zone)),
            ("@FOLDER@", quote::shell(&scheduled.folder)),
            ("@UNIT_FOLDER@", quote::systemd_line(&scheduled.folder)),
            ("@RECORD@", scheduled.record.clone()),
            ("@YAML_FOLDER@", quote::yaml(&scheduled.folder)),
            ("@MESSAGES@", scheduled.messages()),
            ("@RUN@", scheduled.command(quote::shell)),
            ("@CRON_RUN@", scheduled.cron_command()),
            ("@UNIT_RUN@", scheduled.command(quote::systemd_word)),
            ("@WRITABLE@", scheduled.writable()),
            ("@CONFIG_SOURCE@", scheduled.config_source()),
            ("@PASSWORD@", self.recipe.password().to_owned()),
            ("@IMAGE@", self.image.clone()),
        ];
        let lines = lines.into_iter().map(|(mark, lines)| (format!("{mark}\n"), lines));
        let marks: Vec<(String, String)> =
            lines.chain(words.into_iter().map(|(mark, word)| (mark.to_owned(), word))).collect();
        let files = self.recipe.files().iter().filter(|(name, _)| scheduled.is_sample || *name != CONFIG.0);
        files.map(|(name, text)| (filled(name, &marks), filled(text, &marks))).collect()
    }

    /// The lines that install the archive in a CI job after checking its sum.
    fn install(&self, indent: &str) -> String {
        let archive = &self.archive;
        let is_address = archive.starts_with("https://");
        let file = if is_address { ".dialogram/dialogram.tar.gz" } else { archive.as_str() };
        let mut lines = vec!["set -eu".to_owned(), "mkdir -p .dialogram".to_owned()];
        if is_address {
            lines.push(format!("curl --fail --silent --show-error --location --output {file} '{archive}'"));
        }
        lines.push(match &self.sha256 {
            Some(sum) => format!("echo '{sum}  {file}' | sha256sum --check --strict -"),

            None => format!("sha256sum --check --strict '{file}.sha256'"),
        });
        lines.push(format!("tar xzf '{file}' -C .dialogram --strip-components=1"));
        lines.iter().map(|line| format!("{indent}{line}\n")).collect()
    }
}

/// A text with its marks filled in. Inserted texts are not searched for marks.
fn filled(text: &str, marks: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (length, word) = match marks.iter().find(|(mark, _)| rest.starts_with(mark.as_str())) {
            Some((mark, word)) => (mark.len(), word.as_str()),
            None => (1, "@"),
        };
        out.push_str(word);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The recipes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Recipe {
    /// A report by mail every Monday, silent unless something is wrong.
    Cron,
    /// The same as a service and its timer.
    Systemd,
    /// The same where msmtp or sendmail sends it.
    Msmtp,
    /// A gate for pull requests.
    Github,
    /// A gate for merge requests.
    Gitlab,
    /// The weekly report as a cron job of a cluster.
    Kubernetes,
    /// The driver that makes facts inside Spark.
    Spark,
}

const CONFIG: (&str, &str) = ("dialogram.toml", include_str!("../../../templates/recipes/dialogram.toml"));

impl Recipe {
    /// The files: name and text, with places to fill in.
    const fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Cron => &[CONFIG, ("dialogram.cron", include_str!("../../../templates/recipes/cron"))],
            Self::Systemd => &[
                CONFIG,
                ("dialogram-@UNIT@.service", include_str!("../../../templates/recipes/schedule.service")),
                ("dialogram-@UNIT@.timer", include_str!("../../../templates/recipes/schedule.timer")),
                ("dialogram-failed@.service", include_str!("../../../templates/recipes/dialogram-failed@.service")),
            ],
            Self::Msmtp => &[("@UNIT@-by-msmtp.sh", include_str!("../../../templates/recipes/by-msmtp.sh"))],
            Self::Github => &[("conversation-gate.yml", include_str!("../../../templates/recipes/github.yml"))],
            Self::Spark => &[("dialogram-spark.py", super::engine::DRIVER)],
            Self::Gitlab => &[(".gitlab-ci.yml", include_str!("../../../templates/recipes/gitlab.yml"))],
            Self::Kubernetes => &[
                CONFIG,
                ("cronjob.yaml", include_str!("../../../templates/recipes/cronjob.yaml")),
                ("Containerfile", include_str!("../../../templates/recipes/Containerfile")),
            ],
        }
    }

    /// Whether the recipe runs a report of the config.
    const fn is_of_report(self) -> bool {
        match self {
            Self::Cron | Self::Systemd | Self::Msmtp | Self::Kubernetes => true,
            Self::Github | Self::Gitlab | Self::Spark => false,
        }
    }

    /// The line of the config that names the password's location.
    const fn password(self) -> &'static str {
        match self {
            Self::Systemd => "password-credential = \"smtp-password\"",
            Self::Kubernetes => "password-file = \"/etc/dialogram-smtp/password\"",
            Self::Cron | Self::Msmtp | Self::Github | Self::Gitlab | Self::Spark => "password-file = \"password\"",
        }
    }

    /// The indentation of a script's lines.
    const fn indent(self) -> &'static str {
        match self {
            Self::Github => "          ",
            Self::Gitlab => "      ",
            Self::Cron | Self::Systemd | Self::Msmtp | Self::Kubernetes | Self::Spark => "",
        }
    }
}

/// Runs the command.
///
/// # Errors
///
/// If the files cannot be written, or the sum of an archive from elsewhere is missing.
pub fn run(args: &RecipeArgs) -> anyhow::Result<()> {
    if args.archive.starts_with("https://") && args.sha256.is_none() {
        return Err(Failure::Usage
            .because("--archive with an address goes with --sha256 SUM: a job must install exactly that file"));
    }
    let files = args.texts();
    let Some(folder) = &args.output else {
        let text = files.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n");
        return print(text.as_bytes());
    };
    let interrupt = Interrupt::listen()?;
    check_folder_writable(folder)?;
    let files: Vec<_> = files.into_iter().map(|(name, text)| (folder.join(name), text.into_bytes())).collect();
    let _whole = interrupt.hold();
    create_folder(folder)?;
    write_all_whole(&files)
}
