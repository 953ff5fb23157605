package whatsapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waMmsRetry"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

// phoneWait is how long the phone has to put a file on the server again, before
// the person is to be asked for it. Tests shorten it.
var phoneWait = 30 * time.Minute

// expired says that the server has a file no more; the office's phone, which
// got the message too, may have it.
func expired(err error) bool {
	return errors.Is(err, whatsmeow.ErrMediaDownloadFailedWith403) || errors.Is(err, whatsmeow.ErrMediaDownloadFailedWith404) ||
		errors.Is(err, whatsmeow.ErrMediaDownloadFailedWith410)
}

// errAsked says that the phone was asked for a file, and has its own time.
var errAsked = errors.New("the phone was asked for the file")

// askPhone asks the office's phone to put a file on the server again. It is
// noted first: a phone is asked once.
func (l *live) askPhone(w work, f wanted) error {
	chat, err := types.ParseJID(f.Header.Chat)
	if err != nil {
		return fmt.Errorf("reading the chat: %w", err)
	}
	f.Asked = true
	if err := l.revise(w.id, f, l.o.Now().Add(phoneWait)); err != nil {
		return err
	}
	info := types.MessageInfo{ID: f.Header.ID, MessageSource: types.MessageSource{Chat: chat}}
	if err := l.client.SendMediaRetryReceipt(l.ctx, &info, f.Ref.Key); err != nil {
		return fmt.Errorf("asking the phone for a file: %w", err)
	}
	return nil
}

// revise writes a file's work down anew.
func (l *live) revise(id string, f wanted, due time.Time) error {
	data, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("writing the file down: %w", err)
	}
	return l.session.revise(l.ctx, work{id: id, data: data, due: due})
}

// phoneAnswered takes the phone's answer: where the file is now, or that the
// phone does not have it either. Only who has the file's key can answer well.
func (l *live) phoneAnswered(e *events.MediaRetry) error {
	list, err := l.session.files(l.ctx, e.MessageID)
	if err != nil {
		return err
	}
	for _, w := range list {
		var f wanted
		if err := json.Unmarshal(w.data, &f); err != nil {
			return fmt.Errorf("reading a file's work: %w", err)
		}
		if f.Header.ID != e.MessageID || !f.Asked {
			continue
		}
		answer, err := whatsmeow.DecryptMediaRetryNotification(e, f.Ref.Key)
		switch {
		case err == nil && answer.GetResult() == waMmsRetry.MediaRetryNotification_SUCCESS && answer.GetDirectPath() != "":
			f.Ref.Path = answer.GetDirectPath()
		case err == nil || errors.Is(err, whatsmeow.ErrMediaNotAvailableOnPhone):
			f.Lost = true
		default:
			l.log.Warn().Err(err).Msg("the phone's answer about a file could not be read")
			continue
		}
		if err := l.revise(w.id, f, l.o.Now()); err != nil {
			return err
		}
	}
	return nil
}

// files gives the work of fetching the files of a message.
func (s *session) files(ctx context.Context, message string) ([]work, error) {
	rows, err := s.db.QueryContext(ctx, s.q(`SELECT id, kind, data, tries FROM ventanilla_work WHERE kind = 'file' AND id LIKE $1`), "%/"+message+"#"+string(kindFile))
	if err != nil {
		return nil, err
	}
	return scanWork(rows)
}

// revise replaces what is known of work, and when it is due.
func (s *session) revise(ctx context.Context, w work) error {
	return s.exec(ctx, `UPDATE ventanilla_work SET data = $2, due = $3 WHERE id = $1`, w.id, w.data, w.due.Unix())
}
