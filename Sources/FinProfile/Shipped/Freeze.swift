// Written by .ci/embed-profiles.py from profiles/freeze.yaml; a test compares the two.

extension ShippedProfile {
    static let freeze = ShippedProfile(name: "freeze", text: freezeText)

    private static let freezeText = #"""
        # Does the tool see a pause of the server, or does it pause with it? The whole simulator stands
        # still for five seconds and every start of those seconds must show it. From the planned
        # instant p95 is 2 s, p99 4.4 s, the longest 5 s.
        name: freeze
        description: 100 starts a second for a minute, the server frozen from 20 s to 25 s.

        conversation:
          turns: 1
          timeouts: {connect: 10s, response: 10s, first_chunk: 10s, idle: 10s, turn: 20s}

        load:
          arrivals: constant         # start n at exactly n times 10 ms: 6000 of them
          rate: 100/s
          duration: 60s
          drain: 2s
          max_in_flight: 2000        # the freeze holds 500 starts back; none may be blocked

        # No slo: what counts is whether the percentiles are the known ones.

        simulator:
          seed: 7
          think: 1ms                 # the golden percentiles are those of a server that needs 1 ms
          chunks: {count: 1, interval: 0s, growth: 40 B}
          reply_delay: 0s
          done_delay: 0s
          freeze: {at: 20s, for: 5s}

        """#
}
