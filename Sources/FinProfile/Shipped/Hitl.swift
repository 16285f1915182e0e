// Written by .ci/embed-profiles.py from profiles/hitl.yaml; a test compares the two.

extension ShippedProfile {
    static let hitl = ShippedProfile(name: "hitl", text: hitlText)

    private static let hitlText = #"""
        # How fast does a procedure go on once a human has answered? A third of the turns wait for one:
        # the topic webhook asks, finbench answers the callback, the reply streams on.
        name: hitl
        description: A third of the turns ask a human, who takes 0.2 to 0.6 s; some answer twice.

        conversation:
          turns: {uniform: [1, 2]}
          think_time: 200ms
          timeouts: {connect: 2s, response: 5s, first_chunk: 10s, idle: 10s, turn: 20s}

        load:
          arrivals: constant
          rate: 20/s
          duration: 15s
          drain: 20s
          max_in_flight: 500

        hitl:                        # the human
          answer_delay: {uniform: [200ms, 600ms]}
          second_answers: 10%        # each must be refused with 409, and is counted

        # No slo: a verdict needs at least 60 s of arrivals.

        simulator:
          seed: 7
          think: {uniform: [50ms, 150ms]}
          chunks: {count: {uniform: [3, 6]}, interval: 10ms, growth: 24 B}
          hitl: {share: 33%, resume_delay: 50ms}
          topic_webhooks: {delay: 5ms}

        """#
}
