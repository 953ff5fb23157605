package console

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"ventanilla/tickets"
)

// The proofs of identity that the agency accepts before an act on somebody's
// account. The record of a case keeps the words that it was chosen by.

const proofsSetting = "proofs"

// firstProofs hold until the agency writes its own.
var firstProofs = []string{
	"Se presentó con su cédula de identidad",
	"Escribió desde el correo registrado en el sistema",
	"Se le devolvió la llamada al número registrado en el sistema",
	"Confirmó con el segundo factor de su cuenta",
	"Nota formal de su entidad",
}

func (c *Console) proofs(ctx context.Context) ([]string, error) {
	list := slices.Clone(firstProofs)
	_, err := c.st.Setting(ctx, proofsSetting, &list)
	return list, err
}

// proven refuses an identification whose proof is not on the agency's list.
func (c *Console) proven(ctx context.Context, act tickets.Act, rec tickets.Record) error {
	if act != tickets.ActIdentify {
		return nil
	}
	list, err := c.proofs(ctx)
	if err == nil && rec["proof"] != "" && !slices.Contains(list, rec["proof"]) {
		return &tickets.Refusal{Code: tickets.RefusedValue, Params: map[string]string{"field": "proof", "value": rec["proof"]}}
	}
	return err
}

type proofsData struct {
	Frame
	Text string
	May  bool
}

func (c *Console) proofsPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showProofs(w, r, s, http.StatusOK, nil)
}

func (c *Console) showProofs(w http.ResponseWriter, r *http.Request, s *Session, status int, f *flash) error {
	list, err := c.proofs(r.Context())
	if err != nil {
		return err
	}
	data := proofsData{c.frame(r, s, c.say(s).T("proofs.title"), "/administracion"), strings.Join(list, "\n"), (route{who: keepers}).allows(s.Actor)}
	if f != nil {
		data.Flash = f
	}
	return c.show(w, r, status, s.Language, "proofs", "content", data)
}

// longestProof is how many bytes the name of a proof may have: it stands in a choice.
const longestProof = 200

func (c *Console) proofsSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	var list []string
	for line := range strings.Lines(r.PostFormValue("list")) {
		line = strings.Join(strings.Fields(line), " ")
		if len(line) > longestProof {
			return c.showProofs(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: c.say(s).T("proofs.long", "line", short(line, 40), "n", longestProof)})
		}
		if line != "" && !slices.Contains(list, line) {
			list = append(list, line)
		}
	}
	if len(list) == 0 {
		return c.showProofs(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: c.say(s).T("proofs.empty")})
	}
	if err := c.keep(r, s, proofsSetting, list, map[string]string{"list": strings.Join(list, "; ")}); err != nil {
		return err
	}
	c.redirect(w, r, "/administracion/pruebas?hecho=saved")
	return nil
}
