package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"
	"go.uber.org/zap"

	"codeberg.org/lumen/shelfctl/pkg/shelf"
)

func main() {
	log := zap.Must(zap.NewProduction())
	defer log.Sync()
	app := &cli.App{
		Name: "shelfctl",
		Commands: []*cli.Command{
			{Name: "add", Action: func(c *cli.Context) error { return shelf.Add(c.Args().First()) }},
			{Name: "serve", Action: func(c *cli.Context) error { return serve(log) }},
		},
	}
	if err := app.Run(os.Args); err != nil {
		var dup *shelf.DuplicateError
		if errors.As(err, &dup) {
			fmt.Fprintln(os.Stderr, "already there:", dup.ISBN)
			os.Exit(3)
		}
		log.Fatal("failed", zap.Error(err))
	}
}
