// Written by .ci/embed-profiles.py from profiles/rollout.yaml; a test compares the two.

extension ShippedProfile {
    static let rollout = ShippedProfile(name: "rollout", text: rolloutText)

    private static let rolloutText = #"""
        # May we roll out? A ramp to the expected peak, held for two minutes, and a verdict.
        # Against the real thing: add target, a key and safety.max_conversations; see the README first.
        name: rollout
        description: May we roll out? Up to 50 conversations a second for two minutes.
        labels: {team: support}

        conversation:
          id: fb-{run}-{n}           # recognisable, never the same in two runs
          turns: {uniform: [1, 3]}
          think_time: {lognormal: {median: 4s, p95: 12s}}    # the user's, between two turns
          user_pool: {size: 100, id_prefix: load-u-}         # few test users; no e-mail is sent
          timeouts: {connect: 5s, response: 10s, first_chunk: 30s, idle: 30s, turn: 60s}

        load:
          arrivals: poisson          # users come when they like, not in step
          stages:
            - {ramp_to: 50/s, over: 30s}
            - {hold: 2m}
          warmup: 15s                # connections and caches fill; kept apart in every output
          drain: 60s
          max_in_flight: 5000

        slo:                         # about 6600 conversations after the warm-up: enough for p99
          - ttft p95 < 2s
          - ttft{turn=1} p99 < 4s
          - error_rate < 0.5%
        confidence: 99%
        generator: {max_share: 1%}

        simulator:                   # what is hit as long as no target is named
          seed: 7
          think: {lognormal: {median: 400ms, p95: 1.2s}}
          chunks: {count: {uniform: [20, 60]}, interval: 30ms, growth: 12 B}
          reply_delay: 10ms
          done_delay: 5ms

        """#
}
