package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/offing-go/offing/runtime/process"
)

func TestMain(m *testing.M) {
	process.Main()
	os.Exit(m.Run())
}

func Example() {
	site := fstest.MapFS{
		"index.html":   {Data: []byte(`<title>Home</title> See <a href="plays/">plays</a>, <a href="/lost.html">nothing</a>.`)},
		"plays/a.html": {Data: []byte(`<title>Hamlet &amp; son</title> To be, or <a href="/">not to be</a>.`)},
		"plays/b.txt":  {Data: []byte(`Now is the winter of our discontent`)},
		"plays/c.png":  {Data: []byte("\x89PNG\r\n\x1a\n")},
	}
	var out bytes.Buffer
	t, err := crawl(context.Background(), http.FileServerFS(site), &out)
	for _, line := range slices.Sorted(strings.Lines(out.String())) {
		fmt.Print(line)
	}
	fmt.Printf("%+v %v\n", t, err)
	// Output:
	// /: 6 words, 2 links "Home"
	// /lost.html: status 404 Not Found
	// /plays/: 3 words, 3 links ""
	// /plays/a.html: 10 words, 1 links "Hamlet & son"
	// /plays/b.txt: 7 words, 0 links ""
	// /plays/c.png: no text but image/png
	// {pages:4 words:26 failed:2} <nil>
}

func TestRun(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	if err := run(t.Context(), "../.."); err != nil {
		t.Fatal(err)
	}
}
