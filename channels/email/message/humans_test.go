package message

import (
	"testing"

	"ventanilla/channels"
)

// TestPeopleAreNotMachines: people who write of returned mail, full boxes and
// absences, or from addresses that sound like a system's, are people.
func TestPeopleAreNotMachines(t *testing.T) {
	for _, c := range []struct{ from, subject, text string }{
		{"ana@municipio.ejemplo", "Casilla llena", "El buzón está lleno desde ayer en la ventanilla de trámites."},
		{"ana@municipio.ejemplo", "Buzón lleno", "El buzón de quejas está lleno y no puede recibir más cartas. Solicito vaciarlo."},
		{"ana@municipio.ejemplo", "Correo devuelto", "Me devuelven el correo que envié a tramites@oficina.ejemplo con el mensaje de que el usuario no existe."},
		{"ana@municipio.ejemplo", "No se pudo entregar", "No se pudo entregar mi solicitud en ventanilla porque la oficina estaba cerrada."},
		{"ana@municipio.ejemplo", "No se pudo enviar el formulario", "El sistema dice \"no se pudo entregar el mensaje a soporte@oficina.ejemplo\". Solicito revisar."},
		{"ana@municipio.ejemplo", "Error de entrega", "El carnet no fue entregado a los siguientes ciudadanos: Luis Ficticio."},
		{"ana@municipio.ejemplo", "Undelivered Mail Returned to Sender", "Estimados, reenvío lo que recibimos. <a@b.ejemplo>: unknown user"},
		{"ana@municipio.ejemplo", "Error en la entrega", "El mensaje no se pudo entregar a la unidad.\n\nAna Ficticia\nana@municipio.ejemplo"},
		{"ana@municipio.ejemplo", "Fuera de oficina", "El funcionario está fuera de la oficina desde hace tres días y nadie atiende."},
		{"ana@municipio.ejemplo", "Ausente: funcionario de turno", "El funcionario de turno está ausente."},
		{"ana@municipio.ejemplo", "De vacaciones sin acceso", "Estoy de vacaciones y no puedo entrar a mi cuenta."},
		{"ana@municipio.ejemplo", "Mail delivery service", "Our mail could not be delivered to your office at Calle Inventada 1. Write to ana@municipio.ejemplo"},
		{"challenge@escuela.ejemplo", "Concurso", "Queremos inscribirnos en el concurso."},
		{"postmaster@alcaldia.ejemplo", "Correo rechazado", "Nuestro correo a soporte@oficina.ejemplo fue rechazado por política. Pido revisar la lista negra."},
		{"root@alcaldia.ejemplo", "Servidor", "No puedo instalar el certificado en el servidor de la alcaldía."},
	} {
		raw := "From: <" + c.from + ">\nTo: soporte@agetic.gob.bo\nSubject: " + c.subject + "\nContent-Type: text/plain; charset=utf-8\n\n" + c.text + "\n"
		if m := Parse([]byte(raw), Options{Own: own}); m.Kind != channels.Human {
			t.Errorf("%q from %s is taken for %s: %s", c.subject, c.from, m.Kind, m.Why)
		}
	}
}

// TestSubjectsOfResponders: a responder's subject alone makes no machine of a
// person who took it over, and those that have no other mark are still known.
func TestSubjectsOfResponders(t *testing.T) {
	quote := "\n\nEl mar, 3 nov 2026 a las 10:12, Soporte <soporte@agetic.gob.bo> escribió:\n\n> Hemos recibido su mensaje. Es una respuesta automática.\n"
	for _, c := range []struct {
		subject, head, text string
		want                channels.Kind
	}{
		{"Re: Respuesta automática: Consulta", "In-Reply-To: <a@agetic.gob.bo>\n", "Mi consulta sigue pendiente.", channels.Human},
		{"Respuesta automática: Consulta", "In-Reply-To: <a@agetic.gob.bo>\n", "Mi consulta sigue pendiente." + quote, channels.Human},
		{"Auto respuesta: Consulta", "In-Reply-To: <a@agetic.gob.bo>\n", "Adjunto lo que faltaba del trámite.", channels.Human},
		{"Auto respuesta: su correo", "", "Cada vez que les escribo me llega lo mismo. ¿Quién atiende?", channels.Human},
		{"Out of Office: request", "In-Reply-To: <a@agetic.gob.bo>\n", "Here is the form that was missing." + quote, channels.Human},
		{"Re: Vacaciones", "Precedence: bulk\nList-Id: <vecinos.lista.ejemplo>\n", "El formulario no carga.", channels.List},
		{"Re: [caso] Consulta", "List-Id: <casos.servicio.ejemplo>\nX-Auto-Response-Suppress: All\n", "Yo tengo el mismo problema.", channels.List},
		{"Respuesta automática: Consulta", "In-Reply-To: <a@agetic.gob.bo>\n", "Estaré fuera de la oficina hasta el lunes 9 de noviembre.", channels.AutoReply},
		{"Respuesta automática: Consulta", "", "Me encuentro de vacaciones. En caso de urgencia escriba a otra@empresa.ejemplo.", channels.AutoReply},
		{"Autorespuesta: Consulta", "", "Hemos recibido su mensaje y será atendido a la brevedad." + quote, channels.AutoReply},
		{"Respuesta automática: Consulta", "", "Estaré de viaje. ¿Es urgente? Llame al 2-0000000.", channels.AutoReply},
		{"Automatic reply: request", "", "I am on annual leave.", channels.AutoReply},
		{"Automatische Antwort: Anfrage", "", "Ich bin im Urlaub.", channels.AutoReply},
		{"Respuesta automática: Consulta", "X-Auto-Response-Suppress: All\n", "¿Consulta?", channels.AutoReply},
		{"Auto-respuesta: Consulta", "", "Gracias por escribir. Hemos recibido su correo.", channels.AutoReply},
		{"Consulta", "Auto-Submitted: auto-replied\n", "¿Consulta?", channels.AutoReply},
	} {
		raw := "From: Ana Ficticia <ana@municipio.ejemplo>\nTo: soporte@agetic.gob.bo\nSubject: " + c.subject + "\n" + c.head + "Content-Type: text/plain; charset=utf-8\n\n" + c.text + "\n"
		m := Parse([]byte(raw), Options{Own: own})
		if m.Kind != c.want {
			t.Errorf("%q with %q is taken for %s (%s), not %s", c.subject, c.text, m.Kind, m.Why, c.want)
		}
		if autoSubject(c.subject) && !m.NoReply {
			t.Errorf("%q with %q may be answered by a machine: two could answer each other for ever", c.subject, c.text)
		}
	}
}

// TestDaemonWithReplyTo: what a mail system writes is its own, whomever it wants
// answers to go to; a form that writes for a person is that person's.
func TestDaemonWithReplyTo(t *testing.T) {
	for from, want := range map[string]channels.Kind{
		"Mail Delivery System <Mailer-Daemon@correo.ejemplo>": channels.AutoReply,
		"Formulario <no-reply@correo.ejemplo>":                channels.Human,
		"Ana Ficticia <ana@correo.ejemplo>":                   channels.Human,
	} {
		raw := "From: " + from + "\nReply-To: luis@correo.ejemplo\nTo: soporte@agetic.gob.bo\nSubject: Aviso de cuota\n\nLa casilla tiene poco lugar.\n"
		if m := Parse([]byte(raw), Options{Own: own}); m.Kind != want {
			t.Errorf("from %s: %s (%s), not %s", from, m.Kind, m.Why, want)
		}
	}
}
