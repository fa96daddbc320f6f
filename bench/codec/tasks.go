// Package codec measures how values are encoded and decoded: offing's generated
// codecs beside encoding/gob, encoding/json and libraries that are known to be
// fast. All of them get the same values, encode into a buffer that is used again,
// and decode into a fresh value.
package codec

//go:generate go tool offing

// TakePerson is here for the codec of its parameter, as all tasks below.
//
//offing:task
func TakePerson(p Person) {}

// TakeSmall takes a Small.
//
//offing:task
func TakeSmall(s Small) {}

// TakeOrder takes an Order.
//
//offing:task
func TakeOrder(o Order) {}

// TakeFloats takes numbers.
//
//offing:task
func TakeFloats(f []float64) {}

// TakeStrings takes strings.
//
//offing:task
func TakeStrings(s []string) {}

// TakeCounts takes a map.
//
//offing:task
func TakeCounts(m map[string]int) {}
