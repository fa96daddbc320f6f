// Crawl is the crawler of many a tutorial of Python's concurrent.futures, with
// get_page and parse_page: callbacks hand each page from a pool of goroutines,
// which fetch, to a pool of worker processes, which parse. Its web site is the
// Go installation, on a server of its own.
//
//	go run ./examples/crawl
//
// A page that cannot be fetched or parsed costs itself.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/offing-go/offing/examples/internal/goroot"
	"github.com/offing-go/offing/runtime/process"
)

// limit is how many pages are visited at most: there are some 15,000.
const limit = 1000

func main() {
	process.Main() // a worker process serves tasks here and exits
	ctx := context.Background()
	dir, err := goroot.Dir(ctx)
	if err != nil {
		fmt.Println(err, "- so this crawls the working directory")
		dir = "."
	}
	if err := run(ctx, dir); err != nil {
		log.Fatal(err)
	}
}

// run crawls a directory and writes what it finds to a file.
func run(ctx context.Context, dir string) error {
	file, err := os.CreateTemp("", "crawl-*.txt")
	if err != nil {
		return err
	}
	defer file.Close()
	out := bufio.NewWriter(file)
	t, err := crawl(ctx, http.FileServer(http.Dir(dir)), out)
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	fmt.Printf("%d pages with %d words, %d more failed: see %s\n", t.pages, t.words, t.failed, file.Name())
	return file.Close()
}

// A tally is what a crawl came to.
type tally struct{ pages, words, failed int }

// crawl crawls the site that handler serves and writes a line for each page.
func crawl(ctx context.Context, handler http.Handler, out io.Writer) (t tally, err error) {
	server := httptest.NewServer(handler)
	defer server.Close()
	c, err := newCrawler(limit)
	if err != nil {
		return t, err
	}
	defer c.close()
	c.visitAll(ctx, server.URL, "/", func(v visit) {
		path := strings.TrimPrefix(v.url, server.URL)
		if v.err != nil {
			t.failed++
			fmt.Fprintf(out, "%s: %v\n", path, v.err)
		} else {
			t.pages++
			t.words += v.summary.Words
			fmt.Fprintf(out, "%s: %d words, %d links %q\n", path, v.summary.Words, len(v.summary.Links), v.summary.Title)
		}
		if n := t.pages + t.failed; n%200 == 0 {
			fmt.Printf("%4d pages; in the queues %d to fetch, %d to parse\n",
				n, c.fetchers.Stats().Queued, c.parsers.Stats().Queued)
		}
	})
	return t, nil
}
