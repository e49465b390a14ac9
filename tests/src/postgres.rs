//! A real `PostgreSQL`, in a folder of its own.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::PathBuf,
    process::{Command, Output},
};

use anyhow::{Context, ensure};

use crate::{certificate::Certificate, ports::free_port};

/// What a missing one is installed with.
const INSTALL: &str =
    "cannot start PostgreSQL; install it: apt-get install --no-install-recommends postgresql";
/// `nobody`: the server refuses to run as root.
const NOBODY: u32 = 65534;
/// The user of the database, its database, and its password.
const USER: &str = "chancery";
const PASSWORD: &str = "tulips in a window";

/// A server; it is stopped when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    folder: tempfile::TempDir,
    programs: PathBuf,
    port: u16,
}

impl Postgres {
    /// One with an empty database, entered by its password; with a certificate, over TLS alone.
    ///
    /// # Errors
    ///
    /// There is no `PostgreSQL`, or it does not start.
    pub fn start(certificate: Option<&Certificate>) -> anyhow::Result<Self> {
        let programs = programs().context(INSTALL)?;
        let folder = tempfile::Builder::new().prefix("postgres-test-").tempdir()?;
        let server = Self { folder, programs, port: free_port()? };
        server.write("password", PASSWORD)?;
        let data = server.path("data");
        let password = server.path("password");
        server.give()?;
        let words = ["-D", &data, "-A", "scram-sha-256", "-U", USER, "--pwfile", &password, "-N"];
        server.run("initdb", &words)?;
        let mut settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\n\
             max_connections = 100\n",
            server.port,
            server.folder.path().display()
        );
        if let Some(shown) = certificate {
            for (from, to) in [(&shown.certificate, "tls.pem"), (&shown.key, "tls.key")] {
                fs::copy(from, server.folder.path().join(to))?;
                let path = server.folder.path().join(to);
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            }
            let (certificate, key) = (server.path("tls.pem"), server.path("tls.key"));
            settings.push_str(&format!(
                "ssl = on\nssl_cert_file = '{certificate}'\nssl_key_file = '{key}'\n"
            ));
            let only = "hostssl all all 127.0.0.1/32 scram-sha-256\nlocal all all scram-sha-256\n";
            server.write("data/pg_hba.conf", only)?;
        }
        server.write("data/postgresql.auto.conf", &settings)?;
        server.give()?;
        let log = server.path("log");
        server.run("pg_ctl", &["-D", &data, "-w", "-l", &log, "start"])?;
        server.sql_in("postgres", &format!("create database {USER}"))?;
        Ok(server)
    }

    /// Its database, as `url` in `[store]` names it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{USER}", self.port)
    }

    /// The file with the password.
    #[must_use]
    pub fn password(&self) -> PathBuf {
        self.folder.path().join("password")
    }

    /// What a statement prints, one row a line.
    ///
    /// # Errors
    ///
    /// It is wrong.
    pub fn sql(&self, statement: &str) -> anyhow::Result<String> {
        self.sql_in(USER, statement)
    }

    /// How many rows a `select count(*)` counts.
    ///
    /// # Errors
    ///
    /// As [`Postgres::sql`].
    pub fn count(&self, statement: &str) -> anyhow::Result<u64> {
        Ok(self.sql(statement)?.trim().parse()?)
    }

    /// Stops it at once, and starts it anew.
    ///
    /// # Errors
    ///
    /// It does not start.
    pub fn restart(&self) -> anyhow::Result<()> {
        let (data, log) = (self.path("data"), self.path("log"));
        self.run("pg_ctl", &["-D", &data, "-w", "-m", "fast", "-l", &log, "restart"])?;
        Ok(())
    }

    /// Stops it at once.
    ///
    /// # Errors
    ///
    /// It does not stop.
    pub fn stop(&self) -> anyhow::Result<()> {
        self.run("pg_ctl", &["-D", &self.path("data"), "-w", "-m", "fast", "stop"])?;
        Ok(())
    }

    /// Starts it anew, once it was stopped.
    ///
    /// # Errors
    ///
    /// It does not start.
    pub fn go_on(&self) -> anyhow::Result<()> {
        let (data, log) = (self.path("data"), self.path("log"));
        self.run("pg_ctl", &["-D", &data, "-w", "-l", &log, "start"])?;
        Ok(())
    }

    fn sql_in(&self, database: &str, statement: &str) -> anyhow::Result<String> {
        let folder = self.path("");
        let port = self.port.to_string();
        let to = ["-h", &folder, "-p", &port, "-U", USER, "-d", database];
        let words = ["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement];
        let output = self.run("psql", &[&to[..], &words].concat())?;
        Ok(String::from_utf8(output.stdout)?)
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        Ok(fs::write(self.folder.path().join(name), text)?)
    }

    /// Gives all of it to whom it runs as. As root, nothing runs; as anybody else, nothing can be
    /// given away.
    fn give(&self) -> anyhow::Result<()> {
        if fs::metadata("/proc/self")?.uid() != 0 {
            return Ok(());
        }
        fs::set_permissions(self.folder.path(), fs::Permissions::from_mode(0o755))?;
        let names = ["", "password", "tls.pem", "tls.key", "data/pg_hba.conf"];
        for name in names.into_iter().chain(["data/postgresql.auto.conf"]) {
            let path = self.folder.path().join(name);
            if path.exists() {
                chown(&path, Some(NOBODY), Some(NOBODY))?;
            }
        }
        Ok(())
    }

    fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<Output> {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).current_dir(self.folder.path());
        command.env("LC_ALL", "C").env("PGPASSWORD", PASSWORD);
        if fs::metadata("/proc/self")?.uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        // What it starts must not hold on to a pipe of ours.
        let (out, errors) = (self.path("out"), self.path("errors"));
        let open = |path: &str| -> anyhow::Result<fs::File> { Ok(fs::File::create(path)?) };
        let status =
            command.stdout(open(&out)?).stderr(open(&errors)?).status().context(INSTALL)?;
        let output = Output { status, stdout: fs::read(&out)?, stderr: fs::read(&errors)? };
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{program}: {said}");
        Ok(output)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.path("data");
        self.run("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]).ok();
    }
}

/// The folder of the newest server that is installed.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|it| Some(it.ok()?.path().join("bin")));
    folders.filter(|it| it.join("initdb").exists()).max()
}
