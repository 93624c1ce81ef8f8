package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"example.org/tally/internal/store"
)

func startCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "start PROJECT [NOTE]",
		Short: "start counting",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, _ := cmd.Flags().GetString("db")
			s, err := store.Open(path)
			if err != nil {
				return fmt.Errorf("open %s: %w", path, err)
			}
			defer s.Close()
			return s.Start(args[0], time.Now())
		},
	}
}
