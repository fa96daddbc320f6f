package kitchen

import (
	"reflect"
	"slices"
)

// crowds are values that take much more in memory than on the wire, as far as
// random ones do not.
var crowds = map[string]reflect.Value{
	"Slices":    variable(reflect.ValueOf(Slices{Maps: slices.Repeat([]map[string]string{{"": ""}}, 300)})),
	"Instances": variable(reflect.ValueOf(Instances{Boxed: Pair[[2]uint8, Box[map[string]bool]]{value: Box[map[string]bool]{more: slices.Repeat([]map[string]bool{{"": true}}, 300)}}})),
	"Team":      variable(reflect.ValueOf(chainOfCommand(300))),
}

// chainOfCommand returns a team that is led by one that is led by one.
func chainOfCommand(n int) (t *Team) {
	for range n {
		t = &Team{lead: &Person{Team: t}}
	}
	return t
}

// crowded returns a message of many small things, and some of its truncations.
func crowded(k kind, m maker) inputs {
	m.crowd = true
	v, ok := crowds[k.name]
	if !ok {
		v = k.random(m)
	}
	message, err := k.encode(nil, v)
	if err != nil {
		panic(k.name + ": " + err.Error())
	}
	const parts = 20
	return inputs{parts + 1, func(i int) []byte { return message[:len(message)*i/parts] }}
}
