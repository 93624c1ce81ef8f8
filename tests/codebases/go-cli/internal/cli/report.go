package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"example.org/tally/internal/report"
	"example.org/tally/internal/store"
)

func reportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "sum hours by project",
		RunE: func(cmd *cobra.Command, args []string) error {
			path, _ := cmd.Flags().GetString("db")
			s, err := store.Open(path)
			if err != nil {
				return fmt.Errorf("open %s: %w", path, err)
			}
			defer s.Close()
			entries, err := s.Since(time.Now().AddDate(0, 0, -7))
			if err != nil {
				return err
			}
			fmt.Fprint(cmd.OutOrStdout(), report.Text(entries))
			return nil
		},
	}
	cmd.Flags().Bool("week", true, "the last seven days")
	return cmd
}
