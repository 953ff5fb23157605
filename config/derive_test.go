package config

import (
	"slices"
	"testing"
)

func TestTheOfficesListsAreItsOwnAddresses(t *testing.T) {
	c := Config{Email: Email{Address: "Soporte@ejemplo.bo", Lists: []string{"Sistemas@Ejemplo.bo", "soporte@ejemplo.bo", "@ejemplo.bo"}}}
	if got := c.OwnAddresses(); !slices.Equal(got, []string{"soporte@ejemplo.bo", "sistemas@ejemplo.bo"}) {
		t.Error(got)
	}
}
