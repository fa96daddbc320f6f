package child

import (
	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
)

// Listing returns what this program has that a pool and its workers must have
// in common: what [runtime.Fingerprint] covers.
func Listing() (l frame.Listing) {
	for _, t := range runtime.Tasks() {
		l.Entries = append(l.Entries, frame.Entry{Kind: frame.TaskEntry, Name: t.Name, Shape: t.Shape})
	}
	for _, e := range runtime.RegisteredErrors() {
		l.Entries = append(l.Entries, frame.Entry{Kind: frame.ErrorEntry, Name: e.Name, Shape: e.Shape})
	}
	return l
}
