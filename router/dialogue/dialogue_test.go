package dialogue

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ventanilla/router/classify"
)

var show = flag.String("show", "", "print the dialogues of this file that are sorted wrongly")

// line is one message of a dialogue and the case it belongs to.
type line struct {
	want int
	Message
}

type talk struct {
	id, channel string
	lines       []line
}

var guesser = sync.OnceValue(func() *classify.Classifier {
	c, err := classify.New()
	if err != nil {
		panic(err)
	}
	return c
})

// readTalks reads a file of testdata; its form is in its head.
func readTalks(t testing.TB, name string) (all []talk) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	day0 := time.Date(2026, 11, 23, 0, 0, 0, 0, time.FixedZone("BOT", -4*3600))
	for n, s := range strings.Split(string(b), "\n") {
		s = strings.TrimSpace(s)
		if s == "" || s[0] == '#' {
			continue
		}
		bad := func(why any) { t.Fatalf("%s:%d: %v: %s", name, n+1, why, s) }
		if head, ok := strings.CutPrefix(s, "= "); ok {
			id, channel, ok := strings.Cut(head, " ")
			if !ok {
				bad("no channel")
			}
			all = append(all, talk{id: id, channel: channel})
			continue
		}
		f := strings.SplitN(s, " ", 4)
		if len(f) < 4 || len(all) == 0 {
			bad("not a message")
		}
		var l line
		if l.want, err = strconv.Atoi(f[0]); err != nil {
			bad(err)
		}
		l.Desk = f[1] == "d"
		days, clock, ok := strings.Cut(f[2], "+")
		if !ok {
			days, clock = "0", f[2]
		}
		at, err := time.Parse("15:04", clock)
		d, err2 := strconv.Atoi(days)
		if err != nil || err2 != nil {
			bad("no time")
		}
		l.At = day0.AddDate(0, 0, d).Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
		l.Text = f[3]
		if rest, ok := strings.CutPrefix(l.Text, "{"); ok {
			kind, text, _ := strings.Cut(rest, "}")
			l.Text = strings.TrimSpace(text)
			l.Gone = kind == "deleted"
			l.Media = slices.Contains([]string{"audio", "image", "document", "contact", "video"}, kind)
		}
		if !l.Desk && l.Text != "" {
			g := guesser().Classify(classify.Input{Medium: all[len(all)-1].channel, Text: l.Text})
			l.System, l.Class, l.Likely = g.System, g.Class, g.Confidence
		}
		all[len(all)-1].lines = append(all[len(all)-1].lines, l)
	}
	return all
}

// play lets a desk that knows only this package sort a dialogue: a burst is
// decided when the window is over, when the desk speaks, or at once where
// nothing is in doubt.
func (d *talk) play() []int {
	const window, rest = 75 * time.Second, 10 * time.Minute
	got := make([]int, len(d.lines))
	var cases []Case
	var burst []int
	settle := func(last bool) {
		var list []Message
		for _, i := range burst {
			list = append(list, d.lines[i].Message)
		}
		out := Sort(cases, list)
		for _, g := range out.Groups {
			if g.Case == New {
				cases = append(cases, Case{})
				g.Case = len(cases) - 1
			}
			for _, k := range g.Messages {
				got[burst[k]] = g.Case + 1
				cases[g.Case].Said = append(cases[g.Case].Said, list[k])
			}
		}
		var held []int
		for _, k := range out.Held {
			held = append(held, burst[k])
		}
		burst = held
		if last && len(burst) > 0 && len(cases) > 0 {
			newest := newestOf(cases)
			for _, i := range burst {
				got[i] = newest + 1
				cases[newest].Said = append(cases[newest].Said, d.lines[i].Message)
			}
			burst = nil
		}
	}
	for i, l := range d.lines {
		if len(burst) > 0 && l.At.Sub(d.lines[burst[len(burst)-1]].At) > window {
			settle(l.At.Sub(d.lines[burst[len(burst)-1]].At) > rest)
		}
		if l.Desk {
			settle(false)
			if len(burst) > 0 || len(cases) == 0 {
				burst = append(burst, i) // goes with the greeting that it answers
				continue
			}
			n := Answers(cases, l.Message)
			got[i] = n + 1
			cases[n].Said = append(cases[n].Said, l.Message)
			continue
		}
		burst = append(burst, i)
		var list []Message
		for _, k := range burst {
			list = append(list, d.lines[k].Message)
		}
		if Sort(cases, list).Settled() {
			settle(false)
		}
	}
	settle(true)
	return got
}

func newestOf(cases []Case) int {
	best := 0
	for i := range cases {
		if topicOf(&cases[i]).last.After(topicOf(&cases[best]).last) {
			best = i
		}
	}
	return best
}

// printWrong prints a dialogue up to its first message in the wrong case.
func printWrong(d talk, got, want []int) {
	fmt.Printf("= %s\n", d.id)
	for i, l := range d.lines {
		who := "u"
		if l.Desk {
			who = "d"
		}
		mark := " "
		if got[i] != want[i] {
			mark = "*"
		}
		fmt.Printf("%s %d/%d %s %s %s\n", mark, want[i], got[i], who, l.At.Format("02 15:04"), l.Text)
		if got[i] != want[i] {
			return
		}
	}
}

// canonical numbers the cases by their first message.
func canonical(list []int) []int {
	seen := map[int]int{}
	out := make([]int, len(list))
	for i, n := range list {
		if n == 0 {
			continue
		}
		if seen[n] == 0 {
			seen[n] = len(seen) + 1
		}
		out[i] = seen[n]
	}
	return out
}

// least is how many dialogues of a file must have the right number of cases, in
// per cent; four less must have every message in the right one.
var least = map[string]int{"novel.txt": 78, "twelfth.txt": 92, "first.txt": 97, "second.txt": 97, "third.txt": 92, "fourth.txt": 94, "fifth.txt": 96, "latest.txt": 91, "sixth.txt": 95, "seventh.txt": 92, "eighth.txt": 92, "ninth.txt": 93, "tenth.txt": 89,
	"apart.txt": 94, "kept.txt": 92, "newest.txt": 90, "last.txt": 90, "fresh.txt": 93, "eleventh.txt": 90}

func TestDialogues(t *testing.T) {
	for name, low := range least {
		t.Run(name, func(t *testing.T) {
			print := ""
			if *show == name {
				print = name
			}
			count, exact, n := score(readTalks(t, name), print)
			if 100*count < low*n || 100*exact < (low-4)*n {
				t.Errorf("%d and %d of %d are right, want %d and %d %%", count, exact, n, low, low-4)
			}
			t.Logf("%s: %v", name, &tally{count, exact, n})
		})
	}
}

// score counts the dialogues with the right number of cases and those with
// every message in the right one; with a name it prints the others.
func score(all []talk, print string) (count, exact, n int) {
	for _, d := range all {
		var want []int
		for _, l := range d.lines {
			want = append(want, l.want)
		}
		got := canonical(d.play())
		want = canonical(want)
		if slices.Max(got) == slices.Max(want) {
			count++
		}
		if slices.Equal(got, want) {
			exact++
			continue
		}
		if print == "" {
			continue
		}
		printWrong(d, got, want)
	}
	return count, exact, len(all)
}

// TestAnswers lets every word of the desk find its case where the person has
// more than one, among the messages as they belong.
func TestAnswers(t *testing.T) {
	right, n := 0, 0
	for _, f := range learnedFrom {
		for _, d := range readTalks(t, f) {
			var cases []Case
			for i, l := range d.lines {
				if l.want == 0 {
					continue
				}
				for len(cases) < l.want {
					cases = append(cases, Case{})
				}
				if l.Desk && len(cases) > 1 {
					n++
					if got := Answers(cases, l.Message); got == l.want-1 {
						right++
					} else if *show == "answers" {
						fmt.Printf("= %s, message %d: in %d, wants %d\n", d.id, i+1, got+1, l.want)
						for k := max(0, i-6); k <= i; k++ {
							fmt.Printf("  %d %v %s\n", d.lines[k].want, d.lines[k].Desk, d.lines[k].Text)
						}
					}
				}
				cases[l.want-1].Said = append(cases[l.want-1].Said, l.Message)
			}
		}
	}
	t.Logf("%d of %d, %.1f %%", right, n, 100*float64(right)/float64(n))
	if 100*right < 97*n {
		t.Errorf("%d of %d are right", right, n)
	}
}

// BenchmarkSort sorts the last message of every dialogue among its cases.
func BenchmarkSort(b *testing.B) {
	type one struct {
		cases []Case
		last  []Message
	}
	var all []one
	for _, d := range readTalks(b, "ninth.txt") {
		var o one
		for i, l := range d.lines {
			if l.want == 0 {
				continue
			}
			for len(o.cases) < l.want {
				o.cases = append(o.cases, Case{})
			}
			if i == len(d.lines)-1 {
				l.Desk = false
				o.last = []Message{l.Message}
				break
			}
			o.cases[l.want-1].Said = append(o.cases[l.want-1].Said, l.Message)
		}
		if o.last != nil {
			all = append(all, o)
		}
	}
	for i := 0; b.Loop(); i++ {
		o := &all[i%len(all)]
		Sort(o.cases, o.last)
	}
}

// TestWhy tells why a case is opened: only what is long after is said to be.
func TestWhy(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	said := []Message{{Text: "no puedo entrar a mi ciudadanía digital", At: at}, {Text: "Pruebe ahora.", At: at.Add(5 * time.Minute), Desk: true}, {Text: "ya entré, gracias", At: at.Add(9 * time.Minute)}}
	for _, x := range []struct {
		text  string
		after time.Duration
		want  Reason
	}{
		{"necesito un usuario para la señora Colque", 20 * time.Minute, Settled},
		{"quisiera una capacitación para mi oficina, cómo la pido", 72 * time.Hour, Later},
		{"otra consulta, cómo saco un usuario para la señora Colque", 20 * time.Minute, Announced},
		{"el kardex del almacén no cuadra", 20 * time.Minute, Else},
	} {
		out := Sort([]Case{{Said: said}}, []Message{{Text: x.text, At: at.Add(x.after)}})
		if len(out.Groups) != 1 || out.Groups[0].Case != New || out.Groups[0].Why != x.want {
			t.Errorf("%q after %v: %+v, want a new case, %s", x.text, x.after, out.Groups, x.want)
		}
	}
}
