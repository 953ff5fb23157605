package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// events is the stream that keeps open pages live: the store's change feed as
// server-sent events. Each carries its number as id; a browser that comes back
// says the last one it saw (Last-Event-ID) and misses nothing. Lines hold no
// words of a case, only which one changed: the page asks for the rest, and is
// answered as far as the person may see it.
func (c *Console) events(w http.ResponseWriter, r *http.Request, s *Session) error {
	after, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64)
	if err != nil {
		after, err = strconv.ParseInt(r.URL.Query().Get("desde"), 10, 64)
	}
	if err != nil {
		if after, err = c.st.LastChange(r.Context()); err != nil {
			return err
		}
	}
	woken, stop := c.st.Watch()
	defer stop()
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // a stream has no end; servers without deadlines say so and that is fine
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	fmt.Fprint(w, "retry: 3000\n\n")
	beat := time.NewTicker(20 * time.Second)
	defer beat.Stop()
	for {
		last, err := c.tellChanges(w, r, after)
		if err != nil || control.Flush() != nil {
			return nil // the browser went away
		}
		after = last
		select {
		case <-r.Context().Done():
			return nil
		case <-c.closing:
			return nil
		case <-woken:
		case <-beat.C:
			if still, err := c.session(r); err != nil || still == nil {
				return nil // logged out elsewhere
			}
			fmt.Fprint(w, ": still here\n\n")
		}
	}
}

// tellChanges writes what changed after a number and returns the newest one.
func (c *Console) tellChanges(w http.ResponseWriter, r *http.Request, after int64) (int64, error) {
	list, last, gap, err := c.st.Changes(r.Context(), after)
	if err != nil {
		return after, err
	}
	if gap {
		_, err = fmt.Fprintf(w, "id: %d\nevent: change\ndata: {\"seq\":%d}\n\n", last, last)
		return last, err
	}
	for _, ch := range list {
		data, err := json.Marshal(map[string]any{"seq": ch.Seq, "ticket": ch.Ticket, "kind": ch.Kind, "unit": ch.Unit})
		if err != nil {
			return after, err
		}
		if _, err := fmt.Fprintf(w, "id: %d\nevent: change\ndata: %s\n\n", ch.Seq, data); err != nil {
			return after, err
		}
	}
	return max(after, last), nil
}
