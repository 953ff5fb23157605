package console_test

import (
	"context"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// day fills the office with cases in many states, of plainly fictional people.
// It returns their ids by what they are for.
func (o *office) day() map[string]string {
	guess := func(c tickets.Class, p float64, system string, why ...string) tickets.Suggestion {
		return tickets.Suggestion{Class: c, Confidence: p, Sure: p > 0.8, Reasons: why, System: system}
	}
	ids := map[string]string{}
	ids["down"] = o.report(26*time.Hour, "email", "jefe.sistemas@ejemplo.bo", "Gobierno Municipal de Ejemplo", "CITE GAME/DTI/0123/2026: servicio de interoperabilidad sin respuesta",
		"De mi mayor consideración:\n\nDesde ayer a las 16:40 el servicio de consulta de datos responde 503 en todas nuestras ventanillas. Tenemos 40 personas esperando.\n\nAgradeceré su pronta atención.", guess(tickets.Availability, 0.93, "interop", "menciona el código 503", "afecta a muchas personas"))
	ids["pass"] = o.report(35*time.Minute, "email", "maria@ejemplo.bo", "María Ejemplo Quispe", "No puedo ingresar a Ciudadanía Digital",
		"Buenos días, olvidé mi contraseña y no me llega el código al celular. ¿Qué hago? Tengo que presentar un trámite hoy.\n\nGracias,\nMaría", guess(tickets.Support, 0.92, "cd", "menciona «contraseña»", "una sola persona afectada", "otros usuarios pueden ingresar"))
	ids["wsp"] = o.report(12*time.Minute, "whatsapp", "+59171234567", "Juan Supuesto", "", "buenas tardes inge\nel portal no me deja subir el formulario, sale un mensaje rojo y me bota", guess(tickets.FunctionalDesign, 0.58, "gob.bo", "habla del formulario"))
	ids["pay"] = o.report(5*time.Hour, "phone", "+59122123456", "Pedro Muestra", "Pagó el trámite y sigue pendiente", "Dice que pagó con QR a las 10:15 y el trámite figura pendiente. Le debitaron Bs 35.", guess(tickets.Support, 0.71, "ppte", "pago ya debitado"))
	ids["cert"] = o.report(3*time.Hour, "email", "ana@ejemplo.bo", "Ana Figurada", "El botón «Aprobar» queda tapado en el celular", "Al aprobar un documento en el celular el botón queda detrás del teclado. Sería bueno que se pueda desplazar la página.", guess(tickets.FunctionalDesign, 0.88, "cd", "pide cambiar la pantalla"))
	ids["review"] = o.report(30*time.Hour, "email", "luis@ejemplo.bo", "Luis Ficticio", "Cambio de correo registrado", "Quiero cambiar el correo de mi cuenta porque ya no uso el anterior.", guess(tickets.Support, 0.95, "cd", "pide cambiar su correo"))
	ids["closed"] = o.report(200*time.Hour, "email", "eva@ejemplo.bo", "Eva Inventada", "No llega el código de Ciudadanía Digital", "No me llega el código de verificación.", guess(tickets.Support, 0.9, "cd"))
	ids["callback"] = o.report(50*time.Hour, "phone", "+59173334444", "Sonia Ejemplar", "Bloqueo de su cuenta", "Dice que su cuenta está bloqueada desde el lunes.", guess(tickets.Support, 0.8, "cd"))

	o.decided(ids["down"], "yes", "no", "El servicio de consulta responde 503 en todas las ventanillas del municipio.")
	o.do(ids["down"], "uit", tickets.ActAnalyse, "record", "El nodo 2 del balanceador no responde; el certificado interno venció.")
	o.do(ids["down"], "uit", tickets.ActRoute, "to", "upat", "reason", "El certificado lo usa un servicio que mantiene la UPAT.")
	o.do(ids["down"], "upat", tickets.ActAnalyse, "record", "Falta renovar el certificado en la configuración del servicio.")
	o.decided(ids["cert"], "no", "yes", "El botón de aprobación queda detrás del teclado en pantallas chicas.")
	for _, k := range []string{"review", "closed", "callback"} {
		o.decided(ids[k], "no", "no", "La persona pide ayuda con su cuenta de Ciudadanía Digital.")
		o.do(ids[k], "operador", tickets.ActSolve, "type", tickets.Resolved, "solution", "Ingrese a su perfil, elija «Correo y celular» y siga los pasos. Le llegará un código para confirmar el cambio.")
		o.do(ids[k], "operador", tickets.ActKB, "decision", "not_needed", "reason", "Ya está en la guía pública.")
		o.do(ids[k], "operador", tickets.ActNotify, "text", "Buenas tardes: ya puede cambiar su correo. Ingrese a su perfil, elija «Correo y celular» y siga los pasos.")
	}
	for _, k := range []string{"review", "closed"} {
		o.deliver(ids[k])
		o.do(ids[k], "operador", tickets.ActSubmit)
	}
	o.do(ids["review"], "supervisor", tickets.ActReturn, "observation", "El mensaje no dice qué hacer si el código no llega. Complételo.")
	o.do(ids["review"], "operador", tickets.ActDecideAvailability, "availability", "no", "prior_uit", "no", "evidence", "ninguno")
	o.do(ids["review"], "operador", tickets.ActDecideDesign, "design", "no")
	o.do(ids["review"], "operador", tickets.ActSolve, "type", tickets.Resolved, "solution", "Ingrese a su perfil, elija «Correo y celular» y siga los pasos. Si el código no llega en diez minutos, responda a este mensaje.")
	o.do(ids["review"], "operador", tickets.ActKB, "decision", "not_needed", "reason", "Ya está en la guía pública.")
	o.do(ids["review"], "operador", tickets.ActNotify, "text", "Buenas tardes: para cambiar su correo ingrese a su perfil y elija «Correo y celular». Si el código no llega en diez minutos, responda a este mensaje.")
	o.deliver(ids["review"])
	o.do(ids["review"], "operador", tickets.ActSubmit)
	o.do(ids["closed"], "supervisor", tickets.ActApprove)
	o.do(ids["closed"], "supervisor", tickets.ActClose)
	o.do(ids["pay"], "operador", tickets.ActTake)
	o.do(ids["pay"], "operador", tickets.ActAsk, "question", "¿Nos puede enviar el código del comprobante de pago?")
	o.do(ids["pass"], "operador", tickets.ActNote, "text", "Llamó también por teléfono; pide que se le escriba por correo.")
	o.articles()
	o.ledger()
	return ids
}

func (o *office) decided(id, availability, design, problem string) {
	o.do(id, "operador", tickets.ActRegister, "problem", problem)
	o.do(id, "operador", tickets.ActDecideAvailability, "availability", availability, "prior_uit", "no", "evidence", "ninguno")
	if availability == "no" {
		o.do(id, "operador", tickets.ActDecideDesign, "design", design)
	}
}

func (o *office) articles() {
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		for _, a := range []store.Article{
			{Title: "El código de Ciudadanía Digital no llega al celular", Body: "Problema\nLa persona pide el código y no le llega.\n\nSolución\n1. Confirmar el número registrado.\n2. Esperar diez minutos y pedir otro código.\n3. Si sigue sin llegar, cambiar a la aplicación móvil.", System: "cd", Class: tickets.Support, Unit: tickets.AIT, Procedure: "PR01", Visibility: store.Public, State: store.Published, By: o.who["operador"].ID},
			{Title: "Interoperabilidad responde 503 después de renovar certificados", Body: "El balanceador conserva el certificado anterior. La UIT recarga el servicio.", System: "interop", Class: tickets.Availability, Unit: tickets.UIT, Procedure: "PR02", Visibility: store.Desk, State: store.Published, By: o.who["operador"].ID},
		} {
			if err := tx.SaveArticle(&a); err != nil {
				return err
			}
		}
		return tx.SaveCall(store.Call{ID: "c1", Channel: "telefono", Number: "+59176543210", Raw: "76543210", Direction: "in", Started: o.time.Add(-20 * time.Minute), State: store.CallMissed})
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) ledger() {
	ctx := context.Background()
	var raws []channels.Raw
	for _, n := range []string{"1", "2", "3"} {
		raws = append(raws, channels.Raw{Medium: channels.Email, ExternalID: "99/" + n, Dedupe: "d" + n, Body: []byte("From: x@ejemplo.bo\r\nSubject: prueba " + n + "\r\n\r\nHola"), Received: o.time})
	}
	if err := o.st.Accept(ctx, "entrada", 0, channels.Batch{Raws: raws}); err != nil {
		o.t.Fatal(err)
	}
	pending, err := o.st.ClaimPending(ctx, 10, time.Minute)
	if err != nil {
		o.t.Fatal(err)
	}
	fates := []store.Fate{{Verdict: store.FateHeld, Cause: "stranger", Sender: "x@ejemplo.bo", Address: "x@ejemplo.bo", Subject: "prueba 1"}, {Verdict: store.FateQuarantined, Cause: "unfinished", Sender: "y@ejemplo.bo"}}
	err = o.st.Write(ctx, func(tx *store.Tx) error {
		for i, f := range fates {
			if err := tx.Settle(pending[i], f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}
