mod common;

use common::Pantry;

#[test]
fn json_is_a_list() {
    let pantry = Pantry::new();
    pantry.command().args(["add", "Rice"]).assert().success();
    let output = pantry.command().args(["list", "--json"]).output().expect("output");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.starts_with('['));
}
