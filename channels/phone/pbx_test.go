package phone

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
)

// serve starts the webhook on loopback, as cmd mounts it.
func serve(t *testing.T) (*PBX, *ledger, string) {
	t.Helper()
	p := &PBX{ID: "pbx", Token: "s3cret", Log: zerolog.Nop()}
	h := newLedger()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx, h) }()
	mux := http.NewServeMux()
	mux.Handle("/central/pbx", p)
	mux.Handle("/central/pbx/", p)
	s := httptest.NewServer(mux)
	t.Cleanup(func() { s.Close(); cancel(); <-done })
	for p.host.Load() == nil {
		time.Sleep(time.Millisecond)
	}
	return p, h, s.URL + "/central/pbx"
}

func post(t *testing.T, url, token, contentType, body string) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

const form = "application/x-www-form-urlencoded"

func TestPBXCall(t *testing.T) {
	p, h, url := serve(t)
	for _, e := range []struct{ contentType, body string }{
		{form, "event=newCall&from=71234567&to=22184026&direction=in&callId=c1&user[]=ana&user[]=luis&queue=soporte"},
		{"application/json", `{"event":"answer","from":"71234567","to":"22184026","direction":"in","callId":"c1","user":"ana","answeringNumber":"1001"}`},
		{form, "event=hangup&from=71234567&to=22184026&direction=in&callId=c1&cause=normalClearing"},
		{form, "event=hangup&from=71234567&to=22184026&direction=in&callId=c1&cause=normalClearing"}, // repeated by the exchange
	} {
		if code := post(t, url, "s3cret", e.contentType, e.body); code != http.StatusNoContent {
			t.Fatalf("%s: %d", e.body, code)
		}
	}
	if h.count() != 3 {
		t.Fatalf("%d raws, want 3", h.count())
	}
	var answered *channels.Call
	for _, raw := range h.raws {
		rep := p.Read("pbx", raw)
		if rep.Kind != channels.CallEvent || rep.From.Value != "+59171234567" {
			t.Fatalf("report %+v", rep)
		}
		if Missed(rep.Call) {
			t.Errorf("one event of an answered call says that it was missed: %+v", rep.Call)
		}
		if rep.Call.Answered {
			answered = rep.Call
		}
	}
	if answered == nil || answered.Agent != "ana" {
		t.Errorf("the answer is %+v", answered)
	}
}

func TestPBXMissed(t *testing.T) {
	p, h, url := serve(t)
	post(t, url+"/s3cret", "", form, "event=newCall&from=2184026&to=100&direction=in&callId=c2")
	post(t, url+"/s3cret", "", form, "event=hangup&from=2184026&to=100&direction=in&callId=c2&cause=cancel")
	if h.count() != 2 {
		t.Fatalf("%d raws by a token in the path", h.count())
	}
	rep := p.Read("pbx", h.raws[1])
	if !Missed(rep.Call) || !strings.Contains(rep.Text, "Llamada perdida de +591 2 218 4026") {
		t.Errorf("text %q", rep.Text)
	}
}

func TestPBXRefuses(t *testing.T) {
	p, h, url := serve(t)
	if code := post(t, url, "wrong", form, "event=newCall&callId=1"); code != http.StatusUnauthorized {
		t.Errorf("wrong token: %d", code)
	}
	if code := post(t, url, "", form, "event=newCall&callId=1"); code != http.StatusUnauthorized {
		t.Errorf("no token: %d", code)
	}
	if code := post(t, url, "s3cret", form, strings.Repeat("x", maxEvent+1)); code != http.StatusRequestEntityTooLarge {
		t.Errorf("large body: %d", code)
	}
	h.full = true
	if code := post(t, url, "s3cret", form, "event=newCall&callId=1"); code != http.StatusServiceUnavailable {
		t.Errorf("store down: %d", code)
	}
	h.full = false
	if h.count() != 0 {
		t.Error("something refused was stored")
	}
	for range failsPerMinute {
		post(t, url, "wrong", form, "")
	}
	if code := post(t, url, "s3cret", form, "event=newCall&callId=1"); code != http.StatusTooManyRequests {
		t.Errorf("after %d wrong tokens: %d", failsPerMinute, code)
	}
	if (&PBX{}).allowed(httptest.NewRequest("POST", "/", nil)) {
		t.Error("no token configured, and a request without one is let in")
	}
	_ = p
}

func TestPBXGarbageIsKept(t *testing.T) {
	p, h, url := serve(t)
	for _, body := range []string{"", "garbage", "{broken", "event=dance&callId=1", "a=%zz", "\x00\xff"} {
		if code := post(t, url, "s3cret", form, body); code != http.StatusNoContent {
			t.Errorf("%q: %d", body, code)
		}
	}
	if h.count() != 6 {
		t.Fatalf("%d raws, want 6", h.count())
	}
	for _, raw := range h.raws {
		if rep := p.Read("pbx", raw); rep.Kind != channels.None || len(rep.Defects) == 0 || !strings.HasPrefix(rep.Defects[0], "call-") {
			t.Errorf("%q: kind %s defects %v", raw.Body, rep.Kind, rep.Defects)
		}
	}
}

func TestPBXNotRunning(t *testing.T) {
	p := &PBX{ID: "pbx", Token: "s3cret"}
	r := httptest.NewRequest("POST", "/central/pbx", strings.NewReader("event=newCall&callId=1"))
	r.Header.Set("Authorization", "Bearer s3cret")
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d", w.Code)
	}
}

func FuzzReadPBX(f *testing.F) {
	f.Add("application/json", []byte(`{"event":"answer","callId":"1","user":["a"]}`))
	f.Add(form, []byte("event=hangup&callId=1"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		rep := (&PBX{}).Read("c", channels.Raw{Body: body, Envelope: map[string]string{"content_type": contentType}})
		if (rep.Kind == channels.CallEvent) != (rep.Call != nil) {
			t.Fatal("a call without its facts")
		}
	})
}
