// Written by .ci/embed-profiles.py from profiles/all-faults.yaml; a test compares the two.

extension ShippedProfile {
    static let allFaults = ShippedProfile(name: "all-faults", text: allFaultsText)

    private static let allFaultsText = #"""
        # Is every fault named for what it is? Each kind that the simulator knows, five turns in a hundred;
        # then: finbench audit results/latest
        # holds the outcome of each turn against the fault that the server says it had.
        name: all-faults
        description: Every fault of the simulator at 5 %, 100 conversations a second for ten seconds.

        conversation:
          turns: {uniform: [1, 2]}
          think_time: 100ms
          # Longer than any answer and than the held-back headers, shorter than the drain.
          timeouts: {connect: 2s, response: 2s, first_chunk: 3s, idle: 2s, turn: 4s}

        load:
          arrivals: constant
          rate: 100/s
          duration: 10s
          drain: 6s                  # a turn that stalls takes its timeout, 4 s
          max_in_flight: 2000

        # No slo: this run is meant to fail, each turn in its own way.

        simulator:
          seed: 7
          think: {uniform: [150ms, 400ms]}
          chunks: {count: {uniform: [3, 8]}, interval: 20ms, growth: 24 B}
          reply_delay: 10ms
          done_delay: 10ms
          keep_alive: 100ms          # comments into every quiet stream
          outcomes: {resolved: 2%, escalated: 2%, complete: 2%}
          csat: 50%
          faults:                    # 100 % in all: no turn is left alone
            stall: 5%
            cut: 5%
            reset: 5%
            missing_done: 5%
            token_expiry: 2.5%       # refused on connect, with 401
            token_error: 2.5%        # or told so in the stream
            huge_event: 2.5%         # above the client's limit
            large_event: 2.5%        # or just below it
            http_429: 5%
            http_500: 5%
            http_503: 5%
            malformed_json: 5%
            duplicate_reply: 5%
            index_gap: 5%
            late_chunk: 5%
            slow_headers: {share: 5%, delay: 500ms}
            split_bytes: 5%
            crlf: 5%
            cr: 5%
            bom: 5%
            multi_line: 5%
            unknown_event: 5%

        """#
}
