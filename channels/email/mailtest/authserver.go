package mailtest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// AuthServer is a small OAuth 2.0 authorisation server: it gives access tokens
// for refresh tokens, of which each works once, or for the client's
// credentials; and it tells a mail server whose token one is (RFC 7662).
type AuthServer struct {
	TokenURL, Introspect, AuthURL string

	mu        sync.Mutex
	n         int
	user      string
	refresh   map[string]bool      // those that still work
	access    map[string]time.Time // until when
	Lifetime  time.Duration        // of an access token
	RefreshIn int                  // seconds until a refresh token ends, said with each; 0 says nothing
	asked     int
	challenge map[string]string // of a code that was given to a browser (RFC 7636)
}

// The client that the server knows.
const (
	ClientID     = "ventanilla"
	ClientSecret = "secreto-de-prueba"
)

// Authorise starts a server whose tokens are for user. The refresh token
// "primero" works; the server stops when the test ends.
func Authorise(t testing.TB, user string) *AuthServer {
	t.Helper()
	a := &AuthServer{user: user, refresh: map[string]bool{"primero": true}, access: map[string]time.Time{}, challenge: map[string]string{}, Lifetime: time.Hour}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", a.token)
	mux.HandleFunc("GET /authorize", a.authorize)
	mux.HandleFunc("POST /introspect", a.introspect)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	a.TokenURL, a.Introspect = srv.URL+"/token", srv.URL+"/introspect"
	a.AuthURL = srv.URL + "/authorize"
	return a
}

// Asked counts the requests for tokens.
func (a *AuthServer) Asked() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

// Revoke ends all access tokens; with all, the refresh tokens too.
func (a *AuthServer) Revoke(all bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.access)
	if all {
		clear(a.refresh)
	}
}

// Issue makes another refresh token work, as when a person signs in again.
func (a *AuthServer) Issue(refresh string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refresh[refresh] = true
}

func (a *AuthServer) token(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	no := func(status int, code string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":%q,"error_description":"prueba"}`, code)
	}
	if id != ClientID || secret != ClientSecret {
		no(http.StatusUnauthorized, "invalid_client")
		return
	}
	a.n++
	answer := map[string]any{"access_token": fmt.Sprintf("acceso-%d", a.n), "token_type": "Bearer", "expires_in": int(a.Lifetime.Seconds())}
	switch used := r.FormValue("refresh_token"); r.FormValue("grant_type") {
	case "client_credentials":
	case "authorization_code":
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		code := r.FormValue("code")
		if c := a.challenge[code]; c == "" || c != base64.RawURLEncoding.EncodeToString(sum[:]) {
			no(http.StatusBadRequest, "invalid_grant")
			return
		}
		delete(a.challenge, code)
		next := fmt.Sprintf("refresco-%d", a.n)
		a.refresh[next], answer["refresh_token"] = true, next
	case "refresh_token":
		if !a.refresh[used] {
			no(http.StatusBadRequest, "invalid_grant")
			return
		}
		delete(a.refresh, used)
		next := fmt.Sprintf("refresco-%d", a.n)
		a.refresh[next], answer["refresh_token"] = true, next
		if a.RefreshIn > 0 {
			answer["refresh_token_expires_in"] = a.RefreshIn
		}
	default:
		no(http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	a.access[answer["access_token"].(string)] = time.Now().Add(a.Lifetime)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer)
}

// authorize sends the browser back as if the person had signed in and agreed.
func (a *AuthServer) authorize(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := r.URL.Query()
	if q.Get("client_id") != ClientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	a.n++
	code := fmt.Sprintf("codigo-%d", a.n)
	a.challenge[code] = q.Get("code_challenge")
	http.Redirect(w, r, q.Get("redirect_uri")+"/?"+url.Values{"code": {code}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
}

func (a *AuthServer) introspect(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	until, known := a.access[r.FormValue("token")]
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"active": known && time.Now().Before(until), "username": a.user})
}
