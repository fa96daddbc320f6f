// Hello is the least that a Go program can be.
package main

import "fmt"

func main() { fmt.Println("hello, world") }
