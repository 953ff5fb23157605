package tickets

import "strings"

// Stage is one of the three that clause 8 names; it is what a citizen is told.
type Stage string

const (
	StageAnalysis     Stage = "analysis"     // identificación y análisis
	StageCoordination Stage = "coordination" // coordinación y procesamiento
	StageNotice       Stage = "notice"       // notificación de la solución
)

// StageOf is the stage of the due activity: up to 9.1/4, 9.2/3 and 9.3/3 the
// report is identified and analysed; from the notice on it is notified; between
// them it is coordinated and processed. A closed case is in the last.
func StageOf(s Step) Stage {
	if s == Closed || afterNotice[s] || notifying[s.Procedure()] == s {
		return StageNotice
	}
	switch n := s.Numeral(); {
	case strings.Contains(n, "."):
		return StageCoordination
	case n == "1", n == "2", n == "3", s == "9.1/4":
		return StageAnalysis
	}
	return StageCoordination
}
