package child

import (
	"math"
	"strings"
	"testing"
)

func TestMarkerIsReadAsItWasWritten(t *testing.T) {
	for _, m := range []Marker{
		{},
		{Limit: math.MaxInt, Tasks: 3, Results: 4, Control: 5, Lifeline: 6, Direct: 7, Board: 8, Lanes: 9, Ballast: true, Fingerprint: math.MaxUint64},
	} {
		if got, err := parseMarker(m.String()); got != m || err != nil {
			t.Errorf("%q became %+v, %v", m, got, err)
		}
	}
	good := Marker{Lanes: 1}.String()
	for _, bad := range []string{"", "5", good + " 1", good + " ", good[:len(good)-2], strings.Replace(good, "5", "4", 1), good[:len(good)-1] + "-1", good[:len(good)-1] + "x"} {
		if got, err := parseMarker(bad); err == nil {
			t.Errorf("%q became %+v", bad, got)
		}
	}
}
