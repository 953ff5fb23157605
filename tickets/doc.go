// Package tickets holds the rules of the desk: the case, the units and roles,
// and the agency's three procedures (UGAT/AIT-PR01, PR02, PR03 of the manual
// UGAT/AIT-M01, R.A. AGETIC/RA/0053/2022) as tables that a case walks. It does
// no I/O and imports the standard library and the pure working calendar alone.
//
// # How it reads
//
// pr01.go, pr02.go and pr03.go are the manual, line by line: the text as printed
// and, beside it, the acts that complete each activity with the record they ask
// for. asides.go has the acts that the manual lacks, each resting on a rule of
// rules.go (G1…G34). do.go moves a case along those tables: Do is the only way
// in which a person changes one, Acts is what Do would take, and both ask the
// same function, allowed, so that they cannot disagree. What an act does besides
// moving the case is a small function, listed in effects.go and kept in
// triage.go, solution.go, notice.go, review.go, citizen.go, links.go,
// outage.go and flags.go; a condition that needs no record is a guard there, and what a guard
// refuses is not offered. system.go is what the gateway does and no person decides.
//
// An effect works on a copy of the case that replaces it only if nothing
// refused. Every change appends one Event, chained by hashes (chain.go); undoing
// is a new event. A step is due until something completes it: Ticket.Step is
// what is due, Ticket.Trail what was done. Notifying is two events, because the
// activity is done when the channel took the notice (G7): notify by the
// operator, delivery by the gateway.
//
// # Glossary
//
// This is the only glossary of the program. Names of the manual stay Spanish as
// values; code is English.
//
//	case, Ticket          caso (the manual: caso, problema, incidente; G17)
//	Step                  actividad by its numeral, qualified: 9.2/3.B.1
//	Record                SALIDA: what an activity leaves written
//	Act                   acto: what someone does to a case
//	Event                 línea del historial
//	outage                caída: un caso principal y los reportes adjuntos (G4)
//	derive                derivar: hand a case to another unit
//	route                 decidir en 9.2/3 o 9.3/3 quién gestiona
//	misderived            devolución por derivación incorrecta (G10)
//	return                devolución con observación del supervisor (G8, G9)
//	settlement rule       criterio de interpretación, cl. 4 (G1…G34)
//	availability          disponibilidad de servicio → 9.2
//	functional_design     diseño funcional → 9.3
//	support               soporte ordinario → 9.1/5
//	prior_uit             gestionado anteriormente por la UIT (G2)
//	knowledge base, KB    base de conocimientos
//	notice                notificación de la solución
//	waiting               en espera del usuario (G5)
//	flag                  señal: seguridad, restringido, nota formal…
//	pre-registro          a case with only 9.1/1 done
//	citizen, Usuario      usuario (cl. 5.a): who reports; has no login
//	Suplencia             acto que habilita a otra persona como supervisor (G26)
//	target                meta interna; never a legal term (G22)
//	analysis, coordination, notice (Stage)  las tres etapas de la cl. 8
//
//	UGAT   Unidad de Gestión y Asistencia Tecnológica, over AIT and ADT
//	AIT    Área de Implementación Tecnológica: the desk
//	ADT    Área de Diseño Tecnológico; printed ADIT too (G16)
//	UIT    Unidad de Infraestructura Tecnológica
//	UPAT   Unidad de Producción y Actualización Tecnológica
//	ACGII  Área Centro de Gestión de Incidentes Informáticos (CGII to the public)
//
//	operador, supervisor                 Operador and Supervisor de Soporte Técnico (AIT)
//	uit, upat, acgii, adt                the responsible people of those units
//	telefonista, jefatura, auditor,
//	administrador                        ours, not the manual's
package tickets
