use assert_cmd::Command;
use tempfile::TempDir;

/// A pantry of its own for one test.
pub struct Pantry {
    dir: TempDir,
}

impl Pantry {
    pub fn new() -> Self {
        Pantry { dir: TempDir::new().expect("a temporary directory") }
    }

    pub fn command(&self) -> Command {
        let mut command = Command::cargo_bin("pantry").expect("the binary");
        command.env("PANTRY_FILE", self.dir.path().join("pantry.db"));
        command
    }
}
