package main

import (
	"context"
	"fmt"
)

func Example() {
	if err := sortOnTwo(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output: 100000 numbers, 3937 calls on 2 workers, sorted: true
}
