package gen

import (
	"go/types"
	"strconv"
	"time"

	"github.com/offing-go/offing/templates"
)

// A task is an annotated function with its types.
type task struct {
	annotated
	x       string           // what its emitted names are made of
	args    []types.Type     // of an instance
	sig     *types.Signature // of a method, with the receiver as the first parameter
	params  []*types.Var     // without the context; of a method that is not on a state, the receiver first
	results []*types.Var     // without the error
	context bool
	err     bool
	model   templates.Task
	runtime string       // the name under which the file imports that package
	on      *constructor // of the state that it is a method of; nil for none

	complete bool // nothing is wrong with it, and model has all
}

// newTask reads the signature of a function.
func newTask(a annotated, sig *types.Signature, args []types.Type) *task {
	t := &task{annotated: a, sig: expression(sig), args: args, x: a.x()}
	if recv := sig.Recv(); recv != nil {
		t.params = append(t.params, recv)
	}
	before := len(t.params)
	for v := range sig.Params().Variables() {
		if len(t.params) == before && !t.context && isContext(v.Type()) {
			t.context = true
			continue
		}
		t.params = append(t.params, v)
	}
	for v := range sig.Results().Variables() {
		t.results = append(t.results, v)
	}
	if n := len(t.results); n > 0 && isError(t.results[n-1].Type()) {
		t.results, t.err = t.results[:n-1], true
	}
	return t
}

// expression returns the type of a method expression for the type of a method, and
// that of a function as it is.
func expression(sig *types.Signature) *types.Signature {
	recv := sig.Recv()
	if recv == nil {
		return sig
	}
	params := []*types.Var{recv}
	for v := range sig.Params().Variables() {
		params = append(params, v)
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
}

func isContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && types.TypeString(named, nil) == "context.Context"
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// claims lists the names that users see, in the order of the file.
func (t *task) claims() []string {
	var list []string
	if len(t.params) > 1 {
		list = append(list, t.x+"Args")
	}
	if len(t.results) > 1 {
		list = append(list, t.x+"Result")
	}
	list = append(list, "Submit"+t.x, "Call"+t.x)
	if len(t.params) > 0 {
		list = append(list, "SubmitAll"+t.x, "Map"+t.x, "Stream"+t.x)
	}
	return list
}

// fill writes what does not depend on other tasks into the model.
func (t *task) fill(pkgPath string) {
	m := &t.model
	m.Func.Name, m.Doc = t.name, carried(t.decl.Doc)
	m.Context, m.Error, m.Values, m.Each = t.context, t.err, len(t.results), len(t.params) > 0
	m.Local, m.Executor = t.local, "Executor"
	if t.local {
		m.Executor = "Local"
	}
	m.Names = templates.Names{
		Submit: "Submit" + t.x, SubmitAll: "SubmitAll" + t.x, Call: "Call" + t.x,
		Map: "Map" + t.x, Stream: "Stream" + t.x,
	}
	m.ID, m.Retries, m.Timeout = t.id(pkgPath), t.retries, timeoutOf(t.timeout)
}

// shape is the canonical text of what crosses the wire.
func (t *task) shape(s *shaper) string {
	shape := "func(" + s.tuple(t.params) + ")"
	switch len(t.results) {
	case 0:
	case 1:
		shape += " " + s.tuple(t.results)
	default:
		shape += " (" + s.tuple(t.results) + ")"
	}
	if t.on != nil {
		shape = "(" + t.on.name + ") " + shape
	}
	return shape + layoutMark()
}

func timeoutOf(d time.Duration) *templates.Timeout {
	if d == 0 {
		return nil
	}
	for _, u := range []struct {
		unit time.Duration
		name string
	}{
		{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"},
		{time.Millisecond, "Millisecond"}, {time.Microsecond, "Microsecond"},
	} {
		if d%u.unit == 0 {
			return &templates.Timeout{N: int64(d / u.unit), Unit: u.name}
		}
	}
	return &templates.Timeout{N: int64(d), Unit: "Nanosecond"}
}

// groupFields returns the exported names of parameters or results, or the two
// that clash.
func groupFields(list []*types.Var, prefix string) (names []string, clash [2]*types.Var) {
	seen := map[string]*types.Var{}
	for i, v := range list {
		name := exportName(v.Name())
		if name == "" {
			name = prefix + strconv.Itoa(i)
		}
		if other, taken := seen[name]; taken {
			return nil, [2]*types.Var{other, v}
		}
		seen[name] = v
		names = append(names, name)
	}
	return names, clash
}
