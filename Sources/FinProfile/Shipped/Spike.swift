// Written by .ci/embed-profiles.py from profiles/spike.yaml; a test compares the two.

extension ShippedProfile {
    static let spike = ShippedProfile(name: "spike", text: spikeText)

    private static let spikeText = #"""
        # Does a sudden crowd hurt, and for how long? Ten times the usual rate for ten seconds, as
        # after a mailing, then the usual rate again. Read in intervals.csv how long `ttft` p95 stays up.
        name: spike
        description: 10 conversations a second, 100 for ten seconds, then 10 again.

        conversation:
          turns: 1
          timeouts: {connect: 5s, response: 10s, first_chunk: 20s, idle: 20s, turn: 30s}

        load:
          arrivals: poisson          # users come when they like, not in step
          stages:
            - {step_to: 10/s, hold: 30s}      # what is usual, to compare with
            - {spike_to: 100/s, for: 10s}     # back to 10/s by itself
            - {hold: 60s}                     # how long until it is as before
          warmup: 5s
          drain: 30s
          max_in_flight: 5000

        # No slo: one verdict over calm and crowd together would hide both.

        simulator:                   # what is hit as long as no target is named
          seed: 7
          think: {lognormal: {median: 200ms, p95: 600ms}}
          chunks: {count: {uniform: [5, 20]}, interval: 30ms, growth: 24 B}
          reply_delay: 10ms
          done_delay: 5ms

        """#
}
