//! Reads goods from CSV on standard input.
use std::io::{self, BufRead};

fn main() {
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        println!("{line}");
    }
}
