package gen

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

func TestBuildTags(t *testing.T) {
	for flags, want := range map[string][]string{
		"":                              nil,
		"-mod=mod -tags=foo":            {"foo"},
		"--tags=foo,bar -trimpath":      {"foo", "bar"},
		"-tags=foo -tags=bar":           {"bar"},
		"-tags=":                        nil,
		`-v "-tags=foo bar" '-x'`:       {"foo", "bar"},
		"'-tags=foo":                    {"foo"},
		"tags=foo -tagsy=x -ldflags=-w": nil,
	} {
		if got := buildTags(flags); !slices.Equal(got, want) {
			t.Errorf("buildTags(%q) = %q, want %q", flags, got, want)
		}
	}
}

// TestTagsOfGoFlags holds that a file belongs to the package exactly if the go
// command takes it.
func TestTagsOfGoFlags(t *testing.T) {
	dir := unpack(t, txtar.Parse([]byte(`
-- p.go --
package p

//offing:task local
func F(h Handle) Count { return 0 }
-- foo.go --
//go:build foo

package p

type Handle struct{ FD int }

type Count = int8
-- bar.go --
//go:build bar && !foo

package p

type Handle struct{ Name string }

type Count = uint8
`)))
	for flags, want := range map[string]string{
		"-tags=foo": "FutureOfInt8", "-tags=foo,bar": "FutureOfInt8", "-trimpath -tags=bar": "FutureOfUint8",
		"-trimpath": "undefined: Handle",
	} {
		t.Setenv("GOFLAGS", flags)
		res, err := Generate(Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		got := said(res)
		for _, f := range res.Files {
			got += string(f.New)
		}
		if !strings.Contains(got, want) {
			t.Errorf("with GOFLAGS=%s there is no %s in\n%s", flags, want, got)
		}
	}
}
