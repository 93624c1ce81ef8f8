// Package cobra stands for the vendored library in this example.
package cobra

type Command struct {
	Use          string
	SilenceUsage bool
	Args         func(*Command, []string) error
	RunE         func(*Command, []string) error
}

func (c *Command) AddCommand(...*Command) {}

func (c *Command) Execute() error { return nil }

func ExactArgs(n int) func(*Command, []string) error { return nil }
