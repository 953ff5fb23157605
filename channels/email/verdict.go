package email

import (
	"errors"
	"fmt"

	"github.com/emersion/go-smtp"

	"ventanilla/channels"
)

// connectError is an answer to the connection rather than to a mail: no mail
// is to blame, whatever its code.
type connectError struct{ err error }

func (e *connectError) Error() string { return e.err.Error() }
func (e *connectError) Unwrap() error { return e.err }

// isSMTP tells an answer of the server to this mail from a broken connection.
func isSMTP(err error) bool {
	var ce *connectError
	if errors.As(err, &ce) {
		return false
	}
	var se *smtp.SMTPError
	return errors.As(err, &se)
}

// closing recognises 421: the server is about to close the connection.
func closing(err error) bool {
	var se *smtp.SMTPError
	return errors.As(err, &se) && se.Code == 421
}

// broken tells a lost connection from an answer; 421 is as good as lost.
func broken(err error) bool { return err != nil && (!isSMTP(err) || closing(err)) }

// senderRefused keeps a refusal of the desk's own address from condemning
// every reply: only the size is the mail's own fault (RFC 1870 §6.1).
func senderRefused(err error) error {
	var se *smtp.SMTPError
	if errors.As(err, &se) && se.Code/100 == 5 && se.Code != 552 {
		return &connectError{fmt.Errorf("the relay refuses the desk's sender address: %w", err)}
	}
	return err
}

// verdict turns an answer into the outbox's terms: 5xx is for good.
func verdict(err error) error {
	if err == nil {
		return nil
	}
	var se *smtp.SMTPError
	if !isSMTP(err) || !errors.As(err, &se) || se.Code/100 != 5 {
		return fmt.Errorf("sending mail: %w", err)
	}
	return &channels.PermanentError{Code: codeOf(se), Detail: se.Message}
}

// refusal is a relay's no to one of several recipients.
func refusal(to string, err error) channels.Refusal {
	var se *smtp.SMTPError
	if !errors.As(err, &se) {
		return channels.Refusal{Recipient: to, Detail: err.Error()}
	}
	return channels.Refusal{Recipient: to, Code: codeOf(se), Detail: se.Message}
}

func codeOf(se *smtp.SMTPError) string {
	code := fmt.Sprint(se.Code)
	if e := se.EnhancedCode; e[0] > 0 {
		code += fmt.Sprintf(" %d.%d.%d", e[0], e[1], e[2])
	}
	return code
}
