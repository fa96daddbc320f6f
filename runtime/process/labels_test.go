//go:build unix

package process_test

import (
	"context"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime/process"
)

// worn returns the labels of the goroutine that runs it, as the goroutine profile
// prints them, plainly and then inside pprof.Do.
var worn = onBytes(named("Worn"), func(ctx context.Context, _ []byte) ([]byte, error) {
	plain := wornLabels()
	pprof.Do(ctx, pprof.Labels("step", "1"), func(context.Context) { plain += " " + wornLabels() })
	return []byte(plain), nil
})

func wornLabels() string {
	var profile strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		return err.Error()
	}
	for _, group := range strings.Split(profile.String(), "\n\n") {
		if _, after, ok := strings.Cut(group, "# labels: "); ok && strings.Contains(group, "wornLabels") {
			labels, _, _ := strings.Cut(after, "\n")
			return labels
		}
	}
	return "none"
}

func TestWorkerProcessesCarryLabels(t *testing.T) {
	const want = `{"task":"process_test.Worn"} {"step":"1", "task":"process_test.Worn"}`
	p := newPool(t, process.Config{Name: "crew", Workers: 1})
	for range 2 {
		if got := string(must(t, p, worn, nil)); got != want {
			t.Errorf("labels %s, want %s", got, want)
		}
		must(t, p, square, 3)
	}
}

func TestInProcessPoolsCarryLabels(t *testing.T) {
	const want = `{"pool":"crew", "task":"process_test.Worn"} {"pool":"crew", "step":"1", "task":"process_test.Worn"}`
	if got := string(must(t, inProcessPool(t, process.Config{Name: "crew"}), worn, nil)); got != want {
		t.Errorf("labels %s, want %s", got, want)
	}
}
