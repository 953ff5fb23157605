// Package office is what the office does by itself, in the background and on
// one node at a time (a lease): it counts every case for the reports, and writes
// to units and supervisors of what lands on them.
//
// Both follow the cases in the order in which they were touched. A case that was
// touched by a transaction still under way when its moment was read comes into
// view later, so the last minutes are always looked at again; a fact knows the
// version of the case it was made from, and an alert the event it tells of, so
// that nothing is counted or told twice.
package office
