mod common;

use common::Pantry;
use predicates::str::contains;

#[test]
fn what_was_added_is_listed() {
    let pantry = Pantry::new();
    pantry.command().args(["add", "Red lentils", "--amount", "500", "--unit", "g"]).assert().success();
    pantry.command().arg("list").assert().success().stdout(contains("Red lentils"));
}

#[test]
fn an_amount_of_nothing_is_refused() {
    let pantry = Pantry::new();
    pantry.command().args(["add", "Air", "--amount", "0"]).assert().code(2).stderr(contains("more than 0"));
}
