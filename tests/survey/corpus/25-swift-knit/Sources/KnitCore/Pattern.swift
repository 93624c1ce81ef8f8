/// A pattern: rows of stitches.
public struct Pattern: Codable, Equatable {
    public var name: String
    public var rows: [String]

    public init(name: String, rows: [String]) throws {
        guard let width = rows.first?.count else { throw PatternError.empty }
        for (index, row) in rows.enumerated() where row.count != width {
            throw PatternError.ragged(row: index + 1)
        }
        self.name = name
        self.rows = rows
    }
}
