package codec

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"github.com/offing-go/offing/bench/internal/report"
)

func TestEveryoneDoesTheSameWork(t *testing.T) {
	for _, s := range shapes() {
		s.roundTrips(func(entrant string, same bool, err error) {
			if err != nil || !same {
				t.Errorf("%s, %s: the same is %v, error %v", s.name, entrant, same, err)
			}
		})
	}
}

// trait returns one of what the table says of a contender.
func trait(t *testing.T, contender string, column int) string {
	for _, a := range Group.About {
		if a.Contender == contender {
			return a.Traits[column]
		}
	}
	t.Fatalf("the table does not say what %s is", contender)
	return ""
}

func TestWhoKeepsTheZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	birth := time.Date(1972, 11, 25, 9, 30, 0, 7, berlin)
	for _, e := range []entrant[Person]{
		enter(ofOffing(taskTakePerson)), enter(msgpPerson), enterAs(vtPerson, personToVT, personFromVT),
		enter(ofMus("mus", musPerson{})), enter(ofMus("mus, aliasing", musAliasPerson{})),
		enter(ofCBOR[Person]), enter(ofJSON[Person]), enter(gobStream[Person]), enter(gobFresh[Person]),
	} {
		back, err := e.roundTrip(&Person{BirthDay: birth})
		if err != nil || !back.BirthDay.Equal(birth) {
			t.Errorf("%s: %v, error %v", e.name, back.BirthDay, err)
		}
		_, offset := back.BirthDay.Zone()
		got := "no"
		if offset == 3600 {
			got = "offset"
		}
		if back.BirthDay.Location().String() == berlin.String() {
			got = "yes"
		}
		if want := trait(t, e.name, 0); got != want {
			t.Errorf("%s keeps the zone: %s; the table says %s", e.name, got, want)
		}
	}
}

// hostile are a few bytes that claim to be much: as much as does harm, but not so
// much that a contender which believes them takes the test down.
var hostile = [][]byte{
	bytes.Repeat([]byte{0xff}, 5),
	{0x80, 0x80, 0x80, 0x02},                                     // a varint of 2^22
	{0x00, 0x00, 0x40, 0x00},                                     // the same in fixed width
	{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},       // a varint of the largest int
	{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x00, 0x00}, // the same in fixed width
	{0xdd, 0x00, 0x40, 0x00, 0x00},                               // MessagePack: an array of 2^22
	{0xdf, 0x00, 0x40, 0x00, 0x00},                               // MessagePack: a map
	{0xdb, 0xff, 0xff, 0xff, 0xff},                               // MessagePack: a string
	{0x9a, 0x00, 0x40, 0x00, 0x00},                               // CBOR: an array of 2^22
	{0xba, 0x00, 0x40, 0x00, 0x00},                               // CBOR: a map
	{0x0a, 0xff, 0xff, 0xff, 0x7f},                               // protobuf: a field of 2^28 bytes
	{0xfc, 0x7f, 0xff, 0xff, 0xff},                               // gob: a message of 2^31 bytes
}

// harmful reports whether read panics, or allocates far more than it was given.
// The bound is generous: gob and io.ReadAll have steps of megabytes.
func harmful(read func([]byte) error, b []byte) (harm bool) {
	defer func() { harm = harm || recover() != nil }()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	read(bytes.Clone(b))
	runtime.ReadMemStats(&after)
	return after.TotalAlloc-before.TotalAlloc > 16<<20
}

func TestWhoIsSafe(t *testing.T) {
	harmed := map[string]bool{}
	for _, s := range shapes() {
		s.reads(func(entrant string, read func([]byte) error) {
			for _, b := range hostile {
				if harmful(read, b) {
					harmed[entrant] = true
					t.Logf("%s, %s: harmed by % x", s.name, entrant, b)
				}
			}
		})
	}
	for _, a := range Group.About {
		if says := trait(t, a.Contender, 1) == "yes"; says == harmed[a.Contender] {
			t.Errorf("%s: the table says safe=%v, a few bytes say %v", a.Contender, says, !harmed[a.Contender])
		}
	}
}

// Everybody who calls himself safe copies what he decodes.
func TestWhoAliases(t *testing.T) {
	v := []string{"a string that is long enough"}
	for _, m := range []maker[[]string]{
		ofOffing(taskTakeStrings), msgpOfStrings, ofMus("mus", musStrings), ofMus("mus, aliasing", musAliasStrings),
		ofCBOR[[]string], ofJSON[[]string], gobStream[[]string], gobFresh[[]string],
	} {
		c := m()
		b := c.encode(nil, &v)
		back, err := c.decode(b)
		if err != nil {
			t.Fatal(c.name, err)
		}
		clear(b)
		if aliases := back[0] != v[0]; aliases != (c.name == "mus, aliasing") {
			t.Errorf("%s: aliases is %v", c.name, aliases)
		}
	}
}

func TestAboutHasEveryContender(t *testing.T) {
	for _, w := range Group.Works(true) {
		for _, c := range w.Open() {
			trait(t, c.Name, 0)
		}
		for _, target := range w.Targets {
			if target.Figure == report.Ratio {
				trait(t, target.Against, 0)
			}
		}
	}
}
