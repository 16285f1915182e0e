// Written by .ci/embed-profiles.py from profiles/content-import.yaml; a test compares the two.

extension ShippedProfile {
    static let contentImport = ShippedProfile(name: "content-import", text: contentImportText)

    private static let contentImportText = #"""
        # Does Fin's content library take an import, and each page only once? Each visit makes a source,
        # sends its pages, sends one of them again, and cleans up; a second page is a malformed_response.
        name: content-import
        description: A minute of content imports (sources, pages sent twice, changes, deletions), judged.

        conversation:
          timeouts: {connect: 2s, response: 5s}

        scenarios:
          - name: import
            think_time: 20ms
            operations:
              - source_create
              - {name: page_upsert, settings: {external_id: a}}
              - {name: page_upsert, settings: {external_id: b, bytes: 10000}}
              - {name: page_upsert, settings: {external_id: c, bytes: 20000}}
              - {name: page_upsert, settings: {external_id: a, bytes: 4000}}    # known: a change
              - page_get
              - page_update
              - {name: page_list, settings: {per_page: 10}}    # an answer may have 256 KiB
              - page_delete
              - source_get
              - source_update
              - source_list
              - source_delete            # with the pages that are left

        load:
          arrivals: constant
          rate: 10/s
          duration: 60s              # 20 blocks of 3 s: enough for a verdict
          drain: 10s
          max_in_flight: 500

        slo:
          - op_latency{operation=page_upsert} p99 < 200ms
          - op_latency{operation=page_list} p95 < 500ms
          - error_rate < 0.1%

        simulator:                   # Fin answers nothing here; `plan` takes a call for an answer as short
          seed: 7
          think: 1ms
          chunks: {count: 1, interval: 0ms}
          reply_delay: 0ms
          done_delay: 0ms

        """#
}
