package kitchen

// A Failure has errors among its fields.
type Failure struct {
	Code   uint8
	Err    error
	Others []error
	byName map[string]error
	small  map[uint8]error
	Ref    *error
}

// EchoError returns v.
//
//offing:task
func EchoError(v error) error { return v }

// EchoFailure returns v.
//
//offing:task
func EchoFailure(v Failure) Failure { return v }

// Explain returns an error that is a result and not the task's own.
//
//offing:task
func Explain(err error, code int16) (error, int16) { return err, code }
