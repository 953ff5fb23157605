package privacy

import "strings"

func set(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// All words are folded, with n for ñ.
var (
	passwordWords = set(`password passwords pasword paswor passwor pasworth passwort passwd passw pass pas psw pswd pwd pw passcode passphrase paswd
		clave claves klave klabe clabe clavecita credenciales contrasenia contrasenya contracena contrazena`)
	pinWords  = set("pin pines puk nip pim")
	codeWords = set("codigo codigos codico kodigo codgo cdigo cod code codes otp token tokens sms verificacion verification")

	// before "clave" they make it something else
	headOfClave = set("palabra palabras punto puntos tema temas elemento persona personas rol fecha aspecto factor indicador frase dato concepto pieza momento")
	own         = set("mi mis su sus tu tus my your la nuestra")
	users       = set("usuario usuarios user users login cuenta correo email ci carnet nombre username usr usu")

	verbs      = set("es son era eran fue seria sera is was are puse pongo pone puso dice decia sale aparece tengo tenia uso usaba usamos ingreso introduzco escribo coloco va quedo")
	adjectives = set("actual actuales anterior nueva nuevo vieja antigua temporal temporales provisional definitiva correcta siguiente esta este esa ese nro num numero sigue siendo mi su")
	smsWords   = set(`llego llega llegaron llegado recibi recibido enviaron envio enviado mandaron mando mandado dieron dio sms whatsapp wsp mensaje mensajito verificacion confirmacion autenticacion activacion otp unico factor
		verification received got sent login`)
	fillers = set(`de del la el los las lo para por en con al a que q k qe me nos se te le i the of to for my and por ahi aqui abajo tambien ya ahora
		acceso ingreso entrada cuenta correo ciudadania digital sistema portal plataforma usuario wifi celular seguridad firma token dinamica sesion
		registrada registrado asignada generada creada dada registre cree hoy ayer recien seguro`)

	// what makes a number one that was sent to the person
	sentWords = set(`llego llegaron recibi recibido enviaron mandaron mando dieron sms whatsapp wsp verificacion confirmacion autenticacion otp seguridad
		verification received got login dictaron dicto comparta comparte`)
	deniedWords = set("error errores http https carnet cedula ci nit")
	// codes that are no secrets
	thingsWithCode = set(`error errores http estado postal cpt pago tramite barras item activo bien catalogo catalogado caso casos reporte sigep sicoes cite hoja ruta
		factura inventario fuente qr documento certificado municipio entidad area pais respuesta status producto cuenta`)
	// a number behind them is something else
	numbered = set(`error http codigo_postal carnet ci cedula nit cel celular telefono fono tel numero caso hoja ruta cite tramite cpt factura bs bolivianos item ano gestion dia hora horas
		las desde hace hasta piso oficina interno int linea version puerto`)
	measured = set("veces vez minutos min horas hrs dias semanas meses anos bs bolivianos personas usuarios tramites funcionarios intentos caracteres digitos lp cb cbba sc scz or pt pts tj tja ch be bn pd bolivia")

	pinsOfThings = set("mapa mapas ubicacion ubicar ubicado google maps geoportal conector cable chip placa pinterest solapa alfiler coordenadas arduino caracteres digitos veces intentos")

	// continues: behind them a clause goes on about something else
	continues = set("y pero por porque no para gracias con cuando ni si aunque atte saludos ayuda ayudenme usuario user correo")

	// said about passwords
	said = set(`incorrecta incorrecto invalida invalido correcta correcto muy mas menos la el lo los las una uno un que de del no si nula vacia distinta diferente igual misma mismo dificil facil
		segura inseguro insegura larga corta debil fuerte nueva nuevo vieja antigua erronea erroneo mala malo buena bueno obligatoria necesaria requerida demasiado tan algo siempre nunca tambien solo
		falsa falso desconocida ajena propia personal secreta privada confidencial alfanumerica numerica para por con sin como cuando donde porque desde hasta hace ya todavia aun esta estan tiene tenia
		debe puede podria error errores imposible posible rara otra otro cual mala incorrect wrong invalid not the same correct required olvide olvidada perdi recuerdo ninguna ninguno nada urgente
		falla fallo problema problemas ayuda solicito solicitud cambio cambiar recuperar restablecer reset resetear olvido olvidar bloqueo vencio caduco expiro expired ok bien mal mayor menor minimo maximo
		unica unico compartida dicen dice hay me se te le nos su sus mi mis tu su es son era fue llegar llega llego salio sale aparece pide pidio`)
	// ordinary words of the desk, where a sentence goes on behind them
	common = set(`usuario usuarios sistema sistemas persona personas ciudadano ciudadana senor senora funcionario funcionaria cliente buenos buenas buen hola estimados estimado saludos favor quiero quisiera
		necesito tengo tenemos estoy intente trato cuando ingreso ingresar entrar entro correo cuenta portal pagina codigo mensaje celular telefono registro acceso servicio nadie todos todas
		varios varias alguien ahora hoy ayer desde segun dice llamo llama reporta indica consulta pregunta no`)
)
