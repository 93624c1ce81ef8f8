package shelf_test

import (
	"fmt"

	"codeberg.org/lumen/shelfctl/pkg/shelf"
)

func ExampleAdd() {
	fmt.Println(shelf.Add("x"))
	// Output: add "x": not an ISBN
}
