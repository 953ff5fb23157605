package router

// Causes say why a report waits for a person or had no effect. They are the
// closed list of the ledger: stable codes, some with a detail behind a colon;
// the console has the words.
const (
	// Held: a person decides.
	CauseStranger    = "stranger"       // answers in a case that its sender has no part in
	CauseForged      = "authentication" // the sender's domain disowns the mail
	CauseDistributed = "distributed"    // a mailing list passed it on, and a person may have written it
	CauseSpam        = "spam"           // the receiving server took it for spam
	CauseFlood       = "flood"          // too many from one sender within the hour
	CauseEmpty       = "malformed"      // nothing could be read of it
	CauseVirus       = "virus"          // "virus:Win.Test": the scanner found it
	CauseUnscanned   = "unscanned"      // "unscanned:size": the scanner could not look at it
	CauseUnjoined    = "unjoined"       // part of a burst that could not be decided in several tries (quarantined)
	CauseScannerDown = "scanner-down"   // nobody looked at it; it goes on by itself when the scanner is back

	// Of no effect: nothing waits, and a person may still decide otherwise.
	CauseList            = "list"             // mass mail
	CauseFeedback        = "feedback"         // another server's abuse report
	CauseMachine         = "machine"          // an automatic answer that belongs to no case
	CauseMachineForged   = "machine-forged"   // one whose sender failed the check
	CauseMachineStranger = "machine-stranger" // one from somebody without a part in the case
	CauseAside           = "aside"            // asks nothing of the desk
	CauseCallNotIn       = "call-not-in"      // a call that did not come from outside
	CauseBounceUnknown   = "bounce-unknown"   // a bounce that names no reply of ours
	CauseOutside         = "outside"          // the office wrote it on its own phone, to nobody with a case
	CauseGreeting        = "greeting"         // greets and says nothing more for a day
)
