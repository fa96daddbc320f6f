package codec

import (
	"github.com/mus-format/mus-go/ord"
	"github.com/mus-format/mus-go/unsafe"
)

// The same as in mus_copy.go, of the package that mus-go calls unsafe: fixed width,
// and strings that share the memory of the message.
var (
	musAliasFloats  = ord.NewSliceSer[float64](unsafe.Float64)
	musAliasStrings = ord.NewSliceSer[string](unsafe.String)
	musAliasCounts  = ord.NewMapSer[string, int](unsafe.String, unsafe.Int)
	musAliasLines   = ord.NewSliceSer[Line](musAliasLine{})
)

type musAliasPerson struct{}

func (musAliasPerson) Marshal(v Person, bs []byte) (n int) {
	n = unsafe.String.Marshal(v.Name, bs)
	n += unsafe.TimeUnixNano.Marshal(v.BirthDay, bs[n:])
	n += unsafe.String.Marshal(v.Phone, bs[n:])
	n += unsafe.Int.Marshal(v.Siblings, bs[n:])
	n += unsafe.Bool.Marshal(v.Spouse, bs[n:])
	return n + unsafe.Float64.Marshal(v.Money, bs[n:])
}

func (musAliasPerson) Unmarshal(bs []byte) (v Person, n int, err error) {
	var n1 int
	if v.Name, n, err = unsafe.String.Unmarshal(bs); err != nil {
		return
	}
	v.BirthDay, n1, err = unsafe.TimeUnixNano.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Phone, n1, err = unsafe.String.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Siblings, n1, err = unsafe.Int.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Spouse, n1, err = unsafe.Bool.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Money, n1, err = unsafe.Float64.Unmarshal(bs[n:])
	n += n1
	return
}

func (musAliasPerson) Size(v Person) (size int) {
	size = unsafe.String.Size(v.Name)
	size += unsafe.TimeUnixNano.Size(v.BirthDay)
	size += unsafe.String.Size(v.Phone)
	size += unsafe.Int.Size(v.Siblings)
	size += unsafe.Bool.Size(v.Spouse)
	return size + unsafe.Float64.Size(v.Money)
}

func (musAliasPerson) Skip(bs []byte) (n int, err error) { panic("not used") }

type musAliasSmall struct{}

func (musAliasSmall) Marshal(v Small, bs []byte) (n int) {
	n = unsafe.Int.Marshal(v.A, bs)
	n += unsafe.Int.Marshal(v.B, bs[n:])
	n += unsafe.Int.Marshal(v.C, bs[n:])
	return n + unsafe.Bool.Marshal(v.D, bs[n:])
}

func (musAliasSmall) Unmarshal(bs []byte) (v Small, n int, err error) {
	var n1 int
	if v.A, n, err = unsafe.Int.Unmarshal(bs); err != nil {
		return
	}
	v.B, n1, err = unsafe.Int.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.C, n1, err = unsafe.Int.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.D, n1, err = unsafe.Bool.Unmarshal(bs[n:])
	n += n1
	return
}

func (musAliasSmall) Size(v Small) (size int) {
	return unsafe.Int.Size(v.A) + unsafe.Int.Size(v.B) + unsafe.Int.Size(v.C) + unsafe.Bool.Size(v.D)
}

func (musAliasSmall) Skip(bs []byte) (n int, err error) { panic("not used") }

type musAliasAddress struct{}

func (musAliasAddress) Marshal(v Address, bs []byte) (n int) {
	n = unsafe.String.Marshal(v.Street, bs)
	n += unsafe.String.Marshal(v.City, bs[n:])
	n += unsafe.String.Marshal(v.Country, bs[n:])
	return n + unsafe.Int.Marshal(v.Zip, bs[n:])
}

func (musAliasAddress) Unmarshal(bs []byte) (v Address, n int, err error) {
	var n1 int
	if v.Street, n, err = unsafe.String.Unmarshal(bs); err != nil {
		return
	}
	v.City, n1, err = unsafe.String.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Country, n1, err = unsafe.String.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Zip, n1, err = unsafe.Int.Unmarshal(bs[n:])
	n += n1
	return
}

func (musAliasAddress) Size(v Address) (size int) {
	return unsafe.String.Size(v.Street) + unsafe.String.Size(v.City) + unsafe.String.Size(v.Country) + unsafe.Int.Size(v.Zip)
}

func (musAliasAddress) Skip(bs []byte) (n int, err error) { panic("not used") }

type musAliasLine struct{}

func (musAliasLine) Marshal(v Line, bs []byte) (n int) {
	n = unsafe.String.Marshal(v.Article, bs)
	n += unsafe.Int.Marshal(v.Count, bs[n:])
	return n + unsafe.Float64.Marshal(v.Price, bs[n:])
}

func (musAliasLine) Unmarshal(bs []byte) (v Line, n int, err error) {
	var n1 int
	if v.Article, n, err = unsafe.String.Unmarshal(bs); err != nil {
		return
	}
	v.Count, n1, err = unsafe.Int.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Price, n1, err = unsafe.Float64.Unmarshal(bs[n:])
	n += n1
	return
}

func (musAliasLine) Size(v Line) (size int) {
	return unsafe.String.Size(v.Article) + unsafe.Int.Size(v.Count) + unsafe.Float64.Size(v.Price)
}

func (musAliasLine) Skip(bs []byte) (n int, err error) { panic("not used") }

type musAliasOrder struct{}

func (musAliasOrder) Marshal(v Order, bs []byte) (n int) {
	n = unsafe.Int64.Marshal(v.ID, bs)
	n += unsafe.String.Marshal(v.Customer, bs[n:])
	n += musAliasAddress{}.Marshal(v.Ship, bs[n:])
	n += musAliasAddress{}.Marshal(v.Bill, bs[n:])
	n += musAliasLines.Marshal(v.Lines, bs[n:])
	n += musAliasStrings.Marshal(v.Tags, bs[n:])
	return n + unsafe.Bool.Marshal(v.Paid, bs[n:])
}

func (musAliasOrder) Unmarshal(bs []byte) (v Order, n int, err error) {
	var n1 int
	if v.ID, n, err = unsafe.Int64.Unmarshal(bs); err != nil {
		return
	}
	v.Customer, n1, err = unsafe.String.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Ship, n1, err = musAliasAddress{}.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Bill, n1, err = musAliasAddress{}.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Lines, n1, err = musAliasLines.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Tags, n1, err = musAliasStrings.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Paid, n1, err = unsafe.Bool.Unmarshal(bs[n:])
	n += n1
	return
}

func (musAliasOrder) Size(v Order) (size int) {
	size = unsafe.Int64.Size(v.ID)
	size += unsafe.String.Size(v.Customer)
	size += musAliasAddress{}.Size(v.Ship)
	size += musAliasAddress{}.Size(v.Bill)
	size += musAliasLines.Size(v.Lines)
	size += musAliasStrings.Size(v.Tags)
	return size + unsafe.Bool.Size(v.Paid)
}

func (musAliasOrder) Skip(bs []byte) (n int, err error) { panic("not used") }
