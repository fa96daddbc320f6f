// Shapes sends interface values to a worker process and gets errors back that are
// what they were: what //offing:union and //offing:error are for.
//
//	go run ./examples/shapes
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"

	"github.com/offing-go/offing/runtime/process"
)

//go:generate go tool offing

// A Shape has an area. A worker process can be sent whichever of the types below it
// holds.
//
//offing:union Circle *Square Group
type Shape interface{ Area() (float64, error) }

// A Circle is round.
type Circle struct{ R float64 }

// A Square is not.
type Square struct{ Side float64 }

// A Group is made of shapes.
type Group []Shape

// ErrEmpty is the error of a group without shapes.
//
//offing:error
var ErrEmpty = errors.New("no shapes")

// A SizeError is the error of a shape that cannot be.
//
//offing:error
type SizeError struct{ Size float64 }

// Error returns the size.
func (e *SizeError) Error() string { return fmt.Sprintf("a size of %v", e.Size) }

// Area returns the area of the circle.
func (c Circle) Area() (float64, error) { return math.Pi * c.R * c.R, sizeError(c.R) }

// Area returns the area of the square.
func (s *Square) Area() (float64, error) { return s.Side * s.Side, sizeError(s.Side) }

// Area returns the sum of the areas.
func (g Group) Area() (sum float64, err error) {
	if len(g) == 0 {
		return 0, ErrEmpty
	}
	for i, s := range g {
		area, err := s.Area()
		if err != nil {
			return 0, fmt.Errorf("shape %d: %w", i, err)
		}
		sum += area
	}
	return sum, nil
}

func sizeError(size float64) error {
	if size < 0 {
		return &SizeError{size}
	}
	return nil
}

// Area returns the area of a shape.
//
//offing:task
func Area(s Shape) (float64, error) { return s.Area() }

func main() {
	process.Main() // a worker process serves tasks here and exits
	pool, err := process.NewPool(process.Config{Name: "shapes", Workers: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	show(context.Background(), pool)
}

func show(ctx context.Context, pool *process.Pool) {
	for _, s := range []Shape{
		Circle{1},
		Group{&Square{2}, Group{&Square{1}, &Square{3}}},
		Group{&Square{2}, Circle{-1}},
		Group{},
	} {
		area, err := CallArea(ctx, pool, s)
		var size *SizeError
		switch {
		case errors.Is(err, ErrEmpty):
			fmt.Println("empty")
		case errors.As(err, &size):
			fmt.Printf("%v, which is %v too small\n", err, -size.Size)
		default:
			fmt.Printf("%.2f %v\n", area, err)
		}
	}
}
