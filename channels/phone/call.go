package phone

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"ventanilla/channels"
)

// Events of channels.Call.Event.
const (
	NewCall   = "newCall"
	Answer    = "answer"
	Hangup    = "hangup"
	LoggedCDR = "cdr"
)

// Missed reports whether a call came in, is over, and nobody of the desk spoke
// with the caller: it is owed a call-back. A hangup event by itself does not
// say whether there was an answer before it ("normalClearing" ends both kinds
// at some exchanges): it counts as missed if its cause is clear.
func Missed(c *channels.Call) bool {
	if c == nil || c.Direction != "in" || c.Answered {
		return false
	}
	switch c.Event {
	case LoggedCDR:
		return true
	case Hangup:
		return !c.Started.IsZero() || c.Cause != "" && !strings.EqualFold(strings.ReplaceAll(c.Cause, "_", ""), "normalClearing")
	}
	return false
}

// Describe writes a call as the call-back queue and the case show it: a
// subject and a text in Spanish. It is what a Report has, for a call that was
// joined from several (Merge).
func (p Plan) Describe(c *channels.Call) (subject, text string) {
	return describe(c, p.Parse(c.From), p.Parse(c.To), "", 0)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// zone is where the desk is. A fixed offset gives the right answer even where
// no zone data are installed: Bolivia has had no daylight saving since 1932.
var zone = sync.OnceValue(func() *time.Location {
	if loc, err := time.LoadLocation("America/La_Paz"); err == nil {
		return loc
	}
	return time.FixedZone("-04", -4*60*60)
})

// who shows a number for a person: formatted if known, else in words.
func who(n Number, name string) string {
	shown := "un número oculto"
	switch {
	case n.OK():
		shown = Format(n.E164)
	case n.Kind == Extension:
		shown = "el interno " + n.Inner
	case n.Kind == Unknown:
		shown = "«" + strings.TrimSpace(clip(n.Raw, 40)) + "»"
	}
	if name = strings.TrimSpace(name); name != "" && name != n.Raw {
		shown += " (" + clip(name, 60) + ", según la central)"
	}
	return shown
}

func clip(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return s
}

// describe writes what the call-back queue and the ledger show of a call: a
// subject and a text, in Spanish. waited is how long the caller heard it ring.
func describe(c *channels.Call, from, to Number, name string, waited time.Duration) (subject, text string) {
	var b strings.Builder
	switch {
	case Missed(c):
		subject = "Llamada perdida de " + who(from, "")
		fmt.Fprintf(&b, "Llamada perdida de %s.", who(from, name))
		if waited > 0 {
			fmt.Fprintf(&b, " Esperó %s.", span(waited))
		}
		b.WriteString(" " + why(c.Cause))
		if from.OK() {
			b.WriteString(" Hay que devolver la llamada.")
		} else {
			b.WriteString(" No se puede devolver la llamada sin un número completo.")
		}
	case c.Direction == "in" && c.Answered:
		subject = "Llamada atendida de " + who(from, "")
		fmt.Fprintf(&b, "Llamada de %s, atendida", who(from, name))
		if c.Agent != "" {
			b.WriteString(" por el interno " + c.Agent)
		}
		b.WriteString(".")
	case c.Direction == "in" && c.Event == Hangup:
		subject = "Fin de la llamada de " + who(from, "")
		fmt.Fprintf(&b, "Terminó la llamada de %s.", who(from, name))
	case c.Direction == "in":
		subject = "Llamada entrante de " + who(from, "")
		fmt.Fprintf(&b, "Entra una llamada de %s.", who(from, name))
	case c.Direction == "out":
		subject = "Llamada a " + who(to, "")
		fmt.Fprintf(&b, "Llamada hecha a %s%s.", who(to, ""), map[bool]string{true: ", contestada", false: ", sin respuesta"}[c.Answered])
	default:
		subject = "Llamada entre internos"
		fmt.Fprintf(&b, "Llamada de %s a %s.", who(from, name), who(to, ""))
	}
	if c.Talk > 0 {
		fmt.Fprintf(&b, " Duró %s.", span(c.Talk))
	}
	if c.Queue != "" {
		fmt.Fprintf(&b, " Cola: %s.", clip(c.Queue, 40))
	}
	if !c.Started.IsZero() {
		fmt.Fprintf(&b, " Fecha y hora: %s.", c.Started.In(zone()).Format("02/01/2006 15:04"))
	}
	return subject, b.String()
}

// why puts the end of a missed call into words.
func why(cause string) string {
	switch strings.ToLower(strings.ReplaceAll(cause, " ", "")) {
	case "busy":
		return "La línea estaba ocupada."
	case "failed", "congestion", "chanunavail":
		return "La central no pudo pasar la llamada."
	case "cancel", "originatorcancel":
		return "Colgó antes de que se contestara."
	case "voicemail":
		return "Dejó un mensaje en el buzón de voz."
	}
	return "Nadie contestó."
}

// span writes a duration as people say it.
func span(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %02d s", s/60, s%60)
	}
	return fmt.Sprintf("%d h %02d min", s/3600, s%3600/60)
}
