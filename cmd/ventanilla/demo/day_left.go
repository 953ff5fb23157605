package demo

import "ventanilla/tickets"

// leftOpen are the cases that the newcomer finds waiting, each at a different
// place of the manual. They are not part of the day that --exit plays.
var leftOpen = []story{
	{
		at: "15:05", who: marco, way: byIMAP, road: designByUPAT, desk: "operador", until: tickets.ActManage,
		subject:  "El buscador de trámites no encuentra sin tildes",
		said:     "Buenas tardes, en el buscador de la guía si escribo «cedula» sin tilde no sale nada, solo con tilde. En el celular casi nadie pone tildes, deberían arreglar.",
		system:   "portal",
		problem:  "El buscador de la guía de trámites distingue las tildes. Así fue diseñado.",
		analysis: "Debe encontrar con y sin tildes.", why: "Es un cambio del buscador.",
		second: "Se cambia la forma de indexar los textos.", hours: "6",
	},
	{
		at: "15:20", who: noemi, way: bySMTP, road: plain, desk: "operador2", until: tickets.ActApprove,
		subject:  "Cómo verifico un documento aprobado",
		said:     "Me mandaron un PDF aprobado con ciudadanía digital y me piden verificar que es válido. Dónde se hace eso? Gracias",
		system:   "aprobacion",
		problem:  "Pregunta cómo verificar un documento aprobado con Ciudadanía Digital.",
		solution: "Se le indicó cómo verificarlo con el código QR del documento.",
		notice:   "Apunte la cámara de su celular al código QR del documento: se abrirá una página del Estado que dice quién lo aprobó y cuándo. Compare esos datos con los de su PDF.",
	},
	{
		at: "15:40", who: rene, way: byPhone, road: plain, desk: "operador", until: tickets.ActAttempt,
		subject:  "No puede descargar la aplicación",
		said:     "El señor René dice que la tienda de su celular no le deja instalar la aplicación de Ciudadanía Digital: sale que su equipo no es compatible.",
		system:   "ciudadania-digital",
		problem:  "Su teléfono tiene una versión de Android que la aplicación ya no admite.",
		solution: "Puede usar Ciudadanía Digital desde el navegador, sin la aplicación.",
		notice:   "Su teléfono es anterior a lo que la aplicación necesita. Puede usar Ciudadanía Digital desde el navegador del mismo teléfono, sin instalar nada.",
	},
	{
		at: "16:10", who: gabriela, way: bySMTP, road: plain, desk: "operador2", until: tickets.ActRegister,
		subject: "no me sale mi certificado",
		said:    "ola, hice mi tramite ayer y no me sale el certificado, ya pague. q hago",
		asides:  []aside{{after: start, minutes: 4, what: asked, text: "¿Qué trámite hizo y en qué página? Si tiene el código de pago o una foto del comprobante, envíenoslo."}},
	},
	{
		at: "16:30", who: lucia, way: bySMTP, road: viaUIT, desk: "operador", until: tickets.ActEstimate,
		subject:  "Notas Externas está muy lento",
		said:     "Buenas tardes: desde el mediodía Notas Externas tarda más de un minuto en abrir cada nota, en todas nuestras oficinas. Otras alcaldías nos dicen que les pasa igual.\n\nLucía Muestra Vargas",
		system:   "notas-externas",
		problem:  "Notas Externas responde con mucha lentitud para varias entidades desde el mediodía.",
		analysis: "La base de datos está al límite de conexiones.", why: "Es de infraestructura.",
	},
	{
		at: "16:45", who: maria, way: bySMTP, road: plain, until: tickets.ActRegister,
		subject: "Duda sobre mi firma digital",
		said:    "Buenas tardes, mi certificado de firma digital vence el próximo mes. ¿Tengo que ir en persona a renovar o se puede por internet? Gracias por su atención.",
	},
	{
		at: "16:50", who: edith, way: byWhatsApp, road: plain, desk: "operador", until: tickets.ActRegister,
		subject: "No le dejan entrar al trámite de su negocio",
		said:    "buenas tardes joven\n\nquiero hacer el tramite de mi negocio y me dice q mi cuenta no está habilitada\n\ncomo hago?? estoy desde la mañana",
		asides:  []aside{{after: start, minutes: 1, what: showsMore}, {after: start, minutes: 2, what: apart, text: "Doña Edith, estamos revisando su cuenta. Le escribimos en un momento."}},
	},
	// Four people who report one outage: the desk proposes it and nobody has decided.
	{
		at: "16:21", who: nestor, way: bySMTP, road: plain, desk: "operador", until: tickets.ActRegister, system: "notificaciones",
		subject: "El buzón de notificaciones está caído",
		said:    "Buenas tardes, el buzón de notificaciones electrónicas no abre para ninguno de los abogados del estudio, sale error 504 desde las cuatro.",
	},
	{
		at: "16:23", who: olivia, way: byWhatsApp, road: plain, desk: "operador", until: tickets.ActRegister, system: "notificaciones",
		subject: "Buzón de notificaciones error 504",
		said:    "el buzon de notificaciones no carga, error 504 gateway timeout, a mis colegas les pasa igual",
	},
	{
		at: "16:25", who: tomasa, way: byIMAP, road: plain, desk: "operador", until: tickets.ActRegister, system: "notificaciones",
		subject: "No responde el buzón de notificaciones",
		said:    "El buzón de notificaciones electrónicas no responde, error 504 en todas las computadoras del juzgado. Necesitamos ver las notificaciones de hoy.",
	},
	{
		at: "16:26", who: ubaldo, way: bySMTP, road: plain, desk: "operador", until: tickets.ActRegister, system: "notificaciones",
		subject: "buzon caido",
		said:    "se cayo el buzon de notificaciones, varias personas de la oficina con error 504, con wifi y con datos",
	},
}
