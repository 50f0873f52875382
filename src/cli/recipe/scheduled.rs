//! The named report that a recipe runs: when, in which folder, and which of its files grow old.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cli::run::RunArgs;
use crate::cli::{Command, config};
use crate::failure::Failure;
use crate::harmless::shown_path;
use crate::time::{CalendarUnit, Period};

/// The zone of the sample, and of a report that names none.
const SAMPLE_ZONE: &str = "America/Sao_Paulo";
/// What a glob has for a date.
const DATE: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
/// What a glob has for an ISO week.
const WEEK: &str = "[0-9][0-9][0-9][0-9]-W[0-9][0-9]";

/// A report that is run again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// Its name in the config.
    pub name: String,
    /// How often it is run: on the first day of each unit.
    pub every: CalendarUnit,
    /// The zone of its days.
    pub zone: String,
    /// The folder that it is run in.
    pub folder: String,
    /// The config file.
    pub config: String,
    /// The folder of the record of what was sent, and of the first output.
    pub record: String,
    /// The folders that it writes into.
    pub writes: Vec<String>,
    /// The folders that it reads logs from.
    pub reads: Vec<String>,
    /// Globs of the files that get another name in each window.
    pub dated: Vec<String>,
    /// How it gets the password of the mail server.
    pub password: Password,
    /// Whether the recipe brings a config, to be adapted.
    pub is_sample: bool,
}

/// How a report gets the password of the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password {
    /// It needs none.
    None,
    /// From a file.
    File(PathBuf),
    /// From a credential of systemd, by its name.
    Credential(String),
    /// In the sample: as the recipe's system has it.
    OfSystem,
}

impl Default for Scheduled {
    fn default() -> Self {
        let reports = "/srv/reports".to_owned();
        Self {
            name: "weekly".to_owned(),
            every: CalendarUnit::Week,
            zone: SAMPLE_ZONE.to_owned(),
            folder: "/etc/dialogram".to_owned(),
            config: "/etc/dialogram/dialogram.toml".to_owned(),
            dated: vec![format!("{reports}/weekly-{WEEK}.pdf")],
            record: reports.clone(),
            writes: vec![reports],
            reads: vec!["/var/log/chat".to_owned()],
            password: Password::OfSystem,
            is_sample: true,
        }
    }
}

impl Scheduled {
    /// The report `name` of the config file, which is looked for as `run` does.
    ///
    /// # Errors
    ///
    /// Where there is no such report, it cannot be scheduled, or a path needs quotes.
    pub fn read(name: &str, flag: Option<&Path>, environment: config::Environment) -> anyhow::Result<Self> {
        let fails = |message: String| Failure::Usage.because(format!("report `{name}`: {message}"));
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if !name.chars().all(is_plain) || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(fails("a recipe needs a name of letters, digits, - and _".to_owned()));
        }
        let path = config::path(flag, environment).unwrap_or_else(|| PathBuf::from(config::FILE));
        let line = ["dialogram", "run", name, "--config"].map(OsString::from).into_iter().chain([path.clone().into()]);
        // A timer has another environment than the shell that prints its recipe.
        let cli = config::parse(line, &|_| None)?;
        let Command::Run(run) = cli.command else { unreachable!("the line above is of `run`") };
        let folder = std::env::current_dir().map_err(|error| fails(format!("the working folder: {error}")))?;
        let plain = |path: &Path| plain(&folder, path).map_err(fails);
        let record = match run.record_folder()? {
            Some(path) => plain(&path)?,
            None => plain(Path::new(""))?,
        };
        let patterns = run.patterns()?;
        let mut writes = vec![record.clone()];
        let mut dated = Vec::new();
        for pattern in &patterns {
            writes.push(plain(&pattern.fixed_folder())?);
            for glob in run.dated(pattern, DATE, WEEK) {
                let whole = folder.join(&glob).display().to_string();
                if !is_plain_glob(&whole) {
                    return Err(fails(odd(&glob)));
                }
                dated.push(whole);
            }
        }
        let mut reads = run.flags.log.logs.iter().map(|log| plain(&log_folder(log))).collect::<Result<Vec<_>, _>>()?;
        for folders in [&mut writes, &mut reads] {
            folders.sort();
            folders.dedup();
        }
        Ok(Self {
            name: name.to_owned(),
            every: every(&run).map_err(fails)?,
            zone: run.flags.log.tz.clone(),
            config: plain(&path)?,
            folder: plain(Path::new(""))?,
            record,
            writes,
            reads,
            dated,
            password: password(&run),
            is_sample: false,
        })
    }

    /// The command that makes the report, in its folder.
    pub fn command(&self) -> String {
        let is_there = self.config == format!("{}/{}", self.folder, config::FILE);
        let config = if is_there { String::new() } else { format!(" --config {}", self.config) };
        format!("dialogram run {}{config}", self.name)
    }

    /// When, in words: `every Monday`.
    pub const fn when(&self) -> &'static str {
        match self.every {
            CalendarUnit::Day => "every day",
            CalendarUnit::Week => "every Monday",
            CalendarUnit::Month => "on the first day of every month",
            CalendarUnit::Quarter => "on the first day of every quarter",
            CalendarUnit::Year => "on the first day of every year",
        }
    }

    /// The days, as cron has them.
    pub const fn cron_days(&self) -> &'static str {
        match self.every {
            CalendarUnit::Day => "* * *",
            CalendarUnit::Week => "* * 1",
            CalendarUnit::Month => "1 * *",
            CalendarUnit::Quarter => "1 1,4,7,10 *",
            CalendarUnit::Year => "1 1 *",
        }
    }

    /// Seven o'clock of the days, as systemd has it.
    pub fn calendar(&self) -> String {
        let days = match self.every {
            CalendarUnit::Day => "*-*-*",
            CalendarUnit::Week => "Mon",
            CalendarUnit::Month => "*-*-01",
            CalendarUnit::Quarter => "*-01,04,07,10-01",
            CalendarUnit::Year => "*-01-01",
        };
        format!("{days} 07:00 {}", self.zone)
    }

    /// The arguments of `find` that delete files of a glob after some days. `quote` stands around a glob, where a shell
    /// reads it.
    pub fn deletes(&self, days: u32, quote: &str) -> Vec<String> {
        let find = |glob: &String| {
            let (folder, name) = glob.rsplit_once('/').unwrap_or((".", glob));
            let old = format!("-type f -mtime +{days} -delete");
            if !folder.contains(['[', '*']) {
                return format!("find {folder} -maxdepth 1 -name {quote}{name}{quote} {old}");
            }
            let fixed: Vec<&str> = folder.split('/').take_while(|part| !part.contains(['[', '*'])).collect();
            format!("find {} -path {quote}{glob}{quote} {old}", fixed.join("/"))
        };
        self.dated.iter().map(find).collect()
    }
}

/// The folder of the password in a container of the sample.
const PASSWORD_MOUNT: &str = "/etc/dialogram-smtp";

/// As a container of a cluster runs it.
impl Scheduled {
    /// Whether a container can have what the report reads.
    ///
    /// # Errors
    ///
    /// Where its name is none for a cluster, or the password lies beside the config.
    pub fn check_cluster(&self) -> anyhow::Result<()> {
        let fails = |message: &str| Err(Failure::Usage.because(format!("report `{}`: {message}", self.name)));
        if self.name.contains(|c: char| c == '_' || c.is_ascii_uppercase()) || self.name.ends_with('-') {
            return fails("a cluster needs a name of lower-case letters, digits and -");
        }
        match &self.password {
            Password::Credential(_) => {
                fails("a cluster has no credentials of systemd: write password-file = \"/etc/dialogram-smtp/password\"")
            }
            Password::File(path) if !path.is_absolute() || path.parent() == Path::new(&self.config).parent() => fails(
                "in a cluster the password has a folder of its own: write password-file = \"/etc/dialogram-smtp/password\"",
            ),
            Password::File(_) | Password::None | Password::OfSystem => Ok(()),
        }
    }

    /// The config file as `kubectl create configmap` takes it behind its name, where it is elsewhere.
    pub fn config_source(&self) -> String {
        if self.is_sample { String::new() } else { format!("={}", self.config) }
    }

    /// The folder of the password, and its file.
    fn secret_place(&self) -> Option<(String, String)> {
        match &self.password {
            Password::OfSystem => Some((PASSWORD_MOUNT.to_owned(), "password".to_owned())),
            Password::File(path) => {
                let name = path.file_name()?.to_string_lossy().into_owned();
                Some((path.parent()?.display().to_string(), name))
            }
            Password::None | Password::Credential(_) => None,
        }
    }

    /// The line that tells how the secret is made.
    pub fn secret(&self) -> String {
        self.secret_place().map_or_else(String::new, |(_, name)| {
            format!("#   kubectl create secret generic dialogram-smtp --from-file={name}=password\n")
        })
    }

    /// The claims: name, folder, whether it is only read. A folder that is written is not mounted twice.
    fn claims(&self) -> Vec<(String, &str, bool)> {
        let named = |name: &str, at: usize| if at == 0 { name.to_owned() } else { format!("{name}-{}", at + 1) };
        let reads = self.reads.iter().filter(|folder| !self.writes.contains(folder)).enumerate();
        let reads = reads.map(|(at, folder)| (named("chat", at), folder.as_str(), true));
        let writes = self.writes.iter().enumerate().map(|(at, folder)| (named("reports", at), folder.as_str(), false));
        reads.chain(writes).collect()
    }

    /// The mounts of the container, as lines of YAML.
    pub fn mounts(&self) -> String {
        let secret = self.secret_place().map(|(folder, _)| ("password".to_owned(), folder, true));
        let claims = self.claims().into_iter().map(|(name, folder, is_read)| (name, folder.to_owned(), is_read));
        secret
            .into_iter()
            .chain(claims)
            .map(|(name, folder, is_read)| {
                let read = if is_read { ", readOnly: true" } else { "" };
                format!("                - {{name: {name}, mountPath: {folder}{read}}}\n")
            })
            .collect()
    }

    /// The volumes behind the mounts, as lines of YAML.
    pub fn volumes(&self) -> String {
        let secret = self.secret_place().map(|_| {
            let source = "secret: {secretName: dialogram-smtp, defaultMode: 0440}";
            format!("            - name: password\n              {source}\n")
        });
        let claims = self.claims().into_iter().map(|(name, _, is_read)| {
            let read = if is_read { ", readOnly: true" } else { "" };
            format!("            - name: {name}\n              persistentVolumeClaim: {{claimName: {name}{read}}}\n")
        });
        secret.into_iter().chain(claims).collect()
    }
}

fn password(run: &RunArgs) -> Password {
    match (run.credential(), run.password_file()) {
        (Some(name), _) => Password::Credential(name.to_owned()),
        (None, Some(path)) => Password::File(path.to_owned()),
        (None, None) => Password::None,
    }
}

/// How often a report of such days is due.
fn every(run: &RunArgs) -> Result<CalendarUnit, String> {
    let window = &run.flags.window;
    match (window.period, window.from, window.days) {
        (Some(Period::This(unit) | Period::Last(unit)), ..) => Ok(unit),
        (Some(Period::From(..)), ..) | (None, Some(_), _) => {
            Err("its days are fixed, and a schedule would report the same days again: write a period such as last-week, or days".to_owned())
        }
        (None, None, Some(1)) => Ok(CalendarUnit::Day),
        (None, None, Some(_) | None) => Ok(CalendarUnit::Week),
    }
}

/// The folder of a log, without what a glob fills in.
fn log_folder(log: &Path) -> PathBuf {
    let is_folder = log.is_dir() || log.to_string_lossy().ends_with(std::path::is_separator);
    let folder = if is_folder { log } else { log.parent().unwrap_or(Path::new("")) };
    folder.components().take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{'])).collect()
}

/// A path as shells, units and YAML take it without quotes.
fn plain(folder: &Path, path: &Path) -> Result<String, String> {
    let whole: PathBuf = folder.join(path).components().collect();
    let text = whole.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "-._/@+,=".contains(c);
    if text.chars().all(is_plain) { Ok(text) } else { Err(odd(path)) }
}

fn is_plain_glob(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || "-._/@+,=[]*".contains(c))
}

fn odd(path: &Path) -> String {
    format!("a recipe needs paths of letters, digits and -._/@+,= without quotes: {}", shown_path(path))
}
