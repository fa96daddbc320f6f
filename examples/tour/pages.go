package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/offing-go/offing/examples/internal/goroot"
	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// pages fetches real files from a local web server. When one arrives its
// callback, which gets a *Page and not an interface, has it parsed in turn, and
// the callback of that writes a line to a file.
func pages(ctx context.Context) error {
	root, err := goroot.Dir(ctx)
	if err != nil {
		return err
	}
	server := httptest.NewServer(http.FileServer(http.Dir(root)))
	defer server.Close()
	pool, err := process.NewPool(process.Config{Name: "pages", Workers: 3, Logger: printed})
	if err != nil {
		return err
	}
	defer pool.Close()
	out, err := os.CreateTemp("", "tour-*.txt")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()

	var lines []*FutureOfString
	for _, name := range []string{"README.md", "LICENSE", "src/fmt/print.go", "src/net/http/server.go", "no/such/file"} {
		get := SubmitGetPage(ctx, pool, server.URL+"/"+name)
		lines = append(lines, runtime.Then(get, func(page *Page) (string, error) {
			return CallParsePage(ctx, runtime.Inline, page)
		}))
	}
	for _, line := range lines {
		line.OnDone(func(text string, err error) {
			if err == nil {
				fmt.Fprintln(out, text)
			}
		})
	}
	for i, line := range lines {
		if _, err := line.Result(ctx); err != nil {
			fmt.Printf("  page %d failed, the others did not: %v\n", i, hideAddress(err.Error(), server.URL))
		}
	}
	if err := pool.Shutdown(ctx); err != nil {
		return err
	}
	return show(out.Name(), server.URL)
}

// show prints the file that the callbacks wrote.
func show(path, server string) error {
	written, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	fmt.Printf("  the callbacks wrote %s:\n", filepath.Base(path))
	for line := range strings.Lines(string(written)) {
		fmt.Print("    ", hideAddress(line, server))
	}
	return nil
}

// hideAddress shortens a text: the port of the local server says nothing.
func hideAddress(text, server string) string { return strings.ReplaceAll(text, server, "") }
