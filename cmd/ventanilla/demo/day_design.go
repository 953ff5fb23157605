package demo

import "ventanilla/tickets"

// What works as it was built and should have been built otherwise: 9.3, by
// ADT's own hand and by UPAT's.
var designStories = []story{
	{
		at: "09:18", who: nancy, way: bySMTP, road: design, desk: "operador",
		subject:  "El formulario no me deja poner un solo apellido",
		said:     "Buenas, yo tengo un solo apellido según mi carnet y el formulario del trámite me exige llenar el apellido materno, si pongo un punto o un guión sale rojo y no me deja continuar. Cómo hago entonces? Deberían considerar que hay personas con un solo apellido.",
		system:   "portal",
		problem:  "El formulario exige el apellido materno y no admite personas con un solo apellido. Funciona así por diseño.",
		analysis: "El campo se definió obligatorio; la cédula admite un solo apellido. Debe ser opcional.",
		why:      "Se resuelve en la definición del formulario, que administra esta área.",
		actions:  "Se cambió la definición del formulario: un apellido basta.",
		solution: "El apellido materno es opcional en el formulario desde hoy.",
		notice:   "Tiene razón, y ya está corregido: ahora puede dejar vacío el segundo apellido y continuar. Los datos que había llenado se conservan.",
	},
	{
		at: "10:24", who: freddy, way: byPhone, road: design, desk: "operador2", by: "telefonista",
		subject:  "No entiende el orden de los pasos en la guía de trámites",
		said:     "El señor Freddy dice que en la guía de trámites los requisitos aparecen después del costo y del pago, y que por eso pagó antes de saber que le faltaba un papel. Pide que los pongan primero. Es una persona mayor.",
		system:   "portal",
		problem:  "En la ficha del trámite los requisitos aparecen después del pago; induce a pagar sin tenerlos. Es el diseño actual.",
		analysis: "El orden de las secciones confunde; otras personas lo observaron en la prueba con usuarios.",
		why:      "El orden de la ficha es de diseño y se cambia en la plantilla.",
		actions:  "Plantilla de la ficha con los requisitos al principio.",
		solution: "La ficha de los trámites muestra primero los requisitos.",
		notice:   "Cambiamos la página: ahora los requisitos aparecen primero y el pago al final. Gracias por su observación, que servirá a otras personas.",
	},
	{
		at: "09:33", who: beatriz, way: byIMAP, road: designByUPAT, desk: "operador2",
		subject:      "Solicitud de columna en el reporte de registros",
		said:         "Estimados, como punto de registro descargamos cada semana el reporte de registros de Ciudadanía Digital en Excel. El reporte no trae la hora ni el operador, solo la fecha, y tenemos que cruzarlo a mano. ¿Se puede aumentar esas dos columnas?\n\nBeatriz Ficticia Luna\nPunto de registro, Universidad",
		system:       "registro-cd",
		problem:      "Pide que el reporte semanal incluya hora y operador. El reporte funciona como fue diseñado.",
		analysis:     "El pedido es razonable y no expone datos de más; el dato existe.",
		why:          "Hay que cambiar el programa que arma el reporte.",
		second:       "El reporte se arma en una consulta; agregar las columnas es un cambio pequeño.",
		hours:        "2",
		actions:      "Reporte con las columnas «hora» y «operador» (versión 1.9.0).",
		coordination: "Desplegar la versión 1.9.0 del módulo de reportes.",
		solution:     "El reporte trae las columnas «hora» y «operador» desde hoy.",
		notice:       "El reporte ya incluye la hora y el operador de cada registro. Descárguelo otra vez y verá las dos columnas al final.",
	},
	{
		at: "10:31", who: grover, way: byPhone, road: designByUPAT, desk: "operador",
		subject:      "Notas Externas no deja adjuntar más de un archivo",
		said:         "El licenciado Gróver pide que Notas Externas permita adjuntar varios archivos por nota; hoy acepta uno solo y tienen que juntar todo en un PDF enorme.",
		system:       "notas-externas",
		problem:      "El sistema admite un solo adjunto por nota; se pide admitir varios. Funciona como fue diseñado.",
		analysis:     "La limitación es de la primera versión; la norma no la exige.",
		why:          "Requiere desarrollo.",
		second:       "Hay que cambiar el formulario y el almacenamiento de adjuntos; queda para la próxima versión.",
		hours:        "4",
		actions:      "Cambio incorporado a la versión 5.2, con límite de diez archivos.",
		coordination: "La versión 5.2 se instalará en la ventana de mantenimiento.",
		solution:     "La próxima versión de Notas Externas aceptará hasta diez archivos por nota.",
		kind:         tickets.Planned, detail: "versión 5.2",
		notice: "Aceptamos su pedido: la próxima versión de Notas Externas, la 5.2, permitirá hasta diez archivos por nota. Le avisaremos cuando esté instalada.",
	},
}
