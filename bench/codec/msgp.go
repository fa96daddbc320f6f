package codec

// msgp is called as its users call it, on a variable of the concrete type. A
// generic function around it would move the variable to the heap, at msgp's cost.

var (
	msgpPerson = stateless("msgp",
		func(b []byte, v *Person) []byte { return msgpDone(v.MarshalMsg(b)) },
		func(b []byte) (v Person, err error) { _, err = v.UnmarshalMsg(b); return v, err })

	msgpSmall = stateless("msgp",
		func(b []byte, v *Small) []byte { return msgpDone(v.MarshalMsg(b)) },
		func(b []byte) (v Small, err error) { _, err = v.UnmarshalMsg(b); return v, err })

	msgpOrder = stateless("msgp",
		func(b []byte, v *Order) []byte { return msgpDone(v.MarshalMsg(b)) },
		func(b []byte) (v Order, err error) { _, err = v.UnmarshalMsg(b); return v, err })

	msgpOfFloats = stateless("msgp",
		func(b []byte, v *[]float64) []byte { return msgpDone(msgpFloats(*v).MarshalMsg(b)) },
		func(b []byte) ([]float64, error) {
			var v msgpFloats
			_, err := v.UnmarshalMsg(b)
			return v, err
		})

	msgpOfStrings = stateless("msgp",
		func(b []byte, v *[]string) []byte { return msgpDone(msgpStrings(*v).MarshalMsg(b)) },
		func(b []byte) ([]string, error) {
			var v msgpStrings
			_, err := v.UnmarshalMsg(b)
			return v, err
		})

	msgpOfCounts = stateless("msgp",
		func(b []byte, v *map[string]int) []byte { return msgpDone(msgpCounts(*v).MarshalMsg(b)) },
		func(b []byte) (map[string]int, error) {
			var v msgpCounts
			_, err := v.UnmarshalMsg(b)
			return v, err
		})
)

func msgpDone(b []byte, err error) []byte {
	must(err)
	return b
}
