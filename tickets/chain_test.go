package tickets

import (
	"encoding/json"
	"testing"
	"time"
)

func history(t *testing.T) []Event {
	p := opened(t)
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "listo", "type", "resuelto")
	p.tell()
	p.review()
	return p.events
}

func TestChainSurvivesTheDatabase(t *testing.T) {
	b, err := json.Marshal(history(t))
	if err != nil {
		t.Fatal(err)
	}
	var back []Event
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	for i := range back {
		back[i].At = time.UnixMilli(back[i].At.UnixMilli()) // in another zone
	}
	if err := VerifyChain(back); err != nil {
		t.Error(err)
	}
}

func TestChainShowsEveryAlteration(t *testing.T) {
	for name, alter := range map[string]func([]Event) []Event{
		"a field":     func(e []Event) []Event { e[3].By = "otra"; return e },
		"a step":      func(e []Event) []Event { e[2].Steps = []Step{"9.1/4"}; return e },
		"a time":      func(e []Event) []Event { e[3].At = e[3].At.Add(time.Second); return e },
		"a record":    func(e []Event) []Event { e[4].Record["solution"] = "otra"; return e },
		"a seal":      func(e []Event) []Event { e[4].Sealed = ACGII; return e },
		"one missing": func(e []Event) []Event { return append(e[:2], e[3:]...) },
		"two swapped": func(e []Event) []Event { e[2], e[3] = e[3], e[2]; return e },
		"the first":   func(e []Event) []Event { return e[1:] },
		"rehashed":    func(e []Event) []Event { e[3].By = "otra"; e[3].Hash = e[3].chainHash(); return e },
	} {
		if VerifyChain(alter(history(t))) == nil {
			t.Errorf("%s altered and not seen", name)
		}
	}
}

func TestPurgingARecordKeepsTheChain(t *testing.T) {
	events := history(t)
	for i := range events {
		events[i].Record = nil
	}
	if err := VerifyChain(events); err != nil {
		t.Error(err)
	}
	if err := VerifyChain(nil); err != nil {
		t.Error(err)
	}
}
