package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func TestMain(m *testing.M) {
	process.Main()
	os.Exit(m.Run())
}

func Example() {
	pool, err := newPool()
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	ctx := context.Background()
	for _, text := range texts {
		matches, err := CallMatch(ctx, pool, pattern, text)
		fmt.Println(matches, errors.Is(err, runtime.ErrTimeout))
	}
	_, err = CallMatch(ctx, pool, "(", "dog")
	fmt.Println(err)
	// Output:
	// true false
	// false true
	// true false
	// false false
	// error parsing regexp: missing closing ) in `(`
}

func TestRun(t *testing.T) {
	if err := run(t.Context()); err != nil {
		t.Fatal(err)
	}
}
