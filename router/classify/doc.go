// Package classify makes the desk's first guess at a report: is it a matter of
// availability, of functional design, or ordinary support (9.1/3 to 9.1/5).
package classify
