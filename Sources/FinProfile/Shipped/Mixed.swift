// Written by .ci/embed-profiles.py from profiles/mixed.yaml; a test compares the two.

extension ShippedProfile {
    static let mixed = ShippedProfile(name: "mixed", text: mixedText)

    private static let mixedText = #"""
        # What does everything at once do to each other? Conversations, the calls that steer Fin, content,
        # custom objects, the custom channel, identity secrets, data connectors, a helpdesk and human steps
        # in one run; each has its rows in every output.
        name: mixed
        description: A minute of all kinds of calls, 100 visits a second in a weighted mix, judged.

        conversation:
          user_pool: {size: 500, id_prefix: load-u-}
          timeouts: {connect: 2s, response: 5s, first_chunk: 10s, idle: 10s, turn: 20s}

        helpdesk: {style: post_only, retries: 2, retry_after: 1s}
        hitl: {answer_delay: {uniform: [200ms, 600ms]}}    # the human
        connectors: {answer: {lognormal: {median: 40ms, p95: 90ms}}}

        scenarios:
          - name: chat
            weight: 44
            conversation: {turns: {uniform: [1, 2]}, think_time: 500ms}
          - name: question
            weight: 10
            think_time: 100ms
            operations: [capabilities, ask, {name: csat, settings: {rating: good}}]
          - name: procedure
            weight: 6
            think_time: 100ms
            operations:
              - {name: procedure_run, settings: {procedure: "5001"}}
              - escalate
              - {name: csat, think_time: 3s, settings: {rating: ok}}    # its survey is shown by then
          - name: content
            weight: 8
            think_time: 50ms
            operations: [source_create, page_upsert, page_upsert, page_get, page_list,
              page_delete, source_delete]
          - name: objects
            weight: 8
            think_time: 50ms
            operations: [object_upsert, object_upsert, object_get, object_list, object_delete]
          - name: channel
            weight: 8
            think_time: 50ms
            operations:
              - channel_new_conversation
              - channel_new_message
              - channel_quick_reply
              - channel_attribute
          - name: rotation
            weight: 6
            think_time: 50ms
            operations:
              - secret_create
              - hash_check
              - secret_list
              - secret_delete
              - revoked_hash_check
          - name: keep
            weight: 3
            think_time: 50ms
            operations: [connector_create, connector_get, connector_update, connector_delete]
          - name: look
            weight: 2
            think_time: 50ms
            operations: [connector_list, {name: execution_list, think_time: 2s}, execution_get]
          - name: sync
            weight: 5
            operations:
              - helpdesk_token
              - helpdesk_create_user
              - helpdesk_create_conversation
              - helpdesk_create_message
              - {name: helpdesk_notify, think_time: 300ms}
              - helpdesk_get_conversation
              - {name: helpdesk_create_message, settings: {author: user}}
              - {name: helpdesk_get_messages, settings: {from: start}}

        load:
          arrivals: poisson
          rate: 100/s
          duration: 60s              # 20 blocks of 3 s: enough for a verdict
          drain: 20s
          max_in_flight: 2000

        slo:                         # latencies of calls: in profiles of their own
          - ttft{scenario=chat} p95 < 3s
          - error_rate < 0.1%

        simulator:
          seed: 7
          think: {lognormal: {median: 400ms, p95: 900ms}}
          chunks: {count: {uniform: [3, 6]}, interval: 10ms, growth: 24 B}
          reply_delay: 5ms
          done_delay: 2ms
          csat: 100%                 # every survey is shown, so that it can be rated
          connectors: {share: 30%}   # of the answered turns, before the first chunk
          hitl: {share: 5%, resume_delay: 50ms}
          topic_webhooks: {delay: 5ms}

        """#
}
