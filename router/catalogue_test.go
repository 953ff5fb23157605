package router_test

import (
	"testing"

	"ventanilla/router/classify"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// A system that the classifier names must have its row in the catalogue, or a
// screen would show its id.
func TestTheClassifiersSystemsAreInTheCatalogue(t *testing.T) {
	st := storetest.Open(t, storetest.SQLite(t), nil)
	list, err := st.Systems(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]store.Supported{}
	for _, s := range list {
		known[s.ID] = s
	}
	for _, s := range classify.SeedSystems() {
		if known[s.ID].Name == "" {
			t.Errorf("%s (%s) has no row", s.ID, s.Name)
		}
	}
}
