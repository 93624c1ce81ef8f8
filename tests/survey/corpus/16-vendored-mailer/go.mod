module git.postbox.example/mailer

go 1.20

require (
	github.com/spf13/cobra v1.8.0
	google.golang.org/protobuf v1.33.0
)
