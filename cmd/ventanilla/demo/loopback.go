package demo

import (
	"fmt"
	"net"

	"ventanilla/config"
)

// place finds where to listen: the wanted loopback address or, when it is
// busy, a free port beside it. Any other address is refused: the demo's
// password is printed on its own pages.
func place(name, wanted string) (string, error) {
	if !config.Loopback(wanted) {
		return "", fmt.Errorf("%s %s: la demostración solo atiende en esta misma máquina (127.0.0.1), porque sus claves son públicas", name, wanted)
	}
	ln, err := net.Listen("tcp", wanted)
	if err != nil {
		return freeAddress()
	}
	return ln.Addr().String(), ln.Close()
}
