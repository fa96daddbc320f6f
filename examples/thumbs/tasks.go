package main

import (
	"errors"
	"image"
	"image/color"
	_ "image/gif" // formats that Thumbnail reads
	_ "image/jpeg"
	_ "image/png"
	"os"
)

//go:generate go tool offing

// edge is the longest edge of a thumbnail, in pixels.
const edge = 64

// ErrEmpty is the error of a picture without pixels.
//
//offing:error
var ErrEmpty = errors.New("picture has no pixels")

// Thumbnail reads a picture and returns it no larger than edge by edge.
//
//offing:task timeout=10s
func Thumbnail(path string) (*image.RGBA, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	picture, _, err := image.Decode(file)
	if err != nil {
		return nil, err
	}
	if picture.Bounds().Empty() {
		return nil, ErrEmpty
	}
	return shrink(picture), nil
}

// shrink returns a picture in which each pixel is the mean of a box of pixels of
// the original.
func shrink(from image.Image) *image.RGBA {
	b := from.Bounds()
	long := max(b.Dx(), b.Dy(), edge)
	to := image.NewRGBA(image.Rect(0, 0, max(1, b.Dx()*edge/long), max(1, b.Dy()*edge/long)))
	w, h := to.Rect.Dx(), to.Rect.Dy()
	for y := range h {
		for x := range w {
			box := image.Rect(b.Dx()*x/w, b.Dy()*y/h, b.Dx()*(x+1)/w, b.Dy()*(y+1)/h)
			to.Set(x, y, mean(from, box.Add(b.Min)))
		}
	}
	return to
}

// mean returns the mean color of a box that is not empty.
func mean(picture image.Image, box image.Rectangle) color.Color {
	var r, g, b, a, n uint32
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			pr, pg, pb, pa := picture.At(x, y).RGBA()
			r, g, b, a, n = r+pr>>8, g+pg>>8, b+pb>>8, a+pa>>8, n+1
		}
	}
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), uint8(a / n)}
}
