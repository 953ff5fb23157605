package browsertest

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// spot is where something stands on the screen, whether a press there reaches
// it, and whether the screen is pressed by a finger.
type spot struct {
	X, Y          float64
	Clear, Finger bool
}

const look = `(() => {
	const e = document.querySelector(%q); if (!e || e.disabled) return {};
	e.scrollIntoView({block: "center", behavior: "instant"});
	const b = e.getClientRects()[0]; if (!b || !b.width || !b.height) return {};
	const X = b.x + b.width / 2, Y = b.y + b.height / 2, hit = document.elementFromPoint(X, Y);
	return {X, Y, Clear: !!hit && (e.contains(hit) || hit.closest("label")?.control === e), Finger: matchMedia("(pointer: coarse)").matches};
})()`

// A press that would land elsewhere, since the page moved meanwhile, is kept
// from there; a new page knows nothing of it.
const guard = `(() => {
	const e = document.querySelector(%q), kinds = ["mousedown", "mouseup", "click"];
	const mine = (x) => e?.contains(x) || x.closest?.("label")?.control === e;
	const see = (ev) => { if (!mine(ev.target)) { ev.preventDefault(); ev.stopImmediatePropagation(); } if (ev.type === "click" && ev.detail) window.pressed = mine(ev.target) ? "landed" : "astray"; };
	window.pressed = ""; for (const k of kinds) addEventListener(k, see, {capture: true});
	window.unguard = () => { for (const k of kinds) removeEventListener(k, see, {capture: true}); };
})()`

const told = `(() => { const how = window.pressed ?? "left"; if (how) window.unguard?.(); return how; })()`

// Press clicks what the selector names once it stands still and nothing covers
// it, with a finger where the screen takes one, and again only where the press
// went astray.
func Press(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		var before spot
		for {
			at, err := chromedp.Evaluate[spot](fmt.Sprintf(look, selector))(ctx, t)
			if err == nil && at.Clear && at == before {
				landed, err := pressAt(ctx, t, selector, at)
				if landed || err != nil {
					return err
				}
			}
			before = at
			select {
			case <-ctx.Done():
				return fmt.Errorf("%s cannot be pressed (there: %+v): %w", selector, at, ctx.Err())
			case <-time.After(30 * time.Millisecond):
			}
		}
	})
}

func pressAt(ctx context.Context, t *chromedp.Target, selector string, at spot) (landed bool, err error) {
	if _, err := chromedp.Evaluate[chromedp.Void](fmt.Sprintf(guard, selector))(ctx, t); err != nil {
		return false, nil // the page is just leaving
	}
	if at.Finger {
		err = tap(ctx, t, at)
	} else {
		_, err = chromedp.MouseClickXY(at.X, at.Y)(ctx, t)
	}
	if err != nil {
		return false, err
	}
	for {
		how, err := chromedp.Evaluate[string](told)(ctx, t)
		if err != nil || how != "" {
			return how != "astray", nil // a page that went away had been pressed
		}
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("%s was pressed at %+v and heard nothing: %w", selector, at, ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// tap is a finger's press; its click comes after it, when the browser knows that it was no other gesture.
func tap(ctx context.Context, t *chromedp.Target, at spot) error {
	if _, err := chromedp.Call(ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: "touchStart", TouchPoints: []*input.TouchPoint{{X: at.X, Y: at.Y}}}); err != nil {
		return err
	}
	_, err := chromedp.Call(ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: "touchEnd", TouchPoints: []*input.TouchPoint{}})
	return err
}
