package tickets

import "slices"

// unsealed lists what others than ACGII read of an event sealed to it (G20): the
// priority, which the case carries anyway, of the classification; of the
// coordination the record for UIT's technician and the summary for him and for
// the supervisor. Administrators and auditors read no more than anyone.
var unsealed = map[Act]map[Role][]string{
	ActClassifyIncident: {"": {"class", "priority"}},
	ActCoordinate:       {RoleUIT: {"record", "summary"}, Supervisor: {"summary"}},
}

// Visible is an event as someone may read it. Whatever is written under a seal
// and not theirs to read is gone from the record, which is nil if nothing is
// left; metadata and hashes stay. Verify a chain before hiding anything of it.
func Visible(e Event, by Actor) Event {
	if e.Sealed == "" || by.Is(RoleACGII) && e.Sealed == ACGII {
		return e
	}
	var left Record
	for role, fields := range unsealed[e.Act] {
		if role != "" && !by.Is(role) {
			continue
		}
		for _, f := range fields {
			if v, ok := e.Record[f]; ok {
				if left == nil {
					left = Record{}
				}
				left[f] = v
			}
		}
	}
	e.Record = left
	e.Rules = slices.Clone(e.Rules)
	return e
}
