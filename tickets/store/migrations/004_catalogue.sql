-- The catalogue as it is known at the start (an office corrects it on its screen).
-- status: verified = in public sources, unverified = professional knowledge.
-- owner: empty = the agency; anything else is out of scope.

INSERT INTO catalogue (id, name, about, reports, basis, status, owner, valid_from, valid_to, place, updated) VALUES
	('ciudadania', 'Ciudadanía Digital', 'Proveedor de identidad, portal y aplicación móvil: un solo ingreso a los servicios del Estado.', 'Contraseña olvidada, código que no llega, correo o teléfono equivocado, registro o validación pendiente, error al ingresar.', 'Ley 1080 (11-07-2018)', 'verified', '', 1531281600000000, 0, 1, 0),
	('aprobacion', 'Aprobación de documentos', 'La persona aprueba un documento; su huella queda en el Registro de Orden Cronológico e Integridad de Datos.', 'Aprobación pendiente, verificación del código o QR, PDF rechazado.', 'Ley 1080 (11-07-2018)', 'verified', '', 1531281600000000, 0, 2, 0),
	('notificaciones', 'Notificaciones electrónicas y Buzón', 'Notificaciones con valor legal cuando llegan al buzón.', 'No se puede abrir, no llegó, a quién consultar.', 'Ley 1080 (11-07-2018)', 'verified', '', 1531281600000000, 0, 3, 0),
	('autorizaciones', 'Autorizaciones de Ciudadanía Digital', 'La persona acepta o rechaza la consulta de una entidad pública.', 'Consentimiento pendiente.', '', 'verified', '', 0, 0, 4, 0),
	('registro', 'Registro de Ciudadanía Digital', 'Puntos de registro presencial en las Entidades de Registro Oficial.', 'Dónde registrarse, el operador no puede ingresar.', '', 'verified', '', 0, 0, 5, 0),
	('interoperabilidad', 'Plataforma de Interoperabilidad', 'Intercambio de datos entre entidades.', 'Token, error 5xx o demora, solicitud de un servicio, campo que falta.', '', 'verified', '', 0, 0, 6, 0),
	('gobbo', 'Portal gob.bo y guía de trámites', 'Catálogo de trámites del Estado.', 'Requisito equivocado, búsqueda, página del formulario.', 'DS 5340 (26-02-2025)', 'verified', '', 1740542400000000, 0, 7, 0),
	('ppte', 'Plataforma de Pagos de Trámites del Estado', 'Pago de trámites con código CPT, por QR o banco.', 'Pagado pero pendiente, código vencido, error 5xx, devolución, columna que falta en el reporte.', '', 'unverified', '', 0, 0, 8, 0),
	('ptc', 'Plataforma de Trámites y Certificaciones', 'Trámites en línea con Ciudadanía Digital.', 'Trámite que no avanza, error al ingresar.', '', 'verified', '', 0, 0, 9, 0),
	('notas', 'Sistema de Gestión de Notas Externas', 'Correspondencia entre entidades: CITE y hoja de ruta.', 'Permisos, enviado a otra unidad, columna nueva.', '', 'verified', '', 0, 0, 10, 0),
	('firma', 'Firma digital', 'Certificados de firma digital: emisión, renovación y revocación. Funciones recibidas de la ADSIB.', 'Token no reconocido, PIN bloqueado, certificado vencido, servicio caído.', 'DS 5519 (14-01-2026)', 'verified', '', 1772164800000000, 0, 11, 0),
	('dominios', 'Dominios .bo', 'Registro de dominios .bo. Funciones recibidas de la ADSIB.', 'Renovación, delegación, datos del titular.', 'DS 5519 (14-01-2026)', 'verified', '', 1772164800000000, 0, 12, 0),
	('developer', 'Documentación y entorno de pruebas para programadores', 'developer.ciudadaniadigital.bo y proveedor de demostración (OpenID Connect).', 'redirect_uri, usuarios de prueba, entorno caído.', '', 'verified', '', 0, 0, 13, 0),
	('base', 'Sistemas base', 'Bienes y activos, almacenes, personal y otros que la agencia da a las entidades.', 'Diversos.', '', 'unverified', '', 0, 0, 14, 0),
	('otro', 'Otro sistema de la agencia', 'Herramienta o sistema desarrollado por la AGETIC que no está en la lista.', '', '', '', '', 0, 0, 15, 0),
	('segip', 'Cédula de identidad (SEGIP)', 'Cédula y aplicación Mi Identidad.', '', '', 'verified', 'SEGIP', 0, 0, 16, 0),
	('sereci', 'Certificados de nacimiento (SERECI)', 'Registro civil.', '', '', 'verified', 'SERECI', 0, 0, 17, 0),
	('sin', 'Impuestos (SIN, SIAT)', 'Servicio de Impuestos Nacionales.', '', '', 'verified', 'SIN', 0, 0, 18, 0),
	('mefp', 'SIGEP y SICOES', 'Gestión pública y contrataciones.', '', '', 'verified', 'MEFP', 0, 0, 19, 0),
	('seprec', 'Registro de comercio (SEPREC)', 'Registro de empresas.', '', '', 'verified', 'SEPREC', 0, 0, 20, 0),
	('justicia', 'JL y Hermes', 'Sistemas del Ministerio Público y del Órgano Judicial.', '', '', 'verified', 'Ministerio Público / TSJ', 0, 0, 21, 0),
	('roe', 'Registro Obligatorio de Empleadores (ROE)', 'Trámites del Ministerio de Trabajo.', '', '', 'verified', 'Ministerio de Trabajo', 0, 0, 22, 0),
	('djbr', 'Declaración jurada de bienes y rentas (DJBR)', 'Trámites de la Contraloría.', '', '', 'verified', 'Contraloría', 0, 0, 23, 0);
