package tickets

// Rule settles a doubt, an omission or a contradiction of the manual under its
// clause 4 "Previsión". It is a proposal until the agency adopts it: the rows
// here are the first version of each; adoption (act number, signatory, dates)
// is data of the agency, kept beside them. Events cite the rules they rest on.
type Rule struct {
	ID      string // "G1"
	Version int
	Where   string // the numeral or clause in doubt
	Title   string
	Text    string // in Spanish, our words: never shown as the manual's
	Status  string // Proposed or Adopted
}

// Status of a rule.
const (
	Proposed = "propuesta"
	Adopted  = "aprobada"
)

// RuleOf returns a rule by its id.
func RuleOf(id string) (Rule, bool) {
	for _, r := range Rules {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

// Rules are the settlements, in order.
var Rules = []Rule{
	{"G1", 1, "9.1/3 y 9.1/4", "Cuándo se deriva", "Todo problema de disponibilidad pasa al procedimiento 9.2, se haya visto antes o no. Si no es de disponibilidad y es de diseño funcional, pasa al 9.3. Si no es ninguno de los dos, lo resuelve soporte en 9.1/5. Cuando la UIT ya gestionó antes un caso igual, se muestra ese antecedente y el operador puede elegir el 9.2 con motivo escrito. Junto a la decisión se guarda lo que habría dicho el texto literal.", Proposed},
	{"G2", 1, "9.1/3", "Qué es «gestionado anteriormente»", "Hay antecedente cuando el artículo o caso anterior se resolvió por el procedimiento 9.2. El operador anota el artículo o caso que lo prueba, o «ninguno».", Proposed},
	{"G3", 1, "9.1/3 y 9.1/4", "Dos problemas en un mensaje", "Un incidente es un problema único (cl. 5.c): si el mensaje trae dos, se separa en dos casos enlazados. Si de verdad es uno solo, prima la disponibilidad.", Proposed},
	{"G4", 1, "9.1", "Muchos reportes de una misma caída", "Un caso principal y casos hijos: la unidad trabaja el principal; cada hijo conserva su propia notificación, revisión y cierre.", Proposed},
	{"G5", 1, "9.1/2", "Datos que faltan y otros desvíos", "Dentro de la etapa de registro, un caso puede esperar al usuario (el reloj se detiene y se le recuerda dos veces), estar fuera de alcance, ser duplicado o no deseado. Todos siguen el procedimiento hasta el cierre del supervisor, con su tipo de solución; ninguno se cierra solo ni se descarta en silencio.", Proposed},
	{"G6", 1, "9.1/3 y 9.2/1; 9.1/4 y 9.3/1", "La derivación figura dos veces", "Es un solo acto y un solo registro, que lleva los dos numerales.", Proposed},
	{"G7", 1, "9.1/7, 9.2/7 y 9.3/5", "Notificar antes de la revisión", "Se sigue el orden del manual. La notificación está hecha cuando el canal la recibió o la persona fue informada por teléfono. Si después falla, el deber de notificar vuelve a abrirse y nadie puede cerrar. Tras una devolución se notifica otra vez si cambió la solución o lo que se dijo; si no, se anota el motivo, que el supervisor ve.", Proposed},
	{"G8", 1, "9.1/9", "«Vuelve al numeral 3»", "El caso vuelve completo al numeral 3, por defecto con el mismo operador. La observación es obligatoria, las devoluciones se cuentan y a la segunda se avisa a la jefatura.", Proposed},
	{"G9", 1, "9.2/8 y 9.3/6", "Revisión sin camino de devolución", "Por analogía con 9.1/9, el supervisor escribe su observación y el caso vuelve al operador en 9.1/3. Este puede enviarlo directo a la base de conocimientos del mismo procedimiento, derivarlo de nuevo a la unidad o cambiar de procedimiento. No se cierra con una observación abierta.", Proposed},
	{"G10", 1, "9.2/3 y 9.3/3", "Derivación incorrecta", "La unidad que recibe un caso que no le corresponde lo devuelve con motivo: la UIT y el ADT a 9.1/3; la UPAT y el ACGII a quien les derivó.", Proposed},
	{"G11", 1, "9.2/3", "Un caso que necesita a más de una unidad", "Lo tiene una unidad por vez. La UIT puede volver de 3.A.2 al numeral 3, con motivo, y dirigirlo a otra.", Proposed},
	{"G12", 1, "9.2/3.B.4 y 9.2/3.C.5", "Estimación que el camino no pide", "Al volver de la UPAT o del ACGII, la estimación de la UIT es opcional. Los informes distinguen «sin estimación exigida» de «omitida».", Proposed},
	{"G13", 1, "9.2/3.B.3 y 3.A.2; 9.3/3.B.4 y 3.B.6", "La solución se gestiona dos veces", "La UPAT describe lo que hizo y la versión antes de coordinar; lo de la UIT es la puesta en producción, y es ella quien registra la solución.", Proposed},
	{"G14", 1, "9.3/3.B.5", "Quién coordina", "Coordina la UPAT con un registro dirigido a la UIT; al completarlo, el caso pasa solo a la UIT en 3.B.6. El ADT recibe copia y no detiene el caso.", Proposed},
	{"G15", 1, "9.2/3", "Derivación implícita", "La decisión del numeral 3 es la derivación: se registran origen, destino y motivo.", Proposed},
	{"G16", 1, "cl. 3 y 9.3", "ADT y ADIT", "Son la misma unidad: Área de Diseño Tecnológico. El código es ADT, ADIT vale como alias y el texto se muestra como está impreso.", Proposed},
	{"G17", 1, "9", "Nombres que varían", "Caso, problema e incidente nombran lo mismo en las pantallas: «caso».", Proposed},
	{"G18", 1, "9.2/4, 9.2/6, 9.2/7 y 9.3/4", "Salidas que no dicen lo que la actividad hace", "Se exige el registro que la actividad nombra (solución, base de conocimientos, notificación), además del progreso del flujo.", Proposed},
	{"G19", 1, "9.1/6, 9.2/6 y 9.3/4", "Base de conocimientos", "La decisión es una: artículo creado, actualizado o ya existente. «No es necesario», con motivo, solo en 9.1/6. La base «interna» de 9.2/2 es la propia de la UIT.", Proposed},
	{"G20", 1, "9.2/3.C.4", "Registro interno del ACGII", "Lo que el ACGII registra lo lee solo el ACGII. El técnico de la UIT lee el registro de coordinación; el supervisor, un resumen apto para la persona. Ni administradores ni auditores leen más, salvo una apertura autorizada que queda registrada.", Proposed},
	{"G21", 1, "9.2/3.C.2", "Clases y prioridades", "Las prioridades son crítica, alta, media y baja; las clases siguen la lista del Centro de Gestión de Incidentes Informáticos.", Proposed},
	{"G22", 1, "9", "Plazos", "El manual no fija plazos. Los tiempos de referencia son metas internas de la agencia y nunca se muestran como términos legales.", Proposed},
	{"G23", 1, "9.1/7", "Canal de la respuesta", "Se responde por el mismo canal; por otro, con motivo. Si no se logra contacto, tres intentos registrados en al menos dos días hábiles permiten seguir. Si la notificación falla después del cierre, el supervisor reabre el caso para notificar.", Proposed},
	{"G24", 1, "cl. 8.c y 9", "Después del cierre", "Solo el supervisor cierra. Lo que la persona escriba después es trabajo pendiente para alguien: se agrega al caso, el supervisor lo reabre, o se abre otro caso enlazado.", Proposed},
	{"G25", 1, "9.2/5, 9.3/3.A.3 y 9.3/3.B.8", "A quién vuelve la solución", "Al operador que llevaba el caso; si ya no está activo, a la bandeja del AIT.", Proposed},
	{"G26", 1, "9.1/9, 9.2/8 y 9.3/6", "Separación de funciones", "Nadie revisa ni cierra un caso en el que trabajó. Con una suplencia (número de acto y fechas) otra persona actúa como supervisor.", Proposed},
	{"G27", 1, "9.3", "Pedidos de mejora", "La solución puede ser «no procede», con su motivo, o «planificada», con su versión. También se notifica y se revisa.", Proposed},
	{"G28", 1, "9.1/3 y 9.1/4", "Cambio de clase", "Solo en 9.1/3 y 9.1/4, también tras una devolución; se conserva la historia de las clases.", Proposed},
	{"G29", 1, "9 y 9.2", "Encabezados", "Se muestran como están impresos.", Proposed},
	{"G30", 1, "9.1/1", "Llamadas", "La nota del operador es el registro. El identificador y la duración de la llamada son opcionales.", Proposed},
	{"G31", 1, "9.1/2 y 9.1/3", "Posible incidente de seguridad", "El operador confirma la señal en 9.1/2 o 9.1/3: el caso pasa primero en la fila a la UIT y con visibilidad restringida. La UIT decide en 9.2/3 como está escrito.", Proposed},
	{"G32", 1, "9", "La herramienta OsTicket", "El texto impreso se conserva. Mientras un acto no nombre otra herramienta, Ventanilla puede trabajar junto a OsTicket.", Proposed},
	{"G33", 1, "9", "Asuntos sensibles", "Un caso puede restringirse a personas nombradas; la remisión queda registrada.", Proposed},
	{"G34", 1, "9.1/1", "Notas formales", "Se marca «nota formal» con número, entidad, responsable y fecha que da el área legal. El programa no supone ningún plazo.", Proposed},
}
