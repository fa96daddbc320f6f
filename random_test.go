package offing_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// A typeMaker makes random types that can cross a process.
type typeMaker struct {
	*rand.Rand
	decls []string
}

var atoms = strings.Fields("bool int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr float32 " +
	"float64 complex64 complex128 string byte rune time.Time time.Duration time.Month")

// declare gives a type a name. Not time.Time: its fields would then be those of
// a type of our own, and are hidden.
func (m *typeMaker) declare(t string) string {
	if t == "time.Time" {
		return t
	}
	name := fmt.Sprintf("%c%d", "Tt"[m.IntN(2)], len(m.decls))
	m.decls = append(m.decls, "type "+name+" "+t)
	return name
}

func (m *typeMaker) key(depth int) string {
	switch m.IntN(6) {
	case 0:
		return fmt.Sprintf("[%d]%s", m.IntN(3), m.key(depth))
	case 1:
		return m.declare(m.key(depth))
	case 2:
		if depth > 0 {
			return "struct{ K " + m.key(depth-1) + "; l " + m.key(depth-1) + " }"
		}
	}
	return atoms[m.IntN(12)] // no floats: NaN is no equal key
}

func (m *typeMaker) make(depth int) string {
	if depth <= 0 {
		return atoms[m.IntN(len(atoms))]
	}
	switch m.IntN(11) {
	case 0:
		return "*" + m.make(depth-1)
	case 1:
		return "[]" + m.make(depth-1)
	case 2:
		return fmt.Sprintf("[%d]%s", m.IntN(4), m.make(depth-1))
	case 3:
		return "map[" + m.key(1) + "]" + m.make(depth-1)
	case 4, 5, 6:
		return m.declare(m.make(depth - 1))
	case 7:
		return m.structure(depth)
	case 8:
		return m.declare(m.structure(depth))
	case 9:
		return "Pair[" + m.make(depth-2) + ", " + m.make(depth-2) + "]"
	}
	return atoms[m.IntN(len(atoms))]
}

func (m *typeMaker) structure(depth int) string {
	var fields []string
	for i := range m.IntN(4) {
		fields = append(fields, fmt.Sprintf("%c%d %s", "Ff"[m.IntN(2)], i, m.make(depth-1)))
	}
	return "struct{ " + strings.Join(fields, "; ") + " }"
}

// forms are the signatures that random types go into.
var forms = []string{
	"(v %[1]s) (x %[1]s, y %[2]s)",
	"(v %[1]s, _ %[2]s) (%[1]s, %[2]s)",
	"(ctx context.Context, v ...%[1]s) (x %[1]s, err error)",
	"(ctx context.Context, w %[2]s, v ...%[1]s) (x, y %[2]s, err error)",
}

// program returns a package of random tasks and a test of their codecs.
func (m *typeMaker) program(t *testing.T, tasks int) (source, test string) {
	var code, checks strings.Builder
	for i := range tasks {
		signature := fmt.Sprintf(forms[i%len(forms)], m.make(5), m.make(4))
		fmt.Fprintf(&code, "//offing:task future=Future%d\nfunc Echo%d%s { panic(0) }\n\n", i, i, signature)
		fmt.Fprintf(&checks, "\tcheck(t, taskEcho%[1]d.AppendArg, taskEcho%[1]d.ReadArg)\n\tcheck(t, taskEcho%[1]d.AppendItems, taskEcho%[1]d.ReadItems)\n"+
			"\tcheck(t, taskEcho%[1]d.AppendResult, taskEcho%[1]d.ReadResult)\n", i)
	}
	source = "package random\n\nimport (\n\t\"context\"\n\t\"time\"\n)\n\nvar (\n\t_ context.Context\n\t_ time.Time\n)\n\n" +
		"type Pair[A, B any] struct {\n\tA A\n\tb B\n\tc []A\n}\n\n" + strings.Join(m.decls, "\n") + "\n\n" + code.String()
	return source, strings.Replace(checkSource, "FILL", fillSource(t), 1) + checks.String() + "}\n"
}

// fillSource is what the fixture "types" fills values with.
func fillSource(t *testing.T) string {
	archive, err := txtar.ParseFile("gen/testdata/ok/types.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if f.Name == "roundtrip_test.go" {
			_, text, _ := strings.Cut(string(f.Data), "// fill gives")
			text, _, _ = strings.Cut(text, "func TestRoundTrip")
			return "// fill gives" + text
		}
	}
	t.Fatal("the fixture has no round trip")
	return ""
}

const checkSource = `package random

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
	"unsafe"

	"github.com/offing-go/offing/runtime/wire"
)

FILL
func check[T any](t *testing.T, encode func([]byte, T) ([]byte, error), decode func(*wire.Reader, *T)) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var v T
		fill(r, reflect.ValueOf(&v).Elem())
		b, err := encode(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		reader := wire.NewReader(b)
		var got T
		decode(&reader, &got)
		if err := reader.Finish(); err != nil || !reflect.DeepEqual(got, v) {
			t.Fatalf("%T: %v\n%+v\n%+v", v, err, got, v)
		}
		for n := range min(len(b), 50) {
			reader := wire.NewReader(b[:n])
			if decode(&reader, new(T)); reader.Finish() == nil {
				t.Fatalf("%T: %d of %d bytes are enough", v, n, len(b))
			}
		}
		for range 20 {
			bad := append([]byte(nil), b...)
			bad[r.IntN(len(bad))] ^= byte(r.Uint32())
			reader := wire.NewReader(bad)
			decode(&reader, new(T))
		}
	}
}

func TestAll(t *testing.T) {
`
