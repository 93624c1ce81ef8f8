package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"git.postbox.example/mailer/internal/render"
)

func main() {
	root := &cobra.Command{Use: "mailer", SilenceUsage: true}
	root.AddCommand(&cobra.Command{
		Use:  "render FILE",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return render.File(os.Stdout, args[0]) },
	})
	if err := root.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
