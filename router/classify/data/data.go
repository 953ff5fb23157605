// Package data holds the reports that the classifier learns from, as the
// program carries them: an office's own model is made of these and its lessons.
//
// Every file is a table of invented reports, one situation after the other:
// id, situation (wordings of one event share it), channel, label, subject,
// text, and whether its words mislead (hard).
package data

import "embed"

//go:embed *.tsv
var Files embed.FS
