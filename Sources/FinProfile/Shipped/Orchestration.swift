// Written by .ci/embed-profiles.py from profiles/orchestration.yaml; a test compares the two.

extension ShippedProfile {
    static let orchestration = ShippedProfile(name: "orchestration", text: orchestrationText)

    private static let orchestrationText = #"""
        # How do the calls that steer Fin answer beside each other? Questions, procedures and plain
        # conversations in one run: ask, capabilities, a procedure's run, escalate, csat.
        name: orchestration
        description: Ask, procedures, escalation and rating in a weighted mix, simulated.

        conversation:
          user_pool: {size: 200, id_prefix: load-u-}
          timeouts: {connect: 2s, response: 5s, first_chunk: 5s, idle: 5s, turn: 10s}

        scenarios:
          - name: chat
            weight: 2
            conversation: {turns: 1}
          - name: question           # one answer, then `complete`: its survey can be rated
            weight: 3
            think_time: 100ms        # between two operations
            operations: [capabilities, ask, {name: csat, settings: {rating: good}}]
          - name: procedure          # a procedure runs, then people take over
            weight: 2
            think_time: 100ms
            operations:
              - {name: procedure_run, settings: {procedure: "5001"}}
              - escalate
              - {name: csat, think_time: 3s, settings: {rating: ok}}    # its survey is shown by then

        load:
          arrivals: poisson
          rate: 20/s
          duration: 20s
          warmup: 2s
          drain: 10s
          max_in_flight: 500

        # No slo: twenty seconds decide none. Over a minute or more, for instance:
        #   op_latency{scenario=question,operation=ask} p99 < 500ms

        simulator:
          seed: 7
          think: {lognormal: {median: 400ms, p95: 900ms}}
          chunks: {count: {uniform: [3, 6]}, interval: 10ms, growth: 24 B}
          reply_delay: 5ms
          done_delay: 2ms
          csat: 100%                 # every survey is shown, so that it can be rated

        """#
}
