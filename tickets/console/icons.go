package console

import (
	"fmt"
	"html/template"
)

// icons are drawn for this console on a 24-unit grid, as strokes; the style
// sheet gives size, weight and colour. They never stand without a word beside
// them or in their label.
var icons = map[string]string{
	"inbox":     `<path d="M3 13h5l1.5 3h5L16 13h5"/><path d="M5.5 5h13L21 13v6H3v-6z"/>`,
	"mine":      `<circle cx="12" cy="8" r="4"/><path d="M4 20.5c1-4 4-6 8-6s7 2 8 6"/>`,
	"review":    `<path d="M12 3l8 3v6c0 4.5-3.3 7.8-8 9-4.7-1.2-8-4.5-8-9V6z"/><path d="M8.5 12l2.5 2.5 4.5-5"/>`,
	"phone":     `<path d="M6 3h3.5l1.5 5-2.5 1.8a12 12 0 0 0 5.7 5.7L16 13l5 1.5V18a3 3 0 0 1-3 3C10 21 3 14 3 6a3 3 0 0 1 3-3z"/>`,
	"callback":  `<path d="M6 5h3l1.5 4.5L8 11a11 11 0 0 0 5 5l1.5-2.5L19 15v3a2.5 2.5 0 0 1-2.5 2.5C9.5 20.5 3.5 14.5 3.5 7.5A2.5 2.5 0 0 1 6 5z"/><path d="M21 3l-6 6M15 4.5V9h4.5"/>`,
	"email":     `<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3.5 7l8.5 6.5L20.5 7"/>`,
	"whatsapp":  `<path d="M4 20l1.3-4.2A8.3 8.3 0 1 1 8.6 19z"/><path d="M9 8.5c0 3.5 3 6.5 6.5 6.5l.5-1.8-2.2-1-1 1c-1.2-.5-2-1.4-2.5-2.5l1-1-1-2.2z"/>`,
	"book":      `<path d="M12 6.5C10 5 7 4.5 3.5 4.5v14c3.5 0 6.5.5 8.5 2 2-1.5 5-2 8.5-2v-14c-3.5 0-6.5.5-8.5 2zM12 6.5v14"/>`,
	"learning":  `<path d="M3.5 20.5v-17M3.5 20.5h17"/><path d="M7 15.5l4-5 3.5 3L20 6"/>`,
	"ledger":    `<rect x="4.5" y="3" width="15" height="18" rx="1.5"/><path d="M8.5 8h7M8.5 12h7M8.5 16h4"/>`,
	"channels":  `<path d="M12 13.5v7M8.5 20.5h7"/><circle cx="12" cy="10.5" r="2.5"/><path d="M7 15a6.5 6.5 0 0 1 0-9M17 15a6.5 6.5 0 0 0 0-9M4.2 17.5a10 10 0 0 1 0-14M19.8 17.5a10 10 0 0 0 0-14"/>`,
	"users":     `<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20c.6-3.6 3-5.5 6.5-5.5s5.9 1.9 6.5 5.5"/><path d="M15.5 5.3a3.5 3.5 0 0 1 0 6.4M17.5 14.8c2.2.6 3.6 2.4 4 5.2"/>`,
	"report":    `<path d="M4 20.5h16"/><path d="M6 17v-5M11 17V5M16 17V9"/>`,
	"settings":  `<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.2"/><circle cx="9" cy="17" r="2.2"/>`,
	"search":    `<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>`,
	"more":      `<circle cx="5" cy="12" r="1"/><circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/>`,
	"back":      `<path d="M14.5 5L7.5 12l7 7"/>`,
	"next":      `<path d="M9.5 5l7 7-7 7"/>`,
	"file":      `<path d="M6 3h8l4.5 4.5V21H6z"/><path d="M14 3v5h4.5"/>`,
	"note":      `<path d="M4.5 4.5h15v10l-5 5h-10z"/><path d="M14.5 19.5v-5h5M8 9h8M8 12.5h4"/>`,
	"reply":     `<path d="M9.5 6L4 11.5 9.5 17"/><path d="M4.5 11.5H14a6 6 0 0 1 6 6V19"/>`,
	"print":     `<path d="M7 8V3.5h10V8M7 17H3.5V9.5A1.5 1.5 0 0 1 5 8h14a1.5 1.5 0 0 1 1.5 1.5V17H17"/><path d="M7 13.5h10v7H7z"/>`,
	"lock":      `<rect x="5" y="10.5" width="14" height="10" rx="1.5"/><path d="M8 10.5V7.5a4 4 0 0 1 8 0v3"/>`,
	"shield":    `<path d="M12 3l8 3v6c0 4.5-3.3 7.8-8 9-4.7-1.2-8-4.5-8-9V6z"/><path d="M12 8v4.5M12 15.8v.1"/>`,
	"antivirus": `<path d="M12 3l8 3v6c0 4.5-3.3 7.8-8 9-4.7-1.2-8-4.5-8-9V6z"/><path d="M12 8v7M8.500 11.500h7"/>`,
	"held":      `<path d="M5 3.500v17M5 4.500h13l-2.500 4 2.500 4H5"/>`,
	"clock":     `<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.3 2"/>`,
	"wait":      `<path d="M7 3.5h10M7 20.5h10M8 3.5c0 4.5 4 5.5 4 8.5s-4 4-4 8.5M16 3.5c0 4.5-4 5.5-4 8.5s4 4 4 8.5"/>`,
	"ok":        `<path d="M4.5 12.5l5 5 10-11"/>`,
	"sent":      `<path d="M5 12.5l4.5 4.5L19 7"/>`,
	"delivered": `<path d="M2 12.5l4.5 4.5L15 7.5M11.5 15.5L13 17l8.5-9.5"/>`,
	"failed":    `<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5v5.5M12 16.2v.1"/>`,
	"info":      `<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.8v.1"/>`,
	"warn":      `<path d="M12 4L2.8 20h18.4z"/><path d="M12 10v4.5M12 17.2v.1"/>`,
	"clip":      `<path d="M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.2a3 3 0 0 1 4.3 4.3l-7.6 7.6a1.5 1.5 0 0 1-2.2-2.2L14.500 7"/>`,
	"place":     `<path d="M12 21s6.5-6 6.5-11a6.5 6.5 0 0 0-13 0c0 5 6.5 11 6.5 11z"/><circle cx="12" cy="10" r="2.3"/>`,
	"voice":     `<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`,
	"link":      `<path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.5 1.5"/><path d="M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.5-1.5"/>`,
	"eye":       `<path d="M2.500 12c2.200-4 5.500-6.500 9.500-6.500s7.300 2.500 9.500 6.500c-2.200 4-5.500 6.500-9.500 6.500S4.700 16 2.500 12z"/><circle cx="12" cy="12" r="3"/>`,
	"pen":       `<path d="M4 20l1-4.500L16 4.500l3.500 3.500L8.500 19zM13.500 7l3.500 3.500"/>`,
	"plus":      `<path d="M12 5v14M5 12h14"/>`,
	"return":    `<path d="M8 5L4 9l4 4"/><path d="M4 9h10.5a5.5 5.5 0 0 1 0 11H9"/>`,
	// The three classes: a mast that is down, a drawing, a hand that helps.
	"outage":            `<path d="M12 3.5 21 19H3zM12 9.5v4.5M12 16.6v.1"/>`,
	"availability":      `<path d="M4 14.5h3.5l2-6 4 10 2.5-7 1 3h3"/>`,
	"functional_design": `<path d="M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z"/><path d="M13.5 7l3.5 3.5"/>`,
	"support":           `<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="3.5"/><path d="M6 6l3.5 3.5M18 6l-3.5 3.5M6 18l3.5-3.5M18 18l-3.5-3.5"/>`,
	"brand":             `<path d="M4 21V7.5A4.5 4.5 0 0 1 8.5 3h7A4.5 4.5 0 0 1 20 7.5V21" stroke-width="1.8"/><path d="M2.5 16h19" stroke-width="1.8"/><path d="M8.5 16v-2.5a3.5 3.5 0 0 1 7 0V16" stroke-width="1.8"/><circle cx="12" cy="8" r="1.6" stroke-width="1.8"/>`,
}

// icon returns the drawing called name, hidden from screen readers; the empty
// drawing if there is none.
func icon(name any) template.HTML {
	return template.HTML(`<svg class="i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">` + icons[fmt.Sprint(name)] + `</svg>`)
}
