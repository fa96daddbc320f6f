package gen

import (
	"reflect"
	"testing"

	"github.com/offing-go/offing/templates"
)

// TestDigestOfAType holds that types which differ in any field have different digests,
// those that are but a name, for which there is a way of its own, among them.
func TestDigestOfAType(t *testing.T) {
	of := func(list []templates.Type, names map[string]string) digest {
		d := newDigester(templates.Package{})
		d.names = names
		return d.of(reflect.ValueOf(list))
	}
	names := map[string]string{"a/b": "b"}
	seen := map[digest]string{{}: "what has none"}
	add := func(what string, key digest) {
		if other, twice := seen[key]; twice {
			t.Errorf("%s has the digest of %s", what, other)
		}
		seen[key] = what
	}
	add("nothing", of([]templates.Type{{}}, names))
	some := reflect.ValueOf(templates.Type{
		Kind: templates.SliceOf, Path: "a/b", Name: "b", Elem: &templates.Type{}, Key: &templates.Type{}, Len: 1,
		Fields: []templates.Field{{}}, List: []templates.Type{{}}, Results: []templates.Type{{}}, Variadic: true, Tilde: true,
	})
	for i := range some.NumField() {
		name := some.Type().Field(i).Name
		if some.Field(i).IsZero() {
			t.Errorf("what of %s?", name)
		}
		list := make([]templates.Type, 1)
		reflect.ValueOf(list).Index(0).Field(i).Set(some.Field(i))
		add(name, of(list, names))
	}
	plain := []templates.Type{{Path: "a/b", Name: "T"}}
	add("a name", of(plain, names))
	add("one of a package that has another here", of(plain, map[string]string{"a/b": "c"}))
}
