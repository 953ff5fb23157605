package tickets

// PR01 is clause 9.1: cases handled wholly by the support staff.
var PR01 = Procedure{
	Numeral:   "9.1",
	Code:      "UGAT/AIT-PR01",
	Title:     "Procedimiento para la atención general al usuario respecto a incidentes de soporte técnico gestionados enteramente por el personal de soporte",
	Objective: "Establecer el procedimiento para la atención general al usuario respecto a incidentes de soporte técnico que puedan ser gestionados por el personal de soporte.",
	Activities: []Activity{
		{
			Step:        "9.1/1",
			Text:        "Reporta el problema a través de los canales de atención de soporte habilitados (Correo Electrónico, Whatsapp, Líneas telefónicas).",
			Responsible: "Usuario",
			Output:      "Canales de atención de soporte habilitados.",
			Role:        Usuario, Unit: AIT,
		},
		{
			Step:        "9.1/2",
			Text:        "Identifica, analiza registra el problema reportado por el usuario en la herramienta OsTicket",
			Responsible: "Operador de Soporte Técnico",
			Output:      "Registro del Problema en la herramienta OsTicket",
			Role:        Operador, Unit: AIT,
			Options: []Option{{Act: ActRegister, To: "9.1/3", Fields: []Field{
				need("problem", Text), may("system", Line), may("entity", Line), may("class", Choice, classes...),
			}}},
		},
		{
			Step:        "9.1/3",
			Text:        "Revisa la base de conocimientos y verifica si el problema es de disponibilidad de servicio. Si el problema es de disponibilidad de servicio y fue gestionado anteriormente por la Unidad de Infraestructura (UIT), deriva a la UIT, (Pasa a aplicar el procedimiento 9.2).",
			Note:        "Se utilizará una vez derivado, el procedimiento para la atención general al usuario respecto a incidentes de soporte técnico que necesiten el apoyo de la Unidad de Infraestructura Tecnológica (UIT) u otras unidades.",
			Responsible: "Operador de Soporte Técnico",
			Output:      "Progreso del documento (Flujo)",
			Role:        Operador, Unit: AIT,
			Options: []Option{
				{Act: ActDecideAvailability, To: "9.1/4", Or: []Step{"9.2/2"}, Fields: []Field{
					need("availability", YesNo), need("prior_uit", YesNo), need("evidence", Text),
					may("choose_uit", YesNo), may("reason", Text),
				}},
			},
		},
		{
			Step:        "9.1/4",
			Text:        "Si el problema no es de disponibilidad de servicio ni tampoco fue gestionado anteriormente por la Unidad de Infraestructura Tecnológica (UIT), y además si el problema es de diseño funcional, deriva al Área de Diseño Tecnológico (ADT), (Pasa a aplicar el procedimiento 9.3).",
			Note:        "Se utilizará una vez derivado, el procedimiento para la atención general al usuario respecto a incidentes de soporte técnico que necesiten el apoyo del Área de Diseño Tecnológico (ADT).",
			Responsible: "Operador de Soporte Técnico",
			Output:      "Progreso del documento (Flujo)",
			Role:        Operador, Unit: AIT,
			Options: []Option{{Act: ActDecideDesign, To: "9.1/5", Or: []Step{"9.3/2", "9.2/2"}, Fields: []Field{
				need("design", YesNo), may("choose_uit", YesNo), may("reason", Text),
			}}},
		},
		{
			Step:        "9.1/5",
			Text:        "Si el problema no es de diseño funcional, el personal de soporte procede a gestionar y registra la solución del problema en la herramienta OsTicket.",
			Responsible: "Operador de Soporte Técnico",
			Output:      "Registro de la solución en la herramienta OsTicket",
			Role:        Operador, Unit: AIT,
			Options: []Option{{Act: ActSolve, To: "9.1/6", Fields: solution}},
		},
		{
			Step:        "9.1/6",
			Text:        "Actualiza la base de conocimiento en la herramienta OsTicket si fuera necesario. Si el caso ya se encuentra registrado en la base de conocimientos, no se vuelve a registrar.",
			Responsible: "Operador de Soporte Técnico",
			Output:      "Base de conocimiento en la herramienta OsTicket",
			Role:        Operador, Unit: AIT,
			Options: []Option{{Act: ActKB, To: "9.1/7", Rules: []string{"G19"}, Fields: []Field{
				need("decision", Choice, "created", "updated", "existing", "not_needed"), may("article", Article), may("reason", Text),
			}}},
		},
		{
			Step:        "9.1/7",
			Text:        "Notifica solución al usuario a través del canal de atención de soporte habilitados",
			Responsible: "Operador de Soporte Técnico",
			Output:      "Canales de atención de soporte habilitados",
			Role:        Operador, Unit: AIT,
			Options: notice("9.1/8"),
		},
		{
			Step:        "9.1/8",
			Text:        "Deriva solución al supervisor a través de la herramienta Osticket",
			Responsible: "Operador de Soporte Técnico",
			Output:      "Progreso del documento (Flujo)",
			Role:        Operador, Unit: AIT,
			Options: []Option{{Act: ActSubmit, To: "9.1/9", Fields: []Field{may("note", Text)}}},
		},
		{
			Step:        "9.1/9",
			Text:        "Revisa si el problema fue gestionado correctamente. Si el problema no fue gestionado correctamente, se devuelve al Operador de Soporte para que subsane lo observado, (Vuelve al numeral 3)",
			Responsible: "Supervisor de Soporte Técnico",
			Output:      "Progreso del documento (Flujo)",
			Role:        Supervisor, Unit: AIT,
			Options: review("9.1/10", "G8"),
		},
		{
			Step:        "9.1/10",
			Text:        "Si el problema fue correctamente gestionado, cierra el caso en la herramienta OsTicket.",
			Responsible: "Supervisor de Soporte Técnico",
			Output:      "Cierre del problema en la herramienta Osticket",
			Role:        Supervisor, Unit: AIT,
			Options: closing,
		},
	},
}

// The records that several activities share.
var (
	classes  = []string{string(Availability), string(FunctionalDesign), string(Support)}
	solution = []Field{need("solution", Text), need("type", Choice, SolutionTypes...), may("detail", Line), may("account", YesNo)}
	closing  = []Option{{Act: ActClose, To: Closed, Fields: []Field{may("note", Text)}}}
	problem  = []Field{need("record", Text)}
	flow     = []Field{may("note", Text)}
	estimate = []Field{need("hours", Duration)}
	// The knowledge base in 9.2/6 and 9.3/4 is unconditional (G19).
	knowledge = []Field{need("decision", Choice, "created", "updated", "existing"), may("article", Article), may("reason", Text)}
)

// notice are the ways through 9.1/7, 9.2/7 and 9.3/5.
func notice(next Step) []Option {
	return []Option{
		{Act: ActNotify, To: next, Later: true, Rules: []string{"G7"}, Fields: []Field{
			need("text", Text), may("medium", Choice, "email", "whatsapp", "phone"), may("to", Line),
			may("reason", Text), may("copies", YesNo), may("files", Hidden),
		}},
		{Act: ActWaiveNotice, To: next, Rules: []string{"G7"}, Fields: []Field{need("reason", Text)}},
		{Act: ActNoContact, To: next, Rules: []string{"G23"}, Fields: []Field{need("reason", Text)}},
	}
}

// review are the ways on from 9.1/9, 9.2/8 and 9.3/6; rule is the one that the return rests on.
func review(next Step, rule string) []Option {
	return []Option{
		{Act: ActApprove, To: next, Rules: []string{"G26"}, Fields: []Field{may("note", Text)}},
		{Act: ActReturn, To: "9.1/3", Rules: []string{rule, "G26"}, Fields: []Field{need("observation", Text), may("user", Line)}},
	}
}
