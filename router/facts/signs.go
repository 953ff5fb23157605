package facts

import (
	"regexp"
	"strings"
)

// sign is a circumstance that words tell of. Any of its patterns shows it,
// unless what stands just before or the pattern's own guard denies it.
type sign struct {
	kind  Kind
	value string
	shows []pattern
	not   *regexp.Regexp // of the words around it; nil: none
}

// pattern is an expression and how its matches may begin: a text that has none
// of its beginnings, which most have not, is not searched.
type pattern struct {
	*regexp.Regexp
	begins []string
}

func compile(patterns ...string) (list []pattern) {
	for _, p := range patterns {
		list = append(list, pattern{regexp.MustCompile(p), beginnings(strings.TrimPrefix(p, `\b`))})
	}
	return list
}

// beginnings are the letters before the first operator of each alternative
// that an expression begins with.
func beginnings(p string) (list []string) {
	alternatives := []string{p}
	if group, ok := strings.CutPrefix(p, "(?:"); ok {
		end, _, _ := strings.Cut(group, ")")
		alternatives = strings.Split(end, "|")
	}
	for _, a := range alternatives {
		if i := strings.IndexAny(a, `\([?{.*+|`); i >= 0 {
			if a = a[:i]; a != "" && i < len(p) && strings.ContainsAny(p[i:i+1], "?*{") {
				a = a[:len(a)-1] // the last letter may be missing
			}
		}
		list = append(list, a)
	}
	return list
}

// may says whether a text can match.
func (p pattern) may(text string) bool {
	for _, b := range p.begins {
		if strings.Contains(text, b) {
			return true
		}
	}
	return false
}

// The patterns read folded text with n for ñ. gap is a few words.
const gap = `(?:\W+\w+){0,4}?\W+`

var signs = []sign{
	// Criteria of G31: somebody got in, took over, changed or took away what is
	// not theirs, or is about to, in a system or in accounts. One person's
	// phishing mail and a forgotten account are none.
	{kind: Security, shows: compile(
		`\bhacke(?:a(?:ron|do|da|r|dos)|o)\b`, `\bjaque(?:a(?:ron|do|da|r|dos)|o)\b`, `\bdeface(?:ment|d)\b`, `\bransomware\b`, `\bmalware\b`, `\btroyano\b`, `\bbackdoor\b`, `\bwebshell\b`,
		`\binyeccion (?:de )?sql\b`, `\bsql injection\b`, `\bvulnerabilidad(?:es)?\b`, `\bexploit\b`, `\bfuga de (?:datos|informacion)\b`, `\bfiltra(?:ron|cion|ndo|do|dos)\b`+gap+`(?:datos|informacion|contrasenas|base)`,
		`\b(?:entro|entraron|ingreso|ingresaron|accedio|accedieron|abrieron)\b`+gap+`(?:mi|su|nuestra|la) (?:cuenta|ciudadania|sesion|buzon)\b.{0,60}\b(?:sin (?:mi|su|nuestra) (?:permiso|autorizacion|consentimiento)|no fui yo|desconocid|otra persona|terceros?)`,
		`\balguien (?:mas )?(?:entro|ingreso|accedio|usa|uso|esta usando|cambio|aprobo|firmo)\b.{0,50}\b(?:mi|su) (?:cuenta|ciudadania|contrasena|correo|nombre|firma|identidad)`,
		`\b(?:robaron|robado|suplanta(?:ron|ndo|cion)|usurpa(?:ron|cion|ndo))\b`+gap+`(?:cuenta|identidad|ciudadania|credenciales|usuario|contrasenas?|firma|token)`, `\bsuplantacion de identidad\b`,
		`\b(?:aprobaron|aprobo|firmaron|firmo)\b`+gap+`(?:documentos?|tramites?)\b.{0,40}\b(?:yo no|no fui|sin mi|nunca)`, `\byo no (?:aprobe|firme|hice|autorice|solicite)\b.{0,60}\b(?:cuenta|ciudadania|documento|tramite|aprobacion)`,
		`\b(?:pagina|sitio|portal|web) (?:falsa|falso|clonad[ao]|fraudulent[ao])\b`, `\bveo (?:los )?datos (?:personales )?de otr[ao]s? (?:personas?|ciudadan|usuari)`, `\bcampana de phishing\b`, `\bphishing\b.{0,80}\b(?:varios|muchos|todos|funcionarios|masiv)`, `\bataque (?:informatico|ddos|de denegacion|a nuestr)`),
		not: regexp.MustCompile(`\bhackat|\bcurso|\bcapacitacion|\btaller|\bantimalware|\bpolitica de vulnerab|\bgrupos? vulnerab|\bpoblacion`)},
	// G33
	{kind: Sensitive, value: "corrupcion", shows: compile(`\bcorrupcion\b`, `\bsoborno`, `\bcoimas?\b`, `\bcohecho\b`, `\bextorsion`, `\bcobros? indebidos?\b`, `\bnepotismo\b`,
		`\b(?:me|le|nos) (?:pidio|pidieron|exigio|exigieron|cobro|cobraron)\b`+gap+`(?:plata|dinero|coima|bs|bolivianos)\b.{0,60}\b(?:por|para) (?:agilizar|acelerar|hacer|activar|aprobar|habilitar|atender|sacar)`, `\bdenuncia(?:r)? (?:a|al|contra)\b.{0,40}\b(?:funcionari|servidor(?:a)? public|operador|autoridad)`)},
	{kind: Sensitive, value: "acoso", shows: compile(`\bacos(?:o|a|aba|ando|ada|ado|ador)\b`, `\bhostiga(?:miento|n|ndo)\b`, `\bviolencia (?:sexual|fisica|domestica|intrafamiliar|laboral|contra|de genero|familiar)`, `\babuso sexual\b`, `\bme (?:amenazo|amenazan|amenazaron|discrimin\w+|maltrat\w+)\b`, `\bracismo\b`)},
	{kind: Sensitive, value: "menores", shows: compile(`\bmenor(?:es)? de edad\b`, `\bmi (?:hij[oa]|niet[oa]|sobrin[oa]|herman[oa]) (?:menor de edad\b|de (?:[1-9]|1[0-7]) anos)`, `\b(?:nin[oa]|adolescente) de (?:[1-9]|1[0-7]) anos`)},
	// Ley 369: from sixty years on; Ley 223
	{kind: Preferential, shows: compile(`\badult[oa]s? mayor(?:es)?\b`, `\b(?:persona )?de (?:la )?tercera edad\b`, `\b(?:tengo|tiene|de|con) (?:6\d|7\d|8\d|9\d) anos\b`, `\bmi abuel(?:o|a|ito|ita)\b`, `\bcon discapacidad\b`, `\b(?:soy|es|persona) (?:no vidente|ciego|ciega|sord[oa]|discapacitad[oa]|invidente)\b`, `\btengo (?:una )?discapacidad\b`, `\bsilla de ruedas\b`, `\bbaja vision\b`, `\blector de pantalla\b`),
		not: regexp.MustCompile(`\b(?:formulario|registro|tramite|modulo|campo|opcion|carnet) (?:de|del|para) (?:adult|tercera|persona|la persona)|\bhace (?:6|7|8|9)\d anos`)},
	{kind: Intermediary, shows: compile(
		`\b(?:llamo|llama|escribo|escribe|consulto|consulta|hablo|habla|pregunto|pregunta|pido|reporto)\b`+gap+`?(?:por|a nombre de|de parte de|en nombre de|en representacion de|para) (?:mi|su|la|el) (?:mama|papa|madre|padre|mami|papi|abuel\w+|hij[oa]|espos[oa]|ti[oa]|suegr[oa]|herman[oa]|jef[ea]|senor[a]?|ingenier[oa]|licenciad[oa]|doctor[a]?|vecin[oa]|patron[a]?)\b`,
		`\bsoy (?:la|el) (?:hij[oa]|secretari[oa]|espos[oa]|niet[oa]|sobrin[oa]|asistente|auxiliar|cunad[oa]|herman[oa]|vecin[oa]) de\b`, `\ben (?:nombre|representacion) de (?:mi|la senora|el senor|don|dona)\b`, `\bde parte de (?:mi|la senora|el senor|don|dona|la direccion|el director)\b`,
		`\bla cuenta (?:es )?de mi (?:mama|papa|madre|padre|abuel\w+|espos[oa]|hij[oa]|ti[oa]|suegr[oa]|herman[oa])\b`, `\bmi (?:mama|papa|madre|padre|abuel\w+|suegr[oa]) no (?:puede|sabe|recuerda|entiende)\b`)},
}

// denial just before a sign takes it back: "no es hackeo", "sin discapacidad".
var denial = regexp.MustCompile(`\b(?:no|sin|nunca|tampoco|ni)(?:\W+(?:es|fue|son|hay|hubo|un|una|tengo|ninguna|ningun|creo|que|sea|parece|por|con|me))*\W*$`)

func (r *reading) signs() {
	for _, s := range signs {
		for _, re := range s.shows {
			if !re.may(r.fold) {
				continue
			}
			if at := r.shown(s, re.Regexp); at != nil {
				r.add(s.kind, s.value, r.fold[at[0]:at[1]])
				break
			}
		}
	}
}

// shown is where a pattern shows its sign, nil if nowhere.
func (r *reading) shown(s sign, re *regexp.Regexp) []int {
	for _, at := range re.FindAllStringIndex(r.fold, 6) {
		before := r.fold[max(0, at[0]-40):at[0]]
		if denial.MatchString(before[strings.LastIndexAny(before, ".;\n")+1:]) {
			continue
		}
		if s.not != nil && s.not.MatchString(r.fold[max(0, at[0]-60):min(len(r.fold), at[1]+40)]) {
			continue
		}
		return at
	}
	return nil
}
