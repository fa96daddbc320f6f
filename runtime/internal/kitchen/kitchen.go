// Package kitchen is a kitchen sink of every kind of value that crosses to
// another process. Its codecs are generated, and its tests hold them to the
// promises of package wire: what goes in comes out, and no input makes a codec
// panic or allocate much (guarantee G12).
//
// A task here returns what it is given, and there is one for each kind: messages
// stay short enough to damage every byte of them. [Sink] has all kinds in one.
package kitchen

//go:generate go tool offing
