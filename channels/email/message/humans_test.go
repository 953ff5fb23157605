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
