package router

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets/store"
)

const (
	scanTime   = 25 * time.Second // for a whole batch
	scanners   = 4                // pieces at once
	rescanPoll = 2 * time.Second
	rescanned  = 100 // reports that go on at once when the scanner is back
)

// DefectInfected marks a message whose file was left out because of what the
// scanner found: "infected:Win.Test".
const DefectInfected = "infected"

// DefectUnscanned marks a message that a person let in though the scanner could not look at it.
const DefectUnscanned = "unscanned"

// ErrScannerDown refuses to let a held report in while nobody can look at its files.
var ErrScannerDown = errors.New("router: the malware scanner does not answer")

// scanned is what the scanner said of one report.
type scanned struct {
	virus     string // of the first infected piece
	unscanned string // why a piece could not be looked at
	down      bool   // the scanner was not there
	late      bool   // the batch's time was over while it was looked at
	waits     bool   // the batch's time was over before its turn
	files     []int  // infected ones
}

// scan looks for malware in what people and machines sent, before anything of
// it is shown. The whole of a mail is given to the scanner, which takes it apart
// itself, and once more every file as our reader took it out: what the two see
// differently must not be a way in. Of a chat only the files come as they are.
// What had all the time to itself and needs more is unscanned: asking again
// would not help.
func (r *Router) scan(ctx context.Context, batch []reading) {
	if r.scanner == nil || !slices.ContainsFunc(batch, scannable) {
		return
	}
	up := r.scanner.Ping(ctx) == nil // else each would wait for it
	limited, cancel := context.WithTimeout(ctx, r.scanTime)
	defer cancel()
	var looked []*reading
	var wg sync.WaitGroup
	slots := make(chan struct{}, scanners)
	for i := range batch {
		rd := &batch[i]
		if !scannable(*rd) {
			continue
		}
		if rd.scan.down = !up; !up {
			continue
		}
		looked = append(looked, rd)
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			r.scanOne(limited, rd)
		})
	}
	wg.Wait()
	if len(looked) != 1 || ctx.Err() != nil || !looked[0].scan.late && !looked[0].scan.waits {
		return
	}
	s := &looked[0].scan
	s.late, s.waits = false, false
	if s.down = r.scanner.Ping(ctx) != nil; !s.down && s.unscanned == "" {
		s.unscanned = "time"
	}
}

func scannable(rd reading) bool {
	return rd.err == nil && (rd.Raw.Medium == channels.Email || len(rd.report.Files) > 0)
}

func (r *Router) scanOne(ctx context.Context, rd *reading) {
	if rd.scan.waits = ctx.Err() != nil; rd.scan.waits {
		return
	}
	var whole channels.Finding
	var err error
	if rd.Raw.Medium == channels.Email {
		whole, err = r.scanner.Scan(ctx, rd.Raw.Body)
	}
	for i := 0; i < len(rd.report.Files) && err == nil; i++ {
		var f channels.Finding
		f, err = r.scanner.Scan(ctx, rd.report.Files[i].Data)
		if f.Virus != "" {
			rd.scan.virus = f.Virus
			rd.scan.files = append(rd.scan.files, i)
		}
		if f.Unscanned != "" {
			rd.scan.unscanned = f.Unscanned
		}
	}
	switch {
	case err != nil && ctx.Err() != nil: // what was found by then stays found
		rd.scan.late = true
	case err != nil:
		r.log.Warn().Err(err).Int64("ledger", rd.ID).Str("channel", rd.Channel).Msg("not scanned for malware")
		rd.scan = scanned{down: true}
		return
	}
	switch {
	case whole.Virus != "":
		rd.scan.virus = whole.Virus
	case whole.Unscanned != "" && whole.Unscanned != "size": // a mail may be too large as a whole: its parts were looked at
		rd.scan.unscanned = whole.Unscanned
	}
}

// withheld keeps a report from being shown, and says in which case it seems to belong.
func (r *Router) withheld(tx *store.Tx, rd *reading, cause string) (store.Fate, error) {
	ticket, err := r.place(tx, rd)
	return store.Fate{Verdict: store.FateHeld, Cause: cause, Ticket: ticket}, err
}

// disarm takes what is infected out of a report that a person lets in: the
// words come into the case, the files and the HTML stay in the sealed original.
func (rd *reading) disarm() {
	rep := &rd.report
	if rd.scan.unscanned != "" {
		rep.Defects = append(rep.Defects, DefectUnscanned+":"+rd.scan.unscanned)
	}
	if rd.scan.virus == "" {
		return
	}
	rep.Defects = append(rep.Defects, DefectInfected+":"+rd.scan.virus)
	rep.HTML = ""
	if len(rd.scan.files) == 0 { // it is somewhere that our reader does not see as a file
		rep.Files = nil
	}
	for _, i := range slices.Backward(rd.scan.files) {
		rep.Files = slices.Delete(rep.Files, i, i+1)
	}
}

// rescan sends what waits for the scanner on its way when it is back.
func (r *Router) rescan(ctx context.Context) {
	for ctx.Err() == nil {
		r.scannerState(r.scanner.Ping(ctx))
		if r.ScannerHealth().State == "running" {
			n, err := r.store.ReopenHeld(ctx, CauseScannerDown, rescanned, "system")
			if err != nil && ctx.Err() == nil {
				r.log.Error().Err(err).Msg("what waits for the scanner could not be sent on")
			}
			if n > 0 {
				r.log.Info().Int("reports", n).Msg("scanner is back, what waited for it goes on")
			}
		}
		pause(ctx, rescanPoll, nil)
	}
}

// scannerState notes what a ping said.
func (r *Router) scannerState(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h, now := &r.scannerHealth, r.now()
	state := "running"
	if err != nil {
		state, h.LastError, h.LastErrorAt = "waiting", err.Error(), now
	} else {
		h.LastSuccess = now
	}
	if h.State != state {
		h.State, h.Since = state, now
	}
}

// ScannerHealth is how the scanner is, for those who watch the channels; its
// State is empty where none is configured.
func (r *Router) ScannerHealth() channels.Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.scannerHealth
}
