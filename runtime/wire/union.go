package wire

import "fmt"

// Unlisted is the error of a codec for a value of an interface whose type is not
// one of the union's.
func Unlisted[T any](union string, v T) error {
	return fmt.Errorf("%T is none of the types that %s may hold; list it in //offing:union of %[2]s, and generate again", v, union)
}

// Unlisted fails for the number of a type that the union does not have.
func (r *Reader) Unlisted(union string, number uint16) {
	r.Fail(fmt.Sprintf("type %d of %s", number, union))
}
