package console

import (
	"context"
	"crypto/rand"
	"time"

	"ventanilla/tickets/store"
)

// setupTime is how long the link that creates the administrator is good.
const setupTime = 24 * time.Hour

// SetupLink makes the one-time path that creates the administrator, "" when
// somebody can log in already. Each start before that makes a new one.
func (c *Console) SetupLink(ctx context.Context) (string, error) {
	staff, err := c.st.Staff(ctx)
	if err != nil || len(staff) > 0 {
		return "", err
	}
	secret := rand.Text()
	err = c.st.Write(ctx, func(tx *store.Tx) error {
		return tx.AddOnce(SetupPurpose, hashSecret(secret), tx.Now().Add(setupTime))
	})
	return "/inicio/" + secret, err
}
