package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/email/message"
	"ventanilla/config"
	"ventanilla/router/classify"
)

// maxExplained bounds one file; the program that runs the desk has limits of
// its own per channel.
const maxExplained = 200 << 20

func explainFlags(f *flag.FlagSet, c *call) {
	c.bools["json"] = f.Bool("json", false, "una línea JSON por archivo")
	c.bools["text"] = f.Bool("text", false, "los archivos son solo el texto de un correo, sin encabezado")
	c.bools["html"] = f.Bool("html", false, "los archivos son solo el HTML de un correo, sin encabezado")
	withConfig(f, c)
}

// explained is what a mail would become, field by field.
type explained struct {
	File          string         `json:"file"`
	OK            bool           `json:"ok"`
	Error         string         `json:"error"`
	FromAddr      string         `json:"from_addr"`
	FromName      string         `json:"from_name"`
	Subject       string         `json:"subject"`
	MessageID     string         `json:"message_id"`
	InReplyTo     []string       `json:"in_reply_to"`
	References    []string       `json:"references"`
	Body          string         `json:"body"`
	Reply         string         `json:"reply"`
	Attachments   []attachment   `json:"attachments"`
	Kind          channels.Kind  `json:"kind"`
	NoReply       bool           `json:"no_autoresponse"`
	Bounce        []bounceReport `json:"bounce"`
	Class         string         `json:"class"`
	Confidence    float64        `json:"confidence"`
	Reasons       []string       `json:"reasons"`
	Seconds       float64        `json:"seconds"`
	mail          message.Mail
	own           []string
	sureOfNothing bool
}

type attachment struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int    `json:"size"`
}

type bounceReport struct {
	Recipient string `json:"recipient"`
	Status    string `json:"status"`
	Hard      bool   `json:"hard"`
}

// explain says what each mail would become, without touching any database. It
// reads on all cores and prints in the order given; a file that cannot be read
// is a line with its error, and the next one follows.
func explain(ctx context.Context, c *call) error {
	if len(c.args) == 0 || *c.bools["text"] && *c.bools["html"] {
		return errUsage
	}
	guess, err := classify.New()
	if err != nil {
		return err
	}
	cfg, _ := config.Load(c.config, true, os.Getenv) // only to know our own addresses; a broken one is "config check"'s business
	x := explainer{text: *c.bools["text"], html: *c.bools["html"], own: cfg.OwnAddresses(), guess: guess}
	out := bufio.NewWriter(c.out)
	inOrder(ctx, c.args, x.file, func(e explained) {
		if *c.bools["json"] {
			line, merr := json.Marshal(e)
			err = errors.Join(err, merr)
			out.Write(append(line, '\n'))
		} else {
			e.print(out)
		}
	})
	return errors.Join(err, ctx.Err(), out.Flush())
}

// inOrder works on all cores and hands the results over in the order of the
// tasks, holding no more than a few that are done too early.
func inOrder[In, Out any](ctx context.Context, tasks []In, work func(In) Out, done func(Out)) {
	queue := make(chan chan Out, 2*runtime.GOMAXPROCS(0))
	go func() {
		defer close(queue)
		slots := make(chan struct{}, runtime.GOMAXPROCS(0))
		for _, t := range tasks {
			if ctx.Err() != nil {
				return
			}
			result := make(chan Out, 1)
			queue <- result
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				result <- work(t)
			}()
		}
	}()
	for result := range queue {
		done(<-result)
	}
}

type explainer struct {
	text  bool // files are bare text bodies
	html  bool // files are bare HTML bodies
	own   []string
	guess *classify.Classifier
}

func (x explainer) file(name string) (e explained) {
	began := time.Now()
	e = explained{File: name, InReplyTo: []string{}, References: []string{}, Attachments: []attachment{}, Bounce: []bounceReport{}, Reasons: []string{}, Kind: channels.None}
	defer func() { e.Seconds = math.Round(time.Since(began).Seconds()*1e6) / 1e6 }()
	raw, err := readFile(name)
	if err != nil {
		e.Error = "no se pudo leer: " + whyUnread(err)
		return e
	}
	switch {
	case x.text:
		raw = append([]byte("MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"), raw...)
	case x.html:
		raw = append([]byte("MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"), raw...)
	}
	x.mail(&e, message.Parse(raw, message.Options{Own: x.own}))
	return e
}

func (x explainer) mail(e *explained, m message.Mail) {
	e.OK = true
	e.FromAddr, e.FromName, e.Subject, e.MessageID = m.From.Value, m.From.Name, m.Subject, m.MessageID
	e.InReplyTo, e.References = append(e.InReplyTo, m.InReplyTo...), append(e.References, m.References...)
	e.Body, e.Reply, e.Kind, e.NoReply = m.Text, m.Said, m.Kind, m.NoReply
	e.mail, e.own = m, x.own
	for _, f := range m.Files {
		e.Attachments = append(e.Attachments, attachment{f.Name, f.Type, len(f.Data)})
	}
	for _, b := range m.Bounces {
		e.Bounce = append(e.Bounce, bounceReport{b.Recipient, b.Status, b.Hard})
	}
	g := x.guess.Classify(classify.Input{Medium: string(channels.Email), Subject: m.Subject, Text: m.Said})
	e.Class, e.Confidence, e.Reasons, e.sureOfNothing = g.Class, g.Confidence, append(e.Reasons, g.Reasons...), !g.Sure
}

func readFile(name string) ([]byte, error) {
	f, err := openFile(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxExplained+1))
	if err == nil && len(b) > maxExplained {
		err = fmt.Errorf("pesa más de %d MB", maxExplained>>20)
	}
	return b, err
}

// openFile opens a file, or standard input for "-".
func openFile(name string) (*os.File, error) {
	if name == "-" {
		return os.Stdin, nil
	}
	return os.Open(name)
}
