package tickets

import "time"

// Target is a meta interna: how much working time the agency gives itself for a
// case, by class and priority (G22). The manual sets no deadline, and no screen
// or letter calls a target one. An empty Class or Priority stands for any.
type Target struct {
	Class    Class         `json:"class,omitempty"`
	Priority string        `json:"priority,omitempty"`
	Time     time.Duration `json:"time"`
}

// DefaultTarget holds where the agency set nothing: two working days.
const DefaultTarget = 16 * time.Hour

// TargetFor picks the most exact target: class and priority, then priority, then
// class, then the one for all.
func TargetFor(list []Target, class Class, priority string) time.Duration {
	best, rank := DefaultTarget, -1
	for _, t := range list {
		r := 0
		if t.Class != "" {
			if t.Class != class {
				continue
			}
			r++
		}
		if t.Priority != "" {
			if t.Priority != priority {
				continue
			}
			r += 2
		}
		if r > rank && t.Time > 0 {
			best, rank = t.Time, r
		}
	}
	return best
}
