import XCTest
@testable import KnitCore

final class RepeatTests: XCTestCase {
    func testTwice() throws {
        XCTAssertEqual(try Pattern(name: "x", rows: ["X"]).repeated(2), ["X", "X"])
    }
}
