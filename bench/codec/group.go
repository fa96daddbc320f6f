package codec

import (
	"reflect"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
)

// Group is the work of this package.
var Group = report.Group{
	Name:      "codec",
	Title:     "Encoding and decoding one value, processor time",
	Processor: true,
	Traits:    []string{"keeps the zone of a time", "safe on hostile input", "how"},
	About: []report.About{
		{Contender: "offing", Traits: []string{"yes", "yes", "generated"}},
		{Contender: "msgp", Traits: []string{"no", "no: allocates what a count says, unless given a limit", "generated"}},
		{Contender: "vtproto", Traits: []string{"no", "yes", "generated; messages of its own, with pointers"}},
		{Contender: "mus", Traits: []string{"no", "no: panics", "written by hand; varints, strings copied"}},
		{Contender: "mus, aliasing", Traits: []string{"no", "no: panics", "written by hand; strings share the message"}},
		{Contender: "cbor", Traits: []string{"offset", "yes", "reflection"}},
		{Contender: "json", Traits: []string{"offset", "yes", "reflection"}},
		{Contender: "gob, stream", Traits: []string{"offset", "yes", "reflection; types sent once, before"}},
		{Contender: "gob, fresh", Traits: []string{"offset", "yes", "reflection; types in each message"}},
	},
	Works: func(bool) (works []report.Work) {
		for _, s := range shapes() {
			works = append(works, s.encode, s.decode)
		}
		return works
	},
}

// The targets for the public struct.
var (
	encodeTargets = []report.Target{
		{Figure: report.Allocs, AtMost: 0},
		{Figure: report.Ratio, Against: "msgp", AtMost: 1.2},
		{Figure: report.Ratio, Against: "vtproto", AtMost: 1.2},
		{Figure: report.Ratio, Against: "mus", AtMost: 1.2},
		{Figure: report.Ratio, Against: "gob, stream", AtMost: 1.0 / 10},
		{Figure: report.Ratio, Against: "gob, fresh", AtMost: 1.0 / 30},
	}
	decodeTargets = []report.Target{
		{Figure: report.Ratio, Against: "mus", AtMost: 1},
		{Figure: report.Ratio, Against: "gob, stream", AtMost: 1.0 / 10},
		{Figure: report.Ratio, Against: "gob, fresh", AtMost: 1.0 / 30},
	}
)

// A shape is values of one type and what is done with them.
type shape struct {
	name           string
	encode, decode report.Work

	// What tests need, for each entrant.
	roundTrips func(done func(entrant string, same bool, err error))
	reads      func(visit func(entrant string, read func([]byte) error))
}

func shapes() []shape {
	people := shapeOf("person", many(1000, person),
		enter(ofOffing(taskTakePerson)), enter(msgpPerson), enterAs(vtPerson, personToVT, personFromVT),
		enter(ofMus("mus", musPerson{})), enter(ofMus("mus, aliasing", musAliasPerson{})))
	people.encode.Targets, people.decode.Targets = encodeTargets, decodeTargets
	return []shape{
		people,
		shapeOf("small struct", many(1000, small),
			enter(ofOffing(taskTakeSmall)), enter(msgpSmall), enterAs(vtSmall, smallToVT, smallFromVT),
			enter(ofMus("mus", musSmall{})), enter(ofMus("mus, aliasing", musAliasSmall{}))),
		shapeOf("order", many(1000, order),
			enter(ofOffing(taskTakeOrder)), enter(msgpOrder), enterAs(vtOrder, orderToVT, orderFromVT),
			enter(ofMus("mus", musOrder{})), enter(ofMus("mus, aliasing", musAliasOrder{}))),
		shapeOf("1,024 float64", many(4, floats),
			enter(ofOffing(taskTakeFloats)), enter(msgpOfFloats), enterAs(vtFloats, floatsToVT, floatsFromVT),
			enter(ofMus("mus", musFloats)), enter(ofMus("mus, aliasing", musAliasFloats))),
		shapeOf("1,000 strings", many(4, texts),
			enter(ofOffing(taskTakeStrings)), enter(msgpOfStrings), enterAs(vtStrings, stringsToVT, stringsFromVT),
			enter(ofMus("mus", musStrings)), enter(ofMus("mus, aliasing", musAliasStrings))),
		shapeOf("map of 1,000", many(4, counts),
			enter(ofOffing(taskTakeCounts)), enter(msgpOfCounts), enterAs(vtCounts, countsToVT, countsFromVT),
			enter(ofMus("mus", musCounts)), enter(ofMus("mus, aliasing", musAliasCounts))),
	}
}

// shapeOf adds the entrants that take any type.
func shapeOf[T any](name string, values []T, entrants ...entrant[T]) shape {
	entrants = append(entrants, enter(ofCBOR[T]), enter(ofJSON[T]), enter(gobStream[T]), enter(gobFresh[T]))
	return shape{
		name:   name,
		encode: workOf("encode "+name, values, entrants, func(e entrant[T]) func([]T) rounds.Case { return e.encode }),
		decode: workOf("decode "+name, values, entrants, func(e entrant[T]) func([]T) rounds.Case { return e.decode }),
		roundTrips: func(done func(string, bool, error)) {
			for _, e := range entrants {
				for i := range values {
					back, err := e.roundTrip(&values[i])
					done(e.name, same(values[i], back), err)
				}
			}
		},
		reads: func(visit func(string, func([]byte) error)) {
			for _, e := range entrants {
				visit(e.name, e.read)
			}
		},
	}
}

func workOf[T any](name string, values []T, entrants []entrant[T], direction func(entrant[T]) func([]T) rounds.Case) report.Work {
	return report.Work{Name: name, Per: 1, Open: func() (all []report.Contender) {
		for _, e := range entrants {
			all = append(all, report.Contender{Case: direction(e)(values), Wire: e.length(values)})
		}
		return all
	}}
}

// same compares values; times are the same if the instant is, as not everybody
// keeps the zone.
func same[T any](a, b T) bool {
	if p, ok := any(a).(Person); ok {
		q := any(b).(Person)
		if !p.BirthDay.Equal(q.BirthDay) {
			return false
		}
		p.BirthDay = q.BirthDay
		return p == q
	}
	return reflect.DeepEqual(a, b)
}
