// Written by .ci/embed-profiles.py from profiles/webhook-only.yaml; a test compares the two.

extension ShippedProfile {
    static let webhookOnly = ShippedProfile(name: "webhook-only", text: webhookOnlyText)

    private static let webhookOnlyText = #"""
        # How long does an answer take where there are webhooks and no stream? About a minute; the
        # conversation goes on by webhooks alone, so that first words (ttft) cannot be seen.
        name: webhook-only
        description: Sixty-five seconds of turns told by webhooks alone, judged.

        delivery: [webhook]
        webhooks:
          grace: 5s                  # a reply that is overtaken by the done signal may come so late

        conversation:
          turns: {uniform: [1, 2]}
          think_time: 200ms
          timeouts: {connect: 2s, response: 5s, first_chunk: 5s, idle: 5s, turn: 10s}

        load:
          arrivals: constant
          rate: 25/s
          duration: 65s              # 63 s after the warm-up: 21 blocks
          warmup: 2s
          drain: 8s
          max_in_flight: 1000

        slo:                         # no ttft: it needs sse in delivery
          - first_reply p95 < 1.2s
          - turn_time p95 < 1.2s
          - error_rate < 1%

        simulator:
          seed: 7
          omit_stream_url: true      # as workspaces with webhooks only do
          think: {lognormal: {median: 300ms, p95: 700ms}}
          chunks: {count: {uniform: [3, 6]}, interval: 10ms, growth: 24 B}
          reply_delay: 5ms
          done_delay: 2ms
          webhooks: {delay: 20ms, reordered: 0.5%, duplicates: 0.5%}

        """#
}
