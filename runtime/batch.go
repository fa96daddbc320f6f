package runtime

import (
	"context"

	"github.com/offing-go/offing/runtime/wire"
)

// handleBatch is the BatchHandler of f. Arguments: whether to go on after a
// failure, then the items as a slice.
func (f *Func[A, R]) handleBatch(ctx context.Context, args *wire.Reader, buf []byte, emit func([]byte) error) error {
	goOn, items, err := f.readBatch(args)
	if err != nil {
		return err
	}
	start := len(buf)
	for _, arg := range items {
		if ctx.Err() != nil {
			return nil // the call was ended; nobody waits for the rest
		}
		v, err := f.protected(ctx, arg)
		reply := f.appendOutcome(buf, v, err)
		buf = reply[:start]
		if bad := emit(reply); bad != nil {
			return bad
		}
		if err != nil && !goOn {
			break
		}
	}
	return nil
}

// readBatch reads what a chunk appended.
func (f *Func[A, R]) readBatch(r *wire.Reader) (goOn bool, items []A, err error) {
	defer func() {
		if err != nil {
			err = &encodingError{"arguments", err}
		}
	}()
	defer recoverCodec(&err)
	goOn = r.Bool()
	f.ReadItems(r, wire.Lend(&items))
	return goOn, items, r.Finish()
}
