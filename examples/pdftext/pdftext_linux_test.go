package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// On other systems nobody limits memory, and these would show what the system does.

func Example() {
	if err := run(context.Background(), "", false); err != nil {
		fmt.Println(err)
	}
	// Output:
	// hamlet.pdf: ["Act III"], 18 words: To be, or not to be, that is the question:
	// index.pdf: crashes the reader: stack overflow
	// loop.pdf: never ends
	// milton.pdf: ["Book I"], 14 words: Of man's first disobedience, and the fruit
	// scan.pdf: wants too much memory
	// sonnet.pdf: ["18"], 15 words: Shall I compare thee to a summer's day?
}

func TestRowsTakeAllMemory(t *testing.T) {
	if out := unprotected(t, endlessRows()); !strings.Contains(out, "out of memory") {
		t.Error(out)
	}
}
