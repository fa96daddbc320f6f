package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

//go:generate go tool offing

// Square prints the process it runs in and returns n squared.
//
//offing:task
func Square(n int) int {
	fmt.Printf("  process %d squares %d\n", os.Getpid(), n)
	time.Sleep(10 * time.Millisecond) // it is hard work
	return n * n
}

// A Page is what a web server sent.
type Page struct {
	URL  string
	Body []byte
}

// GetPage fetches a page.
//
//offing:task timeout=10s
func GetPage(ctx context.Context, url string) (*Page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, response.Status)
	}
	return &Page{url, body}, err
}

// ParsePage returns the line that the tour writes down for a page.
//
//offing:task
func ParsePage(page *Page) string {
	return fmt.Sprintf("%s %d", page.URL, len(page.Body))
}

// CountWords counts the words of a text, in lower case and without punctuation.
//
//offing:task
func CountWords(text string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Fields(text) {
		counts[strings.ToLower(strings.Trim(word, ".,;:!?()[]\"'_"))]++
	}
	delete(counts, "")
	return counts
}

// HashFile returns the size and the SHA-256 of a file.
//
//offing:task
func HashFile(path string) (size int, sum [sha256.Size]byte, err error) {
	content, err := os.ReadFile(path)
	return len(content), sha256.Sum256(content), err
}

// Overflow calls itself until its stack is full, which ends any Go process:
// recover does not help.
//
//offing:task
func Overflow(depth int) int {
	debug.SetMaxStack(32 << 20) // the usual limit of 1 GB takes a while to fill
	var page [1024]byte
	return Overflow(depth+1) + bytes.IndexByte(page[:], byte(depth))
}

// Spin never returns and never looks at a context: no goroutine that runs it
// can be stopped.
//
//offing:task timeout=300ms
func Spin(n int) int {
	for {
		n++
	}
}
