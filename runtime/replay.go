package runtime

import (
	"context"
	"fmt"

	"github.com/offing-go/offing/runtime/wire"
)

// replay is Task.Replay of f.
func (f *Func[A, R]) replay(ctx context.Context, args []byte, item int) (result string, err error) {
	arg, err := f.readOne(args, item)
	if err != nil {
		return "", err
	}
	v, err := f.Call(ctx, arg)
	return fmt.Sprintf("%+v", v), err
}

// readOne reads the argument of a call, or that of an item of a batch.
func (f *Func[A, R]) readOne(args []byte, item int) (arg A, err error) {
	r := wire.NewReader(args)
	if item < 0 {
		if arg, err = f.readArg(&r); err != nil {
			return arg, &encodingError{"arguments", err}
		}
		return arg, nil
	}
	_, items, err := f.readBatch(&r)
	if err == nil && item >= len(items) {
		err = fmt.Errorf("no item %d: the batch has %d, and all of them had returned", item, len(items))
	}
	if err != nil {
		return arg, err
	}
	return items[item], nil
}
