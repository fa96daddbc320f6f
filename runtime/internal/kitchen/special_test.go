package kitchen

import (
	"math"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"time"

	"github.com/offing-go/offing/runtime/internal/kitchen/pantry"
)

// specials make values of types that are more than their form.
var specials = map[reflect.Type]func(maker, reflect.Value){
	reflect.TypeFor[time.Time]():      by(maker.time),
	reflect.TypeFor[url.URL]():        by(maker.url),
	reflect.TypeFor[netip.Addr]():     by(maker.addr),
	reflect.TypeFor[netip.AddrPort](): by(maker.addrPort),
	reflect.TypeFor[netip.Prefix]():   by(maker.prefix),
	reflect.TypeFor[big.Int]():        by(maker.bigInt),
	reflect.TypeFor[big.Rat]():        by(maker.bigRat),
	reflect.TypeFor[big.Float]():      by(maker.bigFloat),
	reflect.TypeFor[Coded]():          by(maker.coded),
	reflect.TypeFor[Digest]():         by(maker.digest),
	reflect.TypeFor[pantry.Wide]():    by(maker.wide),
	reflect.TypeFor[error]():          by(maker.err),
}

func by[T any](make func(maker) T) func(maker, reflect.Value) {
	return func(m maker, v reflect.Value) {
		*v.Addr().Interface().(*T) = make(m)
	}
}

// zones are those of the machine, and some that are fixed.
var zones = func() []*time.Location {
	list := []*time.Location{
		time.UTC, time.UTC, time.Local, time.FixedZone("", 0), time.FixedZone("", -3600), time.FixedZone("UTC", 3600),
		time.FixedZone("odd \x00 n\xffme", 1), time.FixedZone("UTC+14", 14*3600), time.FixedZone("far", -48*3600), time.FixedZone("Not/There", 90),
	}
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Africa/Monrovia", "Antarctica/Troll"} {
		if zone, err := time.LoadLocation(name); err == nil { // machines without a zone database test the rest
			list = append(list, zone)
		}
	}
	return list
}()

func (m maker) time() time.Time {
	if m.IntN(8) == 0 {
		return time.Time{}
	}
	seconds := of(m, 0, -1, m.Int64N(1<<34), -m.Int64N(1<<40), math.MaxInt64, math.MinInt64)
	return time.Unix(seconds, of(m, 0, 1, 999_999_999, m.Int64N(1e9))).In(of(m, zones...))
}

func (m maker) url() url.URL {
	u, err := url.Parse(of(m, "", "/", "?", "a%20b", "http://a.b/c?d=e#f", "//user:p%40w@h:80/%2f", "mailto:x@y", "http://[::1%25en0]/?", "#%23"))
	if err != nil {
		panic(err)
	}
	return *u
}

func (m maker) addr() netip.Addr {
	var six [16]byte
	for i := range six {
		six[i] = byte(m.Uint32())
	}
	return of(m, netip.Addr{}, netip.AddrFrom4([4]byte(six[:])), netip.AddrFrom16(six), netip.IPv4Unspecified(), netip.IPv6LinkLocalAllNodes(),
		netip.AddrFrom16(netip.AddrFrom4([4]byte(six[:])).As16()), netip.AddrFrom16(six).WithZone(of(m, "eth0", "\xff", "1")))
}

func (m maker) addrPort() netip.AddrPort {
	return of(m, netip.AddrPort{}, netip.AddrPortFrom(m.addr(), uint16(m.Uint32())))
}

func (m maker) prefix() netip.Prefix {
	addr := m.addr()
	return of(m, netip.Prefix{}, netip.PrefixFrom(addr, m.IntN(addr.BitLen()+1)))
}

func (m maker) bigInt() (n big.Int) {
	if words := m.IntN(4); words > 0 {
		bits := make([]big.Word, words)
		for i := range bits {
			bits[i] = big.Word(m.Uint64())
		}
		n.SetBits(bits)
	}
	if m.IntN(2) == 0 {
		n.Neg(&n)
	}
	return n
}

func (m maker) bigRat() (q big.Rat) {
	a, b := m.bigInt(), m.bigInt()
	if m.IntN(4) > 0 && b.Sign() != 0 {
		q.SetFrac(&a, &b)
	}
	return q
}

func (m maker) bigFloat() (f big.Float) {
	f.SetPrec(of(m, 0, 1, 53, uint(m.IntN(200)))).SetMode(big.RoundingMode(m.IntN(6)))
	n := m.bigInt()
	switch m.IntN(5) {
	case 0:
		f.SetInf(m.IntN(2) == 0)
	case 1:
		f.SetInt(&n)
	case 2:
		f.SetMantExp(f.SetInt(&n), m.IntN(2000)-1000)
	case 3:
		f.Neg(&f)
	}
	return f
}

func (m maker) coded() Coded { return Coded{text: m.text()} }

// digest makes no nil: its methods do not tell it from empty.
func (m maker) digest() Digest { return append(Digest{}, m.text()...) }

func (m maker) wide() (w pantry.Wide) {
	for range m.IntN(3) {
		w.Set(uint8(m.Uint32()), m.Uint32())
	}
	return w
}
