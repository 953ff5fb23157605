// Package channels is the vocabulary between the ways in and out of the desk
// and the rest of the program: what a channel hands over (Raw), what it means
// (Report), what goes back (Reply) and what the far side said of it
// (Delivery); and the Supervisor that keeps every channel running.
//
// It knows nothing of tickets. A report travels in two stages: stage 1 writes
// the raw form down (Host.Accept), durable, before anything is acknowledged to
// the far side; stage 2 reads it (Reader) and may be repeated any number of
// times. A mail that kills a parser is therefore already safe when it does.
package channels

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Medium is the kind of channel, in the words of the manual's 9.1/1.
type Medium string

const (
	Email    Medium = "email"    // correo electrónico
	WhatsApp Medium = "whatsapp" // WhatsApp
	Phone    Medium = "phone"    // líneas telefónicas
)

// Kind says who speaks in a message.
type Kind string

const (
	Human     Kind = "human"
	AutoReply Kind = "auto-reply" // out of office and other RFC 3834 responders
	Bounce    Kind = "bounce"     // RFC 3464 failure, or a free-text one
	Delivered Kind = "delivered"  // RFC 3464 success, RFC 8098 read receipt
	Feedback  Kind = "feedback"   // RFC 5965 abuse report
	List      Kind = "list"       // mailing list or bulk mail
	Spam      Kind = "spam"       // verdict of the receiving server
	Loop      Kind = "loop"       // one of our own messages come back
	CallEvent Kind = "call"       // a call seen by the exchange, nobody's words in it
	Outside   Kind = "outside"    // an answer that the office gave beside this program, on its own phone; To says whom
	Aside     Kind = "aside"      // seen and kept, opens nothing: a reaction, a group's talk; Defects[0] says why
	None      Kind = "none"       // nothing could be made of it
)

// Address is where a person can be reached on one medium.
// Value is canonical: lower-case addr-spec for email, E.164 ("+59171234567")
// for phone and WhatsApp; empty when hidden or unreadable.
type Address struct {
	Medium Medium `json:"medium"`
	Value  string `json:"value"`
	Name   string `json:"name,omitempty"` // as the sender gave it; never trusted
}

// Raw is one thing seen on a channel, exactly as it was delivered.
type Raw struct {
	Medium Medium
	// ExternalID names this sighting within the channel, e.g.
	// "1699999999/42" (UIDVALIDITY/UID). Unique with the channel's name.
	ExternalID string
	// Dedupe is equal for two sightings of the same message on any channel of
	// the medium (for mail: a hash that leaves trace headers out). Unique with Medium.
	Dedupe string
	// Envelope holds what the transport said beside the bytes, e.g.
	// "mail_from", "rcpt_to", "peer"; nil if nothing.
	Envelope map[string]string
	Body     []byte
	Received time.Time
}

// Batch is what a channel hands over at once: all of it or nothing becomes
// durable, together with the channel's marks.
type Batch struct {
	Raws []Raw
	// Marks are set in the same commit as the raws, each under its name: how far
	// this channel has read (UIDVALIDITY and UID, file and offset), or what else
	// it must know after a restart.
	Marks map[string]string
}

// File is a part of a message that is not its text.
type File struct {
	Name      string // as sent, made safe to show; never a path
	Type      string // MIME type as declared or detected, lower case
	ContentID string // RFC 2392 cid without brackets; empty if none
	Inline    bool
	Data      []byte
}

// BounceInfo tells which recipient of which of our messages failed, and how.
type BounceInfo struct {
	Recipient  string
	Status     string // RFC 3463 enhanced code, "5.1.1"; empty if none was given
	Hard       bool   // permanent: the same mail can never arrive (class 5)
	Final      bool   // the server gave up; false if it only warns of a delay
	Reason     string // in the far side's words
	OriginalID string // Message-ID of the message that bounced; empty if not found
}

// Report is one message that one person sent on one channel, read from its Raw.
type Report struct {
	Channel    string
	Medium     Medium
	Kind       Kind
	ExternalID string // the message's own id: Message-ID without brackets, call id; may be empty
	From       Address
	To, Cc     []Address
	Subject    string
	Text       string // everything, as plain text
	Said       string // what the person wrote now: Text without quotes and signatures
	HTML       string // as sent, not sanitised; empty if none
	Files      []File
	SentAt     time.Time // as the sender's machine claims; zero if unreadable
	ReceivedAt time.Time
	Answers    []string // ids of the messages it answers, nearest first
	Whole      string   // id of what it is a part of and that says nothing by itself, as an album; empty if none
	Token      string   // reply token found in a plus address, else in the quoted words, unverified; empty if none
	NoReply    bool     // must never be acknowledged automatically
	Listed     bool     // of Kind List, but a list passed it on: a person may have written it
	Bounces    []BounceInfo
	Call       *Call
	// Change is what a message does to the earlier one of the same person that it
	// answers; nil where it changes none.
	Change *Change
	// Authentic says whether the sender is who it claims to be: "pass", "fail",
	// "none" (nothing proves or forbids it), "" (not judged). Readers leave it
	// empty; who judges may look things up.
	Authentic string
	Defects   []string // what had to be repaired to read it; shown with the raw form
}

// Change is a correction or deletion of something said before.
type Change struct {
	Deleted bool
	Text    string // what it says now; empty when deleted
}

// Call is what is known of a telephone call.
type Call struct {
	ID        string
	Direction string // "in" or "out"; empty for a call between inner lines or when unknown
	From, To  string // as the exchange gave them
	Queue     string
	Started   time.Time
	Answered  bool
	Talk      time.Duration
	Agent     string // extension or user that answered; empty if none
	// Event says which part of the call this report tells: "newCall", "answer"
	// or "hangup" from a webhook, "cdr" for a finished call of a call log.
	Event string
	Cause string // why the call ended, in the exchange's words; empty if unknown
}

// Reply is one message of the desk to one person. Its ID was chosen and made
// durable before the first try, so that a repetition is recognisable.
type Reply struct {
	ID         string // outgoing id; for mail the Message-ID without brackets
	Channel    string
	To         Address
	Cc         []Address
	Subject    string
	Text       string
	InReplyTo  string
	References []string // oldest first
	Token      string   // for the plus address of Reply-To and the mark that quotes carry; empty if none
	Auto       bool     // acknowledgement or notice without a human act (RFC 3834)
	CaseCode   string
	Files      []File
	Quote      *Quote // on a chat: the message that is shown above the reply; nil if none
	Tries      int    // tries before this one
}

// Quote is an earlier message as a reply on a chat shows it.
type Quote struct {
	ID   string // the channel's own id of it: Report.ExternalID
	Said string // its words
}

// State is how far a reply came. States only move forward, except that Failed
// may follow Sent (a bounce).
type State string

const (
	Queued    State = "queued"
	Sent      State = "sent"      // the far side took it: SMTP 250, WhatsApp server ack
	Reached   State = "delivered" // delivery receipt, or the person told on the phone
	Read      State = "read"
	Failed    State = "failed" // permanently
	Cancelled State = "cancelled"
)

// Delivery is what a channel learned, after Send, of a reply's fate.
type Delivery struct {
	ReplyID string
	State   State
	At      time.Time
	Detail  string
}

// Host is what a running channel may ask of the program. It is bound to the
// channel and, where the channel runs on one node at a time, to its lease: an
// Accept after the lease was lost fails and nothing is stored.
type Host interface {
	// Accept makes a batch durable. Nil means that it is on disk and will become
	// a report whatever happens; only then may the far side be told. Accepting
	// the same thing twice changes nothing. An error means that nothing of the
	// batch was stored: the channel tries again later or tells the far side so (4xx).
	Accept(ctx context.Context, b Batch) error
	// Mark returns the mark last stored under key, "" if none.
	Mark(ctx context.Context, key string) (string, error)
	// Delivered records a delivery state. Unknown ids are ignored.
	Delivered(ctx context.Context, d Delivery) error
	// Progress tells the supervisor that the far side is well; detail is a short
	// state in English for logs ("idle", "fetching").
	Progress(detail string)
}

// Channel is one configured way in or out. Run works until ctx ends and then
// returns promptly; any earlier return is a failure that the supervisor
// answers with a restart after a pause. Run may be called again on the same value.
type Channel interface {
	Name() string
	Medium() Medium
	Run(ctx context.Context, h Host) error
}

// Reader is the add-on of channels that receive: Read turns a Raw of the
// channel's medium into a Report. It does no I/O, gives the same Report for
// the same bytes, never panics and reports what it cannot read as Defects
// rather than as an error.
type Reader interface {
	Read(channel string, r Raw) Report
}

// Sender is the add-on of channels that send. Nil means the far side took the
// reply (State Sent), and a *PartialError that it did, but not for everybody in
// copy. A *PermanentError means that trying again is useless; any other error is tried again later with the same ID. Send may be called
// from several goroutines.
type Sender interface {
	Send(ctx context.Context, r Reply) error
}

// Quoter is the add-on of senders that can show an earlier message above a
// reply, but not each: who is written to must have it on the phone.
type Quoter interface {
	// Quotes says whether the message with this id of the channel's is in the
	// chat with to.
	Quotes(ctx context.Context, to Address, id string) (bool, error)
}

// Shared is the add-on of channels that run on every node at once (an SMTP
// listener) rather than on the one that holds the lease (a mailbox).
type Shared interface{ RunsEverywhere() }

// Expiring is the add-on of channels whose right to sign in may end at a known
// time: somebody must renew it before.
type Expiring interface {
	Expires() time.Time // zero if unknown
}

// PermanentError is a refusal that will not change: tell a person.
type PermanentError struct {
	Code   string // the far side's code, "550 5.1.1"
	Detail string // the far side's words
}

func (e *PermanentError) Error() string { return "refused for good: " + e.Code + " " + e.Detail }

// LaterError says that a reply was not tried, and when to come again: the
// channel is under a ban, has no connection, or was asked to slow down. It
// counts as no try.
type LaterError struct {
	At  time.Time
	Why string // in the operators' language
}

func (e *LaterError) Error() string { return e.Why }

// PartialError says that the far side took the reply for its main recipient,
// but for good not for some in copy. The reply is sent all the same.
type PartialError struct{ Refused []Refusal }

// Refusal is one recipient who does not get a reply, in the far side's words.
type Refusal struct{ Recipient, Code, Detail string }

func (e *PartialError) Error() string {
	names := make([]string, len(e.Refused))
	for i, r := range e.Refused {
		names[i] = r.Recipient
	}
	return "sent, but refused for " + strings.Join(names, ", ")
}

// ErrNotHere is returned by Send on a node that does not run the channel now:
// another one does, and no try was made.
var ErrNotHere = errors.New("channels: this node does not run the channel")

// ErrLeaseLost is returned by a Host whose lease another node now holds.
var ErrLeaseLost = errors.New("channels: lease lost to another node")
