package kitchen

import (
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"time"
	"unsafe"
)

// difference compares two variables of one type more strictly than
// reflect.DeepEqual: floats by their bits, times by zone as well. It returns the
// path to where they differ, with both values, and "" if they do not. Values must
// not lead back to themselves.
func difference(a, b reflect.Value) string {
	if same := sames[a.Type()]; same != nil {
		return told(same(a, b), a, b)
	}
	switch a.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return told(string(memory(a)) == string(memory(b)), a, b)
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return told(a.IsNil() == b.IsNil(), a, b)
		}
		return inside("*", difference(a.Elem(), b.Elem()))
	case reflect.Interface:
		if a.IsNil() || b.IsNil() || a.Elem().Type() != b.Elem().Type() {
			return told(a.IsNil() && b.IsNil(), a, b)
		}
		return inside("."+a.Elem().Type().String(), difference(variable(a.Elem()), variable(b.Elem())))
	case reflect.Slice, reflect.Map:
		if a.IsNil() != b.IsNil() || a.Len() != b.Len() {
			return told(false, a, b)
		}
	}
	switch a.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range a.Len() {
			if d := difference(a.Index(i), b.Index(i)); d != "" {
				return inside(fmt.Sprintf("[%d]", i), d)
			}
		}
	case reflect.Map:
		return entriesDiffer(a, b)
	case reflect.Struct:
		for i := range a.NumField() {
			if d := difference(opened(a.Field(i)), opened(b.Field(i))); d != "" {
				return inside("."+a.Type().Field(i).Name, d)
			}
		}
	default:
		return told(a.Equal(b), a, b)
	}
	return ""
}

func told(same bool, a, b reflect.Value) string {
	if same {
		return ""
	}
	return fmt.Sprintf(": %#v, not %#v", a, b)
}

func inside(step, d string) string {
	if d == "" {
		return ""
	}
	return step + d
}

// memory returns the bytes of a variable.
func memory(v reflect.Value) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(v.UnsafeAddr())), v.Type().Size())
}

// entriesDiffer looks for each entry of a in b, key by key and not by look-up: a
// key that is NaN is in no map.
func entriesDiffer(a, b reflect.Value) string {
	type entry struct{ key, elem reflect.Value }
	var left []entry
	for it := b.MapRange(); it.Next(); {
		left = append(left, entry{variable(it.Key()), variable(it.Value())})
	}
search:
	for it := a.MapRange(); it.Next(); {
		key, elem := variable(it.Key()), variable(it.Value())
		for i, e := range left {
			if difference(key, e.key) == "" && difference(elem, e.elem) == "" {
				left = append(left[:i], left[i+1:]...)
				continue search
			}
		}
		return fmt.Sprintf("[%#v]: %#v is not among %#v", key, elem, b)
	}
	return ""
}

// variable returns a variable with the value v.
func variable(v reflect.Value) reflect.Value {
	p := reflect.New(v.Type()).Elem()
	p.Set(v)
	return p
}

// sames compare types that are more than their form.
var sames = map[reflect.Type]func(a, b reflect.Value) bool{
	reflect.TypeFor[time.Time]():      equal(sameTime),
	reflect.TypeFor[url.URL]():        equal(sameURL),
	reflect.TypeFor[netip.Addr]():     equal(func(a, b *netip.Addr) bool { return *a == *b }),
	reflect.TypeFor[netip.AddrPort](): equal(func(a, b *netip.AddrPort) bool { return *a == *b }),
	reflect.TypeFor[netip.Prefix]():   equal(func(a, b *netip.Prefix) bool { return *a == *b }),
	reflect.TypeFor[big.Int]():        equal(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }),
	reflect.TypeFor[big.Rat]():        equal(func(a, b *big.Rat) bool { return a.Cmp(b) == 0 }),
	reflect.TypeFor[big.Float]():      equal(sameFloat),
	reflect.TypeFor[error]():          equal(func(a, b *error) bool { return sameError(*a, *b) }),
}

func equal[T any](same func(a, b *T) bool) func(a, b reflect.Value) bool {
	return func(a, b reflect.Value) bool {
		return same(a.Addr().Interface().(*T), b.Addr().Interface().(*T))
	}
}

// sameTime compares instant, zone and offset, and whether they are the zones that
// a program compares by pointer.
func sameTime(a, b *time.Time) bool {
	x, y := a.Location(), b.Location()
	_, from := a.Zone()
	_, to := b.Zone()
	return a.Equal(*b) && from == to && x.String() == y.String() && (x == time.UTC) == (y == time.UTC) &&
		((x == time.Local) == (y == time.Local) || time.Local.String() != "Local") && a.IsZero() == b.IsZero()
}

// sameURL compares what package url promises to keep: a RawPath that it does not
// use may go.
func sameURL(a, b *url.URL) bool {
	return a.String() == b.String() && a.Path == b.Path && a.Fragment == b.Fragment
}

func sameFloat(a, b *big.Float) bool {
	return a.Cmp(b) == 0 && a.Signbit() == b.Signbit() && a.Prec() == b.Prec() && a.Mode() == b.Mode() && a.Acc() == b.Acc()
}
