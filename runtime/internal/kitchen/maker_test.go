package kitchen

import (
	"math"
	"math/rand/v2"
	"reflect"
	"unsafe"
)

// A maker makes random values, and is fond of those that are easy to lose.
type maker struct {
	*rand.Rand
	crowd bool // many elements in the outermost containers, one in those inside, everything short
}

func newMaker(seed uint64) maker { return maker{Rand: rand.New(rand.NewPCG(seed, 0))} }

// maxFill is how deep containers and pointers are inside each other at most.
const maxFill = 5

// of returns one of list.
func of[T any](m maker, list ...T) T { return list[m.IntN(len(list))] }

// fill gives the variable v a random value, unexported fields included. At depth 0
// pointers, slices and maps are nil or empty.
func (m maker) fill(v reflect.Value, depth int) {
	if special := specials[v.Type()]; special != nil {
		special(m, v)
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(m.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(m.bits(v.Type().Bits())))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(m.bits(v.Type().Bits()))
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		m.fillFloat(v)
	case reflect.String:
		v.SetString(m.text())
	case reflect.Pointer:
		m.fillPointer(v, depth)
	case reflect.Slice:
		m.fillSlice(v, depth)
	case reflect.Array:
		for i := range v.Len() {
			m.fill(v.Index(i), depth)
		}
	case reflect.Map:
		m.fillMap(v, depth)
	case reflect.Interface:
		m.fillUnion(v, depth)
	case reflect.Struct:
		for i := range v.NumField() {
			m.fill(opened(v.Field(i)), depth)
		}
	default:
		panic("no random " + v.Type().String())
	}
}

// opened returns the variable v, which may be an unexported field, for reading and
// writing.
func opened(v reflect.Value) reflect.Value {
	return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
}

// bits returns an integer of n bits with its sign in the rest: the extreme ones
// often.
func (m maker) bits(n int) uint64 {
	low, high := int64(math.MinInt64)>>(64-n), int64(math.MaxInt64)>>(64-n)
	return uint64(of(m, 0, 1, -1, low, high, int64(m.Uint64())>>(64-n), int64(m.Uint64N(100))))
}

// Bits of floats: zeros, infinities, the smallest and largest, quiet and
// signaling NaNs with a payload.
var (
	floats32 = []uint32{0, 1 << 31, 0x3f800000, 0x7f800000, 0xff800000, 1, 0x7f7fffff, 0x7fc00000, 0xffc12345, 0x7f800001, 0xffbfffff}
	floats64 = []uint64{
		0, 1 << 63, 0x3ff0000000000000, 0x7ff0000000000000, 0xfff0000000000000, 1, 0x7fefffffffffffff,
		0x7ff8000000000000, 0xfff8000012345678, 0x7ff0000000000001, 0xfff7ffffffffffff,
	}
)

// fillFloat writes bits: a conversion would make NaNs quiet.
func (m maker) fillFloat(v reflect.Value) {
	p := unsafe.Pointer(v.UnsafeAddr())
	n := 1
	switch v.Kind() {
	case reflect.Complex64, reflect.Float32:
		if v.Kind() == reflect.Complex64 {
			n = 2
		}
		for i := range n {
			*(*uint32)(unsafe.Add(p, 4*i)) = of(m, of(m, floats32...), m.Uint32())
		}
	default:
		if v.Kind() == reflect.Complex128 {
			n = 2
		}
		for i := range n {
			*(*uint64)(unsafe.Add(p, 8*i)) = of(m, of(m, floats64...), m.Uint64())
		}
	}
}

// text returns a string: short ones, rarely a long one, and some that are no
// UTF-8.
func (m maker) text() string {
	if m.crowd {
		return string(rune('a' + m.IntN(20)))
	}
	if m.IntN(60) == 0 {
		return string(make([]byte, 300)) + "long"
	}
	b := make([]byte, m.IntN(9))
	for i := range b {
		b[i] = byte(m.Uint32())
	}
	return of(m, "", "a", "häh", "\x00", "\xff\xfe\x00", "UTC", "nil", string(b))
}

// fillPointer makes nil, a pointer to a zero value, or one to any value.
func (m maker) fillPointer(v reflect.Value, depth int) {
	if depth <= 0 || !m.crowd && m.IntN(3) == 0 {
		return
	}
	v.Set(reflect.New(v.Type().Elem()).Convert(v.Type()))
	if m.crowd || m.IntN(4) > 0 {
		m.fill(v.Elem(), depth-1)
	}
}

// count returns how many elements a container has; -1 is for nil.
func (m maker) count(depth int) int {
	switch {
	case depth <= 0:
		return m.IntN(2) - 1
	case m.crowd && depth >= maxFill:
		return 60
	case m.crowd:
		return 1
	}
	return of(m, -1, -1, 0, 1, 1, 2, 3)
}

func (m maker) fillSlice(v reflect.Value, depth int) {
	n := m.count(depth)
	if n < 0 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		m.fill(v.Index(i), depth-1)
	}
}

func (m maker) fillMap(v reflect.Value, depth int) {
	n := m.count(depth)
	if n < 0 {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for range n {
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		m.fill(key, depth-1)
		m.fill(elem, depth-1)
		v.SetMapIndex(key, elem)
	}
}
