//! Servers with TLS, by Python's own library: one that takes mail, and one of the web.

use std::{
    fs,
    net::{IpAddr, SocketAddr, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::Context;
use tempfile::TempDir;

use crate::{certificate::Certificate, wait::wait_for};

/// Takes mail, in clear or after STARTTLS, and writes down what came: a line for each message, with
/// `tls` or `clear`, the name that the client asked for, the recipients, and `required` where TLS is.
const MAIL: &str = r#"
import socket, ssl, sys, threading
address, port, certificate, key, out = sys.argv[1:6]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
names = threading.local()
def asked(sock, name, context): names.name = name
context.sni_callback = asked
def serve(plain):
    names.name, sock, how = None, plain, 'clear'
    lines = sock.makefile('rb')
    def say(text): sock.sendall(text.encode() + b'\r\n')
    say('220 mx ESMTP')
    to, wish = [], ''
    while True:
        line = lines.readline()
        if not line: return
        verb = line.decode('latin-1').upper()
        if verb.startswith('EHLO'):
            say('250-mx\r\n250-8BITMIME\r\n250 ' + ('STARTTLS' if how == 'clear' else 'REQUIRETLS'))
        elif verb.startswith('STARTTLS'):
            say('220 go')
            sock = context.wrap_socket(plain, server_side=True)
            lines, how = sock.makefile('rb'), 'tls'
        elif verb.startswith('MAIL'):
            to, wish = [], ' required' if ' REQUIRETLS' in verb else ''
            say('250 ok')
        elif verb.startswith('RCPT'):
            to.append(line.decode().split('<')[1].split('>')[0]); say('250 ok')
        elif verb.startswith('DATA'):
            say('354 go')
            while lines.readline() not in (b'.\r\n', b''): pass
            with open(out, 'a') as file: file.write(f'{how} {names.name} {",".join(to)}{wish}\n')
            say('250 kept')
        elif verb.startswith('QUIT'): say('221 bye'); return
        else: say('250 ok')
def one(sock):
    try: serve(sock)
    except Exception as error: print(error, file=sys.stderr)
    finally: sock.close()
listener = socket.socket(); listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((address, int(port))); listener.listen(50)
while True: threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()
"#;

/// Sends the same text to everybody who asks for the policy of a domain.
const WEB: &str = r#"
import http.server, ssl, sys
address, port, certificate, key, text = sys.argv[1:6]
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path == '/.well-known/mta-sts.txt'
        self.send_response(200 if found else 404)
        self.send_header('Content-Type', 'text/plain')
        self.send_header('Content-Length', str(len(text))); self.end_headers()
        self.wfile.write(text.encode())
server = http.server.ThreadingHTTPServer((address, int(port)), Page)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"#;

/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running server. It ends with the test.
#[derive(Debug)]
pub struct Server {
    child: Child,
    folder: TempDir,
}

impl Server {
    /// Takes mail.
    ///
    /// # Errors
    ///
    /// It does not listen.
    pub fn mail(at: SocketAddr, shows: &Certificate) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let out = folder.path().join("came").to_string_lossy().into_owned();
        Self::start(MAIL, folder, at, shows, &out)
    }

    /// Shows the text of a policy.
    ///
    /// # Errors
    ///
    /// It does not listen.
    pub fn policy(at: SocketAddr, shows: &Certificate, text: &str) -> anyhow::Result<Self> {
        Self::start(WEB, tempfile::tempdir()?, at, shows, text)
    }

    fn start(
        program: &str,
        folder: TempDir,
        at: SocketAddr,
        shows: &Certificate,
        last: &str,
    ) -> anyhow::Result<Self> {
        let path = |it: &PathBuf| it.to_string_lossy().into_owned();
        let (address, port): (IpAddr, u16) = (at.ip(), at.port());
        let (certificate, key) = (path(&shows.certificate), path(&shows.key));
        let arguments = [&address.to_string(), &port.to_string(), &certificate, &key, last];
        let mut command = Command::new("python3");
        command.arg("-c").arg(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().context("cannot start python3")?;
        let server = Self { child, folder };
        wait_for(&format!("a server at {at}"), PATIENCE, || Ok(TcpStream::connect(at).ok()))?;
        Ok(server)
    }

    /// A line for each message that came.
    #[must_use]
    pub fn came(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.path().join("came")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
