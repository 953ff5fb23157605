package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"

	"ventanilla/channels"
	"ventanilla/channels/email/message"
	"ventanilla/router/classify"
	"ventanilla/tickets/console"
)

// whyUnread says in the reader's language why a file could not be read.
func whyUnread(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no existe"
	case errors.Is(err, fs.ErrPermission):
		return "no tiene permiso para leerlo"
	case errors.Is(err, syscall.EISDIR):
		return "es una carpeta; nombre los archivos que hay en ella"
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Sprintf("la siguiente pesa más de %d MB; pártala", maxExplained>>20)
	}
	return err.Error()
}

// becomes says what the desk would make of a mail of each kind.
var becomes = map[channels.Kind]string{
	channels.AutoReply: "se anota en su caso si contesta a una respuesta nuestra; no abre ni reabre nada",
	channels.Delivered: "se anota que nuestra respuesta llegó o fue leída; no abre ni reabre nada",
	channels.Feedback:  "queda en el registro como aviso de abuso; no abre ningún caso",
	channels.List:      "queda en el registro como envío masivo; no abre ningún caso",
	channels.Spam:      "queda apartado como correo no deseado, hasta que una persona decida",
	channels.Loop:      "queda en el registro como correo propio que vuelve; no abre ningún caso",
	channels.None:      "queda apartado por ilegible, hasta que una persona decida",
}

// whyMachine says what shows that no person speaks.
var whyMachine = map[string]string{
	message.WhyLoop:       "trae la marca que esta mesa pone a sus correos",
	message.WhyReport:     "trae un informe de entrega para máquinas",
	message.WhyReceipt:    "trae un acuse de lectura para máquinas",
	message.WhyFeedback:   "trae un informe de abuso para máquinas",
	message.WhyNullSender: "no tiene remite en el sobre, como los avisos de los servidores",
	message.WhyDaemon:     "lo envía un sistema de correo, no una persona",
	message.WhyWords:      "su asunto y sus primeras palabras son las de un aviso de no entrega",
	message.WhySubject:    "su asunto empieza como el de una respuesta automática",
	message.WhyChallenge:  "es la pregunta de un sistema que comprueba si el remitente es una persona",
}

// fate says what would become of the mail.
func (e explained) fate() string {
	switch {
	case e.Kind == channels.Bounce:
		for _, b := range e.mail.Bounces {
			if b.Final {
				return "nuestra respuesta a la que se refiere queda como no entregada, y notificar vuelve a estar pendiente (G7)"
			}
		}
		return "se anota que nuestra respuesta se demora; el servidor sigue intentando"
	case e.mail.Listed:
		return "queda retenido: lo repartió una lista y puede ser de una persona, que alguien decida; a la lista nunca se le contesta"
	case e.Kind != channels.Human:
		return becomes[e.Kind]
	case e.mail.Token != "":
		return "un mensaje en el caso de la ficha " + e.mail.Token + ", si la ficha es de esta mesa; si no, un caso nuevo"
	case len(e.InReplyTo)+len(e.References) > 0:
		return "un mensaje en su caso, si contesta a un correo de esta mesa o de ese caso; si no, un caso nuevo"
	}
	return "un caso nuevo"
}

// why says how the reader came to think so.
func (e explained) why() string {
	switch w := e.mail.Why; {
	case w == "" && e.Kind == channels.None:
		return "no trae remitente, asunto ni texto que se puedan leer"
	case w == "":
		return "nada en su encabezado ni en sus palabras muestra que lo haya escrito una máquina"
	case whyMachine[w] != "":
		return whyMachine[w]
	default:
		return "lo dice el campo " + w + " de su encabezado"
	}
}

// whyUnanswered says why no acknowledgement goes out.
func (e explained) whyUnanswered() string {
	switch {
	case e.Kind != channels.Human:
		return "no: nunca se contesta a una máquina"
	case e.FromAddr == "":
		return "no: no se sabe a quién"
	}
	return "no: detrás de esa dirección no lee nadie, o pide que no se le conteste"
}

var classWords = map[string]string{
	classify.Availability: "disponibilidad de servicio", classify.FunctionalDesign: "diseño funcional", classify.Support: "soporte",
}

// print says for people what the mail would become, and why.
func (e explained) print(w io.Writer) {
	fmt.Fprintf(w, "%s\n", e.File)
	if !e.OK {
		fmt.Fprintf(w, "  %s\n\n", e.Error)
		return
	}
	line := func(label, format string, args ...any) {
		fmt.Fprintf(w, "  %-14s%s\n", label+":", fmt.Sprintf(format, args...))
	}
	line("De", "%s", cmp.Or(strings.TrimSpace(e.FromName+" <"+e.FromAddr+">"), "no se sabe"))
	line("Asunto", "%s", cmp.Or(e.Subject, "(sin asunto)"))
	line("Quién habla", "%s", kindWords[e.Kind])
	line("Se sabe por", "%s", e.why())
	line("Sería", "%s", e.fate())
	if e.NoReply {
		line("Acuse", "%s", e.whyUnanswered())
	}
	for _, b := range e.mail.Bounces {
		line("No llegó a", "%s (%s, %s) %s", cmp.Or(b.Recipient, "no se sabe quién"), cmp.Or(b.Status, "sin código"), lasting(b), b.Reason)
	}
	for _, a := range e.Attachments {
		line("Archivo", "%s (%s, %d bytes)", a.Name, a.Type, a.Size)
	}
	if e.Kind == channels.Human {
		sure := ""
		if e.sureOfNothing {
			sure = ", pero no es seguro"
		}
		line("Parece", "%s (%.0f %%%s) %s", classWords[e.Class], 100*e.Confidence, sure, strings.Join(e.Reasons, "; "))
	}
	for _, d := range e.mail.Defects {
		line("Se reparó", "%s", console.DefectWords(d))
	}
	if cut := strings.Count(e.Body, "\n") - strings.Count(e.Reply, "\n"); cut > 0 {
		line("Se plegó", "%d líneas: lo citado, la firma o el aviso legal; el texto entero se guarda", cut)
	}
	fmt.Fprintf(w, "  Escribió:\n%s\n\n", indent(e.Reply))
}

func lasting(b channels.BounceInfo) string {
	switch {
	case b.Hard:
		return "definitivo"
	case b.Final:
		return "el servidor dejó de intentar"
	}
	return "demora"
}

var kindWords = map[channels.Kind]string{
	channels.Human: "una persona", channels.AutoReply: "una respuesta automática", channels.Bounce: "un servidor: un correo no llegó o se demora",
	channels.Delivered: "un servidor: entrega o lectura", channels.Feedback: "un servidor: aviso de abuso", channels.List: "una lista o un envío masivo",
	channels.Spam: "un correo no deseado, según el servidor", channels.Loop: "esta misma mesa", channels.None: "nadie que se pueda leer",
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n    ")
}
