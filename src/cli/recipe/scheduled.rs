//! The named report that a recipe runs: its schedule, its folders, and its files that must be deleted in time.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cli::run::RunArgs;
use crate::cli::{Command, config, quote};
use crate::failure::Failure;
use crate::harmless::shown_path;
use crate::time::{CalendarUnit, Period};

/// The zone of the sample, and of a report without one.
const SAMPLE_ZONE: &str = "America/Sao_Paulo";
/// Characters with a meaning in the patterns of `find`.
const GLOB: [char; 3] = ['*', '?', '['];
/// A glob that matches dates.
const DATE: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
/// A glob that matches ISO weeks.
const WEEK: &str = "[0-9][0-9][0-9][0-9]-W[0-9][0-9]";

/// A report that runs on a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// Its name in the config.
    pub name: String,
    /// How often it runs: on the first day of each unit.
    pub every: CalendarUnit,
    /// The zone of its days.
    pub zone: String,
    /// The working folder of the run.
    pub folder: String,
    /// The config file.
    pub config: String,
    /// The folder of the record of what was sent and of the first output.
    pub record: String,
    /// The folders that it writes to.
    pub writes: Vec<String>,
    /// The folders that it reads logs from.
    pub reads: Vec<String>,
    /// Globs for output files whose name changes with each window.
    pub dated: Vec<String>,
    /// The source of the mail server's password.
    pub password: Password,
    /// Whether the recipe includes a sample config to adapt.
    pub is_sample: bool,
}

/// The source of the mail server's password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password {
    /// No password is needed.
    None,
    /// The path to a file whose first line is the password.
    File(PathBuf),
    /// A systemd credential, by name.
    Credential(String),
    /// For the sample: the usual source of the recipe's system.
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
    /// Reads the report `name` from the config file, which is found as for `run`.
    ///
    /// # Errors
    ///
    /// If there is no such report, it cannot be scheduled, or a path cannot be quoted.
    pub fn read(name: &str, flag: Option<&Path>, environment: config::Environment) -> anyhow::Result<Self> {
        let fails = |message: String| Failure::Usage.because(format!("report `{name}`: {message}"));
        if !is_fit(name) || name.starts_with('-') {
            return Err(fails(
                "a recipe needs a name without \\, line ends and control characters, that does not begin with -"
                    .to_owned(),
            ));
        }
        let path = config::path(flag, environment).unwrap_or_else(|| PathBuf::from(config::FILE));
        let line = ["dialogram", "run", name, "--config"].map(OsString::from).into_iter().chain([path.clone().into()]);
        // A timer does not have the environment of the shell that prints the recipe.
        let cli = config::parse(line, &|_| None)?;
        let Command::Run(run) = cli.command else { unreachable!("the line above is of `run`") };
        let folder = std::env::current_dir().map_err(|error| fails(format!("the working folder: {error}")))?;
        let whole = |path: &Path| whole(&folder, path).map_err(fails);
        let record = match run.record_folder()? {
            Some(path) => whole(&path)?,
            None => whole(Path::new(""))?,
        };
        let patterns = run.patterns()?;
        let mut writes = vec![record.clone()];
        let mut dated = Vec::new();
        for pattern in patterns {
            writes.push(whole(&pattern.fixed_folder())?);
            let globs = run.dated(pattern, DATE, WEEK);
            let fixed = whole(pattern.path())?;
            if !globs.is_empty() && (fixed.contains(GLOB) || name.contains(GLOB)) {
                return Err(fails(format!(
                    "old files are found by their names, which have none of *?[ in them: {}",
                    pattern.shown()
                )));
            }
            dated.extend(globs.iter().map(|glob| whole(glob)).collect::<Result<Vec<_>, _>>()?);
        }
        let mut reads = run.flags.log.logs.iter().map(|log| whole(&log_folder(log))).collect::<Result<Vec<_>, _>>()?;
        for folders in [&mut writes, &mut reads] {
            folders.sort();
            folders.dedup();
        }
        Ok(Self {
            name: name.to_owned(),
            every: every(&run).map_err(fails)?,
            zone: run.flags.log.tz.clone(),
            config: whole(&path)?,
            folder: whole(Path::new(""))?,
            record,
            writes,
            reads,
            dated,
            password: password(&run),
            is_sample: false,
        })
    }

    /// The command that makes the report in its folder; `quoted` quotes its words.
    pub fn command(&self, quoted: fn(&str) -> String) -> String {
        let is_there = self.config == format!("{}/{}", self.folder, config::FILE);
        let config = if is_there { String::new() } else { format!(" --config {}", quoted(&self.config)) };
        format!("dialogram run {}{config}", quoted(&self.name))
    }

    /// The command in a line of cron: in its folder, one run at a time.
    pub fn cron_command(&self) -> String {
        let lock = quote::shell(&format!("{}/.{}.flock", self.record, quote::name(&self.name)));
        let (folder, run) = (quote::shell(&self.folder), self.command(quote::shell));
        quote::cron(&format!("cd {folder} && flock --wait 3600 {lock} {run} --quiet"))
    }

    /// A shell pattern for the messages that `--dry-run` writes.
    pub fn messages(&self) -> String {
        let begin = format!("{}/{}_", self.record, quote::file_stem(&self.name));
        format!("{}*.eml", quote::shell(&begin))
    }

    /// The folders that a unit may write to.
    pub fn writable(&self) -> String {
        self.writes.iter().map(|folder| quote::systemd_path(folder)).collect::<Vec<_>>().join(" ")
    }

    /// The line of a unit that passes the password, if it is a systemd credential.
    pub fn credential(&self) -> String {
        let name = match &self.password {
            Password::Credential(name) => name,
            Password::OfSystem => "smtp-password",
            Password::File(_) | Password::None => return String::new(),
        };
        quote::systemd_line(&format!("LoadCredential={name}:{}/password\n", self.folder))
    }

    /// The schedule in words: `every Monday`.
    pub const fn when(&self) -> &'static str {
        match self.every {
            CalendarUnit::Day => "every day",
            CalendarUnit::Week => "every Monday",
            CalendarUnit::Month => "on the first day of every month",
            CalendarUnit::Quarter => "on the first day of every quarter",
            CalendarUnit::Year => "on the first day of every year",
        }
    }

    /// The days in the syntax of cron.
    pub const fn cron_days(&self) -> &'static str {
        match self.every {
            CalendarUnit::Day => "* * *",
            CalendarUnit::Week => "* * 1",
            CalendarUnit::Month => "1 * *",
            CalendarUnit::Quarter => "1 1,4,7,10 *",
            CalendarUnit::Year => "1 1 *",
        }
    }

    /// Seven o'clock on these days, in the syntax of systemd.
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

    /// The commands, as lists of words, that delete files matching the globs after some days.
    pub fn deletes(&self, days: u32) -> Vec<Vec<String>> {
        let find = |glob: &String| {
            let (folder, name) = glob.rsplit_once('/').unwrap_or((".", glob));
            let days = format!("+{days}");
            let fixed: Vec<&str> = folder.split('/').take_while(|part| !part.contains(GLOB)).collect();
            let fixed = fixed.join("/");
            let which = if fixed == folder { vec!["-maxdepth", "1", "-name", name] } else { vec!["-path", glob] };
            let words = [vec!["find", &fixed], which, vec!["-type", "f", "-mtime", &days, "-delete"]].concat();
            words.into_iter().map(str::to_owned).collect()
        };
        self.dated.iter().map(find).collect()
    }
}

/// Maximum characters of a report's name in the name of a Kubernetes cron job, which may have 52 with `dialogram-`.
const LONGEST_CLUSTER_NAME: usize = 40;
/// The folder of the password in the sample's container.
const PASSWORD_MOUNT: &str = "/etc/dialogram-smtp";

/// The report as a container of a cluster runs it.
impl Scheduled {
    /// Checks that a container has access to everything the report reads.
    ///
    /// # Errors
    ///
    /// If the password is a systemd credential, or is in the folder of the config.
    pub fn check_cluster(&self) -> anyhow::Result<()> {
        let fails = |message: &str| Err(Failure::Usage.because(format!("report `{}`: {message}", self.name)));
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

    /// The report's name in names of the cluster: lower-case letters, digits and `-`.
    pub fn cluster_name(&self) -> String {
        let is_fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let name = self.name.to_lowercase();
        let name: String = name.chars().map(|c| if is_fit(c) { c } else { '-' }).take(LONGEST_CLUSTER_NAME).collect();
        let name = name.trim_matches('-');
        if name.is_empty() { "report".to_owned() } else { name.to_owned() }
    }

    /// The config file as an argument of `kubectl create configmap`.
    pub fn config_source(&self) -> String {
        let source = if self.is_sample { String::new() } else { format!("={}", self.config) };
        quote::shell(&format!("{}{source}", config::FILE))
    }

    /// The folder and the file of the password.
    fn secret_path(&self) -> Option<(String, String)> {
        match &self.password {
            Password::OfSystem => Some((PASSWORD_MOUNT.to_owned(), "password".to_owned())),
            Password::File(path) => {
                let name = path.file_name()?.to_string_lossy().into_owned();
                Some((path.parent()?.display().to_string(), name))
            }
            Password::None | Password::Credential(_) => None,
        }
    }

    /// The line that creates the secret.
    pub fn secret(&self) -> String {
        self.secret_path().map_or_else(String::new, |(_, name)| {
            let source = quote::shell(&format!("{name}=password"));
            format!("#   kubectl create secret generic dialogram-smtp --from-file={source}\n")
        })
    }

    /// The volume claims: name, folder, and whether it is read-only. A folder that is written is not mounted again for
    /// reading.
    fn claims(&self) -> Vec<(String, &str, bool)> {
        let named = |name: &str, at: usize| if at == 0 { name.to_owned() } else { format!("{name}-{}", at + 1) };
        let reads = self.reads.iter().filter(|folder| !self.writes.contains(folder)).enumerate();
        let reads = reads.map(|(at, folder)| (named("chat", at), folder.as_str(), true));
        let writes = self.writes.iter().enumerate().map(|(at, folder)| (named("reports", at), folder.as_str(), false));
        reads.chain(writes).collect()
    }

    /// The mounts of the container, as lines of YAML.
    pub fn mounts(&self) -> String {
        let secret = self.secret_path().map(|(folder, _)| ("password".to_owned(), folder, true));
        let claims = self.claims().into_iter().map(|(name, folder, is_read)| (name, folder.to_owned(), is_read));
        secret
            .into_iter()
            .chain(claims)
            .map(|(name, folder, is_read)| {
                let read = if is_read { ", readOnly: true" } else { "" };
                format!("                - {{name: {name}, mountPath: {}{read}}}\n", quote::yaml(&folder))
            })
            .collect()
    }

    /// The volumes of the mounts, as lines of YAML.
    pub fn volumes(&self) -> String {
        let secret = self.secret_path().map(|_| {
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

/// How often a report about these days is due.
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

/// The folder of a log, without the part that a glob matches.
fn log_folder(log: &Path) -> PathBuf {
    let is_folder = log.is_dir() || log.to_string_lossy().ends_with(std::path::is_separator);
    let folder = if is_folder { log } else { log.parent().unwrap_or(Path::new("")) };
    folder.components().take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{'])).collect()
}

/// An absolute path as text.
fn whole(folder: &Path, path: &Path) -> Result<String, String> {
    let whole: PathBuf = folder.join(path).components().collect();
    let text = whole.to_str().filter(|text| is_fit(text));
    text.map(str::to_owned).ok_or_else(|| {
        format!("a recipe needs paths of UTF-8 without \\, line ends and control characters: {}", shown_path(path))
    })
}

/// Whether a text is safe for cron, a shell, systemd and YAML.
fn is_fit(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || c == '\\' || ('\u{2028}'..='\u{2029}').contains(&c))
}
