// Written by .ci/embed-profiles.py from profiles/ramp.yaml; a test compares the two.

extension ShippedProfile {
    static let ramp = ShippedProfile(name: "ramp", text: rampText)

    private static let rampText = #"""
        # Where does latency begin to grow? The rate climbs from nothing to 100 conversations a second
        # in two minutes; read `ttft` p95 over time in intervals.csv beside the offered rate.
        name: ramp
        description: A straight climb to 100 conversations a second in two minutes.

        conversation:
          turns: 1
          timeouts: {connect: 5s, response: 10s, first_chunk: 20s, idle: 20s, turn: 30s}

        load:
          arrivals: poisson          # users come when they like, not in step
          stages:
            - {ramp_to: 100/s, over: 2m}      # 6000 conversations; one rate for a moment only
            - {hold: 20s}                     # the top, long enough to see whether it holds
          drain: 30s
          max_in_flight: 5000

        # No slo: a percentile over all rates says nothing about any of them. For the highest rate that
        # meets an objective hold one rate at a time: --set 'load.stages=[{step_to: 60/s, hold: 2m}]'

        simulator:                   # what is hit as long as no target is named
          seed: 7
          think: {lognormal: {median: 200ms, p95: 600ms}}
          chunks: {count: {uniform: [5, 20]}, interval: 30ms, growth: 24 B}
          reply_delay: 10ms
          done_delay: 5ms

        """#
}
