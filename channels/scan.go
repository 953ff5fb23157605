package channels

import "context"

// Scanner looks for malware in what came in on any channel.
type Scanner interface {
	// Scan judges one piece: a message as delivered, or a file of it. An error
	// means that the scanner is not there, and nothing is known of the piece; it
	// is asked again later. Scan may be called from several goroutines.
	Scan(ctx context.Context, data []byte) (Finding, error)
	// Ping says whether the scanner is there.
	Ping(ctx context.Context) error
}

// Finding is a scanner's word on one piece. The zero value is clean.
type Finding struct {
	Virus     string // name of what was found
	Unscanned string // why the scanner, though it is there, could not look: too large, too slow
}

// Clean says that the scanner looked and found nothing.
func (f Finding) Clean() bool { return f == Finding{} }
