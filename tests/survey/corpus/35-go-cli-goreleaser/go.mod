module codeberg.org/lumen/shelfctl

go 1.22.2

require (
	github.com/mattn/go-sqlite3 v1.14.22
	github.com/urfave/cli/v2 v2.27.1
	go.uber.org/zap v1.27.0
)
