// Written by .ci/embed-profiles.py from profiles/smoke.yaml; a test compares the two.

extension ShippedProfile {
    static let smoke = ShippedProfile(name: "smoke", text: smokeText)

    private static let smokeText = #"""
        # Does this build answer as fast as it should? About a minute against the embedded simulator.
        # A verdict needs 20 blocks of 3 s after the warm-up; shorter runs end without one.
        name: smoke
        description: Sixty-five seconds of single turns against the embedded simulator, judged.

        conversation:
          turns: 1
          timeouts: {connect: 2s, response: 5s, first_chunk: 5s, idle: 5s, turn: 10s}

        load:
          arrivals: constant         # even spacing: two builds get the same load
          rate: 50/s
          duration: 65s              # 63 s after the warm-up: 21 blocks, 3150 turns
          warmup: 2s
          drain: 3s
          max_in_flight: 1000

        slo:                         # the simulator's own p95 is 90 ms: these say that nothing is broken
          - ttft p95 < 250ms
          - first_reply p50 < 500ms
          - error_rate < 1%

        simulator:
          seed: 7
          think: {lognormal: {median: 40ms, p95: 90ms}}
          chunks: {count: {uniform: [3, 6]}, interval: 10ms, growth: 24 B}
          reply_delay: 5ms
          done_delay: 2ms

        """#
}
