package gen

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// homes are where tasks may live, and what their types may be.
var homes = map[string]struct {
	archive string
	want    map[string]string // in each generated file, and there are no others
}{
	"several packages": {`
-- a/a.go --
package a

//offing:task
func F(n int) int { return n }
-- b/c/c.go --
package c

import "example.com/p/a"

//offing:task
func G(n a.FArgs) int { return 0 }
-- a/more.go --
package a

//offing:task name=F2
func F2(n, m int) int { return n }

type FArgs struct{ N int }
-- d/d.go --
package d
`, map[string]string{"a/offing_gen.go": "SubmitF2(", "b/c/offing_gen.go": "n a.FArgs"}},
	"package main": {`
-- main.go --
package main

//offing:task
func square(n int) int { return n }

func main() {}
`, map[string]string{"offing_gen.go": `"example.com/p.square"`}},
	"tests": {`
-- p.go --
package p
-- p_test.go --
package p

//offing:task
func F(n int) int { return n }
-- x_test.go --
package p_test

//offing:task
func F(n int) int { return n }
`, map[string]string{"offing_gen_test.go": `"example.com/p.F"`, "offing_gen_x_test.go": `"example.com/p_test.F"`}},
	"external tests by themselves": {`
-- x_test.go --
package p_test

import "example.com/p/internal/q"

//offing:task
func F(n q.N) int { return 0 }
-- internal/q/q.go --
package q

type N int
`, map[string]string{"offing_gen_x_test.go": "n q.N"}},
	"names of systems": {`
-- p_plan9_arm.go --
package p

//offing:task
func F(n int) int { return n }
-- p_plan9_arm_test.go --
package p

//offing:task
func G(n int) int { return n }
-- linux.go --
package p

//offing:task
func H(n int) int { return n }
-- x_js_test.go --
package p_test

//offing:task
func G(n int) int { return n }
`, map[string]string{
		"offing_gen.go": "SubmitH(", "offing_gen_plan9_arm.go": "SubmitF(", "offing_gen_plan9_arm_test.go": "SubmitG(",
		"offing_gen_x_js_test.go": "SubmitG(",
	}},
	"build lines": {`
-- a.go --
//go:build !windows && (x || y)

package p

//offing:task
func F(n int) int { return n }
-- b_linux.go --
//go:build go1.18

package p

//offing:task
func G(n int) int { return n }
-- ignored.go --
//go:build ignore

package p

//offing:task
func H(n int) int { return n }
`, map[string]string{
		"offing_gen_not_windows_and_x_or_y_only.go": "\n//go:build !windows && (x || y)\n\npackage p",
		"offing_gen_linux_and_go1_18_only.go":       "\n//go:build go1.26 && linux && go1.18\n",
		"offing_gen_ignore_only.go":                 "SubmitH(",
		"offing_gen.go":                             "type FutureOfInt = ",
	}},
	"build lines with the same words": {`
-- a.go --
//go:build a && b || c

package p

//offing:task
func A(n int) int { return n }
-- b.go --
//go:build a && (b || c)

package p

//offing:task
func B(n int) int { return n }
-- c.go --
//go:build not_a && x.y

package p

//offing:task
func C(n int) int { return n }
-- d.go --
//go:build !a && x_y

package p

//offing:task
func D(n int) int { return n }
-- e.go --
//go:build Foo

package p

//offing:task
func E(n int) int { return n }
-- f.go --
//go:build foo

package p

//offing:task
func F(n int) int { return n }
-- g_test.go --
//go:build x_foo

package p

//offing:task
func G(n int) int { return n }
-- h_test.go --
//go:build foo

package p_test

//offing:task
func H(n int) int { return n }
`, map[string]string{
		"offing_gen.go": "type FutureOfInt = ",
		"offing_gen_a_and_b_or_c_only_e38f54c4.go":  "SubmitA(",
		"offing_gen_a_and_b_or_c_only.go":           "SubmitB(",
		"offing_gen_not_a_and_x_y_only_f8aa51a8.go": "SubmitC(",
		"offing_gen_not_a_and_x_y_only.go":          "SubmitD(",
		"offing_gen_foo_only_1cbec737.go":           "SubmitE(",
		"offing_gen_foo_only.go":                    "SubmitF(",
		"offing_gen_x_foo_only_b895a910_test.go":    "SubmitG(",
		"offing_gen_x_foo_only_test.go":             "SubmitH(",
	}},
	"long build lines": {`
-- p.go --
//go:build !aix && !android && !darwin && !dragonfly && !freebsd && !hurd && !illumos && !ios && !netbsd && !openbsd && !plan9 && !solaris && !wasip1 && !windows && !zos && !js && !nacl && !386 && !arm

package p

//offing:task
func F(n int) int { return n }
`, map[string]string{
		"offing_gen.go": "type FutureOfInt = ",
		"offing_gen_not_aix_and_not_android_and_not_darwin_and_not_dragonfly_and_not_freebsd_and_not_hurd_and_not_illumo_etc_only_8b0dcc3a.go": "SubmitF(",
	}},
	"cgo": {`
-- p.go --
package p

//offing:task
func F(n Size) int { return 0 }
-- c.go --
package p

// #include <stdlib.h>
import "C"

type Size int

type handle struct{ p *C.char }

//offing:task
func G(text string, n Size) (Size, error) { return Size(C.strlen(C.CString(text))), nil }
`, map[string]string{"offing_gen.go": "SubmitG("}},
	"internal": {`
-- p.go --
package p

import "example.com/p/internal/deep"

//offing:task
func F(d deep.Deep) deep.Deep { return d }
-- internal/deep/deep.go --
package deep

type Deep struct{ N map[string]Deep }
`, map[string]string{"offing_gen.go": "appendDeepDeep("}},
	"vendored": {`
-- go.mod --
module example.com/p

go 1.26.0

require example.com/dep v1.2.3
-- vendor/modules.txt --
# example.com/dep v1.2.3
## explicit; go 1.26.0
example.com/dep/units
-- vendor/example.com/dep/units/units.go --
package units

type Metre float64
-- p.go --
package p

import "example.com/dep/units"

//offing:task
func F(m units.Metre) []units.Metre { return nil }
`, map[string]string{"offing_gen.go": "m units.Metre"}},
	"a workspace": {`
-- go.work --
go 1.26.0

use (
	.
	./other
)
-- other/go.mod --
module example.com/other

go 1.26.0
-- other/units/units.go --
package units

type Metre = float64

type Line[T any] struct{ From, To T }
-- p.go --
package p

import "example.com/other/units"

//offing:task
func F(l units.Line[units.Metre]) units.Metre { return 0 }
`, map[string]string{"offing_gen.go": "l units.Line[units.Metre]"}},
	"methods, of types in other files": {`
-- a.go --
package p

//offing:task
func (n *N) F(m int) int { return 0 }

//offing:task name=G
func (n M) F() int { return 0 }
-- b.go --
package p

type N struct{ Of M }

type M = K

type K map[string]int
`, map[string]string{"offing_gen.go": "func SubmitF(ctx context.Context, ex runtime.Executor, n *N, m int) *FutureOfInt"}},
	"methods of types that others make": {`
-- p.go --
package p

//offing:task
func (p Page) F() int { return 0 }
-- page.go --
package p

import (
	"net/netip"

	"example.com/p/q"
)

type Page struct {
	From netip.Addr
	At   q.Place
}
-- q/q.go --
package q

type Place [2]int
`, map[string]string{"offing_gen.go": "func SubmitF(ctx context.Context, ex runtime.Executor, p Page) *FutureOfInt"}},
	"methods, for tests and systems": {`
-- p.go --
package p

type N int

//offing:task
func (n N) Always() int { return 0 }
-- p_linux.go --
package p

//offing:task
func (n N) There() int { return 0 }

type L struct{ Of N }

//offing:task
func (l *L) Too() int { return 0 }
-- p_windows.go --
package p

//offing:task
func (n N) There() int { return 0 }
-- p_test.go --
package p

//offing:task
func (n N) Tested() int { return 0 }
-- x_test.go --
package p_test

type X int

//offing:task
func (x X) Outside() int { return 0 }
`, map[string]string{
		"offing_gen.go": "= N.Always", "offing_gen_linux.go": "= (*L).Too", "offing_gen_windows.go": "= N.There",
		"offing_gen_test.go": "= N.Tested", "offing_gen_x_test.go": "= X.Outside",
	}},
	"aliases and embedded generics": {`
-- p.go --
package p

import "example.com/p/q"

type (
	List[T any] = []T
	Names       = List[string]
	Box         struct {
		q.Cell[Names]
		*Inner
	}
	Inner = struct{ At q.Place }
)

//offing:task
func F(b Box, l List[Box]) q.Alias { return nil }
-- q/q.go --
package q

type Cell[T any] struct{ Of T }

type Alias = map[string]Place

type Place = [2]int
`, map[string]string{"offing_gen.go": "b Box, l List[Box]"}},
}

// TestWhereTasksLive holds that each of their homes has its files.
func TestWhereTasksLive(t *testing.T) {
	t.Setenv("GOFLAGS", "")
	for name, home := range homes {
		t.Run(name, func(t *testing.T) {
			if name == "vendored" {
				t.Setenv("GOFLAGS", "-mod=vendor")
			}
			res, err := Generate(Config{Dir: unpack(t, txtar.Parse([]byte(home.archive))), Patterns: []string{"./..."}})
			if err != nil || len(res.Diagnostics) > 0 {
				t.Fatalf("%v, %s", err, said(res))
			}
			var names []string
			for _, f := range res.Files {
				names = append(names, f.Name)
				if want := home.want[f.Name]; want == "" || !strings.Contains(string(f.New), want) {
					t.Errorf("%s lacks %q:\n%s", f.Name, want, f.New)
				}
			}
			if len(names) != len(home.want) {
				slices.Sort(names)
				t.Errorf("there are %q, want %v", names, home.want)
			}
		})
	}
}
