// Package phone is the telephone as a channel: how a Bolivian number is
// written down once and for all (Plan, Number), how calls seen by an exchange
// become reports (CDR, PBX), and when to ring again somebody who is owed an
// answer (Attempt, Next).
//
// A call that a person takes is a record of the console and does not pass
// through here; what passes are calls nobody may have written down: the lines
// of an Asterisk call log and the events of a webhook. Both only say that a
// call took place, so their reports are of kind channels.CallEvent. A missed
// incoming call (Missed) is work: somebody has to call back.
//
// Nothing that arrives is dropped because it cannot be read: a line of garbage
// is a Raw like any other and its Report says what was wrong with it.
package phone
