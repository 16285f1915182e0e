// Written by .ci/embed-profiles.py from profiles/webhooks.yaml; a test compares the two.

extension ShippedProfile {
    static let webhooks = ShippedProfile(name: "webhooks", text: webhooksText)

    private static let webhooksText = #"""
        # Do Fin's webhooks come soon after the stream, all of them, and signed? About a minute; the
        # run's own receiver takes them. Against the real thing: name target, listen and secret_env.
        name: webhooks
        description: Sixty-five seconds of turns over SSE, each event set beside its webhook, judged.

        delivery: [sse, webhook]
        webhooks:
          grace: 2s                  # a webhook that is later counts as missing

        conversation:
          turns: {uniform: [1, 2]}
          think_time: 200ms
          timeouts: {connect: 2s, response: 5s, first_chunk: 5s, idle: 5s, turn: 10s}

        load:
          arrivals: constant
          rate: 25/s
          duration: 65s              # 63 s after the warm-up: 21 blocks
          warmup: 2s
          drain: 5s
          max_in_flight: 1000

        slo:                         # the simulator sends them 400 ms after the event
          - ttft p95 < 1s
          - webhook_after_sse p95 < 500ms     # a missing one counts as slower than all
          - error_rate < 1%

        simulator:
          seed: 7
          think: {lognormal: {median: 300ms, p95: 700ms}}
          chunks: {count: {uniform: [3, 6]}, interval: 10ms, growth: 24 B}
          reply_delay: 5ms
          done_delay: 2ms
          webhooks: {delay: 400ms}

        """#
}
