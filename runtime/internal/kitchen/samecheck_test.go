package kitchen

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"reflect"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
)

// several are errors whose text does not say how many.
type several []error

func (several) Error() string     { return "several" }
func (s several) Unwrap() []error { return s }

func differ[T any](a, b T) bool {
	return difference(reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem()) != ""
}

// A comparison that cannot tell two values apart proves nothing.
func TestDifferencesAreSeen(t *testing.T) {
	zero, one, negative := 0.0, 1, math.Copysign(0, -1)
	quiet, signaling := math.Float32frombits(0x7fc00001), math.Float32frombits(0x7f800001)
	now := time.Unix(1e9, 5)
	precise := new(big.Float).SetPrec(100)
	rounded := new(big.Float).SetMode(big.AwayFromZero)
	for name, seen := range map[string]bool{
		"nil slice":        differ[[]int](nil, []int{}),
		"nil map":          differ(Directory(nil), Directory{}),
		"nil pointer":      differ(nil, new(int)),
		"zero behind":      differ(new(int), &one),
		"sign of zero":     differ(zero, negative),
		"NaN payload":      differ(quiet, signaling),
		"in a complex":     differ(complex(zero, 0), complex(negative, 0)),
		"unexported":       differ(Discreet{}, Discreet{inner: discreet{notes: []string{}}}),
		"in an array":      differ([2]string{"a", ""}, [2]string{"a", "b"}),
		"map key":          differ(map[int]int{1: 1}, map[int]int{2: 1}),
		"map element":      differ(map[int]*int{1: nil}, map[int]*int{1: &one}),
		"NaN keys":         differ(map[float32]int{quiet: 1}, map[float32]int{signaling: 1}),
		"length":           differ([]int{1}, []int{1, 0}),
		"instant":          differ(now, now.Add(1)),
		"UTC":              differ(now.UTC(), now.In(time.FixedZone("UTC", 0))),
		"Local":            differ(now, now.UTC()),
		"zone's name":      differ(now.In(time.FixedZone("a", 0)), now.In(time.FixedZone("b", 0))),
		"zone's offset":    differ(now.In(time.FixedZone("a", 0)), now.In(time.FixedZone("a", 1))),
		"precision":        differ(*precise, big.Float{}),
		"rounding":         differ(*rounded, big.Float{}),
		"sign of a Float":  differ(*new(big.Float).Neg(new(big.Float)), big.Float{}),
		"nil error":        differ(nil, io.EOF),
		"error's text":     differ(errors.New("a"), errors.New("b")),
		"error's type":     differ[error](errors.New("a"), &fault{"a"}),
		"sentinel":         differ[error](io.EOF, &runtime.RemoteError{Type: "*errors.errorString", Message: "EOF"}),
		"what is wrapped":  differ(fmt.Errorf("%w", io.EOF), fmt.Errorf("%w", errors.New("EOF"))),
		"number of errors": differ[error](several{io.EOF}, several{io.EOF, io.EOF}),
		"stack":            differ[error](&runtime.PanicError{}, &runtime.PanicError{Stack: []byte{}}),
	} {
		if !seen {
			t.Errorf("%s: no difference is seen", name)
		}
	}
}

func TestEqualsAreSeen(t *testing.T) {
	nan := math.NaN()
	for name, seen := range map[string]bool{
		"pointers":    differ(new(Point), &Point{}),
		"NaN":         differ(nan, nan),
		"NaN as keys": differ(map[float64]int{nan: 1, 2: 3, math.NaN(): 2}, map[float64]int{math.NaN(): 2, nan: 1, 2: 3}),
		"remote":      differ[error](&fault{"a"}, &runtime.RemoteError{Type: "*kitchen.fault", Message: "a"}),
		"zones":       differ(time.Unix(5, 0).In(time.FixedZone("x", 60)), time.Unix(5, 0).In(time.FixedZone("x", 60))),
		"capacity":    differ(make([]int, 0, 5), []int{}),
	} {
		if seen {
			t.Errorf("%s: a difference is seen", name)
		}
	}
	for _, k := range kinds() { // the same seed makes the same value
		if d := difference(k.random(newMaker(3)), k.random(newMaker(3))); d != "" {
			t.Errorf("%s%s", k.name, d)
		}
	}
}
