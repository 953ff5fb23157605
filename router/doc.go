// Package router is the way of a report through the desk: stage 2 of what the
// channels accepted (read it, find the case that it belongs to or open one,
// acknowledge it), and the way back (outbox to channel, and what became of it).
//
// Nothing is kept in memory between two steps. Stage 2 claims raw reports from
// the ledger, reads them side by side, and settles up to a hundred in one
// commit: case, message, search words, acknowledgement and the ledger's verdict
// together, so a crash costs a repetition that finds nothing done. One that
// fails is tried again and then quarantined with its reason; the others of the
// batch are not touched. Reading is ordered before settling and settling keeps
// the order of arrival, so that an answer finds the case its question opened.
package router
