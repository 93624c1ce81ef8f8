import Foundation

public enum PatternError: Error, Equatable {
    case empty
    case ragged(row: Int)
}

extension PatternError: LocalizedError {
    public var errorDescription: String? {
        switch self {
        case .empty: return "the pattern has no rows"
        case .ragged(let row): return "row \(row) has another width than the first"
        }
    }
}
