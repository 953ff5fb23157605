package message

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The words by which mail programs introduce what is answered, in the
// languages of the people who write and of the programs that they use.
var (
	// what "El … escribió:" begins with
	wroteFirst = []string{"el ", "on ", "em ", "en ", "a ", "no dia ", "na ", "le ", "am ", "il ", "in data ", "día ", "dia ", "op ", "den ", "på ", "pe ", "ma ", "ti ", "ke ", "to ", "la ", "su ", "w dniu ", "dnia ", "dne ", "în ", "в ", "у ", "на ", "στις ", "tarihinde ", "vào ", "pada ", "在 ", "在", "于 ", "於 "}
	// what it ends with
	wroteVerbs = []string{" escribió", " escribio", " wrote", " ha escrit", " va escriure", " escriviu", " ha escrito", " escribía", " escreveu", " escreveram", " a écrit", " a ecrit", " écrivait", " écrit", " schrieb", " geschrieben", " schreef", " ha scritto", " scrisse", " skrev", " kirjoitti", " napisał", " napisała", " napisał(a)", " pisze", " napsal", " napsala", " napsal(a)", " написал", " написала", " написал(а)", " пишет", " писал", " писал(а)", " написав", " написала", " a scris", " έγραψε", " yazdı", " írta", " idatzi du", " menulis", " đã viết", "写道", "寫道", "写到", "のメッセージ", "書きました", "님이 작성", " 작성", " sent", " написа", "כתב", "כתבה", "כתב/ה", "كتب", "geschreven"}
	// the same where the name stands after the verb, or something else does
	wroteInside = []string{" schrieb ", " schreef ", " skrev ", " wrote on ", " skrev følgende", " kirjoitti ", "geschreven", " napisał", " a écrit", " írta ", " escribió en ", " escribió el ", " wrote (", "写道", "寫道"}
	// what Horde and others begin with, before the name: "Citando a Ana <ana@correo.bo>:"
	quotingFirst = []string{"quoting ", "citando a ", "citando ", "mensaje citado por ", "mensagem citada por ", "missatge citat per ", "zitat von ", "zitiere ", "citat från ", "citat fra ", "quota ", "scrive ", "selon ", "cytowanie "}
	// prose: somebody told the person who writes
	toldVerbs = []string{" me escribió", " nos escribió", " le escribió", " te escribió", " me escribio", " nos escribio", " se escribió", " quien escribió", " que escribió", " he wrote", " she wrote", " who wrote", " i wrote", " they wrote", " we wrote", " m'a écrit", " me escreveu", " nos escreveu", " mir schrieb", " i sent", " was sent", " we sent", " you sent", " be sent", " he sent", " been sent", " is sent"}

	originalWords = []string{"mensaje original", "original message", "mensagem original", "missatge original", "mensaje citado", "mensaje anterior", "message d'origine", "message d’origine", "message original", "message initial", "ursprüngliche nachricht", "ursprungliche nachricht", "originalnachricht", "original-nachricht", "antwort nachricht", "messaggio originale", "messaggio originario", "oorspronkelijk bericht", "origineel bericht",
		"oprindelig meddelelse", "original meddelelse", "oprindelig besked", "ursprungligt meddelande", "originalmeddelande", "opprinnelig melding", "original melding", "alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość", "wiadomość pierwotna", "исходное сообщение", "исходное письмо", "оригинальное сообщение", "původní zpráva", "eredeti üzenet", "mesajul original", "mesaj original", "orijinal mesaj", "αρχικό μήνυμα", "originele bericht",
		"原始邮件", "原始郵件", "邮件原件", "回复的原邮件", "原邮件", "元のメッセージ", "original message from", "원본 메시지", "원본 메일", "reply message", "quoted message", "original email", "correo original", "reply to message", "הודעה מקורית", "الرسالة الأصلية", "jatorrizko mezua", "mensaxe orixinal"}

	forwardWords = []string{"mensaje reenviado", "forwarded message", "forwarded mail", "forwarded email", "mensagem encaminhada", "mensagem reencaminhada", "missatge reenviat", "begin forwarded message", "inicio del mensaje reenviado", "início da mensagem reencaminhada", "início da mensagem encaminhada", "inici del missatge reenviat", "comienza el mensaje reenviado", "original message forwarded", "message transféré", "message réexpédié", "début du message réexpédié", "début du message transféré", "weitergeleitete nachricht", "weitergeleitete mail", "anfang der weitergeleiteten", "messaggio inoltrato", "inizio messaggio inoltrato",
		"doorgestuurd bericht", "begin doorgestuurd bericht", "vidarebefordrat meddelande", "videresendt", "videresendt melding", "välitetty viesti", "wiadomość przekazana", "przekazana wiadomość", "treść przekazanej wiadomości", "пересылаемое сообщение", "пересланное сообщение", "начало переадресованного сообщения", "начало пересылаемого сообщения", "přeposlaná zpráva", "továbbított üzenet", "mesaj redirecționat", "iletilen mesaj", "转发的邮件", "转发邮件", "轉寄郵件", "轉寄的郵件", "転送されたメッセージ", "전달된 메시지", "birzalitako mezua", "mensaxe reenviada"}

	// what a line of dashes that announces a forward holds
	forwardStems = []string{"forwarded", "reenviad", "encaminhad", "reenviat", "transféré", "réexpédié", "weitergeleitet", "inoltrat", "doorgestuurd", "vidarebefordra", "videresend", "przekazan", "пересыл", "пересланн", "переадрес", "转发", "轉寄", "転送"}

	replyAbove = []string{"reply above this line", "type your reply above", "write above this line", "responda por encima de esta línea", "escriba su respuesta por encima", "escribe tu respuesta por encima", "répondez au-dessus de cette ligne", "antworten sie oberhalb", "responda acima desta linha"}
)

type blockField int

const (
	_ blockField = iota
	fromField
	dateField
	sentField // a label that only mail programs use
	toField0
	subjectField
	other
)

// blockLabels are the labels of the block that Outlook and others put above
// what is answered.
var blockLabels = labels(map[blockField]string{
	fromField:    "de|from|von|da|van|fra|från|od|от|от кого|von|lähettäjä|feladó|odesílatel|από|kimden|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|מאת|من|expéditeur|nork|remitente|remetente|mittente|absender|do",
	dateField:    "fecha|date|data|datum|дата|dato|päivämäärä|päiväys|dátum|ημερομηνία|tarih|日期|日時|날짜|תאריך|التاريخ|data",
	sentField:    "enviado|enviado el|enviada|enviada em|enviado em|enviat|enviat el|sent|envoyé|envoyé le|gesendet|inviato|verzonden|sendt|skickat|lähetetty|wysłano|wysłane|отправлено|odesláno|küldve|trimis|gönderildi|gönderme tarihi|发送时间|傳送時間|寄件日期|送信日時|보낸 날짜|date d'envoi|date sent|received",
	toField0:     "para|to|a|à|pour|an|til|till|aan|do|dla|кому|кому|vastaanottaja|címzett|komu|către|kime|収件人|收件人|收件者|宛先|받는 사람|받는사람|אל|إلى|per a|nori|destinatario|destinatário",
	subjectField: "asunto|subject|assumpte|assunto|objet|sujet|betreff|oggetto|onderwerp|emne|ämne|aihe|temat|тема|předmět|tárgy|subiect|konu|θέμα|主题|主旨|件名|제목|נושא|الموضوع|gaia",
	other:        "cc|cco|bcc|c.c.|copia|con copia|kopie|kopi|kopia|копия|importance|importancia|prioridad|wichtigkeit|reply-to|responder a|antwort an|répondre à|抄送|副本|cópia|attachments|adjuntos|datos adjuntos|anexos|organization|organización",
})

func labels(m map[blockField]string) map[string]blockField {
	out := map[string]blockField{}
	for f := fromField; f <= other; f++ {
		for _, l := range strings.Split(m[f], "|") {
			if _, dup := out[l]; !dup {
				out[l] = f
			}
		}
	}
	return out
}

// deviceLine is what telephones, webmails and virus scanners add.
var deviceLine = regexp.MustCompile(`(?i)^[\s*_(<\[-]*(?:` +
	`(?:enviado|enviada) (?:desde|do|da|de|a partir|con|com|mediante|por|via|vía|através) .{0,70}|mandado desde .{0,60}|enviat des d.{0,60}|` +
	`sent (?:from|with|via|using|by) .{0,70}|envoyé (?:de|depuis|à partir|avec|via) .{0,70}|(?:von|vom) (?:meine[mr]|.{0,20}iphone|.{0,20}ipad) ?.{0,40} gesendet|gesendet (?:von|mit|über) .{0,60}|diese nachricht wurde von .{0,40} gesendet|` +
	`inviato (?:da|dal|con) .{0,60}|(?:verstuurd|verzonden) (?:vanaf|met|via) .{0,60}|(?:skickat|skickades) från .{0,60}|sendt fra .{0,60}|lähetetty .{0,60}|(?:wysłane|wysłano) (?:z|ze) .{0,60}|отправлено (?:с|из|со) .{0,60}|odesláno z .{0,60}|trimis de pe .{0,50}|.{0,40} üzerinden gönderildi|` +
	`发自我的.{0,40}|来自我的.{0,40}|從我的.{0,40}|傳送自我的.{0,40}|.{0,30}から送信|나의 .{0,30}에서 보냄|` +
	`(?:get|obtener|obt[eé]n|descargar|télécharger|obtenir|obter|baixar|ottieni|scarica|download) (?:o |a |le )?\[?(?:outlook|bluemail|yahoo mail|proton ?mail).{0,80}|(?:holen sie sich |laden sie )?outlook für .{0,60}|` +
	`yahoo mail(?:\.|:| ).{0,60}|(?:libre de|sin) virus\.? ?(?:www\.)?.{0,40}|virus-free\.? ?(?:www\.)?.{0,40}|(?:este correo electrónico|este mensaje|this e-?mail) (?:ha sido|has been) (?:verificado|comprobado|analizado|checked|scanned).{0,80}` +
	`)$`)

// device tells whether l is such a line and no sentence of the person's.
func device(l string) bool {
	l = strings.TrimSpace(l)
	if l == "" || len(l) > 200 || l[len(l)-1] == ':' || l[0] < 0x80 && strings.IndexFunc(l, unicode.IsSpace) < 0 || !mayBeDevice(l) || !deviceLine.MatchString(l) {
		return false
	}
	return len(strings.Fields(l)) <= 8 || !strings.HasSuffix(l, ".") || strings.Contains(l, "http")
}

// mayBeDevice is a quick look at the beginning of such a line.
func mayBeDevice(l string) bool {
	if r, _ := utf8.DecodeRuneInString(l); r > 0x2E80 {
		return true
	}
	low := strings.ToLower(strings.TrimLeft(l, " *_(<[-"))
	return slices.ContainsFunc(deviceFirst, func(p string) bool { return strings.HasPrefix(low, p) }) || strings.HasSuffix(low, "から送信") || strings.HasSuffix(low, "gönderildi")
}

var deviceFirst = []string{"enviad", "mandado", "enviat", "sent ", "envoyé", "von ", "vom ", "gesendet", "diese ", "inviato", "verstuurd", "verzonden", "skicka", "sendt", "lähetetty", "wysłan", "отправлено", "odesláno", "trimis", "get ", "obt", "descargar", "télécharger", "baixar", "ottieni", "scarica", "download", "holen", "laden", "outlook", "yahoo", "libre", "sin virus", "virus", "este ", "this e"}

// The three things that legal notices say; a paragraph that says two of them
// at some length is one.
var legalWords = [3][]string{
	{"confidencial", "confidential", "privilegiad", "privileged", "reservad", "vertraulich", "riservat", "confidentiel"},
	{"destinatari", "intended recipient", "addressee", "intended only", "intended solely", "intended for", "dirigido exclusivamente", "uso exclusivo", "destinataire", "empfänger", "named above", "dirigida a"},
	{"por error", "in error", "prohibid", "prohibited", "unauthorized", "unauthorised", "notifique", "notify the sender", "notifiquelo", "eliminar", "elimine", "bórr", "borre", "delete", "proibid", "por engano", "par erreur", "irrtümlich", "per errore", "no autorizad", "divulgación", "disclosure", "copia o distribución", "antes de imprimir"},
}

func legal(lines []string) bool {
	s := strings.ToLower(shorten(strings.Join(lines, " "), 4000))
	if strings.HasPrefix(s, "antes de imprimir") || strings.HasPrefix(s, "please consider the environment") || strings.HasPrefix(s, "piense en el medio ambiente") || strings.HasPrefix(s, "p antes de imprimir") {
		return len(s) < 300
	}
	if len(s) < 120 {
		return false
	}
	n := 0
	for _, group := range legalWords {
		for _, w := range group {
			if strings.Contains(s, w) {
				n++
				break
			}
		}
	}
	return n == 3 || n == 2 && len(s) > 250
}

// nameParticles stand uncapitalised within names.
var nameParticles = map[string]bool{"de": true, "la": true, "del": true, "los": true, "van": true, "von": true, "y": true}

// headingWords begin what a person cites of a screen or writes above a list, and
// no name: "Mensaje de Error:", "Estimado Juan:".
var headingWords = []string{"aplicaci", "asunto", "aviso", "buen", "captura", "correo", "códig", "codig", "consult", "dato", "detalle", "direcci", "document", "dr", "error", "estimad", "fecha", "hola", "ingenier", "licenciad",
	"mensaj", "message", "nota", "número", "numero", "observaci", "pantall", "paso", "pregunt", "problem", "proceso", "respuest", "resultad", "respetad", "señor", "senor", "servi", "sistem", "solicitud", "text", "títul", "titul", "trámit", "tramit", "versi", "warning"}
