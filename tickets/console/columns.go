package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/phone"
	"ventanilla/tickets/store"
)

// The columns of an exchange's call log. Whoever keeps the office shows the
// first lines of a log; the page guesses how it is written and shows how each
// line would be read. What is saved goes before the configuration's columns,
// and can be taken back. The lines themselves are kept nowhere.

// LayoutSetting is the setting with the phone.Layout of a call log; one that is
// not set leaves the word to the configuration.
func LayoutSetting(log string) string { return "phone.layout." + log }

// ownColumns is how many of phone.Columns any exchange may have; the others are
// Asterisk's alone and stand folded.
const ownColumns = 12

type columnsData struct {
	Frame
	Logs   []logView
	Log    string
	Sample string
	Study  *columnsStudy // nil before lines were shown
}

// logView is a call log and what it is read by.
type logView struct {
	Name, File, By string
	Saved          bool
	At             time.Time
	Columns        []columnAt
}

// columnAt is where a column stands; N counts from 1.
type columnAt struct {
	Name string
	N    int
	Word string // its name in the log's heading
}

// columnsStudy is how the lines of a sample are read.
type columnsStudy struct {
	Exchange       string
	Layout         phone.Layout
	Heading        bool
	Own, Asterisks []columnPick
	Separators     []columnChoice
	Orders         []columnChoice
	Rows           []columnRow
	Read           int
}

type columnPick struct {
	Name     string
	Required bool
	Choices  []columnChoice
}

type columnChoice struct {
	Value, Word string
	Chosen      bool
}

type columnRow struct {
	phone.Row
	Fate     string // "missed", "answered", "ignored", "held"
	From, To string
	Problems []string
}

func (c *Console) columnsPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showColumns(w, r, s, http.StatusOK, columnsData{}, nil)
}

func (c *Console) showColumns(w http.ResponseWriter, r *http.Request, s *Session, status int, data columnsData, f *flash) error {
	data.Frame = c.frame(r, s, c.say(s).T("columns.title"), "/administracion")
	if f != nil {
		data.Flash = f
	}
	for _, log := range c.opt.CallLogs {
		v, err := c.logView(r.Context(), log)
		if err != nil {
			return err
		}
		data.Logs = append(data.Logs, v)
	}
	return c.show(w, r, status, s.Language, "columns", "content", data)
}

func (c *Console) logView(ctx context.Context, log *phone.CDR) (logView, error) {
	v := logView{Name: log.ID, File: log.File}
	l := log.Own()
	var saved phone.Layout
	if _, err := c.st.Setting(ctx, LayoutSetting(log.ID), &saved); err != nil {
		return v, err
	}
	if v.Saved = saved.Set(); v.Saved {
		l = saved
		history, err := c.st.SettingHistory(ctx, LayoutSetting(log.ID))
		if err != nil {
			return v, err
		}
		v.By, v.At = c.nameOf(ctx, history[0].By), history[0].At
	}
	for _, name := range phone.Columns {
		if at, ok := l.Columns[name]; ok {
			col := columnAt{Name: name, N: at + 1}
			if at < len(l.Heading) {
				col.Word = l.Heading[at]
			}
			v.Columns = append(v.Columns, col)
		}
	}
	return v, nil
}

// columnsAct looks at a sample, saves what was chosen, or takes it back.
func (c *Console) columnsAct(w http.ResponseWriter, r *http.Request, s *Session) error {
	if err := parseSample(r); err != nil {
		return err
	}
	i := slices.IndexFunc(c.opt.CallLogs, func(log *phone.CDR) bool { return log.ID == r.PostFormValue("log") })
	if i < 0 {
		return store.ErrNotFound
	}
	log := c.opt.CallLogs[i]
	if r.PostFormValue("do") == "own" {
		return c.keepLayout(w, r, s, log, phone.Layout{})
	}
	words := c.say(s)
	sample, err := sampleOf(r)
	if r.PostFormValue("do") == "log" {
		if sample, err = log.Sample(); err != nil {
			c.log.Warn().Str("channel", log.ID).Err(err).Msg("the call log could not be shown")
			return c.showColumns(w, r, s, http.StatusUnprocessableEntity, columnsData{Log: log.ID}, &flash{Kind: "bad", Text: words.T("columns.closed", "file", log.File)})
		}
		// Whoever keeps the console reads no cases: that they saw who called is told.
		err = c.st.Write(r.Context(), func(tx *store.Tx) error {
			return tx.Audit(store.Audited{By: s.Actor.ID, Act: "phone.columns.look", Target: log.ID, Peer: c.peer(r)})
		})
	}
	if err != nil {
		return err
	}
	data := columnsData{Log: log.ID, Sample: strings.Join(phone.Lines(sample), "\n")}
	lines := phone.Lines([]byte(data.Sample))
	if len(lines) == 0 {
		return c.showColumns(w, r, s, http.StatusUnprocessableEntity, data, &flash{Kind: "bad", Text: words.T("columns.empty")})
	}
	layout, exchange, guessed, err := chosenLayout(r, lines)
	if err != nil {
		return err
	}
	data.Study = c.study(words, log, layout, lines)
	data.Study.Exchange = exchange
	switch save := r.PostFormValue("do") == "save"; {
	case !save:
		return c.showColumns(w, r, s, http.StatusOK, data, nil)
	case guessed: // nobody has looked at that yet
		return c.showColumns(w, r, s, http.StatusUnprocessableEntity, data, &flash{Kind: "bad", Text: words.T("columns.guessed")})
	}
	if wrong := refuseLayout(words, data.Study); wrong != "" {
		return c.showColumns(w, r, s, http.StatusUnprocessableEntity, data, &flash{Kind: "bad", Text: wrong})
	}
	return c.keepLayout(w, r, s, log, layout)
}

// parseSample reads the form, which may come with a file.
func parseSample(r *http.Request) error {
	var large *http.MaxBytesError
	switch err := r.ParseMultipartForm(1 << 20); {
	case err == nil, errors.Is(err, http.ErrNotMultipart):
		return nil
	case errors.As(err, &large):
		return err
	}
	return &badRequest{"error.form"}
}

// sampleOf takes the lines that were pasted, or those of a file; of a file only
// its beginning is read.
func sampleOf(r *http.Request) ([]byte, error) {
	if r.MultipartForm != nil {
		for _, h := range r.MultipartForm.File["archivo"] {
			if h.Size == 0 {
				continue
			}
			f, err := h.Open()
			if err != nil {
				return nil, fmt.Errorf("opening the sample: %w", err)
			}
			defer f.Close()
			return io.ReadAll(io.LimitReader(f, phone.SampleBytes))
		}
	}
	text := r.PostFormValue("sample")
	return []byte(text[:min(len(text), phone.SampleBytes)]), nil
}

// chosenLayout is what the form says, or, which guessed tells, a guess where
// nothing was chosen yet or the separator is another.
func chosenLayout(r *http.Request, lines []string) (l phone.Layout, exchange string, guessed bool, err error) {
	separator, was := r.PostFormValue("separator"), r.PostFormValue("was")
	if separator != "" && !slices.Contains(phone.Separators, separator) {
		return l, "", false, &badRequest{"error.form"}
	}
	if was == "" || was != separator {
		l, exchange = phone.Guess(lines, separator)
		return l, exchange, true, nil
	}
	l = phone.Layout{Separator: separator, Dates: phone.DateOrder(r.PostFormValue("dates")), Columns: map[string]int{}}
	if !slices.Contains(phone.DateOrders, l.Dates) {
		return l, "", false, &badRequest{"error.form"}
	}
	for _, name := range phone.Columns {
		if v := r.PostFormValue("c." + name); v != "" {
			at, err := strconv.Atoi(v)
			if err != nil || at < 0 || at > 99 {
				return l, "", false, &badRequest{"error.form"}
			}
			l.Columns[name] = at
		}
	}
	if r.PostFormValue("heading") == "yes" {
		l.Heading = l.Cells(firstCells(lines))
	}
	return l, "", false, nil
}

// firstCells is the first line that has columns.
func firstCells(lines []string) string {
	if strings.HasPrefix(strings.ToLower(lines[0]), "sep=") && len(lines) > 1 {
		return lines[1]
	}
	return lines[0]
}

// refuseLayout says in words why a layout cannot be saved, "" if it can.
func refuseLayout(words *words, study *columnsStudy) string {
	if missing := study.Layout.Missing(); len(missing) > 0 {
		return words.T("columns.missing", "column", words.T("columns.column."+missing[0]))
	}
	if study.Read == 0 {
		return words.T("columns.unread")
	}
	return ""
}

// keepLayout saves a layout, or, if it is not set, gives the word back to the
// configuration. This node reads by it at once, the others soon.
func (c *Console) keepLayout(w http.ResponseWriter, r *http.Request, s *Session, log *phone.CDR, l phone.Layout) error {
	audited := store.Audited{By: s.Actor.ID, Act: "phone.columns", Target: log.ID, Details: layoutDetails(l), Peer: c.peer(r)}
	if !l.Set() {
		audited.Act = "phone.columns.own"
	}
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SetSetting(LayoutSetting(log.ID), l, s.Actor.ID); err != nil {
			return err
		}
		return tx.Audit(audited)
	})
	if err != nil {
		return err
	}
	log.Use(l)
	c.redirect(w, r, "/administracion/llamadas?hecho="+map[bool]string{true: "columns", false: "columns.own"}[l.Set()])
	return nil
}

// layoutDetails is a layout as the audit log tells it.
func layoutDetails(l phone.Layout) map[string]string {
	if !l.Set() {
		return nil
	}
	var columns []string
	for _, name := range phone.Columns {
		if at, ok := l.Columns[name]; ok {
			columns = append(columns, fmt.Sprintf("%s=%d", name, at+1))
		}
	}
	return map[string]string{"separator": strings.ReplaceAll(l.Separator, "\t", "tab"), "dates": string(l.Dates), "columns": strings.Join(columns, " ")}
}

// study reads the lines of a sample by a layout, and makes what can be chosen.
func (c *Console) study(words *words, log *phone.CDR, l phone.Layout, lines []string) *columnsStudy {
	study := &columnsStudy{Layout: l, Heading: len(l.Heading) > 0}
	for _, row := range log.Try(l, lines) {
		v := columnRow{Row: row, Fate: fateOf(row.Report.Call)}
		if call := row.Report.Call; call != nil {
			study.Read++
			v.From, v.To = shownNumber(row.Report.From.Value, call.From), shownNumber(row.Report.To[0].Value, call.To)
		}
		for _, p := range row.Problems {
			v.Problems = append(v.Problems, problemWords(words, p))
		}
		study.Rows = append(study.Rows, v)
	}
	for i, name := range phone.Columns {
		pick := columnPick{Name: name, Required: name == "start" || name == "src", Choices: columnChoices(words, l, lines, name)}
		if i < ownColumns {
			study.Own = append(study.Own, pick)
		} else {
			study.Asterisks = append(study.Asterisks, pick)
		}
	}
	for _, sep := range phone.Separators {
		study.Separators = append(study.Separators, columnChoice{sep, words.T("columns.sep." + separatorName(sep)), sep == l.Separator})
	}
	for _, order := range phone.DateOrders {
		study.Orders = append(study.Orders, columnChoice{string(order), words.T("columns.date." + string(order)), order == l.Dates})
	}
	return study
}

func shownNumber(e164, raw string) string {
	if e164 != "" {
		return phone.Format(e164)
	}
	return raw
}

// columnChoices are the columns that were found, each with its name and what
// stands in it.
func columnChoices(words *words, l phone.Layout, lines []string, name string) []columnChoice {
	at, taken := l.Columns[name]
	list := []columnChoice{{"", words.T("columns.absent"), !taken}}
	example := l.Cells(firstCells(lines))
	if i := slices.Index(lines, firstCells(lines)) + 1; len(l.Heading) > 0 && i < len(lines) {
		example = l.Cells(lines[i])
	}
	for i := range max(len(example), len(l.Heading)) {
		word := strconv.Itoa(i + 1)
		if i < len(l.Heading) {
			word += " · " + l.Heading[i]
		}
		if i < len(example) && example[i] != "" {
			word += " · «" + short(example[i], 30) + "»"
		}
		list = append(list, columnChoice{strconv.Itoa(i), word, taken && i == at})
	}
	return list
}

// fateOf is what the desk does with a call of a log: see package router.
func fateOf(call *channels.Call) string {
	switch {
	case call == nil:
		return "held"
	case call.Direction != "in":
		return "ignored"
	case call.Answered:
		return "answered"
	}
	return "missed"
}

func separatorName(sep string) string {
	return map[string]string{",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[sep]
}

func problemWords(words *words, p phone.Problem) string {
	key := "columns.problem." + p.Code
	if p.Value == "" && words.Has(key+".none") {
		key += ".none"
	}
	return words.T(key, "value", p.Value)
}
