package kitchen

import "testing"

// fuzz decodes what it is given as one of a family of kinds, which the first byte
// chooses. What can be decoded must come back as it is; nothing may panic, or
// allocate more than it is allowed to.
func fuzz(f *testing.F, family []kind) {
	for i, k := range family {
		m := newMaker(uint64(i))
		for range 3 {
			f.Add(append([]byte{byte(i)}, k.message(m, 200)...))
		}
	}
	var m meter
	f.Fuzz(func(t *testing.T, input []byte) {
		if len(input) == 0 {
			return
		}
		k, message := family[int(input[0])%len(family)], input[1:]
		var err error
		if spent := m.once(func() { err = k.try(message) }, allowed(len(message))); spent > allowed(len(message)) && !race {
			t.Fatalf("%s: %d bytes allocated for an input of %d, %d are allowed", k.name, spent, len(message), allowed(len(message)))
		}
		if err != nil {
			return
		}
		v, err := k.decode(message)
		if err != nil {
			t.Fatalf("%s: %v the second time", k.name, err)
		}
		if problem := k.comesBack(v); problem != "" {
			t.Fatal(k.name, ": ", problem)
		}
	})
}

// once measures f, and again only if it seems to allocate more than is allowed.
func (m *meter) once(f func(), allowed uint64) (spent uint64) {
	m.lap()
	f()
	if spent = m.lap(); spent > allowed {
		spent = m.least(f)
	}
	return spent
}

func FuzzG12_Words(f *testing.F) { fuzz(f, words) }

func FuzzG12_Numbers(f *testing.F) { fuzz(f, numbers) }

func FuzzG12_Structs(f *testing.F) { fuzz(f, structs) }

func FuzzG12_Lists(f *testing.F) { fuzz(f, lists) }

func FuzzG12_Maps(f *testing.F) { fuzz(f, maps) }

func FuzzG12_Trees(f *testing.F) { fuzz(f, trees) }

func FuzzG12_Generic(f *testing.F) { fuzz(f, generics) }

func FuzzG12_Foreign(f *testing.F) { fuzz(f, foreign) }

func FuzzG12_Marshaled(f *testing.F) { fuzz(f, marshaled) }

func FuzzG12_Errors(f *testing.F) { fuzz(f, failures) }

func FuzzG12_Unions(f *testing.F) { fuzz(f, unions) }

func FuzzG12_Heavy(f *testing.F) { fuzz(f, heavy) }

func FuzzG12_Sink(f *testing.F) { fuzz(f, sinks) }

func FuzzG12_Batches(f *testing.F) { fuzz(f, batches) }
