package facts

import (
	"strings"

	"ventanilla/tickets/words"
)

func lexicon(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// Words that carry the sentences of a language, folded, without apostrophes.
// Greetings and names of things are left out: a "kamisaki" before a Spanish
// report does not make it Aymara (domain.md §4).
var languages = []struct {
	code    string
	words   map[string]bool
	endings []string
}{
	{"qu", lexicon(`manan mana manam kani kanki kashan kachkan kasqa atinichu atiyta atiniñachu munani munayku munanchis yaykuyta yaykuy yaykunay yaykuni ñuqa noqa ñoqa nuqa ñuqayku noqayku qan qam pay paykuna kay chay chayta chaymi chaypi imata imapaq
		imarayku ima hayka maypi maymanta yanapaway yanapawankichu yanapaykuway yanapawanki yanapawaychik nispa nin nishan ari llaqta llaqtaypi runa runasimipi runasimi huk kunan ruwana ruway ruwayta ruwani atikunchu llamkan llamkanchu mañakuyki qunqapuni qonqapuni
		qunqarqani qunqaruni qonqarqani sutiy sutiyqa willaway qhawayta rikuyta tarini tarinichu chayamunchu chayamuwanchu wasiymanta rimanki rimani`),
		[]string{"wankichu", "niñachu", "nichu", "kunapaq", "ykuyta", "nchikta", "sqanmanta", "wanchu", "taqa", "paqmi"}},
	{"ay", lexicon(`janiw janiwa jani ukat ukaxa ukax ukhama ukhamaraki nayax naya nayaxa nayan jumax jumaxa jupax jiwasa nanaka kunas kuna kunjams kunjamsa kunats kawki kawkhans munta munapta mantañ mantkti mantirijakti yanaptita yanapita yanaptasita yanapapxita
		aruskipañ uñjañ uñjañataki lurañ luraña lurañataki utjiti utji walja sutijax sutixa qillqañ qillqaña irnaqkiti irnaqki apnaqañ armasta armastwa armtasta ukampi ukanaka jutkiti puriti purkiti purinkiti sarañ yatiñ yatkti yatktti akax khitis kawsas luräta sarta ukjamaxa`),
		[]string{"ktti", "ktwa", "ñataki", "kitix", "nakax", "nakaxa", "kiti", "ktix", "stwa"}},
	{"gn", lexicon(`ndaikatui ndaikatúi ndaikatu ndaikuaai aikoteve aikotevẽ ajapo ajapokuaa mba mbae mbaepa mbaeichapa mbaeicha arakae mamoite pytyvo pytyvõ chepytyvo chepytyvõ ikatu ikatupa ndoikoi ndikatui aike aikese aikeséva peteĩ peteĩva upeva umiva avei
		oiko ndoiko oime oñeme nañee ñee avañee guaraniete ndoguahei oguahe chembohovai eipytyvo eipytyvõ cheresarai tesarai cherera`),
		[]string{"hague", "vare", "seva"}},
	{"en", lexicon(`the is are my your please cannot can't dont with when have has been would you this that not and for from password account unable help page website get getting hello dear regards working receive code i am we it but because after trying login`), nil},
}

// castilian are words that carry Spanish sentences, besides words.Stop.
var castilian = lexicon(`puedo puede podemos tengo tenemos quiero necesito ingresar entrar sale salio dice buenos buenas dias tardes noches hola gracias favor ayuda cuenta contrasena contraseña codigo desde ayer hoy error pagina sistema correo mensaje carnet tramite
	cuando donde sobre ingreso llega llego funciona olvide mama papa senor señora`)

var apostrophes = strings.NewReplacer("'", "", "’", "", "ʼ", "", "´", "")

// LanguageOf is the language in which most of a report is written: "qu", "ay",
// "gn", "en", or "es"; empty where there is nothing to go by. Pasted logs are
// English for nobody: Spanish around them keeps the report Spanish.
func LanguageOf(text string) string {
	text = apostrophes.Replace(text)
	score := map[string]int{}
	n := 0
	for _, token := range words.Tokens(text) {
		if n++; n > 400 {
			break
		}
		if castilian[token] || words.Stop(token) && token != "a" && token != "no" && token != "me" {
			score["es"]++
			continue
		}
		for _, l := range languages {
			if l.words[token] || ends(token, l.endings) {
				score[l.code]++
			}
		}
	}
	best := ""
	for _, l := range languages {
		if score[l.code] > score[best] {
			best = l.code
		}
	}
	switch {
	case best != "" && score[best] > score["es"] && (score[best] >= 3 || score[best]*3 >= n):
		return best
	case score["es"] > 0:
		return "es"
	}
	return ""
}

func ends(token string, endings []string) bool {
	for _, e := range endings {
		if len(token) > len(e)+2 && strings.HasSuffix(token, e) {
			return true
		}
	}
	return false
}
