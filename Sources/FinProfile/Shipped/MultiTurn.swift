// Written by .ci/embed-profiles.py from profiles/multi-turn.yaml; a test compares the two.

extension ShippedProfile {
    static let multiTurn = ShippedProfile(name: "multi-turn", text: multiTurnText)

    private static let multiTurnText = #"""
        # Are later turns slower than the first? They go to another endpoint and find their stream open
        # later; the think times are short, so that thirty seconds show many of them.
        name: multi-turn
        description: Conversations of two to four turns with short think times, simulated.

        conversation:
          turns: {uniform: [2, 4]}
          think_time: {uniform: [200ms, 800ms]}              # the user's, between two turns
          messages:
            - {question: refund, turns: ["How long does a refund take?", "Can I get it sooner?"]}
            - {question: invoice, turns: ["Where are my invoices?", "Send me the last one.", "Thanks!"]}
          user_pool: {size: 200, id_prefix: load-u-}
          timeouts: {connect: 2s, response: 5s, first_chunk: 5s, idle: 5s, turn: 10s}

        load:
          arrivals: poisson
          rate: 20/s
          duration: 30s
          warmup: 3s
          drain: 10s
          max_in_flight: 1000

        # No slo: compare `ttft` of turn 1 with that of turn 2+ in the summary.

        simulator:
          seed: 7
          think: {lognormal: {median: 100ms, p95: 300ms}}
          chunks: {count: {uniform: [3, 8]}, interval: 30ms, growth: 24 B}
          reply_delay: 10ms
          done_delay: 5ms

        """#
}
