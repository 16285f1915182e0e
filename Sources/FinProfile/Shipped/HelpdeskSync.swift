// Written by .ci/embed-profiles.py from profiles/helpdesk-sync.yaml; a test compares the two.

extension ShippedProfile {
    static let helpdeskSync = ShippedProfile(name: "helpdesk-sync", text: helpdeskSyncText)

    private static let helpdeskSyncText = #"""
        # Does our helpdesk keep up with Fin, and store nothing twice when answers get lost?
        # finbench plays Fin towards a helpdesk, and that helpdesk towards Fin; the simulator is both.
        name: helpdesk-sync
        description: Conversations synchronised twice with a helpdesk that drops answers, simulated.

        conversation:
          user_pool: {size: 200, id_prefix: load-u-}
          timeouts: {connect: 2s, response: 5s, first_chunk: 5s, idle: 5s, turn: 10s}

        helpdesk:
          style: post_only           # or mixed: GET, PUT and POST
          retries: 5                 # as Fin does; each begins the synchronisation anew
          retry_after: 1s            # Fin waits a minute

        scenarios:
          - name: setup              # once for each customer: who stands for Fin?
            weight: 1
            operations: [helpdesk_token, helpdesk_get_agents]
          - name: sync
            weight: 20
            operations:
              - helpdesk_token
              # A user has written to Fin: the first synchronisation makes everything.
              - helpdesk_create_user
              - helpdesk_create_conversation
              - helpdesk_create_message
              - helpdesk_update_conversation
              # An agent types, then says that the conversation has changed: the second one.
              - {name: helpdesk_typing, think_time: 200ms}
              - {name: helpdesk_notify, think_time: 300ms}
              - helpdesk_get_user
              - helpdesk_get_conversation
              - helpdesk_get_messages
              - {name: helpdesk_create_message, settings: {author: user}}
              - helpdesk_create_message
              - helpdesk_update_user
              - {name: helpdesk_update_conversation, settings: {status: resolved}}
              # Everything that was stored must be there, once.
              - {name: helpdesk_get_messages, settings: {from: start}}

        load:
          arrivals: poisson
          rate: 20/s
          duration: 20s
          warmup: 2s
          drain: 20s
          max_in_flight: 500

        # No slo: twenty seconds decide none. Over a minute or more, for instance:
        #   op_latency{scenario=sync,operation=helpdesk_create_message} p99 < 500ms

        simulator:
          seed: 7
          helpdesk: {delay: {uniform: [1ms, 8ms]}, dropped_answers: 2%, http_401: 1%, http_500: 1%}

        """#
}
