import ArgumentParser
import KnitCore

@main
struct Knit: ParsableCommand {
    @Argument(help: "Rows, such as XOXO OXOX")
    var rows: [String]

    @Option(name: .shortAndLong)
    var times = 1

    func run() throws {
        for row in try Pattern(name: "-", rows: rows).repeated(times) {
            print(row)
        }
    }
}
