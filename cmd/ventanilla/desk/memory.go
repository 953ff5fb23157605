package desk

import (
	"os"
	"runtime/debug"
)

// CollectLater makes the garbage collector wait until the heap has trebled: the
// live heap of a desk is a few tens of megabytes, and reading messages makes much
// short-lived garbage. Whoever sets GOGC decides otherwise.
func CollectLater() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}
