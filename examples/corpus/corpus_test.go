package main

import (
	"context"
	"fmt"
	"io"
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
	pool, err := process.NewPool(process.Config{Workers: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	for _, ex := range []runtime.Executor{runtime.Inline, &runtime.Pool{}, pool} {
		total, _, err := measure(context.Background(), ex, []string{"testdata/hamlet.txt", "testdata/rose.txt"})
		fmt.Printf("%v, sum %x, %v\n", total, total.sum[:4], err)
	}
	// Output:
	// 2 files, 71 bytes, 18 words, sum e41abf83, <nil>
	// 2 files, 71 bytes, 18 words, sum e41abf83, <nil>
	// 2 files, 71 bytes, 18 words, sum e41abf83, <nil>
}

func TestRun(t *testing.T) {
	if err := run(t.Context(), io.Discard, "../.."); err != nil {
		t.Fatal(err)
	}
}
