//! The same tests on a real `PostgreSQL`: a cluster of its own, in a folder that is gone afterwards.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Names the server for the tests that the test below starts.
const SERVER: &str = "CHANCERY_TEST_POSTGRES";
/// What a missing one is installed with.
const INSTALL: &str =
    "cannot start PostgreSQL; install it: apt-get install --no-install-recommends postgresql";
/// `nobody`: the server refuses to run as root.
const NOBODY: u32 = 65534;
/// Tests of the file that the other database is, and of what is written for it alone.
const OF_THE_FILE: &[&str] = &["postgres", "disk", "backup", "statements", "schema"];

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A new database of the server, if the tests are to use one.
pub(crate) async fn fresh() -> Option<String> {
    let server = std::env::var(SERVER).ok()?;
    let name = format!("t{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&format!("{server}&dbname=postgres")).await.unwrap();
    let make = AssertSqlSafe(format!("create database {name}"));
    sqlx::query(make).execute(&mut connection).await.unwrap();
    Some(format!("{server}&dbname={name}"))
}

/// A server; it is stopped when this is dropped.
struct Server {
    folder: tempfile::TempDir,
    programs: PathBuf,
}

impl Server {
    fn start() -> Self {
        let programs = programs().expect(INSTALL);
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        // As root, nothing runs; as anybody else, nothing can be given away.
        let _ours_already = chown(folder.path(), Some(NOBODY), Some(NOBODY));
        let server = Self { folder, programs };
        let data = server.data();
        server.run("initdb", &["-D", &data, "-A", "trust", "-U", "chancery", "-E", "UTF8", "-N"]);
        let settings = format!(
            "-c listen_addresses='' -c unix_socket_directories={} -c fsync=off -c max_connections=400",
            server.folder.path().display()
        );
        let log = server.folder.path().join("log").display().to_string();
        server.run("pg_ctl", &["-D", &data, "-w", "-l", &log, "-o", &settings, "start"]);
        server
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn url(&self) -> String {
        format!("postgres:///?user=chancery&host={}", self.folder.path().display())
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).current_dir(self.folder.path()).env("LC_ALL", "C");
        if is_ours_as_root(self.folder.path()) {
            command.uid(NOBODY).gid(NOBODY);
        }
        let log = fs::File::create(self.folder.path().join(format!("{program}.log"))).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        let status = command.status().expect(INSTALL);
        let said = fs::read_to_string(self.folder.path().join(format!("{program}.log")));
        assert!(status.success(), "{program}: {said:?}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]);
    }
}

fn is_ours_as_root(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = fs::metadata("/proc/self").unwrap().uid();
    owner == 0 && fs::metadata(folder).unwrap().uid() == NOBODY
}

/// The folder of the newest server that is installed.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|it| Some(it.ok()?.path().join("bin")));
    folders.filter(|it| it.join("initdb").exists()).max()
}

#[test]
fn the_same_tests_pass_on_a_server() {
    if std::env::var_os(SERVER).is_some() {
        return;
    }
    let server = Server::start();
    let mut tests = Command::new(std::env::current_exe().unwrap());
    tests.env(SERVER, server.url()).arg("--test-threads=4");
    for skipped in OF_THE_FILE {
        tests.args(["--skip", skipped]);
    }
    let output = tests.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    // That there were tests at all.
    assert!(
        said.contains("tests::queue::a_delivery_is_taken_once_and_settled_once ... ok"),
        "{said}"
    );
}
