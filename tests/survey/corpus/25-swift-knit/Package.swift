// swift-tools-version: 5.9
import PackageDescription

let package = Package(
    name: "Knit",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [
        .library(name: "KnitCore", targets: ["KnitCore"]),
        .executable(name: "knit", targets: ["knit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.3.0"),
        .package(url: "https://github.com/vapor/vapor.git", .upToNextMajor(from: "4.92.4")),
    ],
    targets: [
        .target(name: "KnitCore"),
        .executableTarget(
            name: "knit",
            dependencies: ["KnitCore", .product(name: "ArgumentParser", package: "swift-argument-parser")]
        ),
        .executableTarget(name: "KnitServer", dependencies: ["KnitCore", .product(name: "Vapor", package: "vapor")]),
        .testTarget(name: "KnitCoreTests", dependencies: ["KnitCore"]),
    ]
)
