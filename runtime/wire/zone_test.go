package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestTimesKeepTheirZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("this machine has no zone database")
	}
	for _, v := range []time.Time{
		{}, time.Unix(1, 2).UTC(), time.Unix(1e9, 999999999), time.Unix(-1e10, 5).In(berlin),
		time.Unix(3e9, 0).In(berlin), time.Unix(3e9, 0).In(time.FixedZone("here", -3600)), time.Unix(0, 0).In(time.FixedZone("", 60)),
		time.Unix(0, 0).In(time.FixedZone("UTC", 3600)), time.Unix(0, 0).In(time.FixedZone("week", 7*24*3600)),
	} {
		r := NewReader(AppendTime(nil, v))
		got := r.Time()
		if !got.Equal(v) || got.String() != v.String() || got.Location().String() != v.Location().String() || r.Finish() != nil {
			t.Errorf("%v became %v, %v", v, got, r.Err())
		}
	}
	for _, v := range []time.Time{time.Now().UTC(), time.Now().Local(), time.Unix(0, 0).In(time.FixedZone("Local", 5))} {
		r := NewReader(AppendTime(nil, v))
		got := r.Time()
		if own := v.Location() == time.Local || v.Location() == time.UTC; own != (got.Location() == v.Location()) || own && len(AppendTime(nil, v)) != timeSize {
			t.Errorf("the zone of %v became %v", v, got)
		}
	}
	r := NewReader(AppendTime(nil, time.Time{}))
	if got := r.Time(); got != (time.Time{}) {
		t.Errorf("the zero time became %#v", got)
	}
}

// sent returns a time as it arrives.
func sent(t *testing.T, v time.Time) time.Time {
	t.Helper()
	r := NewReader(AppendTime(nil, v))
	got := r.Time()
	if err := r.Finish(); err != nil || !got.Equal(v) {
		t.Fatalf("%v became %v, %v", v, got, err)
	}
	return got
}

// named is a time as a sender encodes it that says of a zone that it is in the database.
func named(zone string, offset int32) []byte {
	return AppendString(AppendInt32(AppendUint32(AppendInt64(nil, 0), lookedUp), offset), zone)
}

// forgetZones makes zones empty, now and after the test.
func forgetZones(t testing.TB) {
	forget := func() {
		zones.known.Clear()
		zones.hits.Store(0)
		zones.misses.Store(0)
		zones.next.Store(0)
	}
	forget()
	t.Cleanup(forget)
}

func load(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Skip("this machine has no zone database")
	}
	return zone
}

// Half a year later a fixed zone has the offset that it had, and one of the database
// the other one, whatever their names are.
func TestZonesAreWhatTheyWere(t *testing.T) {
	forgetZones(t)
	january := time.Unix(1_768_478_400, 0)
	for _, zone := range []*time.Location{
		time.FixedZone("CET", 3600), time.FixedZone("EST", -5*3600), time.FixedZone("Europe/Berlin", 3600),
		load(t, "CET"), load(t, "Europe/Berlin"), load(t, "EST"), load(t, "GMT"), load(t, "Etc/GMT+5"),
	} {
		v := january.In(zone)
		got := sent(t, v)
		for _, months := range []int{0, 6, -12 * 90} {
			want, is := v.AddDate(0, months, 0).String(), got.AddDate(0, months, 0).String()
			if want != is || got.Location().String() != zone.String() {
				t.Errorf("%v months after %v in %v it is %s, and was %s", months, v, zone, is, want)
			}
		}
	}
}

// As many zones that are none as a program may meet in a day's mail do not keep it from
// having those that are.
func TestAbbreviationsAreNoZones(t *testing.T) {
	forgetZones(t)
	auckland := load(t, "Pacific/Auckland")
	for i := range 2 * maxMisses {
		v, err := time.Parse(time.RFC1123, fmt.Sprintf("Mon, 02 Jan 2006 15:04:05 %c%cT", 'A'+i/26%26, 'A'+i%26))
		if err != nil {
			t.Fatal(err)
		}
		sent(t, v)
	}
	if n := zones.misses.Load(); n != 0 {
		t.Errorf("%d abbreviations were looked up", n)
	}
	v := time.Date(2026, 1, 1, 12, 0, 0, 0, auckland)
	if want, got := v.AddDate(0, 6, 0), sent(t, v).AddDate(0, 6, 0); got.String() != want.String() {
		t.Errorf("after abbreviations %v is %v", want, got)
	}
}

// A path may be spelt in many ways, and only one of them is the name of a zone.
func TestG12_OneNameOfAZone(t *testing.T) {
	forgetZones(t)
	load(t, "Europe/Berlin")
	for _, name := range []string{
		".//Europe/Berlin", "./Europe/Berlin", "Europe//Berlin", "Europe/./Berlin", "/Europe/Berlin", "Europe/Berlin/",
		"Europe/../Europe/Berlin", "", "/", ".", "Europe\\Berlin", "Local", "UTC", "zone.tab", "Europe/B\x00", strings.Repeat("y", maxZoneName+1),
	} {
		r := NewReader(named(name, 3600))
		if got := r.Time(); r.Finish() != nil || got.Location().String() != name || got.Location() == time.Local {
			t.Errorf("%q became %v, %v", name, got, r.Err())
		}
		if zones.hits.Load() != 0 || zones.misses.Load() != 0 {
			t.Fatalf("%q was looked up", name)
		}
	}
	for range 3 {
		r := NewReader(named("Europe/Berlin", 3600))
		if got := r.Time(); r.Finish() != nil || zones.hits.Load() != 1 {
			t.Errorf("%v, %v, %d zones are remembered", got, r.Err(), zones.hits.Load())
		}
	}
}

// A name that is no zone is looked up once, however often it comes, and when there are
// too many of them, few are. Then a zone that is one still comes to its turn.
func TestG12_NamesThatAreNoZones(t *testing.T) {
	forgetZones(t)
	read := func(name string) time.Time {
		r := NewReader(named(name, 3600))
		got := r.Time()
		if r.Finish() != nil || got.Location().String() != name {
			t.Errorf("%s became %v, %v", name, got, r.Err())
		}
		return got
	}
	for i := range 64 * maxMisses {
		read(fmt.Sprintf("No/Zone%d", i))
	}
	if got := zones.misses.Load(); got != maxMisses {
		t.Errorf("%d names are remembered that are no zones", got)
	}
	for _, name := range []string{"No/Zone0", "No/Zone16000", "Europe/Nowhere"} {
		if n := testing.AllocsPerRun(100, func() { read(name) }); n > 10 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	load(t, "Europe/Berlin")
	for range 100 {
		if july := read("Europe/Berlin").AddDate(0, 6, 0); strings.HasSuffix(july.String(), "+0100 CET") && zones.hits.Load() == 1 {
			return // in 1970 there was no summer time
		}
		time.Sleep(pause)
	}
	t.Error("Berlin is no zone any more")
}

// There is no end of zones where a file system takes upper case for lower.
func TestG12_ManyZones(t *testing.T) {
	forgetZones(t)
	zones.hits.Store(maxHits)
	zones.next.Store(1 << 62)
	if zone := zoneNamed("Europe/Berlin"); zone != nil || zones.hits.Load() != maxHits {
		t.Errorf("a zone more than there is room for became %v, and %d are remembered", zone, zones.hits.Load())
	}
	zones.next.Store(0)
	if zone := zoneNamed("Europe/Berlin"); zones.hits.Load() != maxHits {
		t.Errorf("a zone more than there is room for became %v, and %d are remembered", zone, zones.hits.Load())
	}
}
