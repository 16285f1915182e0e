// Written by .ci/embed-profiles.py from profiles/quickstart.yaml; a test compares the two.

extension ShippedProfile {
    static let quickstart = ShippedProfile(name: "quickstart", text: quickstartText)

    private static let quickstartText = #"""
        # What does finbench show? Ten seconds against the embedded simulator, nothing to set up.
        name: quickstart
        description: A first look. Fifty conversations a second for ten seconds, simulated.

        conversation:
          turns: 1
          timeouts: {connect: 2s, response: 5s, first_chunk: 10s, idle: 10s, turn: 20s}

        load:
          arrivals: poisson          # users come when they like, not in step
          rate: 50/s
          duration: 10s
          drain: 8s                  # answers take a second or two: enough for the last of them
          max_in_flight: 1000

        # No slo: ten seconds are too short for a verdict.

        simulator:
          seed: 7
          think: {lognormal: {median: 600ms, p95: 1.5s}}
          chunks: {count: 3, interval: 100ms, growth: 40 B}
          reply_delay: 10ms
          done_delay: 5ms

        """#
}
