package gen

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// TestTypeID holds that the text of a type without aliases is that of types.TypeString,
// and that one with them has the text of what they stand for.
func TestTypeID(t *testing.T) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", `package p

type Page struct{ N int }

type Sheet = Page

type Pair[K comparable, V any] struct { Key K; Value V }

var (
	plain  map[[2]string][]*Pair[string, Pair[uint8, *Page]]
	fields struct { Page; A, B int32 "tag"; C []Pair[int32, uint8] }

	chans  struct { A chan (<-chan *Page); B chan<- uint8; C <-chan Page; D chan int32 }

	aliased       map[[2]string][]*Pair[string, Pair[byte, *Sheet]]
	aliasedFields struct { Page; A, B rune "tag"; C []Pair[rune, byte] }
	aliasedChans  struct { A chan (<-chan *Sheet); B chan<- byte; C <-chan Sheet; D chan rune }
)
`, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{}).Check("example.com/p", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	of := func(name string) types.Type { return pkg.Scope().Lookup(name).Type() }
	for plain, aliased := range map[string]string{"plain": "aliased", "fields": "aliasedFields", "chans": "aliasedChans"} {
		want := types.TypeString(of(plain), nil)
		for _, name := range []string{plain, aliased} {
			if got := typeID(of(name)); got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
		}
	}
}
