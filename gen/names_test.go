package gen

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/offing-go/offing/templates"
)

func TestNamesMakeWay(t *testing.T) {
	n := &names{taken: map[string]holder{"b": {what: "declared"}}, locals: map[string]string{}, imports: map[string]string{}}
	for _, c := range []struct{ got, want string }{
		{n.local("b"), "b2"},
		{n.local("b"), "b2"}, // the same wish
		{n.allocate("callX"), "callX"},
		{n.allocate("callX"), "callX2"},
		{n.allocate("b2"), "b22"},
		{n.local("range"), "range2"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestImportNames(t *testing.T) {
	n := &names{taken: map[string]holder{"runtime": {what: "declared"}, "time": {what: imported}}, locals: map[string]string{}, imports: map[string]string{}}
	for _, c := range []struct {
		path, name, want string
		alias            bool
	}{
		{"example.com/offing/runtime", "runtime", "offing", true},
		{"time", "time", "time", false}, // imports are per file
		{"example.com/time", "time", "time2", true},
	} {
		if got, alias := n.importName(c.path, c.name); got != c.want || alias != c.alias {
			t.Errorf("%s: got %s, %t", c.path, got, alias)
		}
	}
}

// TestImportNamesAgree holds that package templates writes the names of imports as they
// are chosen, also where it has words of its own that are none of Go's.
func TestImportNamesAgree(t *testing.T) {
	candidates := append(types.Universe.Names(), "err", "ctx", "max", "clear", "runtime", "jen", "C", "any2", "x")
	for kind := token.BREAK; kind <= token.VAR; kind++ {
		candidates = append(candidates, kind.String())
	}
	for _, name := range candidates {
		for _, of := range []map[string]holder{{}, {name: {what: imported}}, {name + "2": {what: "declared"}}} {
			n := &names{taken: of, locals: map[string]string{}, imports: map[string]string{}}
			path := "example.com/x/" + name
			chosen, alias := n.importName(path, name)
			model := templates.Package{Path: "p", Name: "p", Imports: []templates.Import{{Path: path, Name: chosen, Alias: alias}}}
			shape := templates.Shape{
				Type:       templates.Type{Path: path, Name: "T"},
				Underlying: templates.Type{Kind: templates.StructOf},
			}
			model.Shapes = []templates.Shape{shape}
			list := []*rendering{newRendering(model, rendered{})}
			if err := render(list, rendered{}); err != nil {
				t.Fatal(err)
			}
			text := string(list[0].text())
			if !strings.Contains(text, "("+chosen+".T{})") || alias && !strings.Contains(text, chosen+` "`+path) {
				t.Errorf("package %s is imported as %s, %t, in\n%s", name, chosen, alias, text)
			}
		}
	}
}

func TestClaimNamesTheHolder(t *testing.T) {
	n := &names{taken: map[string]holder{}}
	if _, ok := n.claim("SubmitSquare", holder{"emitted for task Square", 7}); !ok {
		t.Fatal("a free name was refused")
	}
	if h, ok := n.claim("SubmitSquare", holder{"emitted for task Other", 9}); ok || h.pos != 7 {
		t.Errorf("claimed twice: %v, %v", h, ok)
	}
}

func TestExportName(t *testing.T) {
	for name, want := range map[string]string{
		"square": "Square", "Square": "Square", "_x": "X", "é": "É", "世": "", "_": "", "": "", "_9": "", "uRL": "URL",
	} {
		if got := exportName(name); got != want {
			t.Errorf("exportName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestMayImport(t *testing.T) {
	for _, c := range []struct {
		importer, path string
		want           bool
	}{
		{"example.com/p", "example.com/p/internal/z", true},
		{"example.com/p/q", "example.com/p/internal", true},
		{"example.com/pq", "example.com/p/internal/z", false},
		{"example.com/p", "example.com/p/q/internal/z", false},
		{"example.com/p", "example.com/p/internal/q/internal/z", false},
		{"example.com/p/internal/q", "example.com/p/internal/q/internal/z", true},
		{"example.com/p", "internal/abi", false},
		{"example.com/p", "vendor/golang.org/x/net/idna", false},
		{"example.com/p", "example.com/internals/z", true},
	} {
		if got := mayImport(c.importer, c.path); got != c.want {
			t.Errorf("mayImport(%q, %q) = %t", c.importer, c.path, got)
		}
	}
}

func TestPlural(t *testing.T) {
	for name, want := range map[string]string{
		"n": "ns", "s": "items", "x": "items", "é": "items", "url": "urls", "URL": "URLs", "links": "items", "arg0": "items",
		"query": "queries", "key": "keys", "box": "boxes", "batch": "batches", "address": "addresses", "ls": "items",
	} {
		if got := plural(name); got != want {
			t.Errorf("plural(%q) = %q, want %q", name, got, want)
		}
	}
}

// universe returns many types that differ: atoms, and what can be built around
// them in two steps.
func universe(pkg *types.Package) (list []types.Type) {
	named := func(from *types.Package, name string) types.Type {
		obj := types.NewTypeName(token.NoPos, from, name, nil)
		return types.NewNamed(obj, types.NewStruct(nil, nil), nil)
	}
	other := types.NewPackage("example.com/other", "other")
	atoms := []types.Type{named(pkg, "Page"), named(other, "Page"), named(other, "Line")}
	for kind := types.Bool; kind <= types.String; kind++ {
		atoms = append(atoms, types.Typ[kind])
	}
	around := func(elems []types.Type) (list []types.Type) {
		for _, e := range elems {
			list = append(list, types.NewPointer(e), types.NewSlice(e), types.NewArray(e, 4), types.NewArray(e, 41))
			list = append(list, types.NewChan(types.SendRecv, e), types.NewChan(types.RecvOnly, e))
			for _, k := range atoms[:6] {
				list = append(list, types.NewMap(k, e))
			}
		}
		return list
	}
	once := around(atoms)
	list = append(append(atoms, once...), around(once)...)
	return append(list, types.NewStruct(nil, nil))
}

// TestFutureNamesAreInjective holds that types of one package, and types around
// them, never share the name of their futures' alias. What users may still do
// is declare a type called PagePtr; then the clash is a diagnostic.
func TestFutureNamesAreInjective(t *testing.T) {
	pkg := types.NewPackage("example.com/p", "p")
	seen := map[string]types.Type{}
	for _, typ := range universe(pkg) {
		name := futureName(typ, pkg)
		if other := seen[name]; other != nil {
			t.Errorf("%s names %s and %s", name, other, typ)
		}
		seen[name] = typ
		if !token.IsIdentifier(name) || !ast.IsExported(name) {
			t.Errorf("%s for %s is not an exported identifier", name, typ)
		}
	}
	if len(seen) < 1000 {
		t.Errorf("only %d types", len(seen))
	}
}

func TestFutureNames(t *testing.T) {
	pkg := types.NewPackage("example.com/p", "p")
	page := types.NewNamed(types.NewTypeName(token.NoPos, pkg, "Page", nil), types.NewStruct(nil, nil), nil)
	duration := types.NewNamed(types.NewTypeName(token.NoPos, types.NewPackage("time", "time"), "Duration", nil), types.Typ[types.Int64], nil)
	for want, typ := range map[string]types.Type{
		"Int": types.Typ[types.Int], "Bytes": types.NewSlice(types.Universe.Lookup("byte").Type()),
		"Uint8": types.Universe.Lookup("byte").Type(), "Int32": types.Universe.Lookup("rune").Type(),
		"PagePtr": types.NewPointer(page), "Page": page, "PageSlice": types.NewSlice(page),
		"StringToIntMap": types.NewMap(types.Typ[types.String], types.Typ[types.Int]),
		"TimeDuration":   duration, "Nothing": types.NewStruct(nil, nil),
		"IntArray4":    types.NewArray(types.Typ[types.Int], 4),
		"Uint8Array32": types.NewArray(types.Universe.Lookup("byte").Type(), 32),
	} {
		if got := futureName(typ, pkg); got != want {
			t.Errorf("futureName(%s) = %s, want %s", typ, got, want)
		}
	}
}
