package child

import (
	"os"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
)

// hello sends who this worker is, and to a pool that has other tasks also which
// this one has. It returns how many bytes that is.
func hello(results *os.File, m Marker) (int, error) {
	own := runtime.Fingerprint()
	b := frame.Greeting{Version: frame.Version, Fingerprint: own}.Append(frame.Begin(nil))
	if own != m.Fingerprint {
		b = Listing().Append(b, m.Limit-len(b))
	}
	if err := frame.Finish(b, frame.Header{Kind: frame.Hello}, m.Limit); err != nil {
		return 0, err
	}
	return results.Write(b)
}
