package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/google/uuid"
)

func get(t *testing.T, client *http.Client, path string) (int, map[string]interface{}) {
	t.Helper()
	recorder := httptest.NewRecorder()
	routes(client).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	var body map[string]interface{}
	if err := json.Unmarshal(recorder.Body.Bytes(), &body); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return recorder.Code, body
}

func TestHealth(t *testing.T) {
	status, body := get(t, http.DefaultClient, "/health")
	if status != http.StatusOK || body["status"] != "ok" {
		t.Fatalf("got %d %v", status, body)
	}
}

func TestIdIsAUUID(t *testing.T) {
	_, body := get(t, http.DefaultClient, "/id")
	if _, err := uuid.Parse(body["id"].(string)); err != nil {
		t.Fatal(err)
	}
}

func TestTLSNeedsATrustedAuthority(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	query := "/tls?url=" + url.QueryEscape(server.URL)
	if status, body := get(t, server.Client(), query); status != http.StatusOK {
		t.Fatalf("trusted: got %d %v", status, body)
	}
	if status, body := get(t, &http.Client{}, query); status != http.StatusBadGateway {
		t.Fatalf("untrusted: got %d %v", status, body)
	}
}
