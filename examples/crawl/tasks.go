package main

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

//go:generate go tool offing

// A Page is what a web server sent.
type Page struct {
	URL  string
	Type string // of its content, such as "text/html"
	Body string
}

// GetPage fetches a page, if it is text.
//
//offing:task timeout=10s
func GetPage(ctx context.Context, url string) (*Page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s", response.Status)
	}
	kind, _, _ := strings.Cut(response.Header.Get("Content-Type"), ";")
	if !strings.HasPrefix(kind, "text/") {
		return nil, fmt.Errorf("no text but %s", kind)
	}
	body, err := io.ReadAll(response.Body)
	return &Page{response.Request.URL.String(), kind, string(body)}, err
}

// A Summary is what the crawler wants to know of a page.
type Summary struct {
	Title string
	Words int
	Links []string
}

// The standard library has no parser of HTML; for listings and documentation of
// Go this will do.
var (
	titled = regexp.MustCompile(`(?is)<title>(.*?)</title>`)
	linked = regexp.MustCompile(`(?i)<a\s[^>]*href="([^"#?]+)`)
	tagged = regexp.MustCompile(`(?s)<[^>]*>`)
)

// ParsePage counts the words of a page and finds its title and its links.
//
//offing:task timeout=10s
func ParsePage(page *Page) (*Summary, error) {
	if page.Type != "text/html" {
		return &Summary{Words: len(strings.Fields(page.Body))}, nil
	}
	base, err := url.Parse(page.URL)
	if err != nil {
		return nil, err
	}
	s := &Summary{Words: len(strings.Fields(tagged.ReplaceAllString(page.Body, " ")))}
	if title := titled.FindStringSubmatch(page.Body); title != nil {
		s.Title = strings.TrimSpace(html.UnescapeString(title[1]))
	}
	for _, match := range linked.FindAllStringSubmatch(page.Body, -1) {
		if link, err := base.Parse(html.UnescapeString(match[1])); err == nil {
			s.Links = append(s.Links, link.String())
		}
	}
	return s, nil
}
