package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/offing-go/offing/examples/internal/goroot"
	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// corpus works on files that come with every Go installation.
func corpus(ctx context.Context) error {
	root, err := goroot.Dir(ctx)
	if err != nil {
		return err
	}
	pool, err := process.NewPool(process.Config{Name: "corpus", Logger: printed})
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := countWords(ctx, pool, filepath.Join(root, "src/testdata/Isaac.Newton-Opticks.txt")); err != nil {
		return err
	}
	return hashFiles(ctx, pool, root)
}

// countWords cuts a book into parts, counts the words of each elsewhere, and
// adds the counts up.
func countWords(ctx context.Context, ex runtime.Executor, path string) error {
	book, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	parts := strings.SplitAfter(string(book), "\n\n")
	counts, err := MapCountWords(ctx, ex, parts)
	if err != nil {
		return err
	}
	total := map[string]int{}
	for _, part := range counts {
		for word, n := range part {
			total[word] += n
		}
	}
	words := slices.SortedFunc(maps.Keys(total), func(a, b string) int { return total[b] - total[a] })
	fmt.Printf("  %s: %d parts, %d different words; the commonest:", filepath.Base(path), len(parts), len(words))
	for _, word := range words[:5] {
		fmt.Printf(" %s %d", word, total[word])
	}
	fmt.Println()
	return nil
}

// hashFiles hashes every Go file of the installation.
func hashFiles(ctx context.Context, ex runtime.Executor, root string) error {
	paths, err := goroot.Files(filepath.Join(root, "src"), ".go")
	if err != nil {
		return err
	}
	start := time.Now()
	files, err := MapHashFile(ctx, ex, paths, runtime.Progress(progress))
	if err != nil {
		return err
	}
	size, distinct := 0, map[[32]byte]bool{}
	for _, file := range files {
		size += file.Size
		distinct[file.Sum] = true
	}
	fmt.Printf("  %d Go files, %.1f MB, %d different contents, hashed in %v\n",
		len(files), float64(size)/1e6, len(distinct), time.Since(start).Round(time.Millisecond))
	return nil
}
