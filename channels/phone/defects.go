package phone

// The defects of what tells of a call: stable codes, some with a detail behind a
// colon; the console has the words.
const (
	defectCharset   = "call-charset" // not UTF-8: read as Windows-1252
	defectNUL       = "call-nul"     // NUL bytes, which are left out
	defectQuotes    = "call-quotes"  // not closed
	defectColumns   = "call-columns" // "call-columns:3": no call can be read from so many columns
	defectStart     = "call-start"   // no readable time
	defectForm      = "call-form"    // "call-form:unexpected EOF": neither a form nor JSON
	defectEvent     = "call-event"   // names no event, or no call
	defectDirection = "call-direction"
)
