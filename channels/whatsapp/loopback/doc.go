// Package loopback is a small WhatsApp on 127.0.0.1: a server that unpatched
// whatsmeow clients pair with, log in to and exchange end-to-end encrypted
// messages over, and scripted phones that play its people. It serves tests and
// the demo; nothing of the product imports it, and nothing in the product can
// point at it: a client comes here only through the three HTTP clients that
// its owner gives it and the root key that the owner's process installs.
//
// The package may be read as a description of the protocol, from the wire up.
//
// # Frames (conn.go)
//
// A client opens a WebSocket at /ws/chat and sends binary messages. Its first
// one starts with four bytes, 'W' 'A' 6 3 (protocol, dictionary version). Then
// frames: a length in three bytes, big-endian, and a body. The server's frames
// have no header, and each must be exactly one WebSocket message.
//
// # Noise (noise.go)
//
// Three handshake bodies, Noise_XX_25519_AESGCM_SHA256 with the four bytes as
// prologue: the client's ephemeral key; the server's ephemeral key, its static
// key and a certificate chain that proves it; the client's static key (its
// login credential for good) and its ClientPayload. From then on each frame is
// AES-256-GCM with a counter as IV, one key for each direction.
//
// # Stanzas
//
// Inside is XML in a binary form with a dictionary of known words (package
// binary of whatsmeow): a tag, attributes, and either children or bytes. The
// verbs are few: iq (a question and its answer, matched by id), message,
// receipt, ack, notification, call, presence, ib (information from the server).
//
// # Pairing (pairing.go)
//
// An unknown client is sent six references; it shows one as a QR code together
// with its noise key, its identity key and a secret. The phone scans it, signs
// the identity key with its own, authenticates that with the secret and hands
// it to the server, which passes it on (pair-success) and then asks the client
// to connect anew (stream:error 515). It logs in with its number from then on.
// Where no camera is at hand, eight characters typed into the phone lead to
// the same secret (code.go).
//
// # Keys (iq.go, signal.go)
//
// Every device, phones too, keeps one-time prekeys with the server. Who writes
// to somebody for the first time asks for the devices of that person (usync)
// and one prekey of each (encrypt), and so has a Signal session. The server
// sees ciphertext only.
//
// # Questions (iq.go, usync.go, group.go)
//
// What a client that links, receives, answers, fetches files and hangs up on
// calls asks by itself: encrypt (count, registration, key), passive, w:p, w:m,
// usync (devices, lid, and with it business, status, picture), privacy (its
// settings, tokens), w:sync:app:state, md (codes of pairing, leaving). What a
// program may have it ask besides and is answered too: usync by number
// (contact), w:g2 (a group, all groups), blocklist, status,
// urn:xmpp:whatsapp:dirty; w:profile:picture and w:biz find nothing.
//
// Not answered, because nothing here asks it: changing groups, the blocklist or
// the privacy settings, and sending to groups (w:g2, blocklist, privacy, set);
// status@broadcast (status, get); newsletters (newsletter, w:mex, tos); links of
// contacts (w:qr); bots (bot, usync bot); Messenger's devices (fbid:devices);
// push and passkeys (urn:xmpp:whatsapp:push, md), which only phones with push
// services or keys of that kind use. Such a question is refused with 501.
//
// # Messages (message.go, queue.go)
//
// A message carries one ciphertext for each device of its receiver and of its
// sender. The server acknowledges it and keeps a copy per device until that
// device answers with a receipt: a message is never acknowledged in any other
// way when all went well, and is delivered again, with the attribute offline,
// at the next login when it was not. The sender gets the receipts: none for a
// type means delivered, "inactive" delivered to a program that is not on
// screen, "read", "played", "retry" that it could not be decrypted.
//
// # People (phone.go)
//
// A person has a number (PN, 591…@s.whatsapp.net) and a hidden id (LID,
// …@lid). Stanzas may name either, both or only one; Addressing plays the four
// forms. Phones are scripted: real Signal sessions, no connection.
//
// What the server does not know it writes down (Unknown); tests assert that
// nothing is there. It was checked against whatsmeow, not against WhatsApp:
// order and retention of offline messages, codes of refusals and whatever
// whatsmeow does not read are suppositions.
package loopback
