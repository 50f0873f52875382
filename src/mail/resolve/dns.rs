//! Looks up hosts in the file of hosts and by DNS.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::time::{Duration, Instant};

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};

/// The system's files with names of hosts.
#[derive(Debug, Clone, Copy)]
pub(super) struct HostFiles<'a> {
    /// `/etc/hosts`.
    pub hosts: &'a Path,
    /// `/etc/resolv.conf`.
    pub resolv_conf: &'a Path,
}

const DNS_PORT: u16 = 53;
/// Maximum number of servers that are asked, as in the C library.
const SERVERS: usize = 3;
/// Maximum bytes of an answer by UDP; longer ones come by TCP.
const LARGEST_DATAGRAM: usize = 4096;

/// The settings of `resolv.conf`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ResolverSettings {
    servers: Vec<SocketAddr>,
    search: Vec<String>,
    /// A name with fewer dots is searched in the domains first.
    dots: usize,
    timeout: Duration,
    attempts: u32,
}

/// An answer about a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    Found(Vec<IpAddr>),
    /// The name does not exist, or has no address.
    Nothing,
}

impl HostFiles<'_> {
    /// The addresses of a host.
    pub(super) fn addresses(self, host: &str) -> Result<Vec<IpAddr>, String> {
        let hosts = std::fs::read_to_string(self.hosts).unwrap_or_default();
        let known = in_hosts(&hosts, host);
        if !known.is_empty() {
            return Ok(known);
        }
        if host.trim_end_matches('.').eq_ignore_ascii_case("localhost") {
            return Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]);
        }
        let settings = ResolverSettings::parse(&std::fs::read_to_string(self.resolv_conf).unwrap_or_default());
        for name in settings.names(host) {
            let mut found = Vec::new();
            for kind in [TYPE::A, TYPE::AAAA] {
                match settings.ask(&name, kind) {
                    Ok(Answer::Found(addresses)) => found.extend(addresses),
                    Ok(Answer::Nothing) => {}
                    // Addresses of one kind are enough.
                    Err(_) if !found.is_empty() => {}
                    Err(error) => return Err(error),
                }
            }
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Err(format!("there is no host {host}"))
    }
}

/// The addresses that a file of hosts has for a name.
fn in_hosts(text: &str, host: &str) -> Vec<IpAddr> {
    let host = host.trim_end_matches('.');
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let ip: IpAddr = words.next()?.parse().ok()?;
            words.any(|name| name.eq_ignore_ascii_case(host)).then_some(ip)
        })
        .collect()
}

impl ResolverSettings {
    fn parse(text: &str) -> Self {
        let mut settings =
            Self { servers: Vec::new(), search: Vec::new(), dots: 1, timeout: Duration::from_secs(5), attempts: 2 };
        for line in text.lines().map(|line| line.split(['#', ';']).next().unwrap_or_default()) {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("nameserver") => {
                    let server = words.next().and_then(|word| word.split('%').next()?.parse::<IpAddr>().ok());
                    settings.servers.extend(server.map(|ip| SocketAddr::new(ip, DNS_PORT)));
                }
                Some("search" | "domain") => settings.search = words.map(str::to_owned).collect(),
                Some("options") => words.for_each(|option| settings.option(option)),
                Some(_) | None => {}
            }
        }
        settings.servers.truncate(SERVERS);
        if settings.servers.is_empty() {
            settings.servers.push(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), DNS_PORT));
        }
        settings
    }

    fn option(&mut self, option: &str) {
        let Some((name, Ok(value))) = option.split_once(':').map(|(name, value)| (name, value.parse::<u32>())) else {
            return;
        };
        match name {
            "ndots" => self.dots = value.min(15) as usize,
            "timeout" => self.timeout = Duration::from_secs(value.clamp(1, 30).into()),
            "attempts" => self.attempts = value.clamp(1, 5),
            _ => {}
        }
    }

    /// The full names that a name may mean, in order.
    fn names(&self, host: &str) -> Vec<String> {
        if let Some(whole) = host.strip_suffix('.') {
            return vec![whole.to_owned()];
        }
        let searched = self.search.iter().map(|domain| format!("{host}.{}", domain.trim_matches('.')));
        let itself = std::iter::once(host.to_owned());
        if host.matches('.').count() >= self.dots {
            itself.chain(searched).collect()
        } else {
            searched.chain(itself).collect()
        }
    }

    /// Asks the servers for addresses of one kind.
    fn ask(&self, name: &str, kind: TYPE) -> Result<Answer, String> {
        let mut last = String::new();
        for _ in 0..self.attempts {
            for server in &self.servers {
                match ask(*server, name, kind, self.timeout) {
                    Ok(answer) => return Ok(answer),
                    Err(error) => last = format!("DNS server {}: {error}", server.ip()),
                }
            }
        }
        Err(format!("{name} is not found: {last}"))
    }
}

/// A number that an attacker who cannot see the question cannot guess.
fn number() -> u16 {
    use std::hash::{BuildHasher, RandomState};
    u16::try_from(RandomState::new().hash_one(std::process::id()) & 0xffff).unwrap_or_default()
}

fn ask(server: SocketAddr, name: &str, kind: TYPE, timeout: Duration) -> Result<Answer, String> {
    let id = number();
    let question = question(id, name, kind)?;
    let io = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => "no answer".to_owned(),
        _ => error.to_string(),
    };
    let local = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(local).map_err(io)?;
    socket.connect(server).map_err(io)?;
    socket.send(&question).map_err(io)?;
    let until = Instant::now() + timeout;
    let mut buffer = [0; LARGEST_DATAGRAM];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err("no answer".to_owned());
        }
        socket.set_read_timeout(Some(left)).map_err(io)?;
        let size = socket.recv(&mut buffer).map_err(io)?;
        // Answers to other questions are ignored.
        if let Some(answer) = read(&buffer[..size], id, name, kind)? {
            return match answer {
                Heard::Whole(answer) => Ok(answer),
                Heard::Cut => ask_by_tcp(server, &question, id, name, kind, timeout).map_err(io)?,
            };
        }
    }
}

fn ask_by_tcp(
    server: SocketAddr,
    question: &[u8],
    id: u16,
    name: &str,
    kind: TYPE,
    timeout: Duration,
) -> std::io::Result<Result<Answer, String>> {
    let mut stream = TcpStream::connect_timeout(&server, timeout)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))?;
    let length = u16::try_from(question.len()).unwrap_or(u16::MAX);
    stream.write_all(&[&length.to_be_bytes()[..], question].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut bytes = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut bytes)?;
    Ok(match read(&bytes, id, name, kind) {
        Ok(Some(Heard::Whole(answer))) => Ok(answer),
        Ok(Some(Heard::Cut) | None) => Err("its answer is of another question".to_owned()),
        Err(error) => Err(error),
    })
}

fn question(id: u16, name: &str, kind: TYPE) -> Result<Vec<u8>, String> {
    let fails = |error: simple_dns::SimpleDnsError| format!("{name} is not a host name ({error})");
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(name).map_err(fails)?;
    packet.questions.push(Question::new(name, QTYPE::TYPE(kind), QCLASS::CLASS(CLASS::IN), false));
    packet.build_bytes_vec().map_err(fails)
}

enum Heard {
    Whole(Answer),
    /// It was truncated.
    Cut,
}

/// Parses an answer; `None` if it does not belong to this question.
fn read(bytes: &[u8], id: u16, name: &str, kind: TYPE) -> Result<Option<Heard>, String> {
    let Ok(packet) = Packet::parse(bytes) else { return Ok(None) };
    let is_ours = packet.id() == id
        && packet.has_flags(PacketFlag::RESPONSE)
        && packet.questions.first().is_some_and(|question| {
            question.qtype == QTYPE::TYPE(kind) && question.qname.to_string().eq_ignore_ascii_case(name)
        });
    if !is_ours {
        return Ok(None);
    }
    if packet.has_flags(PacketFlag::TRUNCATION) {
        return Ok(Some(Heard::Cut));
    }
    match packet.rcode() {
        RCODE::NoError => {}
        RCODE::NameError => return Ok(Some(Heard::Whole(Answer::Nothing))),
        other => return Err(format!("it answers {other:?}")),
    }
    // A recursive server gives the addresses of aliases together with the aliases.
    let found: Vec<IpAddr> = packet
        .answers
        .iter()
        .filter_map(|record| match &record.rdata {
            RData::A(a) => Some(IpAddr::V4(a.address.into())),
            RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.address.into())),
            _ => None,
        })
        .collect();
    Ok(Some(Heard::Whole(if found.is_empty() { Answer::Nothing } else { Answer::Found(found) })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use simple_dns::ResourceRecord;
    use simple_dns::rdata::{A, CNAME};

    #[test]
    fn the_file_of_hosts_wins() {
        let text =
            "127.0.0.1 localhost\n# 10.0.0.1 mail\n10.0.0.2\tMail.Example.com mail # 10.0.0.3\nfd00::1 mail\nx mail\n";
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(in_hosts(text, "mail"), [ip("10.0.0.2"), ip("fd00::1")]);
        assert_eq!(in_hosts(text, "mail.example.com."), [ip("10.0.0.2")]);
        assert!(in_hosts(text, "mai").is_empty());
    }

    #[test]
    fn settings_are_those_of_the_c_library() {
        let settings = ResolverSettings::parse(
            "# x\nnameserver 10.0.0.1\nnameserver fe80::1%eth0\nnameserver x\nsearch a.example b.example\noptions ndots:2 timeout:1 attempts:9 rotate\n",
        );
        assert_eq!(settings.servers.len(), 2);
        assert_eq!((settings.dots, settings.timeout, settings.attempts), (2, Duration::from_secs(1), 5));
        assert_eq!(settings.names("mail.x"), ["mail.x.a.example", "mail.x.b.example", "mail.x"]);
        assert_eq!(settings.names("mail.x.y"), ["mail.x.y", "mail.x.y.a.example", "mail.x.y.b.example"]);
        assert_eq!(settings.names("mail."), ["mail"]);
        assert_eq!(ResolverSettings::parse("").servers, ["127.0.0.1:53".parse().unwrap()]);
    }

    /// A DNS server on loopback that has an alias for `mail.example`, and first sends the answer to another question.
    fn server() -> (SocketAddr, std::thread::JoinHandle<()>) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let answer = std::thread::Builder::new().spawn(move || {
            for _ in 0..3 {
                let mut buffer = [0; 512];
                let (size, from) = socket.recv_from(&mut buffer).unwrap();
                let query = Packet::parse(&buffer[..size]).unwrap();
                let name = query.questions[0].qname.clone();
                let is_known = name.to_string() == "mail.example" && query.questions[0].qtype == QTYPE::TYPE(TYPE::A);
                let mut reply = Packet::new_reply(query.id());
                reply.questions = query.questions.clone();
                let alias = Name::new("host.example").unwrap();
                if is_known {
                    let a = RData::A(A { address: u32::from(Ipv4Addr::new(10, 1, 2, 3)) });
                    reply.answers.push(ResourceRecord::new(name, CLASS::IN, 60, RData::CNAME(CNAME(alias.clone()))));
                    reply.answers.push(ResourceRecord::new(alias, CLASS::IN, 60, a));
                } else if name.to_string() == "nobody.example" {
                    *reply.rcode_mut() = RCODE::NameError;
                }
                let mut other = reply.build_bytes_vec().unwrap();
                other[0] ^= 1;
                socket.send_to(&other, from).unwrap();
                socket.send_to(&reply.build_bytes_vec().unwrap(), from).unwrap();
            }
        });
        (address, answer.unwrap())
    }

    #[test]
    fn a_server_is_asked_and_others_are_not_believed() {
        let (address, answers) = server();
        let wait = Duration::from_secs(5);
        let ask = |name: &str, kind| ask(address, name, kind, wait);
        assert_eq!(ask("mail.example", TYPE::A), Ok(Answer::Found(vec!["10.1.2.3".parse().unwrap()])));
        assert_eq!(ask("mail.example", TYPE::AAAA), Ok(Answer::Nothing));
        assert_eq!(ask("nobody.example", TYPE::A), Ok(Answer::Nothing));
        answers.join().unwrap();
    }
}
