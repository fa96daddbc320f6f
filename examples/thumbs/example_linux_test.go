package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/offing-go/offing/runtime"
)

// On other systems, where memory is not limited, the bomb may be one more picture
// with too few pixels.
func Example() {
	dir, err := os.MkdirTemp("", "thumbs-*")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	paths, err := drawPictures(dir)
	if err != nil {
		log.Fatal(err)
	}
	pool, err := newPool()
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()

	thumbnails, bad, err := shrinkAll(context.Background(), pool, paths)
	for _, thumbnail := range thumbnails {
		fmt.Println("good:", thumbnail.Rect.Size())
	}
	for _, item := range bad {
		err := item.Err
		if errors.Is(err, runtime.ErrMemory) {
			err = runtime.ErrMemory // without how much
		}
		fmt.Printf("%s: %v\n", filepath.Base(paths[item.Index]), err)
	}
	fmt.Println(err)
	// Output:
	// good: (64,32)
	// good: (64,32)
	// good: (64,32)
	// cut.png: png: invalid format: not enough pixel data
	// flipped.png: png: invalid format: invalid checksum
	// bomb.png: worker process over its memory limit
	// letter.jpeg: image: unknown format
	// <nil>
}
