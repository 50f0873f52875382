//! The trusted certificate authorities: those of the system, or those of a file.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use crate::failure::Failure;
use crate::harmless::shown_path;

/// The settings for TLS connections.
#[derive(Debug, Clone)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// Trust in the authorities of a file, or of the system.
    ///
    /// # Errors
    ///
    /// If there are none.
    pub fn of(ca_file: Option<&Path>) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        if let Some(path) = ca_file {
            let location = shown_path(path);
            let fails = |what: String| Failure::Input.because(format!("ca-file {location}: {what}"));
            let all: Vec<CertificateDer> = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect)
                .map_err(|error| fails(format!("cannot be read as PEM: {error}")))?;
            for certificate in all {
                roots.add(certificate).map_err(|error| fails(error.to_string()))?;
            }
            if roots.is_empty() {
                return Err(fails("has no certificate".to_owned()));
            }
        } else {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                return Err(Failure::Input.because(
                    "this machine has no certificates of authorities: install them (ca-certificates), or name a file of them with ca-file under [smtp]",
                ));
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| anyhow::anyhow!("TLS: {error}"))?;
        Ok(Self(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
    }

    /// The client's side of a connection to a host of this name or address.
    pub(super) fn connection(&self, host: &str) -> Result<ClientConnection, String> {
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| format!("{host} cannot be the name in a certificate"))?;
        ClientConnection::new(Arc::clone(&self.0), name).map_err(|error| error.to_string())
    }
}
