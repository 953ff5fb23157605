package console

import (
	"bytes"
	"fmt"
	"html/template"
	"sync"
)

// drawnRows keeps the rows of the queue as they were drawn: fifty people who look
// at the same list see the same rows, and most of the list is what it was a second
// ago. A row is found by everything that is drawn of it, so it is never an old one,
// nor one that somebody else may not see.
type drawnRows struct {
	draw func(*bytes.Buffer, rowView) error

	mu       sync.Mutex
	new, old map[string]template.HTML // the old ones go when the new are many
}

// drawnMany rows take some 2 MB.
const drawnMany = 2000

func (d *drawnRows) row(v rowView) (template.HTML, error) {
	key := fmt.Sprintf("%#v", v) // quoted: no text of a citizen reaches into the next field
	d.mu.Lock()
	html, ok := d.new[key]
	if !ok {
		if html, ok = d.old[key]; ok {
			d.keep(key, html)
		}
	}
	d.mu.Unlock()
	if ok {
		return html, nil
	}
	var buf bytes.Buffer
	if err := d.draw(&buf, v); err != nil {
		return "", err
	}
	html = template.HTML(buf.String())
	d.mu.Lock()
	d.keep(key, html)
	d.mu.Unlock()
	return html, nil
}

func (d *drawnRows) keep(key string, html template.HTML) {
	if len(d.new) >= drawnMany || d.new == nil {
		d.new, d.old = map[string]template.HTML{}, d.new
	}
	d.new[key] = html
}
