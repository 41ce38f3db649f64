// Receives notifications, and keeps each once: go get github.com/standard-webhooks/standard-webhooks/libraries
package main

import (
	"fmt"
	"io"
	"log"
	"math/rand"
	"net/http"
	"os"
	"path/filepath"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func main() {
	webhook, err := standardwebhooks.NewWebhook(os.Getenv("WEBHOOK_SECRET")) // whsec_…, of this endpoint
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body) // as it came: the signature is over these bytes
		if err != nil || webhook.Verify(body, request.Header) != nil { // signed within the last five minutes
			response.WriteHeader(http.StatusUnauthorized) // anything but 2xx: it is sent again
			return
		}
		file := filepath.Join(os.Getenv("INBOX"), request.Header.Get("webhook-id")+".json")
		if _, err := os.Stat(file); err != nil { // the same notification may come again
			part := fmt.Sprintf("%s.%x.part", file, rand.Int63()) // it may even come twice at the same time
			err = os.WriteFile(part, body, 0o600)
			if err == nil {
				err = os.Rename(part, file) // whole, or not at all; your own code works through the folder
			}
			if err != nil {
				response.WriteHeader(http.StatusInternalServerError)
				return
			}
		}
		response.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
