package main

import (
	"context"
	"strings"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// A crawler fetches pages on goroutines, since that is waiting, and parses them
// in worker processes, since that is work on what strangers wrote.
type crawler struct {
	fetchers *runtime.Pool
	parsers  *process.Pool
	visits   chan visit // has room for every page, so that no callback waits for it
}

// A visit is what came of a page.
type visit struct {
	url     string
	summary *Summary
	err     error
}

// newCrawler returns a crawler for at most limit pages. It must be closed.
//
// Both queues are short: a parser that lags behind holds up the fetchers, which
// wait in a callback for room, and those hold up whoever has more pages to fetch.
// So only a few pages are in memory, however many there are.
func newCrawler(limit int) (*crawler, error) {
	fetchers, err := runtime.NewPool(runtime.PoolConfig{Name: "fetch", Workers: 8, Queue: 8})
	if err != nil {
		return nil, err
	}
	parsers, err := process.NewPool(process.Config{Name: "parse", Memory: 512 << 20, Queue: 8})
	if err != nil {
		return nil, err
	}
	return &crawler{fetchers, parsers, make(chan visit, limit)}, nil
}

// visit fetches a page; once it is there, it is parsed; once it is parsed, there
// is a visit.
func (c *crawler) visit(ctx context.Context, url string) {
	SubmitGetPage(ctx, c.fetchers, url).OnDone(func(page *Page, err error) {
		if err != nil {
			c.visits <- visit{url: url, err: err}
			return
		}
		SubmitParsePage(ctx, c.parsers, page).OnDone(func(summary *Summary, err error) {
			c.visits <- visit{url, summary, err}
		})
	})
}

// visitAll visits the pages of a site, from its start on, and calls each for what
// came of every one of them, in the order in which they are done.
func (c *crawler) visitAll(ctx context.Context, site, start string, each func(visit)) {
	seen, open := map[string]bool{}, 0
	follow := func(links ...string) {
		for _, link := range links {
			if !seen[link] && len(seen) < cap(c.visits) && strings.HasPrefix(link, site) {
				seen[link] = true
				open++
				c.visit(ctx, link)
			}
		}
	}
	for follow(site + start); open > 0; open-- {
		v := <-c.visits
		each(v)
		if v.err == nil {
			follow(v.summary.Links...)
		}
	}
}

// close waits for nothing: all visits have been made.
func (c *crawler) close() {
	c.fetchers.Close()
	c.parsers.Close()
}
