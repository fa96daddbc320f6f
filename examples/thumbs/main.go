// Thumbs makes a thumbnail of every picture of the Go installation, and of some of
// its own, in worker processes, and a contact sheet of those that are good. What is
// wrong with the others is an error of theirs, even with one of less than a kilobyte
// that asks for four terabytes of memory: it would end a program that decodes it by
// itself.
//
//	go run ./examples/thumbs
//
// Thumbnails come back from the workers as what they are, *image.RGBA.
package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/offing-go/offing/examples/internal/goroot"
	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func main() {
	process.Main() // a worker process serves tasks here and exits
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// run makes the contact sheet.
func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "thumbs-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	paths, err := pictures(ctx, dir)
	if err != nil {
		return err
	}
	pool, err := newPool()
	if err != nil {
		return err
	}
	defer pool.Close()
	thumbnails, bad, err := shrinkAll(ctx, pool, paths)
	if err != nil {
		return err
	}
	for _, item := range bad {
		fmt.Printf("%s: %v\n", filepath.Base(paths[item.Index]), item.Err)
	}
	file, err := os.CreateTemp("", "thumbs-*.png")
	if err != nil {
		return err
	}
	defer file.Close()
	fmt.Printf("%d of %d pictures are in %s\n", len(thumbnails), len(paths), file.Name())
	return writeSheet(file, thumbnails)
}

// newPool returns a pool whose workers may have a quarter of a gigabyte each.
func newPool() (*process.Pool, error) {
	return process.NewPool(process.Config{
		Name:   "thumbs",
		Memory: 256 << 20,
		Logger: slog.New(slog.DiscardHandler), // a worker that dies says much
	})
}

// pictures returns the paths of the pictures that it draws into dir, and of those
// of the Go installation.
func pictures(ctx context.Context, dir string) ([]string, error) {
	own, err := drawPictures(dir)
	if err != nil {
		return nil, err
	}
	root, err := goroot.Dir(ctx)
	if err != nil {
		fmt.Println(err, "- so this takes its own pictures only")
		return own, nil
	}
	paths, err := goroot.Files(root, ".png", ".gif", ".jpg", ".jpeg")
	return append(own, paths...), err
}

// shrinkAll returns the thumbnails of the pictures that have one, and what is
// wrong with the others.
func shrinkAll(ctx context.Context, ex runtime.Executor, paths []string) (thumbnails []*image.RGBA, bad []*runtime.ItemError, err error) {
	progress := runtime.Progress(func(done, _ int) {
		fmt.Fprintf(os.Stderr, "\r%3d%%", 100*done/len(paths))
	})
	for thumbnail, err := range StreamThumbnail(ctx, ex, slices.Values(paths), progress) {
		var item *runtime.ItemError
		switch {
		case err == nil:
			thumbnails = append(thumbnails, thumbnail)
		case errors.As(err, &item):
			bad = append(bad, item)
		default: // ctx has ended
			return nil, nil, err
		}
	}
	fmt.Fprintln(os.Stderr)
	return thumbnails, bad, nil
}
