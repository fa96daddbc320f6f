//go:build !cgo

package main

import (
	"context"
	"fmt"
)

func Example() {
	if err := run(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// built without cgo, so there is no C library to call; with it, this shows what is left of a program when the library crashes
}
