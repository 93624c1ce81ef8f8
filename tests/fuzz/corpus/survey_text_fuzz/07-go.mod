module example.org/tally

go 1.22

require (
	github.com/golang-migrate/migrate/v4 v4.17.1
	github.com/mattn/go-sqlite3 v1.14.22
	github.com/spf13/cobra v1.8.0
	github.com/stretchr/testify v1.9.0
)

require (
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/spf13/pflag v1.0.5 // indirect
)
