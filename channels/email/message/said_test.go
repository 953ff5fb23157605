package message

import (
	"strings"
	"testing"
)

func TestSaid(t *testing.T) {
	for name, c := range map[string]struct{ subject, text, want string }{
		"nothing to cut":           {"", "Hola\n\nAdiós", "Hola\n\nAdiós"},
		"only a quote":             {"", "> uno\n> dos", "> uno\n> dos"},
		"below the quote":          {"", "El 3 nov 2026 a las 10:12, X <x@y.bo> escribió:\n> uno\n\nrespuesta", "respuesta"},
		"between":                  {"", "> uno\nsí\n> dos\nno", "> uno\nsí\n> dos\nno"},
		"above and between":        {"", "Respondo abajo.\n\nEl 3 nov 2026 10:12, X escribió:\n> uno\nsí\n> dos\nno", "Respondo abajo.\n\nEl 3 nov 2026 10:12, X escribió:\n> uno\nsí\n> dos\nno"},
		"prose that looks":         {"", "El funcionario me escribió:\nno hay sistema.", "El funcionario me escribió:\nno hay sistema."},
		"dated prose":              {"", "Hola.\nEl 3 de noviembre de 2026 el técnico me escribió:\nno hay sistema.", "Hola.\nEl 3 de noviembre de 2026 el técnico me escribió:\nno hay sistema."},
		"a list of data":           {"", "Solicito:\nDe: La Paz\nPara: Oruro\nAsunto: traslado", "Solicito:\nDe: La Paz\nPara: Oruro\nAsunto: traslado"},
		"a note's heading":         {"", "Hola\n\nA: Director\nDe: Ana\nFecha: hoy\n\ntexto", "Hola\n\nA: Director\nDe: Ana\nFecha: hoy\n\ntexto"},
		"a ruler in prose":         {"", "uno\n--------------------------\ndos", "uno\n--------------------------\ndos"},
		"a dash is no end":         {"", "uno\n--\n" + strings.Repeat("largo ", 30), "uno\n--\n" + strings.Repeat("largo ", 30)},
		"a signature":              {"", "uno\n\n-- \nAna", "uno"},
		"a signature alone":        {"", "-- \nAna", "-- \nAna"},
		"a telephone":              {"", "uno\n\nEnviado desde mi Huawei", "uno"},
		"a telephone in prose":     {"", "Enviado desde mi casa el formulario no llega.\nAyuda.", "Enviado desde mi casa el formulario no llega.\nAyuda."},
		"english":                  {"", "Thanks\n\nOn Tue, Nov 3, 2026 at 10:12 AM X <x@y.bo> wrote:\n\n> uno", "Thanks"},
		"outlook english":          {"", "Ok\n\nFrom: X <x@y>\nSent: Tuesday, November 3, 2026 10:12\nTo: Y\nSubject: RE: Z\n\nuno", "Ok"},
		"a forward by its mark":    {"", "Vean\n\n-------- Mensaje reenviado --------\nDe: X\nFecha: hoy\nPara: Y\nAsunto: Z\n\nuno", "Vean\n\n-------- Mensaje reenviado --------\nDe: X\nFecha: hoy\nPara: Y\nAsunto: Z\n\nuno"},
		"a forward by subject":     {"RV: algo", "Vean\n\nDe: X\nEnviado: hoy\nPara: Y\nAsunto: Z\n\nuno", "Vean\n\nDe: X\nEnviado: hoy\nPara: Y\nAsunto: Z\n\nuno"},
		"around a long quote":      {"", "Hola\n\nEl 3 nov 2026 10:12, X escribió:\n> 1\n> 2\n> 3\n> 4\n> 5\n\nPero el dato 6 falta.", "Hola\n\nPero el dato 6 falta."},
		"around a question":        {"", "Hola\n\nEl 3 nov 2026 10:12, X escribió:\n> ¿CI?\n\n1234567", "Hola\n\nEl 3 nov 2026 10:12, X escribió:\n> ¿CI?\n\n1234567"},
		"a greeting below":         {"", "Ya funciona.\n\nEl 3 nov 2026 10:12, X escribió:\n> ¿CI?\n\nSaludos, Ana", "Ya funciona.\n\nSaludos, Ana"},
		"the person cites":         {"", "El error dice:\n> 502 Bad Gateway\n> nginx", "El error dice:\n> 502 Bad Gateway\n> nginx"},
		"a letter's head":          {"", "Hola, copio la nota:\n\nDe: Lic. Ana Prueba\nA: Director\nFecha: La Paz, 3 de noviembre de 2026\nRef.: Solicitud\n\nTexto", "Hola, copio la nota:\n\nDe: Lic. Ana Prueba\nA: Director\nFecha: La Paz, 3 de noviembre de 2026\nRef.: Solicitud\n\nTexto"},
		"told by telephone":        {"", "El 3/11/2026 a las 10:12, el técnico me escribió:\n\nno hay sistema", "El 3/11/2026 a las 10:12, el técnico me escribió:\n\nno hay sistema"},
		"a sentence of a phone":    {"", "No llega.\nEnviado desde mi casa el formulario no llega nunca jamás.", "No llega.\nEnviado desde mi casa el formulario no llega nunca jamás."},
		"a forward in a quote":     {"Re: x", "Gracias.\n\nEl 3 nov 2026 10:12, X <x@y.bo> escribió:\n\nVea\n\n---------- Forwarded message ---------\nFrom: Z <z@y.bo>\n\nuno", "Gracias."},
		"a reply to a forward":     {"Re: Fwd: x", "Gracias.\n\nEl 3 nov 2026 10:12, X <x@y.bo> escribió:\n> uno", "Gracias."},
		"apple forwards":           {"", "Vean.\n\nInicio del mensaje reenviado:\n\n> De: X <x@y.bo>\n> Asunto: Z\n> \n> uno", "Vean.\n\nInicio del mensaje reenviado:\n\n> De: X <x@y.bo>\n> Asunto: Z\n> \n> uno"},
		"notes forwards":           {"", "Vean\n\n----- Mensaje reenviado por Ana Prueba/ENTIDAD/BO en 03/11/2026 10:12 -----\n\nDe: X <x@y.bo>\nPara: Y\nFecha: 02/11/2026 10:00\nAsunto: Z\n\nuno", "Vean\n\n----- Mensaje reenviado por Ana Prueba/ENTIDAD/BO en 03/11/2026 10:12 -----\n\nDe: X <x@y.bo>\nPara: Y\nFecha: 02/11/2026 10:00\nAsunto: Z\n\nuno"},
		"a legal notice":           {"", "Hola, ¿me ayuda?\nAna\n\nEste mensaje y sus adjuntos son confidenciales y de uso exclusivo de su destinatario. Si lo recibió por error,\nnotifíquelo y elimínelo.", "Hola, ¿me ayuda?\nAna"},
		"a confidence":             {"", "Este mensaje es confidencial: mi jefe cobra por los trámites. Tengo miedo, por favor no digan mi nombre a nadie de la oficina ni a mi familia.", "Este mensaje es confidencial: mi jefe cobra por los trámites. Tengo miedo, por favor no digan mi nombre a nadie de la oficina ni a mi familia."},
		"an own indent":            {"", "uno\n\nEnviado desde Outlook para Android<https://aka.ms/x>\n________________________________\nDe: X <x@y.bo>\nEnviado: martes, 3 de noviembre de 2026 10:12\nPara: Y\nAsunto: RE: Z\n\ndos", "uno"},
		"a sentence above":         {"", "El trámite sigue igual.\nEl mar, 3 nov 2026 a las 10:12, X <x@y.bo>\nescribió:\n\n> uno", "El trámite sigue igual."},
		"a line without a stop":    {"", "El formulario no carga\nEl mar, 3 nov 2026 a las 10:12, X\n<x@y.bo> escribió:\n\n> uno", "El formulario no carga"},
		"a dated line above":       {"", "El 2/11/2026 pagué\nEl mar, 3 nov 2026 a las 10:12, X\n<x@y.bo> escribió:\n\n> uno", "El 2/11/2026 pagué"},
		"to is no weekday":         {"", "I have no time\nto test this in 2 weeks\nOp 3 nov. 2026 10:12 schreef \"X\" <x@y.bo> het\nvolgende geschreven:\n\n> uno", "I have no time\nto test this in 2 weeks"},
		"an address cut after":     {"", "Gracias\n\n2026-11-03 10:12 GMT-04:00 Ana Prueba <\nana@correo.bo>:\n\n> uno", "Gracias"},
		"an address cut before":    {"", "Gracias\n\nAm 03.11.2026 10:12 schrieb \"Ana Prueba\" <ana.prueba@correo.bo\n>:\n\n> uno", "Gracias"},
		"on the same line":         {"", "Hola\nSigue igual. El mar, 3 nov 2026 a las 10:12, X <x@y.bo> escribió:\n> uno", "Hola\nSigue igual."},
		"only on that line":        {"", "Sigue igual On Tue, Nov 3, 2026 at 10:12 AM, X <x@y.bo> wrote:\n> uno", "Sigue igual"},
		"a link broken in two":     {"", "Gracias\n\nEl 3 nov 2026 10:12, X escribió:\n\n> Vea (https://y.bo/caso\n_n=3dd518)\n>\n> uno", "Gracias"},
		"a word between":           {"", "El 3 nov 2026 10:12, X escribió:\n> ¿Puede entrar?\nsí\n> ¿Y firmar?\nno", "El 3 nov 2026 10:12, X escribió:\n> ¿Puede entrar?\nsí\n> ¿Y firmar?\nno"},
		"in brackets":              {"", "uno\n\n(Enviado desde mi teléfono)\n<<sent by galaxy>>\nGet [Outlook for Android](https://aka.ms/x)", "uno"},
		"said in brackets":         {"", "uno\n\n(Enviado el formulario por segunda vez)", "uno\n\n(Enviado el formulario por segunda vez)"},
		"a name and a verb":        {"", "Ana Prueba dice:\n\n> El plazo vence hoy.\n\nEl sistema no me deja subir el archivo.", "El sistema no me deja subir el archivo."},
		"horde cites":              {"", "Citando a Ana Prueba <ana@correo.bo>:\n\n> uno\n> dos\n\nNo llegó el archivo.", "No llegó el archivo."},
		"a verb after a date":      {"", "On Tue, Nov 3, 2026 at 10:12:16AM -0400, Ana van Prueba mentioned:\n> uno\n\nThe form does not load.", "The form does not load."},
		"a name alone":             {"", "Ya lo intenté y sigue igual.\n\nJuan Mamani Quispe:\n> Reinicie su equipo.\n> Avise si sigue.", "Ya lo intenté y sigue igual."},
		"a name, the answer below": {"", "Mesa de Soporte <mesa@entidad.bo>:\n> Envíe el comprobante.\n\nAdjunto el comprobante de pago.", "Adjunto el comprobante de pago."},
		"no name but a heading":    {"", "Sale esto:\n\nError del Servidor:\n> 502 Bad Gateway\n> nginx", "Sale esto:\n\nError del Servidor:\n> 502 Bad Gateway\n> nginx"},
		"a salutation":             {"", "Estimado Juan Mamani:\n> 502 Bad Gateway\n¿Qué hago?", "Estimado Juan Mamani:\n> 502 Bad Gateway\n¿Qué hago?"},
		"a shout":                  {"", "Miren esto\n\nCODIGO ERROR:\n> 502\n> nginx", "Miren esto\n\nCODIGO ERROR:\n> 502\n> nginx"},
		"a name in prose":          {"", "La responsable es\n\nAna Prueba:\ntelefono 2222222", "La responsable es\n\nAna Prueba:\ntelefono 2222222"},
		"somebody says":            {"", "Carlos dice:\n> vuelva mañana\n\n¿Es así?", "Carlos dice:\n> vuelva mañana\n\n¿Es así?"},
		"an answer by itself":      {"", "Hola\n\nEl 3 nov 2026 10:12, X escribió:\n> ¿Pudo entrar?\n\nNo pude entrar: la página se queda en blanco después de escribir la contraseña.", "Hola\n\nNo pude entrar: la página se queda en blanco después de escribir la contraseña."},
		"a part left out":          {"", "Hola,\n\nEl mar, 3 nov 2026 a las 10:12, X <x@y.bo> escribió:\n\n[...]\n> uno\n> dos\n\nTengo el certificado, pero el sistema me pide otro que nadie me entregó en la oficina.", "Hola,\n\nTengo el certificado, pero el sistema me pide otro que nadie me entregó en la oficina."},
		"a line broken in two":     {"", "Gracias\n\nEl 3 nov 2026 10:12, X escribió:\n> Debe presentar la solicitud con la copia del carnet y también la del acta de\nnacimiento.\n> uno", "Gracias"},
		"eudora forwards":          {"Consulta", "Vean.\n\n--- begin forwarded text\n\nDate: Tue, 3 Nov 2026 10:12:00 -0400\nFrom: X <x@y.bo>\nTo: Z\nSubject: caso\n\nuno\n\n--- end forwarded text", "Vean.\n\n--- begin forwarded text\n\nDate: Tue, 3 Nov 2026 10:12:00 -0400\nFrom: X <x@y.bo>\nTo: Z\nSubject: caso\n\nuno\n\n--- end forwarded text"},
		"forwards a signature":     {"Consulta", "Vean.\n\n-------- Mensaje reenviado --------\nDe: X <x@y.bo>\nFecha: hoy\nPara: Y\n\nuno\n\n-- \nX", "Vean.\n\n-------- Mensaje reenviado --------\nDe: X <x@y.bo>\nFecha: hoy\nPara: Y\n\nuno\n\n-- \nX"},
		"forwards in Finnish":      {"Consulta", "Vean.\n\n----- Edelleenlähetetty viesti -----\nDe: X <x@y.bo>\nEnviado: martes, 3 de noviembre de 2026 10:12\nPara: Y\nAsunto: Z\n\nuno", "Vean.\n\n----- Edelleenlähetetty viesti -----\nDe: X <x@y.bo>\nEnviado: martes, 3 de noviembre de 2026 10:12\nPara: Y\nAsunto: Z\n\nuno"},
		"puts a mail forward":      {"Consulta", "Me llegó este correo:\n\nDe: X <x@y.bo>\nEnviado: martes, 3 de noviembre de 2026 10:12\nPara: Y\nAsunto: Z\n\nuno", "Me llegó este correo:\n\nDe: X <x@y.bo>\nEnviado: martes, 3 de noviembre de 2026 10:12\nPara: Y\nAsunto: Z\n\nuno"},
		"puts forward, quoted":     {"Consulta", "Vean.\n\nTovábbított levél kezdete:\n\n> De: X <x@y.bo>\n> Fecha: 3 nov 2026 10:12\n> Para: Y\n> \n> uno", "Vean.\n\nTovábbított levél kezdete:\n\n> De: X <x@y.bo>\n> Fecha: 3 nov 2026 10:12\n> Para: Y\n> \n> uno"},
		"bids farewell":            {"Re: Consulta", "Sigue igual.\n\nSaludos cordiales:\n\nDe: X <x@y.bo>\nEnviado: martes, 3 de noviembre de 2026 10:12\nPara: Y\nAsunto: Z\n\nuno", "Sigue igual.\n\nSaludos cordiales:"},
		"original, not forward":    {"Re: Consulta", "Sigue igual.\n\n-----Mensaje original-----\nDe: X <x@y.bo>\nEnviado: martes, 3 de noviembre de 2026 10:12\nPara: Y\nAsunto: Z\n\nuno", "Sigue igual."},
		"forwards with bars":       {"Consulta", "Vean.\n\n| ---------- Forwarded message ----------\n| Date: Tue, 3 Nov 2026 10:12:00 -0400\n| From: X <x@y.bo>\n| To: Z\n| Subject: caso\n|\n| uno", "Vean.\n\n| ---------- Forwarded message ----------\n| Date: Tue, 3 Nov 2026 10:12:00 -0400\n| From: X <x@y.bo>\n| To: Z\n| Subject: caso\n|\n| uno"},
		"a column writes":          {"", "Vean lo publicado:\n\nAna Prueba <ana@diario.bo> writes:\n\nuno\n\ndos", "Vean lo publicado:\n\nAna Prueba <ana@diario.bo> writes:\n\nuno\n\ndos"},
		"a short block":            {"", "Sigue igual.\n\nFrom: X [mailto:x@y.bo]\nSent: Tuesday, November 3, 2026 10:12 AM\n\nuno", "Sigue igual."},
		"sent things":              {"", "Los datos:\n\nDe: ana@correo.bo\nEnviado: dos formularios\n\nGracias", "Los datos:\n\nDe: ana@correo.bo\nEnviado: dos formularios\n\nGracias"},
		"a list's footer":          {"", "uno\n\nEl 3 nov 2026 10:12, X escribió:\n> dos\n\n_______________________________________________\nlista mailing list\nhttp://lista.bo", "uno"},
	} {
		if got := said(c.subject, c.text); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}

// introductions are what mail programs write above a quote; "|" is a line end.
var introductions = strings.Split(strings.TrimSpace(`
El mar, 3 nov 2026 a las 10:12, Ana Prueba (<ana@correo.bo>) escribió:
El mar., 3 de noviembre de 2026 10:12 a. m., Ana Prueba <|ana.prueba@correo.bo> escribió:
El 3/11/26 a las 10:12, Ana Prueba escribió:
El 03/11/2026 a las 10:12, ana@correo.bo escribió:
El martes, 3 de noviembre de 2026, 10:12:33 BOT, Ana Prueba <ana@correo.bo> escribió:
El 3 nov 2026, a las 10:12, Ana Prueba <ana@correo.bo> escribió:
El mié, 4 nov 2026 a la(s) 10:12, Ana Prueba (ana@correo.bo) escribió:
2026-11-03 10:12 GMT-04:00 Ana Prueba <ana@correo.bo>:
Ana Prueba <ana@correo.bo> escribió:
El dl., 3 de nov. 2026, 10:12, Ana Prueba <ana@correo.bo> va escriure:
Missatge de Ana Prueba <ana@correo.bo> del dia dt., 3 de nov. 2026 a les 10:12:
El 3/11/26 a les 10:12, Ana Prueba ha escrit:
On Tue, Nov 3, 2026 at 10:12 AM Ana Prueba <ana@correo.bo> wrote:
On Nov 3, 2026, at 10:12 AM, Ana Prueba <|ana.prueba.de.las.pruebas@correo.bo>|wrote:
On 11/3/26 10:12 AM, Ana Prueba wrote:
On Tuesday, November 3rd, 2026 at 10:12 AM, Ana Prueba <ana@correo.bo> wrote:
---- On Tue, 03 Nov 2026 10:12:33 -0400 Ana Prueba <ana@correo.bo> wrote ----
Ana Prueba <ana@correo.bo> wrote on Tue, 3 Nov 2026 10:12:
Em ter., 3 de nov. de 2026 às 10:12, Ana Prueba <ana@correo.bo> escreveu:
Em 03/11/2026 10:12, Ana Prueba escreveu:
No dia 3 de nov. de 2026, às 10:12, Ana Prueba <ana@correo.bo> escreveu:
Le mar. 3 nov. 2026 à 10:12, Ana Prueba <ana@correo.bo> a écrit :
Le 3 nov. 2026 à 10:12, Ana Prueba <ana@correo.bo<mailto:ana@correo.bo>> a écrit:
Le 03/11/2026 à 10:12, Ana Prueba a écrit :
Am Di., 3. Nov. 2026 um 10:12 Uhr schrieb Ana Prueba <ana@correo.bo>:
Am 03.11.2026 um 10:12 schrieb Ana Prueba:
Ana Prueba <ana@correo.bo> schrieb am Di., 3. Nov. 2026, 10:12:
Il giorno mar 3 nov 2026 alle ore 10:12 Ana Prueba <ana@correo.bo> ha scritto:
Il 03/11/2026 10:12, Ana Prueba ha scritto:
Op di 3 nov 2026 om 10:12 schreef Ana Prueba <ana@correo.bo>:
Op 3-nov.-2026, om 10:12 heeft Ana Prueba <ana@correo.bo> het volgende geschreven:
Den tis 3 nov. 2026 kl 10:12 skrev Ana Prueba <ana@correo.bo>:
tir. 3. nov. 2026 kl. 10:12 skrev Ana Prueba <ana@correo.bo>:
ti 3. marrask. 2026 klo 10.12 Ana Prueba (ana@correo.bo) kirjoitti:
W dniu wt., 3.11.2026 o 10:12 Ana Prueba <ana@correo.bo> napisał(a):
wt., 3 lis 2026 o 10:12 Ana Prueba <ana@correo.bo> napisał(a):
вт, 3 нояб. 2026 г. в 10:12, Ana Prueba <ana@correo.bo>:
3 ноября 2026 г., 10:12, Ana Prueba <ana@correo.bo> написал(а):
Вторник, 3 ноября 2026, 10:12 +03:00 от Ana Prueba <ana@correo.bo>:
út 3. 11. 2026 v 10:12 odesílatel Ana Prueba <ana@correo.bo> napsal:
Ana Prueba <ana@correo.bo> ezt írta (időpont: 2026. nov. 3., K, 10:12):
3 Kas 2026 Sal 10:12 tarihinde Ana Prueba <ana@correo.bo> şunu yazdı:
Στις Τρί 3 Νοε 2026 στις 10:12 π.μ., Ana Prueba <ana@correo.bo> έγραψε:
2026年11月3日(火) 10:12 Ana Prueba <ana@correo.bo>:
2026/11/03 10:12、Ana Prueba <ana@correo.bo>のメール:
Ana Prueba <ana@correo.bo> 于2026年11月3日周二 10:12写道：
在 2026年11月3日，10:12，Ana Prueba <ana@correo.bo> 写道：
Ana Prueba <ana@correo.bo> 於 2026年11月3日 週二 上午10:12寫道：
2026년 11월 3일 (화) 오전 10:12, Ana Prueba <ana@correo.bo>님이 작성:
בתאריך יום ג׳, 3 בנוב׳ 2026 ב-10:12 מאת Ana Prueba <ana@correo.bo>:
`), "\n")

// blocks are the heads that mail programs put above what is answered.
var blocks = strings.Split(strings.TrimSpace(`
De: Ana Prueba <ana@correo.bo>|Enviado: martes, 3 de noviembre de 2026 10:12|Para: Soporte|Asunto: RE: Trámite
De: Ana Prueba|Enviado el: martes, 3 de noviembre de 2026 10:12 a. m.|Para: Soporte|CC: Luis|Asunto: Trámite
*De:* Ana Prueba <ana@correo.bo>|*Enviado:* martes, 3 de noviembre|de 2026 10:12|*Para:* Soporte|*Asunto:* Trámite
De: Ana Prueba <ana@correo.bo>|Fecha: martes, 3 de noviembre de 2026, 10:12|Para: Soporte <soporte@agetic.gob.bo>|Asunto: Trámite
From: Ana Prueba [mailto:ana@correo.bo]|Sent: Tuesday, November 3, 2026 10:12 AM|To: Soporte|Subject: RE: Trámite
From: Ana Prueba <ana@correo.bo>||Date: Tuesday, 3 November 2026 at 10:12||To: Soporte||Subject: Re: Trámite
Date: Tue, 3 Nov 2026 10:12:00 -0400|From: ana@correo.bo|To: soporte@agetic.gob.bo|Subject: Trámite
De: Ana Prueba <ana@correo.bo>|Enviada em: terça-feira, 3 de novembro de 2026 10:12|Para: Soporte|Assunto: RES: Trámite
De : Ana Prueba <ana@correo.bo>|Envoyé : mardi 3 novembre 2026 10:12|À : Soporte|Objet : Trámite
Von: Ana Prueba <ana@correo.bo>|Gesendet: Dienstag, 3. November 2026 10:12|An: Soporte|Betreff: AW: Trámite
Da: Ana Prueba <ana@correo.bo>|Inviato: martedì 3 novembre 2026 10:12|A: Soporte|Oggetto: Trámite
Van: Ana Prueba <ana@correo.bo>|Verzonden: dinsdag 3 november 2026 10:12|Aan: Soporte|Onderwerp: Trámite
Från: Ana Prueba <ana@correo.bo>|Skickat: den 3 november 2026 10:12|Till: Soporte|Ämne: Trámite
Fra: Ana Prueba <ana@correo.bo>|Sendt: 3. november 2026 10:12|Til: Soporte|Emne: Trámite
Lähettäjä: Ana Prueba <ana@correo.bo>|Lähetetty: tiistai 3. marraskuuta 2026 10.12|Vastaanottaja: Soporte|Aihe: Trámite
Od: Ana Prueba <ana@correo.bo>|Wysłano: wtorek, 3 listopada 2026 10:12|Do: Soporte|Temat: Trámite
От: Ana Prueba <ana@correo.bo>|Отправлено: 3 ноября 2026 г. 10:12|Кому: Soporte|Тема: Trámite
发件人: Ana Prueba <ana@correo.bo>|发送时间: 2026年11月3日 10:12|收件人: Soporte|主题: Trámite
差出人: Ana Prueba <ana@correo.bo>|送信日時: 2026年11月3日 10:12|宛先: Soporte|件名: Trámite
De: Ana Prueba <ana@correo.bo>|Enviat: dimarts, 3 de novembre de 2026 10:12|Per a: Soporte|Assumpte: Trámite
-----Mensaje original-----|De: Ana Prueba
-------- Mensaje original --------|De: Ana Prueba <ana@correo.bo>|Fecha: 3/11/26 10:12 a. m. (GMT-04:00)|Para: soporte@agetic.gob.bo|Asunto: Trámite
------- Original Message -------|On Tuesday, November 3rd, 2026 at 10:12 AM, Ana <ana@correo.bo> wrote:
-----Ursprüngliche Nachricht-----|Von: Ana Prueba
-----Message d'origine-----|De : Ana Prueba
------------------ 原始邮件 ------------------|发件人: Ana
________________________________|De: Ana Prueba <ana@correo.bo>|Enviado: martes, 3 de noviembre de 2026 10:12|Para: Soporte|Asunto: Re: Trámite
`), "\n")

// TestIntroductions: whatever program and language introduces the quote, it goes
// and the words above stay.
func TestIntroductions(t *testing.T) {
	const mine = "Buenos días, sigue sin funcionar.\n\nAna"
	try := func(head, quote string) {
		text := mine + "\n\n" + strings.ReplaceAll(head, "|", "\n") + "\n" + quote
		if got := said("Re: Trámite", text); got != mine {
			t.Errorf("%s with %.12q: got %q", head, quote, got)
		}
	}
	for _, h := range introductions {
		try(h, "> Estimada Ana:\n>\n> pruebe otra vez.")
		try(h, "\n> Estimada Ana:\n>\n> pruebe otra vez.")
		try(h, "\nEstimada Ana:\n\npruebe otra vez.")
	}
	for _, h := range blocks {
		try(h, "\nEstimada Ana:\n\npruebe otra vez.")
	}
}
