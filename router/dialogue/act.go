package dialogue

import (
	"slices"
	"strings"

	"ventanilla/tickets/words"
)

// act is what kind of thing a message does. What may follow an answer depends on
// it: after a question more questions on the same matter come, and a trouble is
// most likely another; after a trouble that was mended a question is another.
type act int

const (
	tells    act = iota // none of the following
	troubled            // something does not work
	queries             // something is asked
	requests            // something is to be done
	advises             // something should be otherwise
	acts
)

// actNames are what weights.tsv calls them, in their order.
var actNames = [acts]string{"tells", "troubled", "queries", "requests", "advises"}

// troubleWords and requestWords are stems that tell of a trouble or of a request
// beside the signs of phrases.tsv.
var (
	troubleWords = stemSet(`error errores mal falla fallas fallo lento lenta lentisima lentisimo corta cortan cuelga colgo colgado cierra bloqueo bloqueado bloqueada bloquearon duplicado
duplicada duplicados dobles doble vencido vencida vencio expiro expirado rechaza rechazo rechazado rechazada rechazaron desaparecio desaparecieron perdi perdio borro borraron equivocado equivocada
incorrecto incorrecta invalido invalida blanco roto rota rotos caduco caducada caducado observado observada observaron tampoco problema inconveniente dificultad olvide equivoque cobraron descontaron
debitaron robaron clonaron trabado colgada caido caida borroso borrosa repetido repetida desconfigurado inexistente pendiente bota malogro falta faltan`)
	requestWords = stemSet(`necesito necesitamos nesecito solicito solicitamos requiero requerimos requerir queremos quiero quisiera quisieramos pido pedimos solicitar habiliten habilitar creen
anulen anular cambien cambiar den agreguen mandenme`)
)

func stemSet(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[words.Stem(w)] = true
	}
	return m
}

var denials = map[string]bool{"no": true, "ni": true, "nunca": true, "nadie": true}

// imperatives are how an order ends that has its object attached: "cámbienlo".
var imperatives = []string{"enme", "enos", "enlo", "enla", "enle", "anme", "anos", "anlo", "anla", "anle", "eme"}

// actOf says what a message does; of several things the first of advises,
// troubled, queries, requests.
func actOf(r *reading, tokens []string) act {
	trouble, request := r.has(blocked|fails|faulty), r.has(orders)
	for i, s := range r.stemmed {
		trouble = trouble || troubleWords[s] || denied(tokens, i)
		request = request || requestWords[s] || slices.ContainsFunc(imperatives, func(end string) bool { return len(tokens[i]) > len(end)+2 && strings.HasSuffix(tokens[i], end) })
	}
	switch {
	case r.has(wishes):
		return advises
	case trouble:
		return troubled
	case r.question:
		return queries
	case request:
		return requests
	}
	return tells
}

// denied says whether word i denies what follows: "no sale", "ni abre".
func denied(tokens []string, i int) bool {
	if !denials[tokens[i]] || i+1 == len(tokens) || i == 0 && tokens[1] == "se" {
		return false
	}
	return i+2 < len(tokens) || !words.Stop(tokens[i+1])
}

// steps are what weights.tsv calls going from one act to another: from what the
// person told first of the topic, or from what they told last, to this message.
var fromFirst, fromLast = steps("first"), steps("last")

func steps(from string) (names [acts][acts]string) {
	for a := range names {
		for b := range names[a] {
			names[a][b] = "=" + from + ":" + actNames[a] + ">" + actNames[b]
		}
	}
	return names
}

// steps are the steps from a topic to a message.
func (t *topic) steps(r *reading) [2]string {
	return [2]string{fromFirst[t.first][r.act], fromLast[t.latest][r.act]}
}
