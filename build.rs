//! Makes a release binary smaller where the machine can: equal functions are linked once (−0.7 MB), equal constants too (−0.7 MB,
//! with the functions that differ only in which of them they name), and relocations are stored as bits (−2.4 MB). Another linker
//! than LLVM's may not know the first two, a C library before glibc 2.36 cannot start the third. So each flag is tried on an empty program, which is linked and started, and a flag that fails is left out.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Each is an argument of the linker, by way of the C compiler.
const FLAGS: [&str; 3] = ["-Wl,--icf=all", "-Wl,--ignore-data-address-equality", "-Wl,-z,pack-relative-relocs"];

fn main() -> io::Result<()> {
    let mut cargo = io::stdout().lock();
    writeln!(cargo, "cargo::rerun-if-changed=build.rs")?;
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let is_release = is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux");
    // An empty program for another machine cannot be started here.
    if !is_release || env::var_os("TARGET") != env::var_os("HOST") {
        return Ok(());
    }
    for flag in FLAGS {
        if starts_with(flag).unwrap_or(false) {
            writeln!(cargo, "cargo::rustc-link-arg-bins={flag}")?;
        }
    }
    Ok(())
}

/// Whether an empty program that is linked with a flag starts.
fn starts_with(flag: &str) -> Option<bool> {
    let folder = PathBuf::from(env::var_os("OUT_DIR")?);
    let (source, program) = (folder.join("empty.rs"), folder.join("empty"));
    fs::write(&source, "fn main() {}\n").ok()?;
    let mut rustc = Command::new(env::var_os("RUSTC")?);
    rustc.arg(&source).arg("-o").arg(&program).args(["--target".into(), env::var_os("TARGET")?]);
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        let mut arg = OsString::from("linker=");
        arg.push(linker);
        rustc.args(["-C".into(), arg]);
    }
    if let Ok(flags) = env::var("CARGO_ENCODED_RUSTFLAGS") {
        rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
    }
    rustc.args(["-C".into(), format!("link-arg={flag}")]);
    let runs = |command: &mut Command| {
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    Some(runs(&mut rustc) && runs(&mut Command::new(&program)))
}
