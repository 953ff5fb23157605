package tickets

import "testing"

// TestIdentityBeforeAnAccountIsTouched: a solution that touched the person's
// account is refused until the proof that was seen is on record.
func TestIdentityBeforeAnAccountIsTouched(t *testing.T) {
	p := opened(t)
	p.do(op, ActRegister, "problem", "no puede ingresar")
	p.do(op, ActDecideAvailability, "availability", "no", "prior_uit", "no", "evidence", "ninguno")
	p.do(op, ActDecideDesign, "design", "no")
	p.refused(RefusedIdentity, op, ActSolve, "solution", "se cambió el correo", "type", Resolved, "account", "yes")
	p.refused(RefusedField, op, ActIdentify, "detail", "dice que es ella")
	p.do(op, ActIdentify, "proof", "Se presentó con su cédula", "intermediary", "su hija, con poder")
	p.do(op, ActSolve, "solution", "se cambió el correo", "type", Resolved, "account", "yes")
}
