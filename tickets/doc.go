// Package tickets holds the rules of the desk: the case, the units and roles,
// and the agency's three procedures (UGAT/AIT-PR01, PR02, PR03 of the manual
// UGAT/AIT-M01, R.A. AGETIC/RA/0053/2022) as tables that a case walks. It does
// no I/O and imports the standard library alone.
package tickets
