package demo

import (
	"slices"

	"ventanilla/tickets"
)

// The day that is played. Everyone in it is invented; the systems, the trouble
// and the ways of writing are those of such a desk.

// article is a piece of the knowledge base that exists when the day begins.
type article struct {
	key, title, body, system string
	class                    tickets.Class
	unit                     tickets.Unit
	procedure                string // "9.2": a precedent in the sense of 9.1/3 (rule G2)
	visibility               string
}

var library = []article{
	{
		key: "clave", title: "Olvidó su contraseña de Ciudadanía Digital", system: "ciudadania-digital",
		class: tickets.Support, unit: tickets.AIT, procedure: "9.1", visibility: "public",
		body: "1. En la pantalla de ingreso elija «Olvidé mi contraseña».\n2. Escriba su número de cédula y el correo registrado.\n3. Abra el enlace que llega al correo (revise también «no deseado»); vale 30 minutos.\n\nSi ya no usa ese correo, debe actualizarlo en un punto de registro con su cédula.",
	},
	{
		key: "buzon", title: "Cómo encontrar una notificación en el buzón de Ciudadanía Digital", system: "notificaciones",
		class: tickets.Support, unit: tickets.AIT, procedure: "9.1", visibility: "public",
		body: "Las notificaciones quedan en el buzón aunque no llegue el aviso al correo. Ingrese al buzón, pestaña «Recibidas», y quite el filtro «No leídas».",
	},
	{
		key: "portal-503", title: "gob.bo responde 503: balanceador sin nodos sanos", system: "portal",
		class: tickets.Availability, unit: tickets.UIT, procedure: "9.2", visibility: "desk",
		body: "Síntoma: todas las páginas responden 503 desde varias redes. Causa vista: los nodos quedan fuera del balanceador después de un despliegue. UIT reincorpora los nodos y verifica la sonda de salud.",
	},
	{
		key: "pin", title: "PIN del token de firma digital bloqueado", system: "firma-digital",
		class: tickets.Support, unit: tickets.AIT, procedure: "9.1", visibility: "desk",
		body: "Con el PUK entregado en la emisión se define un PIN nuevo en la herramienta del fabricante. Sin PUK el token se formatea y se emite otro certificado.",
	},
	{
		key: "registro", title: "Requisitos para obtener Ciudadanía Digital", system: "registro-cd",
		class: tickets.Support, unit: tickets.AIT, procedure: "9.1", visibility: "public",
		body: "Cédula de identidad vigente, celular y correo electrónico propios. El registro se hace en persona en un punto de registro, es gratuito y toma unos diez minutos.",
	},
	{
		key: "incidente", title: "Posible incidente de seguridad: qué hacer y qué decir", system: "",
		class: tickets.Availability, unit: tickets.ACGII, procedure: "9.2", visibility: "desk",
		body: "No apagar ni limpiar el equipo. Marcar el caso como posible incidente de seguridad y derivarlo a UIT. A la persona se le dice solamente si el servicio está disponible y qué debe hacer; nunca cómo ocurrió.",
	},
}

// day is the whole script in the order of arrival.
func day() []story {
	all := slices.Concat(supportStories, availabilityStories, outageStories, designStories, chatStories())
	slices.SortStableFunc(all, func(a, b story) int { return compare(a.at, b.at) })
	return all
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
