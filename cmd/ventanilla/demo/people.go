package demo

import (
	"github.com/emersion/go-message/mail"

	"ventanilla/tickets"
)

// Password opens every account of the demo. The demo answers on loopback only.
const Password = "ventanilla-demo"

// The desk's addresses: the first two are served by the SMTP listener, the
// last is the mailbox that is read by IMAP.
const (
	domain  = "mesa.ejemplo"
	support = "soporte@" + domain
	inbox   = "contacto@" + domain
	relayed = "correo.ejemplo" // where the citizens' mail server says it is
)

// The names under which the demo's channels are configured.
const (
	listenerName = "smtp"
	mailboxName  = "contacto"
	exchangeName = "central"
	numberName   = "whatsapp"
)

// colleague is one of the staff, with the login that a newcomer can use.
type colleague struct {
	login, name string
	roles       []tickets.Role
	unit        tickets.Unit
	about       string // for the list of logins
}

var staff = []colleague{
	{"operador", "Olga Operadora Modelo", []tickets.Role{tickets.Operador}, tickets.AIT, "atiende casos de principio a fin"},
	{"operador2", "Oscar Operador Modelo", []tickets.Role{tickets.Operador}, tickets.AIT, "otro operador, con su propia carga"},
	{"telefonista", "Tania Telefonista Modelo", []tickets.Role{tickets.Telefonista}, tickets.AIT, "registra llamadas y las devuelve"},
	{"supervisor", "Sonia Supervisora Modelo", []tickets.Role{tickets.Supervisor}, tickets.AIT, "revisa, devuelve y cierra"},
	{"uit", "Ulises Infraestructura Modelo", []tickets.Role{tickets.RoleUIT}, tickets.UIT, "Unidad de Infraestructura Tecnológica"},
	{"upat", "Paula Producción Modelo", []tickets.Role{tickets.RoleUPAT}, tickets.UPAT, "Unidad de Producción y Actualización Tecnológica"},
	{"acgii", "Cecilia Incidentes Modelo", []tickets.Role{tickets.RoleACGII}, tickets.ACGII, "Área Centro de Gestión de Incidentes Informáticos"},
	{"adt", "Diego Diseño Modelo", []tickets.Role{tickets.RoleADT}, tickets.ADT, "Área de Diseño Tecnológico"},
	{"jefatura", "Julia Jefa Modelo", []tickets.Role{tickets.Jefatura}, tickets.AIT, "mira e informa"},
	{"auditor", "Aurelio Auditor Modelo", []tickets.Role{tickets.Auditor}, tickets.AIT, "lee todo, no cambia nada"},
	{"admin", "Adela Administradora Modelo", []tickets.Role{tickets.Administrador}, tickets.AIT, "personas, catálogos y canales"},
}

// citizen is one of the people who write and call; none exists.
type citizen struct {
	name, mail, phone string
}

func (c citizen) address() mail.Address { return mail.Address{Name: c.name, Address: c.mail} }

var (
	maria    = citizen{"María Ejemplo Quispe", "maria@ciudadana.ejemplo", "71500001"}
	juan     = citizen{"Juan Prueba Mamani", "juan@ciudadano.ejemplo", "72500002"}
	rosa     = citizen{"Rosa Ficticia Choque", "rosa@ciudadana.ejemplo", "73500003"}
	pedro    = citizen{"Pedro Supuesto Flores", "pedro@ciudadano.ejemplo", "74500004"}
	lucia    = citizen{"Lucía Muestra Vargas", "lucia@gobiernomunicipal.ejemplo", "75500005"}
	ramiro   = citizen{"Ramiro Ensayo Condori", "ramiro@ministerio.ejemplo", "76500006"}
	elena    = citizen{"Elena Inventada Rojas", "elena@tienda.ejemplo", "77500007"}
	hugo     = citizen{"Hugo Figurado Apaza", "hugo@ciudadano.ejemplo", "78500008"}
	silvia   = citizen{"Silvia Imaginaria Tola", "silvia@gobernacion.ejemplo", "79500009"}
	wilson   = citizen{"Wilson Simulado Cruz", "wilson@alcaldia.ejemplo", "70500010"}
	nancy    = citizen{"Nancy Ejemplo Ticona", "nancy@ciudadana.ejemplo", "71500011"}
	freddy   = citizen{"Freddy Prueba Gutiérrez", "freddy@ciudadano.ejemplo", "22500012"}
	beatriz  = citizen{"Beatriz Ficticia Luna", "beatriz@universidad.ejemplo", "73500013"}
	grover   = citizen{"Gróver Supuesto Nina", "grover@ministerio.ejemplo", "22500014"}
	carla    = citizen{"Carla Muestra Salazar", "carla@ciudadana.ejemplo", "75500015"}
	teofilo  = citizen{"Teófilo Ensayo Huanca", "teofilo@ciudadano.ejemplo", "76500016"}
	ximena   = citizen{"Ximena Inventada Paz", "ximena@ciudadana.ejemplo", "77500017"}
	edwin    = citizen{"Edwin Figurado Poma", "edwin@ciudadano.ejemplo", "78500018"}
	patricia = citizen{"Patricia Imaginaria Soto", "patricia@empresa.ejemplo", "79500019"}
	marco    = citizen{"Marco Simulado Arce", "marco@ciudadano.ejemplo", "70500020"}
	noemi    = citizen{"Noemí Ejemplo Calle", "noemi@ciudadana.ejemplo", "71500021"}
	rene     = citizen{"René Prueba Yujra", "rene@ciudadano.ejemplo", "72500022"}
	gabriela = citizen{"Gabriela Ficticia Ríos", "gabriela@ciudadana.ejemplo", "73500023"}
	yamil    = citizen{"Yamil Supuesto Choque", "yamil@ciudadano.ejemplo", "74500024"}
	dania    = citizen{"Dania Muestra Coca", "dania@empresa.ejemplo", "75500025"}
	kevin    = citizen{"Kevin Ensayo Limachi", "kevin@ciudadano.ejemplo", "76500026"}
	sandra   = citizen{"Sandra Inventada Rocha", "sandra@juzgado.ejemplo", "77500027"}
	milton   = citizen{"Milton Figurado Vaca", "milton@ciudadano.ejemplo", "78500028"}
	vania    = citizen{"Vania Imaginaria Aguilar", "vania@ciudadana.ejemplo", "79500029"}
	raul     = citizen{"Raúl Simulado Mérida", "raul@ciudadano.ejemplo", "70500030"}
	maribel  = citizen{"Maribel Ejemplo Copa", "maribel@ciudadana.ejemplo", "71500031"}
	edith    = citizen{"Edith Prueba Suárez", "edith@ciudadana.ejemplo", "72500032"}
	julio    = citizen{"Julio Ficticio Tarqui", "julio@alcaldia.ejemplo", "73500033"}
	irma     = citizen{"Irma Supuesta Callejas", "irma@ciudadana.ejemplo", "74500034"}
	abel     = citizen{"Abel Muestra Quiroga", "abel@ministerio.ejemplo", "75500035"}
	zulma    = citizen{"Zulma Ensayo Peredo", "zulma@ciudadana.ejemplo", "76500036"}
	nestor   = citizen{"Néstor Figurado Rengel", "nestor@estudio.ejemplo", "78500038"}
	olivia   = citizen{"Olivia Imaginaria Torrez", "olivia@ciudadana.ejemplo", "79500039"}
	tomasa   = citizen{"Tomasa Simulada Villca", "tomasa@juzgado.ejemplo", "70500040"}
	ubaldo   = citizen{"Ubaldo Ejemplo Zenteno", "ubaldo@ciudadano.ejemplo", "71500041"}
	delia    = citizen{"Delia Inventada Zeballos", "delia@universidad.ejemplo", "77500037"}
	ofelia   = citizen{"Ofelia Ficticia Marca", "ofelia@ciudadana.ejemplo", "72500052"}
)

// citizens are whom the newcomer can be on the citizens' page.
var citizens = []citizen{
	maria, juan, rosa, pedro, lucia, ramiro, elena, hugo, silvia, wilson, nancy, freddy,
	beatriz, grover, carla, teofilo, ximena, edwin, patricia, marco, noemi, rene, gabriela,
	yamil, dania, kevin, sandra, milton, vania, raul, maribel, edith,
	julio, irma, abel, zulma, delia, nestor, olivia, tomasa, ubaldo, ofelia,
}
