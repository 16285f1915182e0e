// Written by .ci/embed-profiles.py from profiles/soak.yaml; a test compares the two.

extension ShippedProfile {
    static let soak = ShippedProfile(name: "soak", text: soakText)

    private static let soakText = #"""
        # Does it stay as fast for hours? A moderate, even load for two hours, and objectives that must
        # hold over the whole. What grows (memory, streams, latency) shows in health.csv, intervals.csv.
        name: soak
        description: 5 conversations a second for two hours, two turns each.

        conversation:
          turns: 2
          think_time: {uniform: [2s, 8s]}     # the user's, between the two turns
          timeouts: {connect: 5s, response: 10s, first_chunk: 30s, idle: 30s, turn: 60s}

        load:
          arrivals: poisson          # users come when they like, not in step
          rate: 5/s
          duration: 2h               # about 36,000 conversations
          warmup: 1m                 # connections and caches fill; kept apart in every output
          drain: 60s
          max_in_flight: 1000

        slo:                         # about 72,000 turns: enough even for p99.9
          - ttft p95 < 2s
          - ttft p99.9 < 10s
          - error_rate < 0.1%

        abort_when:                  # a night's run that fails in its first hour need not go on
          - error_rate > 20% over 60s

        simulator:                   # what is hit as long as no target is named
          seed: 7
          think: {lognormal: {median: 400ms, p95: 1.2s}}
          chunks: {count: {uniform: [5, 20]}, interval: 30ms, growth: 24 B}
          reply_delay: 10ms
          done_delay: 5ms

        """#
}
