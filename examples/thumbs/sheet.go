package main

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
)

// writeSheet writes a contact sheet of thumbnails: one PNG file with all of them.
func writeSheet(file *os.File, thumbnails []*image.RGBA) error {
	const columns, cell = 12, edge + 8
	rows := (len(thumbnails) + columns - 1) / columns
	sheet := image.NewRGBA(image.Rect(0, 0, columns*cell, rows*cell))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	for i, t := range thumbnails {
		corner := image.Pt(i%columns*cell+(cell-t.Rect.Dx())/2, i/columns*cell+(cell-t.Rect.Dy())/2)
		draw.Draw(sheet, t.Rect.Add(corner), t, image.Point{}, draw.Over)
	}
	return png.Encode(file, sheet)
}
