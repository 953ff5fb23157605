package tickets_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
)

// TestForgetLeavesNoText: of a case in which every field is filled only those
// stay that are no text of a person, by name. A field added later has to be
// decided on here.
func TestForgetLeavesNoText(t *testing.T) {
	var c tickets.Ticket
	n := 0
	fill(reflect.ValueOf(&c).Elem(), &n)
	before := len(c.Decision.Evidence)
	c.Forget(time.Unix(9, 0))
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]any{}
	if err := json.Unmarshal(b, &left); err != nil {
		t.Fatal(err)
	}
	kept := map[string]bool{}
	for _, path := range strings.Fields(`id code manual channel contact.medium contact.value contact.name person step unit assignee operator desks hands named
		suggestion.class suggestion.system class system entity language identity.proof identity.by priority flags formal.number formal.responsible formal.due ending
		decision.literal estimates.step estimates.unit estimates.by solution.type solution.unit solution.by knowledge.decision knowledge.article
		notices.reply_id notices.medium notices.to notices.by notices.state notices.about attempts.reply_id attempts.by attempts.outcome observations.by
		waits.reply_id returned_from links.kind links.case links.code links.by trail.step trail.by trail.unit closed_by outcome last_event`) {
		kept[path] = true
	}
	walk("", left, func(path, value string) {
		if strings.HasPrefix(value, "text ") && !kept[path] {
			t.Errorf("%s still says %q", path, value)
		}
	})
	if c.Solution.Text != "—" || len(c.Decision.Evidence) != before || !c.Purged.Equal(time.Unix(9, 0)) {
		t.Errorf("what had to say something says nothing: %+v", c)
	}
	var empty tickets.Ticket
	if empty.Forget(time.Time{}); empty.Subject != "" {
		t.Error("an empty text was made one")
	}
}

func fill(v reflect.Value, n *int) {
	if v.Type() == reflect.TypeFor[time.Time]() || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		*n++
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("text k").Convert(v.Type().Key()), value)
	}
}

func walk(path string, v any, see func(path, value string)) {
	switch v := v.(type) {
	case string:
		see(path, v)
	case []any:
		for _, x := range v {
			walk(path, x, see)
		}
	case map[string]any:
		for k, x := range v {
			if k == "text k" {
				k = ""
			}
			walk(strings.Trim(path+"."+k, "."), x, see)
		}
	}
}
