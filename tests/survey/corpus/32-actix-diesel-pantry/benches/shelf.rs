fn main() {
    let start = std::time::Instant::now();
    let n: u64 = (0..1_000_000u64).sum();
    println!("{n} {:?}", start.elapsed());
}
