package demo

import (
	"context"
	"fmt"
	"strings"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// act lets a person of the office do one act, with the record that it asks
// for, through the same door as the console: store.Update and Ticket.Do.
func (p *play) act(ctx context.Context, r *run, m move) error {
	who, err := p.performer(r, m.role)
	if err != nil {
		return err
	}
	t, err := p.store.Ticket(ctx, r.id)
	if err != nil {
		return err
	}
	if m.act == tickets.ActAttempt {
		return p.told(ctx, r, who, tickets.Told, "")
	}
	rec, err := p.record(ctx, r, who, m.act, t.Step)
	if err != nil {
		return err
	}
	if err := p.do(ctx, r, m.act, who, rec); err != nil {
		return err
	}
	switch m.act {
	case tickets.ActNotify:
		return p.notified(ctx, r)
	case tickets.ActReturn:
		r.rounds++
	}
	p.tell(r, m.act, t.Step, who)
	return nil
}

func (p *play) do(ctx context.Context, r *run, act tickets.Act, who tickets.Actor, rec tickets.Record) error {
	err := p.store.Update(ctx, r.id, func(t *tickets.Ticket) error { return t.Do(act, who, rec, p.clock.Now()) })
	if err != nil {
		return fmt.Errorf("%s, %s por %s: %w", r.code, act, who.Name, err)
	}
	return nil
}

// performer is the person who has the duty in this story.
func (p *play) performer(r *run, role tickets.Role) (tickets.Actor, error) {
	login := string(role)
	switch role {
	case tickets.Operador:
		login = r.desk
	case tickets.Telefonista:
		if r.by == "" {
			login = r.desk
		}
	}
	who, ok := p.staff[login]
	if !ok {
		return who, fmt.Errorf("%s: nadie se llama %q", r.subject, login)
	}
	return who, nil
}

// notified waits until the channel took the notice, or gave it back.
func (p *play) notified(ctx context.Context, r *run) error {
	if r.way == byPhone || r.way == missed {
		return nil // somebody has to call
	}
	var state string
	err := p.until(ctx, "que salga la respuesta de "+r.code, func() (bool, error) {
		t, err := p.store.Ticket(ctx, r.id)
		if err != nil {
			return false, err
		}
		state = t.Notices[len(t.Notices)-1].State
		queued, err := p.store.Outbox(ctx, store.OutboxFilter{State: channels.Queued, Ticket: r.id})
		if err != nil {
			return false, err
		}
		p.retry(queued)
		switch {
		case r.way == byWhatsApp: // the phone says that it has it
			return state != tickets.Queued && state != string(channels.Sent), nil
		case p.world.post.isFull(r.who.mail):
			return state == tickets.Failed, nil
		}
		return state != tickets.Queued, nil
	})
	if err != nil {
		return err
	}
	if state == tickets.Failed && r.way == byWhatsApp {
		return fmt.Errorf("WhatsApp no aceptó la respuesta de %s", r.code)
	}
	if state == tickets.Failed {
		p.say(p.clock.Now(), fmt.Sprintf("La respuesta a %s rebota: su buzón está lleno. El caso %s vuelve a notificación", r.who.name, r.code))
		return nil
	}
	by := "correo"
	if r.way == byWhatsApp {
		by = "WhatsApp"
	}
	p.say(p.clock.Now(), fmt.Sprintf("%s recibe la respuesta de %s por %s", r.who.name, r.code, by))
	return nil
}

// tell says the turning points of a case.
func (p *play) tell(r *run, act tickets.Act, step tickets.Step, who tickets.Actor) {
	now := p.clock.Now()
	switch act {
	case tickets.ActDecideAvailability:
		if strings.HasPrefix(string(r.road), "9.2") {
			p.say(now, fmt.Sprintf("%s deriva %s a UIT: es de disponibilidad", who.Name, r.code))
		}
	case tickets.ActDecideDesign:
		if strings.HasPrefix(string(r.road), "9.3") {
			p.say(now, fmt.Sprintf("%s deriva %s a ADT: es de diseño funcional", who.Name, r.code))
		}
	case tickets.ActRoute:
		if to := routes[r.road]; to != "uit" && to != "adt" {
			p.say(now, fmt.Sprintf("%s encarga %s a %s", who.Name, r.code, strings.ToUpper(to)))
		}
	case tickets.ActReturn:
		p.say(now, fmt.Sprintf("%s devuelve %s con observaciones", who.Name, r.code))
	case tickets.ActClose:
		p.say(now, fmt.Sprintf("%s cierra %s", who.Name, r.code))
	}
}

// routes is what UIT or ADT decides at numeral 3.
var routes = map[road]string{viaUIT: "uit", viaUPAT: "upat", viaACGII: "acgii", design: "adt", designByUPAT: "upat"}

// record is what the person writes down: the manual's SALIDA of the activity.
func (p *play) record(ctx context.Context, r *run, who tickets.Actor, act tickets.Act, step tickets.Step) (tickets.Record, error) {
	switch act {
	case tickets.ActRegister:
		return tickets.Record{"problem": r.problem, "system": r.system}, nil
	case tickets.ActDecideAvailability:
		return p.availability(r), nil
	case tickets.ActDecideDesign:
		return tickets.Record{"design": yes(strings.HasPrefix(string(r.road), "9.3"))}, nil
	case tickets.ActSolve:
		rec := tickets.Record{"solution": r.solved(), "type": tickets.Resolved, "detail": r.detail}
		if r.kind != "" {
			rec["type"] = r.kind
		}
		return rec, nil
	case tickets.ActKB:
		return p.knowledge(ctx, r, who)
	case tickets.ActNotify:
		return tickets.Record{"text": r.noticed()}, nil
	case tickets.ActReturn:
		return tickets.Record{"observation": r.again.observation}, nil
	case tickets.ActRoute:
		return tickets.Record{"to": routes[r.road], "reason": r.why}, nil
	case tickets.ActEstimate:
		return tickets.Record{"hours": r.hours}, nil
	}
	return r.unitRecord(act, step), nil
}

// unitRecord is what the units write down.
func (r *run) unitRecord(act tickets.Act, step tickets.Step) tickets.Record {
	i := r.incident
	switch act {
	case tickets.ActAnalyse:
		if step == "9.2/2" || step == "9.3/2" {
			return tickets.Record{"record": r.analysis}
		}
		return tickets.Record{"record": r.second}
	case tickets.ActManage:
		switch {
		case step == "9.3/3.B.6":
			return tickets.Record{"results": r.coordination}
		case step == "9.2/3.A.2" && r.coordination != "":
			return tickets.Record{"actions": r.coordination}
		}
		return tickets.Record{"actions": r.actions}
	case tickets.ActCoordinate:
		if i.summary != "" {
			return tickets.Record{"record": r.coordination, "summary": i.summary}
		}
		return tickets.Record{"record": r.coordination}
	case tickets.ActClassifyIncident:
		return tickets.Record{"class": i.class, "priority": i.priority, "record": i.record}
	case tickets.ActRespond:
		return tickets.Record{"actions": r.actions, "impact": i.impact, "causes": i.causes}
	case tickets.ActInternalResult:
		return tickets.Record{"result": i.result}
	}
	return tickets.Record{}
}

func (p *play) availability(r *run) tickets.Record {
	rec := tickets.Record{
		"availability": yes(strings.HasPrefix(string(r.road), "9.2")),
		"prior_uit":    yes(r.known != ""), "evidence": "ninguno",
	}
	if r.known != "" {
		rec["evidence"] = p.articles[r.known]
	}
	return rec
}

func (r *run) solved() string {
	if r.rounds > 0 {
		return r.again.solution
	}
	return r.solution
}

func (r *run) noticed() string {
	if r.rounds > 0 {
		return r.again.notice
	}
	return r.notice
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// knowledge is the decision of 9.1/6, 9.2/6 and 9.3/4: the article that has it
// already, or a new one.
func (p *play) knowledge(ctx context.Context, r *run, who tickets.Actor) (tickets.Record, error) {
	if id := p.articles[r.story.article]; id != "" {
		return tickets.Record{"decision": "existing", "article": id}, nil
	}
	if r.article != "" {
		return tickets.Record{"decision": "updated", "article": r.article}, nil
	}
	t, err := p.store.Ticket(ctx, r.id)
	if err != nil {
		return nil, err
	}
	r.article, err = saveArticle(ctx, p.store, article{
		title: r.subject, body: r.problem + "\n\n" + r.solution, system: r.system, class: t.Class,
		unit: t.Solution.Unit, procedure: t.Step.Procedure(), visibility: "desk",
	}, r.id, who.ID)
	return tickets.Record{"decision": "created", "article": r.article}, err
}

// happen plays what lies beside the road.
func (p *play) happen(ctx context.Context, r *run, a aside) error {
	who, err := p.performer(r, tickets.Operador)
	if err != nil {
		return err
	}
	switch a.what {
	case asked:
		if err := p.do(ctx, r, tickets.ActAsk, who, tickets.Record{"question": a.text}); err != nil {
			return err
		}
		p.say(p.clock.Now(), fmt.Sprintf("%s le pregunta a %s (%s queda en espera)", who.Name, r.who.name, r.code))
		return nil
	case flagged:
		p.say(p.clock.Now(), fmt.Sprintf("%s marca %s como posible incidente de seguridad", who.Name, r.code))
		return p.do(ctx, r, tickets.ActFlag, who, tickets.Record{"flag": string(tickets.FlagSecurity), "reason": a.text})
	case followUp, answers:
		return p.answer(ctx, r, a.text, false, store.FateMessage, "vuelve a escribir: queda en "+r.code)
	case away:
		return p.answer(ctx, r, a.text, true, store.FateAuto, "está fuera de la oficina: su respuesta automática no reabre "+r.code)
	case reads:
		return p.open(ctx, r)
	case corrects:
		return p.correct(ctx, r, a.text)
	case rings:
		return p.ring(ctx, r)
	case showsMore:
		return p.show(ctx, r)
	case apart:
		return p.answerApart(ctx, r, a.text)
	case confirmed:
		return p.confirm(ctx, r, who, a.text)
	case everyoneTold:
		return p.tellAll(ctx, r, who)
	case allClosed:
		return p.closeAll(ctx, r)
	case mailFull, mailEmpty:
		p.world.post.setFull(r.who.mail, a.what == mailFull)
		return nil
	case tellAgain:
		return p.act(ctx, r, move{tickets.Operador, tickets.ActNotify, 0})
	case unanswered:
		if who, err = p.performer(r, tickets.Telefonista); err != nil {
			return err
		}
		p.say(p.clock.Now(), fmt.Sprintf("%s llama a %s por %s y nadie contesta", who.Name, r.who.name, r.code))
		return p.told(ctx, r, who, "no_answer", a.text)
	}
	return fmt.Errorf("%s: no se sabe jugar %q", r.subject, a.what)
}

// answer lets the citizen, or a machine of theirs, answer the newest letter.
func (p *play) answer(ctx context.Context, r *run, text string, auto bool, want store.Verdict, line string) error {
	if r.way == byWhatsApp {
		err := p.text(ctx, r, text)
		if err == nil {
			p.say(p.clock.Now(), r.who.name+" "+line)
		}
		return err
	}
	last := p.world.post.last(r.who.mail)
	if last == nil {
		return fmt.Errorf("%s no recibió nada que responder", r.who.name)
	}
	l := last.answer(text, p.clock.Now())
	l.From = r.who.address()
	if l.Auto = auto; auto {
		l.Subject = "Respuesta automática: " + strings.TrimPrefix(l.Subject, "Re: ")
	}
	entry, err := p.write(ctx, l, want)
	if err == nil && entry.Ticket != r.id {
		err = fmt.Errorf("el correo de %s no cayó en su caso %s", r.who.name, r.code)
	}
	if err == nil {
		p.say(p.clock.Now(), r.who.name+" "+line)
	}
	return err
}

// delivered says whether the citizen has the answer: the relay's 250 for a
// mail, the person told for a call, the phone's receipt for a chat.
func delivered(t *tickets.Ticket) (medium string, ok bool) {
	for _, n := range t.Notices {
		if n.Medium == "" {
			continue
		}
		medium = n.Medium
		switch channels.State(n.State) {
		case channels.Sent:
			ok = n.Medium == string(channels.Email)
		case channels.Reached, channels.Read:
			ok = true
		default:
			ok = false
		}
	}
	return medium, ok
}
