// Written by .ci/embed-profiles.py from profiles/live-us.yaml; a test compares the two.

extension ShippedProfile {
    static let liveUS = ShippedProfile(name: "live-us", text: liveUSText)

    private static let liveUSText = #"""
        # How fast does our real Fin answer? A careful template for a workspace in Intercom's US
        # region: each conversation may be billed, and each escalation lands in a real inbox. Copy it,
        # read every line, then: finbench plan FILE, finbench run FILE --live.
        name: live-us
        description: A hundred single turns in 300 s against a real workspace in the US, capped.

        target:
          region: us                 # or eu, au; or url: for your own gateway
          api_key_env: FIN_API_KEY   # the variable that holds the key, never the key itself
          version: "2.16"
          metered: true              # false only for a copy that bills nobody

        conversation:
          id: fb-{run}-{n}           # recognisable in the inbox, never the same in two runs
          turns: 1                   # each further turn makes an escalation likelier
          messages:                  # ask what Fin can answer: what it cannot may escalate
            - {question: refund, turns: ["How long does a refund take?"]}
            - {question: invoice, turns: ["Where do I find my invoices?"]}
            - {question: plan, turns: ["How do I change my plan?"]}
          user_pool: {size: 100, id_prefix: load-u-}         # one each; no e-mail is sent
          timeouts: {connect: 5s, response: 15s, first_chunk: 60s, idle: 60s, turn: 120s}

        load:
          arrivals: constant         # evenly: no two starts fall together by chance
          rate: 20/m
          conversations: 100
          drain: 120s
          max_in_flight: 50

        slo:                         # what 100 turns can decide: up to 3 slow ones pass, no failed one does
          - ttft p90 < 8s
          - error_rate < 5%
        confidence: 99%

        abort_when:                  # stop asking when it is plainly broken
          - error_rate > 50% over 60s
        on_429: count                # a refused turn is a result; wait would hide it from error_rate

        safety:
          max_conversations: 100     # a larger plan is refused
          max_cost: 100 USD          # so is one whose worst case costs more
          price_per_outcome: 0.99 USD         # the list price; put yours here
          max_escalations: 3         # one more stops new starts: they reach real people
          rate_limit_floor: 50%      # half of the workspace's rate limit stays free for real users
          max_per_user: 1            # conversations of one test user at a time

        """#
}
