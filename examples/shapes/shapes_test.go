package main

import (
	"context"
	"log"
	"os"
	"testing"

	"github.com/offing-go/offing/runtime/process"
)

func TestMain(m *testing.M) {
	process.Main()
	os.Exit(m.Run())
}

func Example() {
	pool, err := process.NewPool(process.Config{Workers: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	show(context.Background(), pool)
	// Output:
	// 3.14 <nil>
	// 14.00 <nil>
	// shape 1: a size of -1, which is 1 too small
	// empty
}
