package console

import (
	"slices"

	"ventanilla/tickets"
)

// route is one line of the console's manual: what is asked, who may ask, what answers.
type route struct {
	pattern string
	who     []tickets.Role // nil: anyone, without a session
	do      handler
}

// allows tells whether an actor may use the route. Someone standing in as
// supervisor (G26) may go where supervisors go.
func (rt route) allows(a tickets.Actor) bool {
	return slices.ContainsFunc(rt.who, a.Is)
}

// The sets of roles that the table uses.
var (
	everyone = []tickets.Role(nil)
	staff    = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.RoleUIT, tickets.RoleUPAT, tickets.RoleACGII, tickets.RoleADT, tickets.Telefonista, tickets.Jefatura, tickets.Auditor, tickets.Administrador}
	readers  = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.RoleUIT, tickets.RoleUPAT, tickets.RoleACGII, tickets.RoleADT, tickets.Telefonista, tickets.Jefatura, tickets.Auditor}
	workers  = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.RoleUIT, tickets.RoleUPAT, tickets.RoleACGII, tickets.RoleADT, tickets.Telefonista}
	seekers  = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.RoleUIT, tickets.RoleUPAT, tickets.RoleACGII, tickets.RoleADT, tickets.Jefatura, tickets.Auditor}
	callers  = []tickets.Role{tickets.Operador, tickets.Telefonista}
	// callSeers are those who return calls, and who answers for them.
	callSeers = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.Telefonista}
	deskRole  = []tickets.Role{tickets.Operador, tickets.Supervisor}
	boss      = []tickets.Role{tickets.Supervisor}
	reviewer  = []tickets.Role{tickets.Supervisor, tickets.Jefatura, tickets.Auditor}
	watchers  = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.Jefatura, tickets.Auditor, tickets.Administrador}
	// heldReaders read what is held; others see that something is
	heldReaders = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.Auditor}
	// outageSeers are those who decide on outages, work them or answer for them
	outageSeers = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.RoleUIT, tickets.Telefonista, tickets.Jefatura, tickets.Auditor}
	// outageMovers do something on an outage; of the units only UIT, which takes reports out
	outageMovers = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.RoleUIT}
	sealed       = []tickets.Role{tickets.Supervisor, tickets.Auditor}
	admin        = []tickets.Role{tickets.Administrador}
	keepers      = []tickets.Role{tickets.Supervisor, tickets.Administrador}
	choosers     = []tickets.Role{tickets.Supervisor, tickets.Jefatura, tickets.Administrador}
	learners     = []tickets.Role{tickets.Supervisor, tickets.Jefatura, tickets.Administrador, tickets.Auditor}
)

// routes is the route table. Whoever may open a page may not yet do every act
// on it: tickets.Do has the last word on a case.
func (c *Console) routes() []route {
	return []route{
		{"GET /{$}", staff, (*Console).home},
		{"GET /entrar", everyone, (*Console).loginPage},
		{"POST /entrar", everyone, (*Console).login},
		{"POST /salir", staff, (*Console).logout},
		{"GET /inicio/{token}", everyone, (*Console).setupPage},
		{"POST /inicio/{token}", everyone, (*Console).setup},
		{"GET /c/{pass}", everyone, (*Console).citizenPage},
		{"POST /c/{pass}", everyone, (*Console).opinion},

		{"GET /bandeja", readers, (*Console).queuePage},
		{"POST /bandeja/lote", workers, (*Console).bulk},
		{"POST /bandeja/vistas", readers, (*Console).viewSave},
		{"POST /bandeja/vistas/{id}/quitar", readers, (*Console).viewDrop},
		{"GET /pulso", staff, (*Console).pulse},
		{"GET /paleta", readers, (*Console).palette},
		{"GET /eventos", staff, (*Console).events},

		{"GET /casos/{code}", readers, (*Console).casePage},
		{"GET /casos/{code}/expediente", readers, (*Console).filePage},
		{"POST /borrador", workers, (*Console).keepUnsent},
		{"POST /casos/{code}/presencia", readers, (*Console).bePresent},
		{"POST /casos/{code}/decidir", []tickets.Role{tickets.Operador}, (*Console).decide},
		{"POST /casos/{code}/reenviar", []tickets.Role{tickets.Operador}, (*Console).resend},
		{"POST /casos/{code}/sugerencias/{id}", deskRole, (*Console).decideSuggestion},
		{"POST /casos/{code}/{act}", workers, (*Console).act},
		{"GET /casos/{code}/archivos/{message}/{n}", readers, (*Console).file},
		{"GET /casos/{code}/imagenes/{message}/{n}", readers, (*Console).picture},
		{"GET /casos/{code}/sonidos/{message}/{n}", readers, (*Console).sound},
		{"GET /casos/{code}/paginas/{message}/{n}", readers, (*Console).page},
		{"GET /casos/{code}/correo/{message}", readers, (*Console).mail},

		{"GET /llamada", callers, (*Console).callPage},
		{"GET /llamada/numero", callers, (*Console).callLookup},
		{"POST /llamada", callers, (*Console).call},
		{"GET /devoluciones", callSeers, (*Console).callbackPage},
		{"POST /devoluciones/{id}", callers, (*Console).callback},
		{"POST /llamadas/{id}", callers, (*Console).missed},

		{"GET /caidas", outageSeers, (*Console).outagesPage},
		{"GET /caidas/{id}", outageSeers, (*Console).outagePage},
		{"POST /caidas/{id}", outageMovers, (*Console).outageAct},

		{"GET /revision", reviewer, (*Console).reviewPage},
		{"POST /revision/{code}", boss, (*Console).review},

		{"GET /conocimiento", readers, (*Console).articlesPage},
		{"GET /conocimiento/nuevo", deskRole, (*Console).articleNew},
		{"GET /conocimiento/{id}", readers, (*Console).articlePage},
		{"GET /conocimiento/{id}/editar", deskRole, (*Console).articleEdit},
		{"POST /conocimiento", deskRole, (*Console).articleSave},
		{"POST /conocimiento/{id}", deskRole, (*Console).articleSave},

		{"GET /libro", watchers, (*Console).ledgerPage},
		{"POST /libro/{id}/original", sealed, (*Console).ledgerRaw},
		{"GET /retenidos", watchers, (*Console).heldPage},
		{"POST /retenidos", deskRole, (*Console).heldAll},
		{"GET /retenidos/{id}", heldReaders, (*Console).heldOnePage},
		{"POST /retenidos/{id}", deskRole, (*Console).heldAct},

		{"GET /aprendizaje", learners, (*Console).learningPage},
		{"POST /aprendizaje", choosers, (*Console).learningChoose},

		{"GET /canales", watchers, (*Console).channelsPage},
		{"GET /canales/riesgo", watchers, (*Console).riskPage},
		{"GET /canales/{name}/vincular", keepers, (*Console).pairPage},
		{"POST /canales/{name}/vincular", keepers, (*Console).pair},
		{"POST /canales/{name}/codigo", keepers, (*Console).pairCode},
		{"POST /canales/{name}/desvincular", keepers, (*Console).unlink},
		{"GET /canales/{name}/mover", deskRole, (*Console).readdressPage},
		{"POST /canales/{name}/mover", deskRole, (*Console).readdress},
		{"POST /salidas/{id}/reintentar", keepers, (*Console).retryOutgoing},

		{"GET /buscar", seekers, (*Console).searchPage},
		{"GET /personas/{id}", seekers, (*Console).personPage},
		{"POST /personas/{id}", deskRole, (*Console).personSave},
		{"GET /casos/{code}/persona", deskRole, (*Console).joinPage},
		{"POST /casos/{code}/persona", deskRole, (*Console).join},

		{"GET /usuarios", admin, (*Console).usersPage},
		{"POST /usuarios", admin, (*Console).userCreate},
		{"GET /usuarios/{id}", admin, (*Console).userPage},
		{"POST /usuarios/{id}", admin, (*Console).userSave},
		{"POST /usuarios/{id}/clave", admin, (*Console).userReset},
		{"POST /usuarios/{id}/sesiones", admin, (*Console).userSessions},
		{"GET /auditoria", []tickets.Role{tickets.Administrador, tickets.Auditor}, (*Console).auditPage},

		{"GET /entrar/codigo", staff, (*Console).codePage},
		{"POST /entrar/codigo", staff, (*Console).code},
		{"GET /cuenta/factor", staff, (*Console).factorPage},
		{"POST /cuenta/factor", staff, (*Console).factorAct},
		{"POST /cuenta/factor/confirmar", staff, (*Console).factorConfirm},
		{"POST /usuarios/{id}/factor", admin, (*Console).userFactor},
		{"GET /administracion", keepsOffice, (*Console).adminPage},
		{"GET /administracion/calendario", keepsOffice, (*Console).calendarPage},
		{"POST /administracion/calendario", admin, (*Console).calendarSave},
		{"GET /administracion/metas", keepsOffice, (*Console).targetsPage},
		{"POST /administracion/metas", keepers, (*Console).targetsSave},
		{"GET /administracion/criterios", keepsOffice, (*Console).rulesPage},
		{"POST /administracion/criterios/{rule}", proposers, (*Console).rulePropose},
		{"POST /administracion/aprobaciones/{id}", adopters, (*Console).ruleSettle},
		{"GET /administracion/sistemas", keepsOffice, (*Console).systemsPage},
		{"GET /administracion/sistemas/{id}", admin, (*Console).systemPage},
		{"POST /administracion/sistemas/{id}", admin, (*Console).systemSave},
		{"GET /administracion/plantillas", textReaders, (*Console).textsPage},
		{"GET /administracion/plantillas/{id}", textReaders, (*Console).textPage},
		{"POST /administracion/plantillas/{id}", textReaders, (*Console).textSave},
		{"GET /administracion/plantillas/{id}/vista", textReaders, (*Console).textPreview},
		{"POST /administracion/plantillas/{id}/vista", textReaders, (*Console).textPreview},
		{"GET /administracion/llamadas", admin, (*Console).columnsPage},
		{"POST /administracion/llamadas", admin, (*Console).columnsAct},
		{"GET /administracion/avisos", keepsOffice, (*Console).alertsPage},
		{"POST /cuenta/avisos", staff, (*Console).accountAlerts},
		{"GET /informes", reporters, (*Console).todayPage},
		{"GET /informes/periodo", reporters, (*Console).periodPage},
		{"GET /informes/casos.csv", reporters, (*Console).reportCSV},
		{"GET /administracion/pruebas", keepsOffice, (*Console).proofsPage},
		{"POST /administracion/pruebas", keepers, (*Console).proofsSave},
		{"GET /notas", seekers, (*Console).formalPage},
		{"GET /reservados", sealed, (*Console).reservedPage},
		{"GET /casos/{code}/expediente.json", readers, (*Console).dossier},
		{"GET /administracion/acceso", admin, (*Console).securityPage},
		{"POST /administracion/acceso", admin, (*Console).securitySave},
		{"POST /administracion/acceso/sellados", admin, (*Console).sealedSave},
		{"POST /administracion/acceso/casos", admin, (*Console).casesSave},

		{"GET /cuenta", staff, (*Console).accountPage},
		{"POST /cuenta/clave", staff, (*Console).accountPassword},
		{"POST /cuenta/idioma", staff, (*Console).accountLanguage},
		{"POST /cuenta/habla", staff, (*Console).accountSpoken},
		{"POST /cuenta/sesiones", staff, (*Console).accountSessions},
	}
}
