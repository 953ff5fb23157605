package console

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// probes are ways in which HTML makes browsers act, as collections of them list.
var probes = []string{
	`<script>alert(1)</script>`, `<SCRIPT SRC=//x.bo/a.js></SCRIPT>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`, `<script\x20type="text/javascript">alert(1)</script>`, `<script/random>alert(1)</script>`, "<script\n>alert(1)</script\n>", `<<script>alert(1)//<</script>`,
	`<img src=x onerror=alert(1)>`, `<img src="x" onerror="alert(1)"/>`, `<IMG SRC=javascript:alert(1)>`, "<img src=\"java\tscript:alert(1)\">", `<img src="jav&#x0A;ascript:alert(1)">`, `<img src=" &#14; javascript:alert(1)">`, `<img """><script>alert(1)</script>">`, `<img src=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>`, `<img src=x:x onerror&#61;alert(1)>`, `<img/src=x/onerror=alert(1)>`, "<img src=`x`onerror=alert(1)>", `<img src="x" srcset="https://x.bo/a.png 2x">`, `<img dynsrc="javascript:alert(1)">`, `<img lowsrc="javascript:alert(1)">`,
	`<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`, `<svg><animate onbegin=alert(1) attributeName=x dur=1s>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`, `<svg><foreignObject><iframe src="javascript:alert(1)"></foreignObject></svg>`, `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`, `<math href="javascript:alert(1)">x</math>`,
	`<a href="javascript:alert(1)">x</a>`, `<a href="JaVaScRiPt:alert(1)">x</a>`, `<a href="java&#x09;script:alert(1)">x</a>`, `<a href="vbscript:msgbox(1)">x</a>`, `<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>`, `<a href="data:image/svg+xml,<svg onload=alert(1)>">x</a>`, `<a href="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">x</a>`, `<a href="file:///etc/passwd">x</a>`, `<a href="blob:https://x.bo/1">x</a>`, `<a onmouseover=alert(1)>x</a>`, `<a style="position:fixed;inset:0" href="https://x.bo">x</a>`,
	`<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">`, `<img src="data:text/html,<script>alert(1)</script>">`,
	`<body onload=alert(1)>`, `<body background="javascript:alert(1)">`, `<div onclick="alert(1)">x</div>`, `<div style="background:url(https://x.bo/a.png)">x</div>`, `<div style="background-color:url(javascript:alert(1))">x</div>`, `<div style="width:expression(alert(1))">x</div>`, `<div style="behavior:url(x.htc)">x</div>`, `<div style="color:red;position:fixed;top:0">x</div>`, `<p style="font-size:1px;background-image:url('https://x.bo/t')">x</p>`,
	`<style>@import 'https://x.bo/a.css';</style>`, `<style>body{background:url(https://x.bo/a)}</style>`, `<link rel=stylesheet href="https://x.bo/a.css">`, `<meta http-equiv="refresh" content="0;url=https://x.bo">`, `<base href="https://x.bo/">`,
	`<iframe src="https://x.bo"></iframe>`, `<iframe srcdoc="<script>alert(1)</script>">`, `<object data="x.swf"></object>`, `<embed src="x.swf">`, `<applet code=x></applet>`, `<form action="https://x.bo"><input name=p><button>ok</button></form>`, `<input autofocus onfocus=alert(1)>`, `<textarea autofocus onfocus=alert(1)>`, `<isindex action="javascript:alert(1)">`, `<button formaction="javascript:alert(1)">x</button>`, `<keygen autofocus onfocus=alert(1)>`,
	`<video src="https://x.bo/a.mp4" poster="https://x.bo/a.png" onerror=alert(1)></video>`, `<audio src=x onerror=alert(1)>`, `<video><source onerror=alert(1)></video>`, `<picture><source srcset="https://x.bo/a.png"><img src="cid:1"></picture>`, `<table background="https://x.bo/a.png"><td background="https://x.bo/b.png">x</table>`, `<marquee onstart=alert(1)>x</marquee>`, `<details open ontoggle=alert(1)>x</details>`, `<frameset onload=alert(1)>`, `<bgsound src="https://x.bo/a.wav">`, `<layer src="https://x.bo/a">`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><img src=x onerror=alert(1)></template>`, `<xmp><img src=x onerror=alert(1)></xmp>`, `<plaintext><img src=x onerror=alert(1)>`, `<title><img src=x onerror=alert(1)></title>`,
	`<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`, `<!--><img src=x onerror=alert(1)>-->`, `<![CDATA[<img src=x onerror=alert(1)>]]>`, `<?xml version="1.0"?><script>alert(1)</script>`, "<img src=x\x00 onerror=alert(1)>", `<div id="x" name="getElementById" class="y">x</div>`, `<a ping="https://x.bo/t" href="https://x.bo/">x</a>`, `<area shape=rect coords="0,0,9,9" href="javascript:alert(1)">`,
	`<img src="https://x.bo/t.gif" width="1" height="1">`, `<img src="http://x.bo/a.png">`, `<img src="//x.bo/a.png">`, `<img src="/casos/1/cerrar">`, `<img src="https://x.bo/foto.png" alt="foto">`,
}

// forbidden are elements that never come out of the cleaner.
var forbidden = map[string]bool{"script": true, "style": true, "link": true, "meta": true, "base": true, "iframe": true, "frame": true, "frameset": true, "object": true, "embed": true, "applet": true, "form": true, "input": true, "button": true, "textarea": true, "svg": true, "math": true, "video": true, "audio": true, "source": true, "template": true, "noscript": true, "title": true, "body": true, "xmp": true, "plaintext": true, "bgsound": true, "layer": true}

// acts looks for what in page could act or ask somebody for something.
func acts(t *testing.T, page string, remote bool) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		tok := z.Token()
		if tok.Type != html.StartTagToken && tok.Type != html.SelfClosingTagToken {
			continue
		}
		if forbidden[tok.Data] {
			t.Errorf("<%s> in %s", tok.Data, page)
		}
		for _, a := range tok.Attr {
			v := strings.ToLower(strings.TrimSpace(a.Val))
			scheme, _, hasScheme := strings.Cut(v, ":")
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "srcset", a.Key == "background", a.Key == "ping", a.Key == "formaction", a.Key == "action", a.Key == "srcdoc":
				t.Errorf("%s in %s", a.Key, page)
			case a.Key == "style" && (strings.Contains(v, "url") || strings.Contains(v, "expression") || strings.Contains(v, "position") || strings.Contains(v, "behavior")):
				t.Errorf("style %s in %s", v, page)
			case a.Key == "href" && hasScheme && scheme != "http" && scheme != "https" && scheme != "mailto" && scheme != "tel" && scheme != "cid":
				t.Errorf("a link to %s in %s", v, page)
			case a.Key == "src" && !(strings.HasPrefix(v, "data:image/") && !strings.Contains(v, "svg")) && !(remote && strings.HasPrefix(v, "https://")):
				t.Errorf("a source %s in %s", v, page)
			}
		}
	}
}

func TestMailProbes(t *testing.T) {
	none := func(string) string { return "" }
	for _, p := range probes {
		for _, remote := range []bool{false, true} {
			acts(t, cleanMail(p, remote, none), remote)
			acts(t, cleanMail("<div><p>hola "+p+" adiós</p></div>", remote, none), remote)
		}
	}
	all := strings.Join(probes, "\n")
	acts(t, cleanMail(all, false, none), false)
}

// TestMailPictures: those that came with the mail stand in their place, those
// of others come only when asked for, and those that only count never.
func TestMailPictures(t *testing.T) {
	const page = `<p>uno <img src="cid:foto@1" alt="foto"> dos <img src="https://x.bo/a.png" alt="lejos"> tres <img src="https://x.bo/t.gif" width=1 height=1> <img src="data:image/png;base64,iVBORw0KGgo=" alt="pegada"></p>`
	inline := func(cid string) string {
		if cid == "foto@1" {
			return "data:image/jpeg;base64,AAAA"
		}
		return ""
	}
	closed := cleanMail(page, false, inline)
	for _, want := range []string{`src="data:image/jpeg;base64,AAAA"`, `alt="foto"`, `alt="lejos"`, `src="data:image/png;base64,iVBORw0KGgo="`} {
		if !strings.Contains(closed, want) {
			t.Errorf("no %s in %s", want, closed)
		}
	}
	if strings.Contains(closed, "x.bo") {
		t.Errorf("others are asked: %s", closed)
	}
	asked := cleanMail(page, true, inline)
	if !strings.Contains(asked, `src="https://x.bo/a.png"`) || !strings.Contains(asked, `referrerpolicy="no-referrer"`) {
		t.Errorf("asked for, and not shown: %s", asked)
	}
	if strings.Contains(asked, "t.gif") {
		t.Errorf("a picture that only counts: %s", asked)
	}
}
