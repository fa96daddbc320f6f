package kitchen

import (
	"encoding"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// refusal looks in a variable for a value whose type encodes itself and does not
// take back what it wrote; it returns the error of that type's own method, and nil
// if there is none. Values must not lead back to themselves.
//
// A fuzzer finds such values: package url parses a zone with a byte beyond ASCII
// and does not parse the String of what it got. It is no fault of the codec, which
// reports the error of the type.
func refusal(v reflect.Value) error {
	if err := refusedByItself(v.Addr().Interface()); err != nil {
		return fmt.Errorf("%s: %w", v.Type(), err)
	}
	for part := range partsOf(v) {
		if err := refusal(part); err != nil {
			return err
		}
	}
	return nil
}

func refusedByItself(v any) error {
	fresh := reflect.New(reflect.TypeOf(v).Elem()).Interface()
	if m, ok := v.(encoding.BinaryMarshaler); ok {
		if b, err := m.MarshalBinary(); err == nil {
			if u, ok := fresh.(encoding.BinaryUnmarshaler); ok {
				return u.UnmarshalBinary(b)
			}
		}
	}
	return nil
}

// partsOf ranges over the variables directly in v, or behind it.
func partsOf(v reflect.Value) func(yield func(reflect.Value) bool) {
	return func(yield func(reflect.Value) bool) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				yield(v.Elem())
			}
		case reflect.Interface:
			if !v.IsNil() {
				yield(variable(v.Elem()))
			}
		case reflect.Slice, reflect.Array:
			for i := 0; i < v.Len() && yield(v.Index(i)); i++ {
			}
		case reflect.Struct:
			for i := 0; i < v.NumField() && yield(opened(v.Field(i))); i++ {
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next() && yield(variable(it.Key())) && yield(variable(it.Value())); {
			}
		}
	}
}

// TestRefusal holds that the excuse is found where it is, and nowhere else: in no
// value that the round trips are made with.
func TestRefusal(t *testing.T) {
	u, err := url.Parse("http://[::1%25\xff]/")
	if err != nil {
		t.Fatal(err)
	}
	v := Links{Links: []url.URL{{}, *u}}
	if err := refusal(variable(reflect.ValueOf(v))); err == nil || !strings.Contains(err.Error(), "url.URL: ") {
		t.Errorf("%v for an address that package url does not take back", err)
	}
	for i, k := range kinds() {
		if err := refusal(k.random(newMaker(uint64(i)))); err != nil {
			t.Errorf("%s: %v", k.name, err)
		}
	}
}
