package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func TestMain(m *testing.M) {
	process.Main() // the test binary is its own worker program
	os.Exit(m.Run())
}

func TestTour(t *testing.T) {
	if testing.Short() {
		t.Skip("hashes the Go installation")
	}
	if err := tour(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func ExampleCallCountWords() {
	pool, err := process.NewPool(process.Config{Workers: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	fmt.Println(CallCountWords(context.Background(), pool, "To be, or not to be"))
	// Output: map[be:2 not:1 or:1 to:2] <nil>
}

func ExampleSubmitParsePage() {
	future := SubmitParsePage(context.Background(), runtime.Inline, &Page{URL: "/index.html", Body: make([]byte, 42)})
	future.OnDone(func(line string, err error) { fmt.Println("callback:", line, err) })
	fmt.Println(future.State())
	// Output:
	// callback: /index.html 42 <nil>
	// succeeded
}

func ExampleMapCountWords() {
	var pool runtime.Pool // goroutines; the zero value will do
	parts := []string{"a rose is a rose", "is a rose"}
	fmt.Println(MapCountWords(context.Background(), &pool, parts))
	// Output: [map[a:2 is:1 rose:2] map[a:1 is:1 rose:1]] <nil>
}
