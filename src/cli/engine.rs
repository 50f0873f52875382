//! `--engine`: makes facts inside an engine, by the stages of [`crate::stage`].

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::flags::LogFlags;
use super::{load, stage_plan};
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::fold::folder;
use crate::fold::projection::Projection;
use crate::stage::plan::Plan;

/// The driver, as `dialogram recipe spark` prints it.
pub const DRIVER: &str = include_str!("../../templates/recipes/spark.py");

/// The engine that reads and folds rows.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Engine")]
pub struct EngineFlags {
    /// Read and fold the log inside an engine, where one machine is not enough [default: in this process]
    #[arg(long, value_enum, value_name = "ENGINE")]
    engine: Option<Engine>,
    /// The cluster, as Spark names it: spark://HOST:PORT, yarn, k8s://…, local[4]
    #[arg(long, value_name = "URL", requires = "engine", conflicts_with = "remote")]
    master: Option<String>,
    /// The Spark Connect server: sc://HOST:PORT
    #[arg(long, value_name = "URL", requires = "engine")]
    remote: Option<String>,
    /// A setting of Spark, as in spark.executor.memoryOverhead=2g; repeatable
    #[arg(long, value_name = "KEY=VALUE", requires = "engine")]
    spark_conf: Vec<String>,
    /// The Python that has pyspark and pyarrow [default: python3]
    #[arg(long, value_name = "PROGRAM", requires = "engine")]
    python: Option<String>,
}

/// The engines that `--engine` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    /// Apache Spark 4.
    Spark,
}

impl EngineFlags {
    /// Whether an engine is requested.
    pub(super) const fn is_asked(&self) -> bool {
        self.engine.is_some()
    }

    /// The facts of the logs, made inside the engine; `None` without an engine.
    ///
    /// # Errors
    ///
    /// Wrong flags, a cluster that cannot be used, too many rejects.
    pub(super) fn facts(&self, flags: &LogFlags) -> anyhow::Result<Option<Facts>> {
        let Some(Engine::Spark) = self.engine else { return Ok(None) };
        let pseudonyms = flags.pseudonyms()?;
        let facts = self.facts_of(flags, &stage_plan::of(flags)?, |folder| {
            folder::read(folder, &flags.declared, |_| Ok(Projection::all()))
        })?;
        Ok(Some(match pseudonyms {
            Some(pseudonyms) => pseudonyms.apply(facts)?,
            None => facts,
        }))
    }

    /// Runs a plan in the engine, and reads the folder that it returns.
    ///
    /// # Errors
    ///
    /// A cluster that is not named or cannot be used, too many rejects; errors of `read`.
    pub(super) fn facts_of(
        &self,
        flags: &LogFlags,
        planned: &Plan,
        read: impl FnOnce(&Path) -> anyhow::Result<Facts>,
    ) -> anyhow::Result<Facts> {
        let folder = tempfile::tempdir().context("a temporary folder")?;
        let facts = folder.path().join("facts");
        self.drive(flags, planned, facts.as_os_str())?;
        read(&facts)
    }

    /// Makes the facts of the logs and keeps them in the engine.
    ///
    /// # Errors
    ///
    /// Wrong flags, a cluster that is not named or cannot be used, too many rejects, facts that exist already.
    pub(super) fn keep(&self, flags: &LogFlags, location: &str) -> anyhow::Result<()> {
        let Some(Engine::Spark) = self.engine else {
            return Err(Failure::Usage.because(format!(
                "-o facts:{location} is written by Spark alone: give --engine spark with --master or --remote"
            )));
        };
        if !flags.pseudonymize.is_empty() {
            return Err(Failure::Usage.because(format!(
                "--pseudonymize has no effect on facts:{location}: names are kept as they are; give it to a folder of facts"
            )));
        }
        let planned = stage_plan::kept_at(stage_plan::of(flags)?, location)?;
        self.drive(flags, &planned, OsStr::new(&format!("facts:{location}")))
    }

    /// Runs the driver on a plan.
    fn drive(&self, flags: &LogFlags, planned: &Plan, facts: &OsStr) -> anyhow::Result<()> {
        if self.master.is_none() && self.remote.is_none() {
            return Err(Failure::Usage.because("--engine spark needs the cluster: give --master URL or --remote URL"));
        }
        let folder = tempfile::tempdir().context("a temporary folder")?;
        let file = |name: &str| folder.path().join(name);
        let (driver, plan, message) = (file("driver.py"), file("plan.json"), file("message"));
        std::fs::write(&driver, DRIVER).context("a temporary file")?;
        std::fs::write(&plan, serde_json::to_vec(planned)?).context("a temporary file")?;
        let python = self.python.as_deref().unwrap_or("python3");
        let mut command = Command::new(python);
        command.arg(&driver).arg("--binary").arg(std::env::current_exe()?).arg("--plan").arg(&plan);
        command.arg("--facts").arg(facts).arg("--message").arg(&message);
        for (flag, value) in [("--master", &self.master), ("--remote", &self.remote)] {
            if let Some(value) = value {
                command.args([flag, value]);
            }
        }
        for conf in &self.spark_conf {
            command.args(["--conf", conf]);
        }
        if let Some(path) = &flags.rejects {
            command.arg("--rejects").arg(path);
        }
        // Spark writes logs of its own there; the message has the relevant part.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command
            .status()
            .map_err(|error| Failure::Usage.because(format!("--python: {python} cannot be started: {error}")))?;
        if status.success() {
            return Ok(());
        }
        let message_text = std::fs::read_to_string(&message).unwrap_or_default();
        let message_text = message_text.trim().trim_start_matches("dialogram: ");
        let failure = status.code().and_then(|code| Failure::ALL.iter().find(|f| i32::from(f.exit_code()) == code));
        Err(failure.copied().unwrap_or(Failure::Input).because(if message_text.is_empty() {
            format!("the driver of Spark ended with {status}; `dialogram recipe spark` prints it, to be run by itself")
        } else {
            message_text.to_owned()
        }))
    }
}

/// The facts from the engine if one is requested, else from `here`.
///
/// # Errors
///
/// Errors of the engine, or of `here`.
pub(super) fn facts_or(
    engine: &EngineFlags,
    flags: &LogFlags,
    here: impl FnOnce() -> anyhow::Result<Facts>,
) -> anyhow::Result<Facts> {
    match engine.facts(flags)? {
        Some(facts) => {
            load::note_memory(flags, &facts);
            Ok(facts)
        }
        None => here(),
    }
}
