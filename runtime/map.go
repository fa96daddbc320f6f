package runtime

import (
	"context"
	"errors"
	"slices"
)

// Map calls f for each item on ex, in parallel, and returns the results in the
// order of the items. It waits until all is done, or until the first failure:
// items that have not started then never do, those that run are canceled, and
// the error is an *[ItemError]. With [ContinueOnError] every item runs and the
// error joins the failures. If ctx ends first, the error is a *[TaskError] that
// wraps [ErrCanceled] or [ErrTimeout] and the cause of ctx.
//
// After a failure tasks may still be running, on the items they were given.
//
// On a [Pool], and if ctx cannot end, Map also runs items where its caller is, in a
// slot of the pool, once they have turned out short. See there for what that means for
// a task that calls runtime.Goexit. A failure elsewhere then waits for the item that
// runs here.
//
// It is for generated code only; programs call MapX.
func Map[A, R any](ctx context.Context, ex Executor, f *Func[A, R], items []A, opts ...MapOption) ([]R, error) {
	o := mapOptions{total: len(items)}
	if err := o.apply(opts); err != nil {
		return nil, err
	}
	o.unordered = true // a failure counts as soon as it is known
	inner, cancel := context.WithCancelCause(ctx)
	d := newFeed(inner, ex, f, o)
	defer d.stop(cancel)
	results := make([]R, len(items))
	d.pull = func(n int) ([]A, []R) {
		if n = min(n, len(items)-d.pulled); o.chunk == 0 {
			n = min(n, d.share(len(items)-d.pulled))
		}
		from := d.pulled
		d.ended = from+n == len(items)
		return items[from : from+n], results[from : from+n : from+n]
	}
	d.invite(ctx)
	errs, err := d.collect()
	switch {
	case err != nil:
		return nil, err
	case len(errs) == 0:
		return results, nil
	case o.goOn:
		return d.final(results), errors.Join(errs...)
	}
	return nil, errs[0]
}

// final returns the results that nobody writes any more. A chunk that was
// canceled may still be running, and its task writes where results point.
func (d *feed[A, R]) final(results []R) []R {
	if len(d.torn) == 0 {
		return results
	}
	slices.SortFunc(d.torn, func(a, b span) int { return a.first - b.first })
	kept, from := make([]R, len(results)), 0
	for _, s := range append(d.torn, span{len(results), 0}) {
		copy(kept[from:s.first], results[from:s.first])
		from = s.first + s.n
	}
	return kept
}

// share bounds a chunk so that the end of the input is spread evenly: half of
// an equal share of what is left, as in guided self-scheduling (Polychronopoulos
// and Kuck, 1987), but not below an eighth of the size that the pace asks for.
func (d *feed[A, R]) share(left int) int {
	return min(left, max(left/d.room, d.size/8)+1)
}

// collect takes outcomes to the end, or to the first failures. The errors are
// in order of the items.
func (d *feed[A, R]) collect() (errs []error, err error) {
	for {
		out, ok, err := d.next()
		if err != nil || !ok {
			sortByIndex(errs)
			return errs, err
		}
		errs = out.appendErrors(errs)
		if len(errs) > 0 && !d.opts.goOn {
			return errs[:1], nil
		}
	}
}

// appendErrors appends the failures, each with the index of its item.
func (out *outcome[R]) appendErrors(errs []error) []error {
	for i, err := range out.errs {
		if err != nil {
			errs = append(errs, &ItemError{Index: out.first + i, Err: err})
		}
	}
	return errs
}
