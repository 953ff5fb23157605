package dialogue

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// weights.tsv is the model: what each feature, and each word or pair of words of
// a message, speaks for (above 0: something new), in each stand of the talk.
// TestFit draws it from the dialogues of testdata by logistic regression.
//
//go:embed weights.tsv
var weightsTSV string

// stand is how far the talk on a topic has come when a message arrives.
type stand int

const (
	untold      stand = iota // the desk has not answered yet
	wasAsked                 // the desk asked last
	wasAnswered              // the desk answered last
	amidst                   // the person spoke after an answer
	over                     // the person acknowledged it, less than 12 hours ago
	longOver                 // likewise, longer ago
	longAgo                  // not acknowledged, and 12 hours ago
	earlier                  // another topic was spoken of since
	stands
)

// late is how long after the last word something new is likelier.
const late = 12 * time.Hour

func (t *topic) stand(m *Message, o rivals) stand {
	long := m.At.Sub(t.last) > late
	switch {
	case o.later > 0:
		return earlier
	case t.over() && long:
		return longOver
	case t.over():
		return over
	case t.desk && t.asked:
		return wasAsked
	case long:
		return longAgo
	case t.desk:
		return wasAnswered
	case t.answered:
		return amidst
	}
	return untold
}

// featureNames are what weights.tsv calls the features, in their order.
var featureNames = strings.Fields(`base saysElse saysElseOnly addsToo addsFirst clashAsks clashTells foreignToo afterHours overNow thankedAsks
greetsAnew tellsAnew otherName otherPerson unlike goesOn goesAgain goesSend goesBack goesOnElse linked sameMatter nearMatter sharedWords
answersAsked shortSame shortClash noMatter fragment soon ofOthers novelWords novelMost novelAnswered ownNew
backRefers wishNew failsNew hintsElse settledAsks settledLate soonSettled whole wholeSettled classNew
classNewOver classSame andShort tellsSolved older firstTurn manyTurns ofReply ofHeard shareKnown numberNew numberOld words3 words6
words10 endedThanks endedSolved endedAck withinMinutes withinHours question twoSigns
namesNew namesOld namesNone pronoun replyDone replyBrief wasLearning wasBlocked wasOrder wasFailing nowLearns nowBlocked nowOrders nowWishes nowChecks
intentSame orderBlocked toldNothing wasInvited nextOfMany goesShared addsClash rivalStrong aheadStrong rivalShared aheadShared foundFaulty`)

// model holds the weights.
type model struct {
	dense [features][stands]float64
	words map[string]*[stands]float64
}

var weights model

func init() {
	if len(featureNames) != int(features) {
		panic(fmt.Sprintf("dialogue: %d features, %d names of them", features, len(featureNames)))
	}
	weights.words = map[string]*[stands]float64{}
	for fields := range rows(weightsTSV, 1+int(stands)) {
		var w [stands]float64
		for i := range w {
			v, err := strconv.ParseFloat(fields[1+i], 64)
			if err != nil {
				panic("dialogue: weights.tsv: " + err.Error())
			}
			w[i] = v
		}
		if n, ok := strings.CutPrefix(fields[0], "="); ok && !strings.Contains(n, ":") {
			i := slices.Index(featureNames, n)
			if i < 0 {
				panic(fmt.Sprintf("dialogue: weights.tsv has no feature %q", n))
			}
			weights.dense[i] = w
			continue
		}
		weights.words[fields[0]] = &w
	}
}

// of gives what the model knows of the words of a message.
func (w *model) of(stemmed []string) (found []*[stands]float64) {
	telling(stemmed, func(name []byte) {
		if v := w.words[string(name)]; v != nil && !slices.Contains(found, v) {
			found = append(found, v)
		}
	})
	return found
}

// mostTelling is how many words of a message are read for the model.
const mostTelling = 30

// telling gives the words and pairs of words of a message as the model calls
// them: a stem, "a b" for a pair, "^ a" for the first word and "a $" for the
// last. All numbers are one. A name is good until the next.
func telling(stemmed []string, found func(name []byte)) {
	name := make([]byte, 0, 64)
	last := "^"
	for _, s := range stemmed[:min(len(stemmed), mostTelling)] {
		if s != "" && s[0] >= '0' && s[0] <= '9' {
			s = "0"
		}
		found(append(name[:0], s...))
		found(append(append(append(name[:0], last...), ' '), s...))
		last = s
	}
	if last != "^" {
		found(append(append(name[:0], last...), " $"...))
	}
}
