package kitchen

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/offing-go/offing/runtime/wire"
)

// circles are values that lead back to themselves, by every way there is.
func circles() map[string]reflect.Value {
	list := &List{}
	list.Next = &List{Next: list}
	tree := &Tree{}
	tree.Left, tree.Right = tree, tree
	nested := Nested{nil, nil}
	nested[1] = nested
	directory := Directory{}
	directory["self"] = directory
	menu := Menu{}
	menu["a"] = []Menu{nil, menu}
	var loop Loop
	loop = &loop
	chain := &Chain{}
	chain.Links[1] = chain
	fan := Fan{}
	fan[2] = &fan
	rose := Rose{Petals: make([]Rose, 1)}
	rose.Petals[0] = rose
	thorny := Rose{thorns: map[string]Rose{}}
	thorny.thorns["a"] = thorny
	team := &Team{Members: make([]Person, 1)}
	team.Members[0].Team = team
	led := &Team{lead: &Person{}}
	led.ByName = map[string]*Person{"x": {Team: led}}
	node := &Node[string]{}
	node.Next = node
	return map[string]reflect.Value{
		"List": variable(reflect.ValueOf(*list)), "Tree": grove(Grove{Tree: tree}), "Nested": variable(reflect.ValueOf(nested)),
		"Directory": variable(reflect.ValueOf(directory)), "Menu": grove(Grove{Menu: menu}), "Loop": grove(Grove{Loop: loop}),
		"Fan": variable(reflect.ValueOf(fan)), "Chain": grove(Grove{Chain: chain}), "Rose": grove(Grove{Rose: rose}), "Thorns": grove(Grove{Rose: thorny}),
		"Team": variable(reflect.ValueOf(team)), "ByName": variable(reflect.ValueOf(led)), "Node": variable(reflect.ValueOf(node)),
	}
}

func grove(g Grove) reflect.Value { return reflect.ValueOf(&g).Elem() }

// kindFor returns the kind of a type.
func kindFor(t *testing.T, shape reflect.Type) kind {
	for _, k := range kinds() {
		if k.shape == shape {
			return k
		}
	}
	t.Fatal("no kind for ", shape)
	return kind{}
}

// TestCircles holds that a value without an end is an error: not a stack that
// overflows, nor, where there are two ways back, a search of all of them.
func TestCircles(t *testing.T) {
	for name, v := range circles() {
		if _, err := kindFor(t, v.Type()).encode(nil, v); !errors.Is(err, wire.ErrDepth) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func listOf(n int) reflect.Value {
	list := List{}
	for range n - 1 {
		next := list
		list = List{Value: 7, Next: &next}
	}
	return reflect.ValueOf(&list).Elem()
}

// TestDepth holds that 10,000 levels cross, that one more is an error, and that so
// is a message which has more.
func TestDepth(t *testing.T) {
	k := kindFor(t, reflect.TypeFor[List]())
	if problem := k.comesBack(listOf(wire.MaxDepth)); problem != "" {
		t.Error(problem)
	}
	if _, err := k.encode(nil, listOf(wire.MaxDepth+1)); !errors.Is(err, wire.ErrDepth) {
		t.Errorf("one level more: %v", err)
	}
	three, _ := k.encode(nil, listOf(3))
	two, _ := k.encode(nil, listOf(2))
	level, found := bytes.CutSuffix(three, two)
	if !found {
		t.Fatalf("a level is not what is before the next: %x, %x", three, two)
	}
	for levels, want := range map[int]bool{wire.MaxDepth - 2: true, wire.MaxDepth - 1: false, 100 * wire.MaxDepth: false} {
		if _, err := k.decode(append(bytes.Repeat(level, levels), two...)); (err == nil) != want {
			t.Errorf("%d levels: %v", levels+2, err)
		}
	}
}
