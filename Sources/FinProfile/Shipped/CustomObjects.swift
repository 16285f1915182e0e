// Written by .ci/embed-profiles.py from profiles/custom-objects.yaml; a test compares the two.

extension ShippedProfile {
    static let customObjects = ShippedProfile(name: "custom-objects", text: customObjectsText)

    private static let customObjectsText = #"""
        # How fast are custom object instances written and read? Each visit makes one, changes it, reads
        # it, lists a page and deletes it.
        name: custom-objects
        description: Custom object instances made, changed, read, listed and deleted, simulated.

        conversation:
          timeouts: {connect: 2s, response: 5s}

        scenarios:
          - name: objects
            think_time: 50ms
            operations:
              - object_upsert
              - {name: object_upsert, think_time: 50ms}    # the same external id: a change
              - object_get
              - {name: object_list, settings: {per_page: 50}}
              - object_delete

        load:
          arrivals: poisson
          rate: 20/s
          duration: 10s
          warmup: 1s
          drain: 10s
          max_in_flight: 500

        # No slo: ten seconds decide none. Over a minute or more, for instance:
        #   op_latency{operation=object_upsert} p99 < 200ms

        """#
}
