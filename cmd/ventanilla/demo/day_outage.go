package demo

import "ventanilla/tickets"

// outageStories are five people who report one outage within minutes (rule G4):
// the first is its principal, which UIT works once; the others are attached to
// it, told when it is solved, each on their own channel, and closed together.
var outageStories = []story{
	{
		at: "10:32", who: julio, way: bySMTP, road: viaUIT, desk: "operador",
		subject:  "Ciudadanía Digital caída en toda la oficina",
		said:     "Buenos días, desde las 10:25 nadie de la oficina puede ingresar con Ciudadanía Digital: sale error 502 a todos, en todas las computadoras y también con datos del celular.",
		system:   "ciudadania-digital",
		problem:  "El ingreso con Ciudadanía Digital responde 502 para muchas personas, desde varias redes.",
		analysis: "El proveedor de identidad no responde: se llenó el disco de registros de un nodo.",
		why:      "Es el servicio de identidad y sus servidores.",
		hours:    "0.5",
		actions:  "Se liberó espacio, se reinició el nodo y se activó la rotación de registros.",
		solution: "Disco lleno en un nodo del proveedor de identidad; el ingreso responde con normalidad.",
		notice:   "Ya puede ingresar con Ciudadanía Digital. Se llenó el disco de un servidor y quedó corregido; lamentamos la espera.",
		asides: []aside{
			{after: tickets.ActDecideAvailability, minutes: 2, what: confirmed, text: "Cinco avisos de Ciudadanía Digital en diez minutos, por tres canales."},
			{after: tickets.ActNotify, minutes: 1, what: everyoneTold},
			{after: tickets.ActClose, minutes: 2, what: allClosed},
		},
	},
	{
		at: "10:33", who: irma, way: byWhatsApp, road: ofOutage, desk: "operador",
		subject: "Ciudadanía Digital error 502", system: "ciudadania-digital",
		said:    "no funciona ciudadania digital, sale error 502 bad gateway a mi y a todos mis compañeros",
		problem: "No puede ingresar con Ciudadanía Digital, error 502; también sus compañeros.",
	},
	{
		at: "10:34", who: abel, way: byIMAP, road: ofOutage, desk: "operador",
		subject: "No hay ingreso a Ciudadanía Digital", system: "ciudadania-digital",
		said:    "Está caído el ingreso con Ciudadanía Digital, error 502 desde hace rato, ninguno de nuestros funcionarios puede entrar al sistema.",
		problem: "Nadie de la entidad ingresa con Ciudadanía Digital, error 502.",
	},
	{
		at: "10:36", who: zulma, way: byPhone, road: ofOutage, desk: "operador",
		subject: "No abre Ciudadanía Digital", system: "ciudadania-digital",
		said:    "La señora dice que Ciudadanía Digital está caída: sale error 502 y nadie puede ingresar en su oficina ni en su casa.",
		problem: "No abre Ciudadanía Digital, error 502, desde la oficina y desde su casa.",
	},
	{
		at: "10:38", who: delia, way: bySMTP, road: ofOutage, desk: "operador",
		subject: "ciudadania digital no responde", system: "ciudadania-digital",
		said:    "ciudadania digital no responde, tiempo de espera agotado y despues error 502, probamos varias personas con distinto internet",
		problem: "Ciudadanía Digital no responde para varias personas con distinto internet.",
	},
}
