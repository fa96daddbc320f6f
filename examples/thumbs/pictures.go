package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
)

// drawPictures writes pictures to dir, three good ones and four that are not, and
// returns their paths.
func drawPictures(dir string) (paths []string, err error) {
	var asPNG, asGIF, asJPEG bytes.Buffer
	picture := gradient(200, 100)
	err = errors.Join(png.Encode(&asPNG, picture), gif.Encode(&asGIF, picture, nil), jpeg.Encode(&asJPEG, picture, nil))
	flipped := bytes.Clone(asPNG.Bytes())
	flipped[29] ^= 1 // a bit of the header's checksum
	for _, file := range []struct {
		name    string
		content []byte
	}{
		{"good.png", asPNG.Bytes()},
		{"cut.png", asPNG.Bytes()[:asPNG.Len()/2]},
		{"flipped.png", flipped},
		{"good.gif", asGIF.Bytes()},
		{"bomb.png", bomb(asPNG.Bytes())},
		{"letter.jpeg", []byte("Dear Sir or Madam")},
		{"good.jpeg", asJPEG.Bytes()},
	} {
		path := filepath.Join(dir, file.name)
		err = errors.Join(err, os.WriteFile(path, file.content, 0o666))
		paths = append(paths, path)
	}
	return paths, err
}

func gradient(width, height int) image.Image {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			picture.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), uint8(x ^ y), 255})
		}
	}
	return picture
}

// bomb makes a PNG file say that it is a million by a million pixels. Package
// image/png asks for that much memory before it looks whether they are there, and
// recover does not help a program that cannot have it. (The documentation of package
// image warns of this, and has you look at DecodeConfig first.)
func bomb(picture []byte) []byte {
	b := bytes.Clone(picture)
	header := b[12:29] // its name, width, height, and five bytes more
	binary.BigEndian.PutUint32(header[4:], 1_000_000)
	binary.BigEndian.PutUint32(header[8:], 1_000_000)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(header))
	return b
}
