// Package demo plays a working day of the desk on one machine and then leaves
// the desk open for a newcomer. Nothing in it is a shortcut: it starts the same
// program that an office runs (package desk) on embedded defaults and puts a
// small world around it, all on loopback:
//
//   - citizens, whose mails travel by SMTP into the desk's listener or land in
//     a real IMAP mailbox (go-imap's in-memory server) that the desk reads,
//     whose calls reach it by the exchange's webhook, and whose phones write to
//     its number over a WhatsApp server on loopback (package loopback: the
//     protocol with its encryption, not a stand-in for the channel);
//   - a mail server that takes what the desk sends and shows it to the citizen
//     on a page of its own;
//   - the staff, who act through the same doors as the console does.
//
// The day is data (day.go): who writes what, by which road through the manual
// the case goes, and what the staff write down on the way. The play (play.go)
// turns it into beats ordered by the clock and waits after each one until the
// desk is quiet, never for a fixed time.
package demo
