package main

import (
	"os"
	"runtime"
	"testing"

	"github.com/offing-go/offing/runtime/process"
)

func TestMain(m *testing.M) {
	process.Main()
	if len(os.Args) == 3 && os.Args[1] == "goroutine" { // the child program of inChild
		main()
		return
	}
	os.Exit(m.Run())
}

func TestEachFailureCostsOneCall(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("limits memory by a means of Linux")
	}
	if err := compare(t.Context()); err != nil {
		t.Fatal(err)
	}
}
