package message

import (
	"regexp"
	"slices"
	"strings"
)

var (
	statusCode = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	firstReply = regexp.MustCompile(`^\s*([45])\d\d(?:[ \-]|$)`)
	replyCode  = regexp.MustCompile(`(?:^|[\s:(#<\[=])([45]\d\d)(?:[ \-#:,)\]]|$)`)
)

// precise makes the best enhanced status code (RFC 3463) of the one that was
// given, and of words: a code in them that says more, else what they mean,
// else what the reply code of SMTP implies. Servers who gave up call their end
// permanent; it is not if the answer that the words begin with was temporary,
// and "5.0.0", which they fill in, yields to words that no server answered.
func precise(given, words string, final bool) string {
	best, reply := given, ""
	for _, s := range statusCode.FindAllString(words, 20) {
		if s[0] != '2' && detailOf(s) > detailOf(best) {
			best = s
		}
	}
	if l := firstReply.FindStringSubmatch(words); l != nil {
		reply = l[1]
	}
	if best != "" && (reply == "4" || reply != "" && detailOf(best) == 1) {
		best = reply + best[1:]
	}
	if detailOf(best) == 3 {
		return best
	}
	class, detail := "", inWords(strings.ToLower(collapse(shorten(words, 16<<10))))
	if reply == "" && detailOf(best) == 1 && strings.HasPrefix(detail, "4.4.") {
		best = "4.0.0"
	}
	switch {
	case best != "":
		class = best[:1]
	case !final:
		class = "4"
	default:
		if l := replyCode.FindStringSubmatch(words); l != nil {
			class = l[1][:1]
		}
	}
	switch {
	case detail == "" && class == "":
		return map[bool]string{true: "5.0.0", false: "4.0.0"}[final]
	case detail == "":
		if best != "" {
			return best
		}
		return class + ".0.0"
	case class != "":
		return class + detail[1:]
	}
	return detail
}

// detailOf tells how much an enhanced status code says: 0 nothing at all, 1
// the class alone ("5.0.0"), 2 the subject ("4.3.0"), 3 the very trouble.
func detailOf(status string) int {
	switch {
	case status == "":
		return 0
	case strings.HasSuffix(status, ".0.0"):
		return 1
	case strings.HasSuffix(status, ".0"):
		return 2
	}
	return 3
}

// meanings are words of bounces and the status they stand for, the more
// particular first.
var meanings = []struct {
	status string
	words  []string
}{
	{"5.2.2", []string{"mailbox full", "mailbox is full", "quota", "full mailbox", "inbox is full", "over its storage", "exceeded storage", "exceeds storage", "insufficient system storage", "not enough storage", "mailbox size", "exceeded the local limit", "mailfolder is full", "disk full", "buzón lleno", "buzon lleno", "casilla llena", "está llena", "casella piena", "buzón está lleno", "buzon esta lleno", "cuota", "caixa cheia", "caixa de correio cheia", "boîte pleine", "postfach voll", "mail box space not enough", "容量", "メールボックス", "переполнен"}},
	{"5.3.4", []string{"message too large", "message size exceed", "exceeds size limit", "message is too big", "too large", "size limit", "demasiado grande", "supera el tamaño", "exceeds the maximum"}},
	{"5.2.1", []string{"mailbox disabled", "account disabled", "account is disabled", "account has been disabled", "mailbox is inactive", "account inactive", "inactive user", "account that you tried to reach is disabled", "mailbox is disabled", "account is locked", "account suspended", "cuenta deshabilitada", "cuenta inactiva", "buzón deshabilitado", "not accepting mail", "not accepting messages", "no longer accepts", "no longer active"}},
	{"5.1.1", []string{"user unknown", "unknown user", "unknown recipient", "recipient unknown", "no such user", "no such recipient", "no such mailbox", "no such address", "user doesn't exist", "user does not exist", "does not exist", "doesn't exist", "not found", "no mailbox here", "mailbox unavailable", "mailbox not available", "mailbox unknown", "invalid recipient", "invalid mailbox", "invalid address", "invalid user", "invalid final delivery", "address unknown", "addressee unknown", "unknown address", "unknown local", "unknown or illegal alias", "unrouteable address", "unroutable", "user not known", "recipient name is not recognized", "not recognized", "not listed in", "no user by that name", "bad destination mailbox", "couldn't be found", "could not be found", "wasn't found", "unknown to", "no valid recipients", "not a valid user", "doesn't have a", "does not have an account", "no account by", "invalid account", "invalid or no longer valid", "wrong or no longer valid", "didn't match", "did not exactly match", "no existe", "usuario desconocido", "destinatario desconocido", "no se encontró", "no se ha encontrado", "no se pudo encontrar", "dirección no válida", "direccion no valida", "usuário desconhecido", "não existe", "não foi encontrado", "utilisateur inconnu", "n'existe pas", "nicht gefunden", "existiert nicht", "unbekannt", "sconosciuto", "non esiste", "не существует", "не найден", "non-existent", "user is unknown", "見つかりません", "存在しません", "不存在", "找不到"}},
	{"5.1.2", []string{"host unknown", "unknown host", "domain not found", "host not found", "unknown domain", "domain does not exist", "name or service not known", "no such domain", "unrouteable mail domain", "bad destination host", "couldn't find any host", "nameserver", "dns error", "dns query", "dominio no existe", "name service error", "illegal host", "domain name not found"}},
	{"5.4.6", []string{"too many hops", "mail loop", "loops back", "hop count", "routing loop", "looping"}},
	{"5.7.1", []string{"spam", "blocked", "blacklist", "blocklist", "block list", "denied", "rejected", "refused by", "refused to", "not permitted", "not authorized", "not allowed", "unauthorized", "policy", "prohibited", "virus", "relay", "restricted", "rechazado", "denegado", "bloqueado", "no tiene permiso", "no autorizado", "rejeitad", "rejeté", "abgelehnt", "rifiutato", "отклонен", "dmarc", "spf", "reputation", "banned"}},
	{"4.4.7", []string{"timed out", "time out", "timeout", "expired", "too long", "retry time", "has been in the queue", "queue period", "exceeded the time", "tiempo de espera", "caducó", "expiró"}},
	{"4.4.1", []string{"connection refused", "could not connect", "couldn't connect", "unable to connect", "establish an smtp connection", "not reachable", "no route to host", "network is unreachable", "network is down", "no usable mxs", "tried all mxs", "lost connection", "connection lost", "connection reset", "server unavailable", "no answer from host", "not responding", "no responde", "conexión rechazada", "unable to reach"}},
	{"4.2.0", []string{"temporar", "try again later", "deferred", "greylist", "busy"}},
}

// inWords infers a status from lower-case words; "" if they say nothing.
func inWords(s string) string {
	for _, m := range meanings {
		if slices.ContainsFunc(m.words, func(w string) bool { return strings.Contains(s, w) }) {
			if m.status == "5.1.1" && slices.ContainsFunc(meanings[4].words, func(w string) bool { return strings.Contains(s, w) }) {
				return "5.1.2" // "host not found" holds "not found"
			}
			return m.status
		}
	}
	return ""
}

// delayed tells whether a mail (lower case) only warns of a delay.
func delayed(s string) bool {
	for _, w := range [...]string{"this is a warning message only", "warning message only", "you do not need to resend", "you need not resend", "no need to resend", "not need to be resent", "do not resend your", "will be retried", "do not need to re-send", "only a temporary failure report", "status notification will be generated if",
		"will continue to", "delivery attempts will", "will keep trying", "delayed mail (still being retried)", "delivery status notification (delay", "delivery delayed", "message delayed", "mail delivery warning", "has been postponed",
		"warning: could not send", "has not yet been delivered", "not been delivered yet", "delivery incomplete", "temporary problem delivering", "gmail will retry", "seguirá intentando", "seguira intentando", "se seguirá", "se volverá a intentar",
		"aviso de retraso", "entrega retrasada", "mensaje retrasado", "se ha retrasado", "está retrasado", "no es necesario que vuelva a enviar", "zustellung verzögert", "wird weiter versucht", "atraso na entrega"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// bounceSubjects are what subjects of bounces hold, lower case.
var bounceSubjects = []string{
	"undeliver", "mail delivery", "delivery status", "delivery failure", "delivery has failed", "failure notice", "returned mail", "mail returned", "returned to sender", "mail system error", "not delivered",
	"non-delivery", "nondelivery", "nondeliverable", "non delivery", "warning: message", "warning: could not send", "delayed mail", "could not be delivered", "could n't be delivered", "couldn't be delivered", "can't be delivered", "cannot be delivered", "unable to deliver", "delivery fail", "failure delivery",
	"mail failure", "mail failed", "failed mail", "message failed", "delivery error", "delivery problem", "delivery notification", "delivery report", "delivery delayed", "message delayed", "delivery incomplete", "delivery unsuccessful", "user unknown", "unknown user", "returning to sender", "mail error", "bounced", "automatically rejected mail", "message undelivered", "email delivery",
	"no se puede entregar", "no se pudo entregar", "no entregado", "no entregable", "no se ha podido entregar", "no pudo ser entregado", "error de entrega", "error en la entrega", "correo devuelto", "mensaje devuelto", "entrega fallida", "fallo en la entrega", "fallo de entrega", "falla en la entrega", "falla de entrega", "notificación de estado de entrega",
	"devuelto", "aviso de falla", "aviso de no entrega", "buzón lleno", "buzon lleno", "casilla llena", "no se entregó", "no fue entregado", "no pude entregar", "no logró entregar", "no se logró entregar", "está llena y no puede recibir", "está lleno y no puede recibir", "buzón está lleno", "casilla está llena", "excedió su cuota", "could not be sent", "rejected recipient", "imposible entregar", "error sending your mail", "error sending your message", "aviso de retraso", "entrega retrasada", "retrasado", "no se pudo enviar",
	"não entregue", "não pôde ser entregue", "falha na entrega", "devolvid", "erro de entrega", "non remis", "non délivré", "non distribué", "échec de la remise", "echec de la remise", "remise impossible", "nicht zugestellt", "unzustellbar", "zustellung fehlgeschlagen", "zustellung verzögert",
	"non recapitabile", "mancata consegna", "mancato recapito", "consegna non riuscita", "niedostarczon", "nie dostarczono", "ваше сообщение не доставлено", "не доставлено", "недоставлен", "送信できませんでした", "配信不能", "配信エラー", "エラー通知", "退信", "无法送达", "未送达", "傳送失敗", "传输失败", "郵件傳輸失敗", "邮件传输失败", "系统退信",
}

var subjectsOfBounces = phrasesOf(bounceSubjects)

// phrases are many short ones by their first byte, so that one pass over a text
// finds any of them.
type phrases [256][]string

func phrasesOf(list []string) *phrases {
	var p phrases
	for _, s := range list {
		p[s[0]] = append(p[s[0]], s)
	}
	return &p
}

func (p *phrases) in(s string) bool {
	for i := range len(s) {
		for _, one := range p[s[i]] {
			if strings.HasPrefix(s[i:], one) {
				return true
			}
		}
	}
	return false
}

// bouncePhrases are what the first words of bounces say, to the sender, lower
// case and on one line.
var bouncePhrases = []string{
	"message could not be delivered", "message was not delivered", "message has not been delivered", "mail was not delivered", "mail could not be delivered", "mail cannot be delivered", "could not be delivered to", "couldn't be delivered to", "wasn't delivered to", "was not delivered to", "could not be delivered because", "your message couldn't be delivered",
	"did not reach the following recipient", "following recipients were affected", "following recipients failed", "address(es) failed", "addresses failed", "failed addresses", "failed recipient", "had permanent fatal errors", "had delivery errors", "had delivery problems", "had transient non-fatal errors", "permanent fatal delivery errors", "delivery to the following", "unable to deliver", "wasn't able to deliver", "was unable to deliver", "not able to deliver", "could not deliver",
	"transcript of session follows", "message was undeliverable", "was undeliverable", "undeliverable address", "delivery has failed", "delivery failed", "delivery failure notification", "delivery failure", "delivery of email to this address", "delivery status notification", "mail delivery software", "message was automatically rejected", "has been returned because", "returned message", "mail has been returned", "failed permanently", "not a valid user",
	"permanent error", "permanent failure", "delivery error", "this is a permanent", "failure reasons", "invalid user address", "invalid final delivery userid", "unknown user:", "no such user", "has not yet been delivered", "non-delivery report", "not been delivered to", "mail not delivered", "requested action not taken", "no valid recipients", "not delivered to the following", "recipient address rejected", "intended recipient:", "did not exactly match", "over quota", "mailbox is full", "mail box space",
	"no se pudo entregar", "no se ha podido entregar", "no pudo ser entregado", "no ha podido ser entregado", "no se puede entregar", "no se entregó", "no fue entregado", "no llegó a los siguientes", "error en la entrega", "error al entregar", "falló la entrega",
	"não pôde ser entregue", "não foi entregue", "não foi possível entregar", "n'a pas pu être", "n'a pas pu etre", "n'a pas été", "konnte nicht zugestellt", "nicht zugestellt werden", "non può essere consegnat", "non può essere recapitat", "non è stato possibile consegnare", "non è stato recapitato", "nie mogła zostać dostarczona", "не может быть доставлено", "не было доставлено", "не удалось доставить",
	"送信できませんでした", "配信できませんでした", "送信に失敗", "あて先へのメッセージはエラー", "お届けできません", "无法发送到", "无法送达", "无法投递", "退回", "無法傳送", "無法送達",
}

// humanWords are what people write who tell of a bounce, lower case.
var humanWords = []string{
	"mi correo", "mis correos", "mi mensaje", "mi mail", "me llegó", "me llega", "me devuel", "me sale", "me aparece", "envié", "envie ", "mandé", "mande ", "recibí", "recibi ", "intenté", "quise", "gracias", "por favor,", "ayuda", "ayúd", "¿", "hola", "buenos días", "buenos dias", "buenas tardes", "buenas noches", "buen día", "estimad", "señor", "quisiera", "necesito", "no puedo", "saludos",
	"my email", "my mail", "my message", " i sent", " i got", "i received", "i'm getting", "i am getting", "i tried", "i keep", "could you", "can you", "dear ", "thanks", "best regards", "meu e-mail", "meu email", "enviei", "obrigad", "bonjour", "merci", "mein mail", "guten tag",
}

// rcptIntroductions stand above or before the failed recipients.
var rcptIntroductions = []string{
	"did not reach the following recipient", "following recipient", "following address", "failed recipient", "failed addresses follow", "could not be delivered to", "couldn't be delivered to", "wasn't delivered to", "was not delivered to", "not delivered to", "were affected", "permanent fatal errors", "had delivery errors", "had delivery problems",
	"unable to deliver", "addressed to email address", "delivery of email to this address", "following message to", "did not receive a copy", "not accepting mail", "no llegó a", "siguientes destinatarios", "siguiente destinatario", "siguientes direcciones", "siguiente dirección", "no se pudo entregar", "no se ha podido entregar", "seguintes destinatários", "destinataires suivants", "folgende",
	"seguenti destinatari", "получател", "以下のメールアドレス", "次のあて先", "无法发送到", "transcript of session follows", "was your message addressed", "addresses to which",
}

// copyPhrases stand above the original in a bounce.
var copyPhrases = []string{
	"copy of the message", "copy of your message", "copy of the original", "original message follows", "original message as received", "original message -", "original message header", "lines of your original message", "returned message -", "unsent message follows", "message text follows",
	"returned mail follows", "returned mail -", "returned message", "header of the source mail", "lines of the message follow", "message header follows", "message headers follow", "original message]", "original message |", "original message\n", "message follows", "copia del mensaje", "mensaje original", "encabezados del mensaje original", "original message headers", "información de diagnóstico para los administradores",
	"原信件", "original-nachricht", "message d'origine", "mensagem original", "below this line", "-original message", "--original message",
}
