package gen

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/offing-go/offing/templates"
)

// A rendering is a generated file in parts, and how far they are texts.
type rendering struct {
	model     templates.Package
	parts     []templates.Part
	keys      []digest
	fragments []templates.Fragment
	errs      []error
}

// rendered are fragments by the keys of their parts. A run adds what it renders, so
// that neither another run of the same call nor the next call of Generate renders it
// again.
type rendered map[digest]templates.Fragment

// newRendering takes what is rendered already from old ones.
func newRendering(model templates.Package, old rendered) *rendering {
	r := &rendering{model: model, parts: templates.Parts(model)}
	r.fragments = make([]templates.Fragment, len(r.parts))
	r.errs = make([]error, len(r.parts))
	r.keys = keysOf(model, r.parts)
	for i, key := range r.keys {
		if key != (digest{}) {
			r.fragments[i] = old[key]
		}
	}
	return r
}

// keysOf returns the keys of the parts of model. What several parts are made of, as all
// of a task are, is looked at once, and by all processors.
func keysOf(model templates.Package, parts []templates.Part) []digest {
	var list []any
	at := make(map[any]int, len(parts))
	for _, p := range parts {
		if _, ok := at[p.Of]; !ok {
			at[p.Of] = len(list)
			list = append(list, p.Of)
		}
	}
	digests := make([]digest, len(list))
	share := max(len(list)/runtime.GOMAXPROCS(0)+1, digestsApart)
	var wg sync.WaitGroup
	for start := 0; start < len(list); start += share {
		wg.Go(func() {
			d := newDigester(model)
			for i := start; i < min(start+share, len(list)); i++ {
				digests[i] = d.of(reflect.ValueOf(list[i]))
			}
		})
	}
	wg.Wait()
	keys := make([]digest, len(parts))
	for i, p := range parts {
		keys[i] = digests[at[p.Of]].in(p.Section)
	}
	return keys
}

// digestsApart is how many digests are worth a goroutine of their own.
const digestsApart = 100

// render does what is left to do of several files, on all processors.
func render(list []*rendering, done rendered) error {
	type job struct {
		of *rendering
		i  int
	}
	var jobs []job
	for _, r := range list {
		for i := range r.parts {
			if r.fragments[i].Text == nil {
				jobs = append(jobs, job{r, i})
			}
		}
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)/jobsApart+1) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(jobs)); i = next.Add(1) - 1 {
				r, i := jobs[i].of, jobs[i].i
				r.fragments[i], r.errs[i] = r.parts[i].Render(r.model)
			}
		})
	}
	wg.Wait()
	for _, j := range jobs {
		if err := j.of.errs[j.i]; err != nil {
			reason, _, _ := strings.Cut(err.Error(), "\n")
			return fmt.Errorf("package %s: the generated file does not parse, please report it: %s", j.of.model.Path, reason)
		}
		done[j.of.keys[j.i]] = j.of.fragments[j.i]
	}
	return nil
}

// jobsApart is how many parts are worth a goroutine of their own.
const jobsApart = 8

// text returns the file, nil for none.
func (r *rendering) text() []byte {
	if r == nil {
		return nil
	}
	return templates.Join(r.model, r.parts, r.fragments)
}
