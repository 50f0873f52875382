//! Addresses of a host by its name.
//!
//! The released program is statically linked. The C library's lookup would load another library at run time, and crash
//! if the versions do not match. So on Linux the program reads the two usual sources itself: first the file of hosts,
//! then the DNS servers in `resolv.conf`. On other systems it asks the system.

use std::net::{IpAddr, SocketAddr};

/// The addresses of a host, those of IPv4 first.
///
/// # Errors
///
/// If it has none, or no server answers.
pub fn addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let mut found = lookup(host, port)?;
    found.sort_by_key(SocketAddr::is_ipv6);
    found.dedup();
    if found.is_empty() { Err(format!("{host} has no address")) } else { Ok(found) }
}

#[cfg(target_os = "linux")]
fn lookup(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    use std::path::Path;
    let with_port = |ip| SocketAddr::new(ip, port);
    let own = dns::HostFiles { hosts: Path::new("/etc/hosts"), resolv_conf: Path::new("/etc/resolv.conf") };
    Ok(own.addresses(host)?.into_iter().map(with_port).collect())
}

#[cfg(not(target_os = "linux"))]
fn lookup(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    use std::net::ToSocketAddrs;
    let found = (host, port).to_socket_addrs().map_err(|error| format!("{host} is not found: {error}"))?;
    Ok(found.collect())
}

#[cfg(any(target_os = "linux", test))]
mod dns;
