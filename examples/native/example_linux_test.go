//go:build cgo

package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
)

// On other systems no worker is replaced for its memory, and a fault may have another
// name.
func Example() {
	pool, err := newPool()
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	ctx := context.Background()
	calculators := NewCalculatorWorkers(pool, names)

	texts := expressions()
	t, err := evalAll(ctx, calculators, texts)
	fmt.Println(t.answers, "answers,", len(t.failed), "errors,", t.crashes(), "crashes,", err)
	for _, item := range t.failed {
		text := verdict(item.Err)
		if strings.Contains(text, "++c->depth < 20") { // where and how is the C library's to say
			text = "crashed: an assertion"
		}
		fmt.Printf("%.15q: %s\n", texts[item.Index], text)
	}
	fmt.Println("more calculators than workers:", len(t.calls) > workers)

	answer, err := CallEval(ctx, calculators, "100*price*(1+vat)")
	fmt.Println(answer.Text, err)
	_, err = CallEval(ctx, NewCalculatorWorkers(pool, "one two"), "1")
	fmt.Println(err, errors.Is(err, ErrNames))
	// Output:
	// 396 answers, 4 errors, 3 crashes, <nil>
	// "price*(1+vat": not an expression
	// "price*quantity": crashed: SIGSEGV: segmentation violation (exit status 2)
	// "veryveryveryver": crashed: SIGSEGV: segmentation violation (exit status 2)
	// "(((((((((((((((": crashed: an assertion
	// more calculators than workers: true
	// 2380 <nil>
	// not names with values true
}
