// Pdftext extracts the text of a folder of PDF files with a library that is fine as
// long as they are. Three of them are hostile, of less than a kilobyte each: one
// overflows the stack, one never ends, one asks for more memory than there is. Each
// costs itself, with a typed error; the rest is delivered.
//
//	go run -C examples/pdftext .
//	go run -C examples/pdftext . -unprotected
//
// The second calls the same function as any program would, without offing: it dies
// at the first hostile file, and recover would not help. Both take a folder of yours
// as an argument.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func main() {
	process.Main() // a worker process serves tasks here and exits
	unprotected := flag.Bool("unprotected", false, "extract in this process")
	flag.Parse()
	if err := run(context.Background(), flag.Arg(0), *unprotected); err != nil {
		log.Fatal(err)
	}
}

// run extracts the text of the PDF files in a folder; without one it makes its own.
func run(ctx context.Context, folder string, unprotected bool) error {
	if folder == "" {
		own, err := os.MkdirTemp("", "pdftext-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(own)
		if err := writePapers(own); err != nil {
			return err
		}
		folder = own
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*.pdf"))
	if err != nil {
		return err
	}
	if unprotected {
		extractHere(paths)
		return nil
	}
	return extractElsewhere(ctx, paths)
}

// extractHere calls Extract, and hopes for the best.
func extractHere(paths []string) {
	for _, path := range paths {
		document, err := Extract(path)
		report(path, document, err)
	}
}

// extractElsewhere has worker processes call Extract.
func extractElsewhere(ctx context.Context, paths []string) error {
	pool, err := process.NewPool(process.Config{
		Name:   "pdftext",
		Memory: 512 << 20,
		Grace:  50 * time.Millisecond,
		Logger: slog.New(slog.DiscardHandler), // a worker that dies says much
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	for i, future := range SubmitAllExtract(ctx, pool, paths) {
		document, err := future.Result(ctx)
		report(paths[i], document, err)
	}
	return ctx.Err()
}

// report prints what came of a file.
func report(path string, document *Document, err error) {
	name := filepath.Base(path)
	var exit *process.ExitError
	switch {
	case err == nil:
		text := strings.Join(document.Pages, "\n")
		line, _, _ := strings.Cut(text, "\n")
		fmt.Printf("%s: %q, %d words: %s\n", name, document.Chapters, len(strings.Fields(text)), line)
	case errors.Is(err, runtime.ErrTimeout):
		fmt.Printf("%s: never ends\n", name)
	case errors.Is(err, runtime.ErrMemory):
		fmt.Printf("%s: wants too much memory\n", name)
	case errors.Is(err, runtime.ErrCrashed) && errors.As(err, &exit):
		fmt.Printf("%s: crashes the reader: %s\n", name, exit.Reason)
	default: // an error or a panic of the library, which has both
		fmt.Printf("%s: %v\n", name, err)
	}
}
