package desk

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// newRegistry gathers what an administrator watches: the channels' health, the
// ledger, the outbox and the program itself.
func newRegistry(d *Desk) *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&gauges{d},
	)
	return reg
}

var (
	channelUp = prometheus.NewDesc("ventanilla_channel_up", "1 while the channel runs on this node.", []string{"channel", "medium"}, nil)
	channelOK = prometheus.NewDesc("ventanilla_channel_last_success_seconds", "Unix time at which the far side was last well.", []string{"channel", "medium"}, nil)
	restarts  = prometheus.NewDesc("ventanilla_channel_restarts_total", "Restarts of the channel on this node.", []string{"channel", "medium"}, nil)
	ledgerNow = prometheus.NewDesc("ventanilla_ledger", "Messages seen, by what became of them.", []string{"fate"}, nil)
	outboxNow = prometheus.NewDesc("ventanilla_outbox", "Replies, by how far they came.", []string{"state"}, nil)
)

// gauges reads everything at the moment it is asked.
type gauges struct{ d *Desk }

func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{channelUp, channelOK, restarts, ledgerNow, outboxNow} {
		ch <- desc
	}
}

func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	all := g.d.supervisor.Health()
	if h := g.d.Router.ScannerHealth(); h.State != "" {
		h.Name, h.Medium = "antivirus", "antivirus"
		all = append(all, h)
	}
	for _, h := range all {
		up := 0.0
		if h.State == "running" {
			up = 1
		}
		labels := []string{h.Name, string(h.Medium)}
		ch <- prometheus.MustNewConstMetric(channelUp, prometheus.GaugeValue, up, labels...)
		ch <- prometheus.MustNewConstMetric(restarts, prometheus.CounterValue, float64(h.Restarts), labels...)
		if !h.LastSuccess.IsZero() {
			ch <- prometheus.MustNewConstMetric(channelOK, prometheus.GaugeValue, float64(h.LastSuccess.Unix()), labels...)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	g.counts(ctx, ch, ledgerNow, "ledger:")
	g.counts(ctx, ch, outboxNow, "outbox:")
}

func (g *gauges) counts(ctx context.Context, ch chan<- prometheus.Metric, desc *prometheus.Desc, prefix string) {
	all, err := g.d.Store.Counters(ctx, prefix)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(desc, err)
		return
	}
	for name, n := range all {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(n), name)
	}
}
