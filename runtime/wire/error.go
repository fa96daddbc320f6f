package wire

// Error is Go's error. It is for generated code in a package that declares another
// type of that name.
type Error = error
