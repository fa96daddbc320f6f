package main

import (
	"fmt"
	"strings"
)

// expressions returns many that the library can work out, one that it says no to, and
// some that it does not survive.
func expressions() []string {
	texts := make([]string, 400)
	for i := range texts {
		texts[i] = fmt.Sprintf("%d*price*(1+vat)", i)
	}
	texts[50] = "price*(1+vat"
	texts[100] = "price*quantity" // nobody told it what that is
	texts[200] = strings.Repeat("very", 100) + "longname"
	texts[300] = strings.Repeat("(", 100) + "1" + strings.Repeat(")", 100)
	return texts
}
