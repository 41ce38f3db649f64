// Package standardwebhooks stands in for the library where the module proxy is not reached: the same names and check.
package standardwebhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

type Webhook struct{ key []byte }

func NewWebhook(secret string) (*Webhook, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	return &Webhook{key}, err
}

func (webhook *Webhook) Verify(body []byte, headers http.Header) error {
	id, at := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if age := time.Now().Unix() - seconds; id == "" || err != nil || age > 300 || age < -300 {
		return errors.New("no id, or not signed within the last five minutes")
	}
	hash := hmac.New(sha256.New, webhook.key)
	hash.Write([]byte(id + "." + at + "." + string(body)))
	expected := "v1," + base64.StdEncoding.EncodeToString(hash.Sum(nil))
	for _, signature := range strings.Split(headers.Get("webhook-signature"), " ") {
		if hmac.Equal([]byte(expected), []byte(signature)) {
			return nil
		}
	}
	return errors.New("not signed by us")
}
