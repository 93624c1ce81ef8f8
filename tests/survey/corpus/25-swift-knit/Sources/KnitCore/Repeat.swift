extension Pattern {
    public func repeated(_ times: Int) -> [String] {
        (0..<times).flatMap { _ in rows }
    }
}
