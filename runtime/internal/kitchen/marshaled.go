package kitchen

import (
	"math/big"
	"net/netip"
	"net/url"

	"github.com/offing-go/offing/runtime/internal/kitchen/pantry"
)

// Links has what package url encodes.
type Links struct {
	Home  url.URL
	Ref   *url.URL
	Links []url.URL
}

// Nets has what package netip encodes.
type Nets struct {
	Addr   netip.Addr
	Port   netip.AddrPort
	Prefix *netip.Prefix
	Addrs  []netip.Addr
	Named  map[string]netip.AddrPort
}

// Amounts has what package big encodes.
type Amounts struct {
	Int    big.Int
	Ref    *big.Int
	Rat    big.Rat
	Float  *big.Float
	Floats []big.Float
	Rats   [1]*big.Rat
	Named  map[string]*big.Int
}

// Methods has a type for each way by which types encode themselves.
type Methods struct {
	Text   pantry.Text
	Texts  []pantry.Text
	Binary *pantry.Binary
	Gob    pantry.Gob
	Proto  pantry.Proto
	wire   pantry.Wire
}

// Wides has types that take much memory and few bytes.
type Wides struct {
	Many  []pantry.Wide
	Named map[uint8]pantry.Wide
}

// EchoBigInt returns v.
//
//offing:task
func EchoBigInt(v big.Int) big.Int { return v }

// EchoLinks returns v.
//
//offing:task
func EchoLinks(v Links) Links { return v }

// EchoNets returns v.
//
//offing:task
func EchoNets(v Nets) Nets { return v }

// EchoAmounts returns v.
//
//offing:task
func EchoAmounts(v Amounts) Amounts { return v }

// EchoMethods returns v.
//
//offing:task
func EchoMethods(v Methods) Methods { return v }

// EchoWides returns v.
//
//offing:task
func EchoWides(v Wides) Wides { return v }
