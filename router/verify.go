package router

import (
	"context"
	"sync"
	"time"

	"ventanilla/channels"
)

// Verify judges whether a report comes from whom it says: "pass", "fail",
// "none" or, if it was not judged, "". It may look things up and ends with ctx.
type Verify func(ctx context.Context, rep *channels.Report, raw channels.Raw) string

// DefectForged marks a message whose sender failed the check of authenticity.
const DefectForged = "authentication-failed"

const (
	forged = "fail"
	// A batch waits this long for name servers and no longer; it must be settled
	// well within intakeLease. What was not judged by then counts as "none".
	verifyTime = 8 * time.Second
	verifiers  = 16 // at once: they wait rather than work
)

// verify judges what people and absence notes say; whatever else a machine
// says can do nothing in a case that its signed ids do not prove.
func (r *Router) verify(ctx context.Context, batch []reading) {
	if r.judge == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, verifyTime)
	defer cancel()
	var wg sync.WaitGroup
	slots := make(chan struct{}, verifiers)
	for i := range batch {
		rd := &batch[i]
		if k := rd.report.Kind; rd.err != nil || k != channels.Human && k != channels.AutoReply {
			continue
		}
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if rd.report.Authentic = r.judge(ctx, &rd.report, rd.Raw); rd.report.Authentic == forged {
				rd.report.Defects = append(rd.report.Defects, DefectForged)
			}
		})
	}
	wg.Wait()
}
