package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
)

// screenshot draws what citizens send most: a picture of their screen with a
// message on it. It shows shapes only, so that it is nobody's.
func screenshot() *attachment {
	pic := image.NewPaletted(image.Rect(0, 0, 360, 640), color.Palette{
		color.Gray{0xf4}, color.White, color.Gray{0xcc}, color.Gray{0x55}, color.RGBA{0xb0, 0x2a, 0x2a, 0xff},
	})
	box := func(x0, y0, x1, y1 int, c uint8) {
		draw.Draw(pic, image.Rect(x0, y0, x1, y1), image.NewUniform(pic.Palette[c]), image.Point{}, draw.Src)
	}
	box(0, 0, 360, 56, 3)     // the bar above
	box(24, 180, 336, 430, 2) // a dialog's edge
	box(26, 182, 334, 428, 1) // and paper
	box(26, 182, 334, 230, 4) // its heading, in red
	for y := range 4 {        // lines of text
		box(50, 262+y*28, 310-y*y*22, 272+y*28, 3)
	}
	box(220, 380, 310, 410, 2) // a button
	var b bytes.Buffer
	if err := png.Encode(&b, pic); err != nil {
		return nil // cannot happen: the buffer takes everything
	}
	return &attachment{Name: "captura.png", Type: "image/png", Data: b.Bytes()}
}
