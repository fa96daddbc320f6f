package kitchen

import (
	"reflect"
	"time"
)

// members are the types that values of a union have, by the union.
var members = map[reflect.Type][]reflect.Type{
	reflect.TypeFor[Expr](): {
		reflect.TypeFor[Number](), reflect.TypeFor[*Sum](), reflect.TypeFor[Call](), reflect.TypeFor[Unary](),
		reflect.TypeFor[Nothing](), reflect.TypeFor[Exprs](),
	},
	reflect.TypeFor[Value](): {
		reflect.TypeFor[bool](), reflect.TypeFor[int64](), reflect.TypeFor[string](), reflect.TypeFor[[]byte](), reflect.TypeFor[time.Time](),
		reflect.TypeFor[*Value](), reflect.TypeFor[map[string]Value](), reflect.TypeFor[Ordered[int]](), reflect.TypeFor[error2](), reflect.TypeFor[*Outage](),
	},
	reflect.TypeFor[Held](): {
		reflect.TypeFor[int8](), reflect.TypeFor[bool](), reflect.TypeFor[Stamp](), reflect.TypeFor[[]Held](),
		reflect.TypeFor[map[int8]Held](), reflect.TypeFor[*Held](),
	},
}

// fillUnion gives the variable v of an interface type a value of one of its types,
// or nil. At depth 0 none that holds another.
func (m maker) fillUnion(v reflect.Value, depth int) {
	list := members[v.Type()]
	if depth <= 0 || m.IntN(len(list)+1) == 0 {
		return
	}
	elem := reflect.New(of(m, list...)).Elem()
	m.fill(elem, depth-1)
	v.Set(elem)
}
