//! The password of the mail server. It comes from a file, a systemd credential or standard input; never from a flag, a
//! variable or the config, which others can read.

use std::fmt;
use std::io::Read;
use std::path::PathBuf;

use crate::failure::{Failure, input_error};
use crate::harmless::shown_path;

/// Maximum bytes of a password; a longer file is probably the wrong one.
const LONGEST: u64 = 4096;

/// The source of the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordSource {
    /// The first line of a file.
    File(PathBuf),
    /// A systemd credential of the service, by name (`LoadCredential=`).
    Credential(String),
    /// Standard input.
    Stdin,
}

/// A password. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// The password itself, only for the server.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl PasswordSource {
    /// Reads the password: the first line, without its line end.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is empty.
    pub fn read(&self) -> anyhow::Result<Secret> {
        let (location, bytes) = match self {
            Self::File(path) => {
                let location = shown_path(path);
                let file = std::fs::File::open(path).map_err(|error| input_error(&location, &error))?;
                (location, take(file))
            }
            Self::Credential(name) => {
                let folder = std::env::var_os("CREDENTIALS_DIRECTORY").ok_or_else(|| {
                    Failure::Input.because(format!(
                        "password-credential {name}: there are no credentials: run as a systemd service with LoadCredential={name}:FILE"
                    ))
                })?;
                let path = PathBuf::from(folder).join(name);
                let location = shown_path(&path);
                let file = std::fs::File::open(&path).map_err(|error| input_error(&location, &error))?;
                (location, take(file))
            }
            Self::Stdin => ("standard input".to_owned(), take(std::io::stdin().lock())),
        };
        let bytes = bytes.map_err(|error| input_error(&location, &error))?;
        let fails = |what: &str| Failure::Input.because(format!("{location}: {what}"));
        if bytes.len() as u64 > LONGEST {
            return Err(fails("is too long for a password: name the file that has it alone"));
        }
        let text = String::from_utf8(bytes).map_err(|_| fails("the password is not UTF-8"))?;
        let line = text.lines().next().unwrap_or_default();
        if line.is_empty() {
            return Err(fails("there is no password in its first line"));
        }
        if line.contains('\0') {
            return Err(fails("the password has a zero byte in it"));
        }
        Ok(Secret(line.to_owned()))
    }
}

fn take(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LONGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line_and_is_never_printed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            PasswordSource::File(path.clone()).read().map_err(|error| error.to_string())
        };
        let secret = read(b"pa ss \r\nmore\n").unwrap();
        assert_eq!((secret.reveal(), format!("{secret:?}").as_str()), ("pa ss ", "Secret"));
        for (bytes, expected) in [
            (&b""[..], "there is no password"),
            (b"\nx", "there is no password"),
            (b"\xff", "is not UTF-8"),
            (&[b'x'; 5000], "too long"),
        ] {
            let message = read(bytes).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
        assert!(
            PasswordSource::File(folder.path().join("none")).read().unwrap_err().to_string().contains("no such file")
        );
    }
}
