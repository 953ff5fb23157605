package console

import (
	"bytes"
	"os/exec"
	"testing"
)

// TestScriptParses: the files of the script are joined into one, and a name
// declared in two of them would leave every page without any script.
func TestScriptParses(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is needed to check the script (Debian: apt-get install nodejs)")
	}
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "--check", "-")
	cmd.Stdin = bytes.NewReader(a.byName["console.js"].plain)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the script does not parse: %v\n%s", err, out)
	}
}
