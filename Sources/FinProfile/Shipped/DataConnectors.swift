// Written by .ci/embed-profiles.py from profiles/data-connectors.yaml; a test compares the two.

extension ShippedProfile {
    static let dataConnectors = ShippedProfile(name: "data-connectors", text: dataConnectorsText)

    private static let dataConnectorsText = #"""
        # What do data connectors cost the user? Every other answer waits for a call to the run's own
        # endpoint, while connectors are made, changed and deleted beside it.
        name: data-connectors
        description: Data connectors inside turns, and their API under load, simulated.

        conversation:
          user_pool: {size: 200, id_prefix: load-u-}
          timeouts: {connect: 2s, response: 5s, first_chunk: 5s, idle: 5s, turn: 10s}

        connectors:                  # the endpoint that they call, hosted by the run
          listen: 127.0.0.1:0
          answer: {lognormal: {median: 40ms, p95: 90ms}}
          failures: 2%               # answered with 500: Fin goes on without

        scenarios:
          - name: chat
            weight: 6
            conversation: {turns: 1}
          - name: keep               # a connector's life
            weight: 2
            think_time: 50ms
            operations:
              - connector_create
              - connector_get
              - connector_update
              - {name: connector_get, settings: {state_version: draft}}
              - connector_delete
          - name: look               # what its executions came to
            weight: 1
            think_time: 50ms
            operations:
              - connector_list
              - {name: execution_list, think_time: 1s, settings: {per_page: "30"}}
              - execution_get

        load:
          arrivals: poisson
          rate: 30/s
          duration: 20s
          warmup: 2s
          drain: 10s
          max_in_flight: 500

        # No slo: twenty seconds decide none. Over a minute or more, for instance:
        #   ttft{scenario=chat} p95 < 400ms

        simulator:
          seed: 7
          think: {lognormal: {median: 400ms, p95: 900ms}}
          chunks: {count: {uniform: [3, 6]}, interval: 10ms, growth: 24 B}
          reply_delay: 5ms
          done_delay: 2ms
          connectors: {share: 50%}   # of the answered turns, before the first chunk

        """#
}
