import XCTest
@testable import KnitCore

final class PatternTests: XCTestCase {
    func testRaggedRowsAreRefused() {
        XCTAssertThrowsError(try Pattern(name: "x", rows: ["XX", "X"])) { error in
            XCTAssertEqual(error as? PatternError, .ragged(row: 2))
        }
    }
}
