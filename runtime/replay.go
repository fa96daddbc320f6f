package runtime

import (
	"context"
	"fmt"

	"github.com/offing-go/offing/runtime/wire"
)

// replay is Task.Replay of f.
func (f *Func[A, R]) replay(ctx context.Context, args []byte, item int) (result string, err error) {
	r := wire.NewReader(args)
	goOn := item >= 0 && r.Bool()
	return f.replayRest(ctx, goOn, &r, item)
}

// replayRest is replay after the first argument of a batch.
func (f *Func[A, R]) replayRest(ctx context.Context, goOn bool, args *wire.Reader, item int) (result string, err error) {
	arg, err := f.readOne(goOn, args, item)
	if err != nil {
		return "", err
	}
	v, err := f.Call(ctx, arg)
	return fmt.Sprintf("%+v", v), err
}

// readOne reads the argument of a call, or that of an item of a batch.
func (f *Func[A, R]) readOne(goOn bool, r *wire.Reader, item int) (arg A, err error) {
	if item < 0 {
		if arg, err = f.readArg(r); err != nil {
			return arg, &encodingError{"arguments", err}
		}
		return arg, nil
	}
	b := batchRun[A, R]{f: f, goOn: goOn}
	if err = b.read(r); err == nil && item >= len(b.items) {
		err = fmt.Errorf("no item %d: the batch has %d, and all of them had returned", item, len(b.items))
	}
	if err != nil {
		return arg, err
	}
	return b.items[item], nil
}
