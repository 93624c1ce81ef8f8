// Package cli holds one file per command.
package cli

import (
	"github.com/spf13/cobra"

	"example.org/tally/internal/store"
)

// New returns the root command.
func New(version string) *cobra.Command {
	root := &cobra.Command{Use: "tally", Version: version, SilenceUsage: true}
	root.PersistentFlags().String("db", store.DefaultPath(), "database file")
	root.AddCommand(startCommand(), reportCommand())
	return root
}
