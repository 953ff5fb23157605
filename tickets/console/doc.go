// Package console is the operators' console: the screens on which reports from
// every channel become one queue, and on which a case walks the manual.
//
// Pages are rendered on the server with html/template and every act is a plain
// form: POST, then 303 to a page. htmx (one file, fetched by npm ci, see
// package.json) only swaps panes instead of pages; without it, or without
// JavaScript at all, everything works the same, one page at a time.
//
// The route table in routes.go is the console's manual: method and pattern, who
// may use it, and the handler. Handlers return errors; fail in serve.go is the
// one place that turns an error into a status and words. Roles are checked
// twice: by the table here, and by tickets.Do or the store below.
//
// Live pages hang on one event stream per browser, not per tab (a browser
// allows six connections to a host over HTTP/1.1): the tabs elect a leader with
// a Web Lock, the leader listens on /eventos and tells the others over a
// BroadcastChannel. That is thirty lines of 50-live.js, fewer than gluing
// htmx's SSE extension to the same rule, so the extension is not used.
//
// Every word that a person reads comes from catalog/<language>/<screen>.toml; a test fails on a
// key that is missing or that nothing uses.
package console
