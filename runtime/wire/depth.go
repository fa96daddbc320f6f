package wire

import (
	"errors"
	"fmt"
)

// MaxDepth is how deep values of recursive types may be inside each other, as
// many levels as encoding/json has. A stack would not overflow for long after
// that, but a value that leads back to itself has no end. Where a codec needs much
// stack, since large elements of a map are in variables, a value counts as several
// levels: one for every four kilobytes, as the generator has it.
const MaxDepth = 10_000

// ErrDepth is the error of a codec for a value that is deeper.
var ErrDepth = errors.New("nested deeper than 10000 levels, or in a circle")

// MaxErrorDepth is how many errors may be inside each other. Chains are short,
// and what reads errors goes deeper for each.
const MaxErrorDepth = 64

// Enter must be called before a value of a recursive type is read, and Leave
// after it. It reports false where it would be too deep, which is a failure; Leave
// must not be called then.
func (r *Reader) Enter() bool {
	if r.depth == MaxDepth {
		r.Fail(fmt.Sprintf("nested deeper than %d levels", MaxDepth))
		return false
	}
	r.depth++
	return true
}

// Leave ends what Enter began.
func (r *Reader) Leave() { r.depth-- }

// EnterLevels is [Reader.Enter] for a value that counts as n levels, and LeaveLevels
// ends it.
func (r *Reader) EnterLevels(n int) bool {
	if int(r.depth)+n > MaxDepth {
		r.Fail(fmt.Sprintf("nested deeper than %d levels, of which a large value is %d", MaxDepth, n))
		return false
	}
	r.depth += int16(n)
	return true
}

// LeaveLevels ends what EnterLevels began.
func (r *Reader) LeaveLevels(n int) { r.depth -= int16(n) }

// EnterError is [Reader.Enter] for an error, and LeaveError ends it. Errors have
// a count of their own, for all that are being read around this one, however many
// codecs of other values are in between.
func (r *Reader) EnterError() bool {
	if r.errors == MaxErrorDepth {
		r.Fail(fmt.Sprintf("errors nested deeper than %d levels", MaxErrorDepth))
		return false
	}
	r.errors++
	return true
}

// LeaveError ends what EnterError began.
func (r *Reader) LeaveError() { r.errors-- }
