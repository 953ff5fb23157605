package tickets

import (
	"slices"
	"strings"
	"testing"
)

func TestG5OutOfScopeIsToldAndClosed(t *testing.T) {
	p := opened(t)
	p.do(op, ActOutOfScope, "reason", "es del SEGIP")
	if !p.c.Has(FlagOutOfScope) || p.c.Ending != Orientation {
		t.Errorf("%+v", p.c)
	}
	p.do(sup, ActUnflag, "flag", "out_of_scope", "reason", "sí es nuestro")
	if p.c.Ending != "" {
		t.Error(p.c.Ending)
	}
	p.do(op, ActOutOfScope, "reason", "es del SEGIP")
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "Acuda al SEGIP.", "type", Orientation)
	p.cites("G5")
	p.tell()
	p.review()
}

func TestG5WaitingForTheCitizen(t *testing.T) {
	p := opened(t)
	p.do(op, ActAsk, "question", "¿En qué sistema?")
	if o := p.out[0]; o.ID != "c1.1" || o.Purpose != PurposeQuestion || o.To.Value != "ana@example.bo" {
		t.Fatalf("%+v", o)
	}
	p.refused(RefusedWaiting, op, ActRegister, "problem", "x")
	p.refused(RefusedReminders, op, ActGiveUp)
	p.c.CitizenWrote(p.at)
	p.take()
	if p.c.Waiting != nil || !p.c.Unread || len(p.c.Waits) != 1 {
		t.Fatalf("%+v", p.c)
	}
	p.do(op, ActRegister, "problem", "x")
	if p.c.Unread {
		t.Error("still unread")
	}
}

func TestG5GivingUpStillWalksToTheClose(t *testing.T) {
	p := opened(t)
	p.do(op, ActRegister, "problem", "x")
	p.do(op, ActAsk, "question", "¿En qué sistema?")
	for range Reminders {
		p.refused(RefusedReminders, op, ActGiveUp)
		p.at = p.at.AddDate(0, 0, 3)
		if err := p.c.Remind("¿Sigue ahí?", p.at.AddDate(0, 0, 3), p.at); err != nil {
			t.Fatal(err)
		}
		p.take()
	}
	if err := p.c.Remind("¿?", p.at, p.at); err == nil {
		t.Error("a third reminder")
	}
	p.refused(RefusedReminders, op, ActGiveUp)
	p.at = p.at.AddDate(0, 0, 3)
	p.do(op, ActGiveUp)
	p.triage("no", "no", "no")
	i := slices.IndexFunc(p.c.Acts(op, p.at)[0].Fields, func(f Field) bool { return f.Name == "type" })
	if f := p.c.Acts(op, p.at)[0].Fields[i]; f.Value != NoAnswer {
		t.Errorf("offers %q", f.Value)
	}
	p.do(op, ActSolve, "solution", "No hubo respuesta.", "type", NoAnswer)
	p.tell()
	p.review()
	if p.c.Outcome != NoAnswer {
		t.Error(p.c.Outcome)
	}
}

func TestG5AQuestionNobodyGotIsNotWaitedFor(t *testing.T) {
	p := opened(t)
	p.do(op, ActAsk, "question", "¿En qué sistema?")
	p.delivery(Failed)
	if p.c.Waiting != nil || !p.c.Unread {
		t.Errorf("%+v", p.c)
	}
}

func TestG5SpamIsTheSupervisorsCallAndStillClosed(t *testing.T) {
	p := opened(t)
	p.triage("no", "no", "no")
	p.refused(RefusedValue, op, ActSolve, "solution", "spam", "type", Spam)
	p.refused(RefusedRole, op, ActSpam, "reason", "propaganda")
	p.do(sup, ActSpam, "reason", "propaganda")
	p.do(op, ActSolve, "solution", "Propaganda.", "type", Spam)
	p.do(op, ActKB, "decision", "not_needed", "reason", "no es un caso")
	p.do(op, ActWaiveNotice, "reason", "no se responde")
	p.do(op, ActSubmit)
	p.review()
}

func TestG5DuplicateAndMergeCanBeUndone(t *testing.T) {
	p := opened(t)
	other := FormatCode(2026, 9)
	p.refused(RefusedLink, op, ActDuplicate, "case", p.c.Code)
	p.refused(RefusedValue, op, ActDuplicate, "case", "AIT-2026-000009")
	p.do(op, ActDuplicate, "case", strings.ToLower(other), "case_id", "c9")
	if !p.c.Has(FlagDuplicate) || p.c.Ending != Duplicate || p.c.Links[0].Code != other {
		t.Fatalf("%+v", p.c)
	}
	p.do(op, ActUnlink, "case", other)
	if p.c.Has(FlagDuplicate) || p.c.Ending != "" || p.c.Links[0].Undone.IsZero() {
		t.Fatalf("%+v", p.c)
	}
	p.do(op, ActMerge, "case", other)
	p.refused(RefusedLink, op, ActUnlink, "case", other)
	p.do(sup, ActUnmerge, "reason", "eran dos")
	if len(p.c.Links) != 2 || p.c.Links[1].Undone.IsZero() {
		t.Fatalf("%+v", p.c.Links)
	}
	p.refused(RefusedLink, sup, ActUnmerge, "reason", "otra vez")
}
