// Written by .ci/embed-profiles.py from profiles/identity-rotation.yaml; a test compares the two.

extension ShippedProfile {
    static let identityRotation = ShippedProfile(
        name: "identity-rotation", text: identityRotationText)

    private static let identityRotationText = #"""
        # Does a rotation of identity secrets ever give a wrong verdict? Each visit brings in a secret,
        # signs users with it while others come and go, deletes it, and tries it twice more: that must be
        # refused. The check of a hash is the simulator's own path; no API of Intercom's answers one.
        name: identity-rotation
        description: A minute of secrets made, used, deleted and tried again, 1,000 checks a second.

        conversation:
          user_pool: {size: 200, id_prefix: load-u-}
          timeouts: {connect: 2s, response: 5s}

        scenarios:
          - name: rotation
            think_time: 20ms
            operations:
              - secret_create
              - hash_check
              - hash_check
              - hash_check
              - hash_check
              - secret_list
              - hash_check
              - hash_check
              - hash_check
              - hash_check
              - secret_delete
              - revoked_hash_check       # a wrong verdict here or above is a malformed_response
              - revoked_hash_check

        load:
          arrivals: constant
          rate: 100/s                # ten checks each: 1,000 a second
          duration: 60s              # 20 blocks of 3 s: enough for a verdict
          drain: 10s
          max_in_flight: 500

        slo:                         # of 48,000 and 12,000 checks a single wrong verdict is too many
          - error_rate{operation=hash_check} < 0.01%
          - error_rate{operation=revoked_hash_check} < 0.04%

        simulator:                   # Fin answers nothing here; `plan` takes a call for an answer as short
          seed: 7
          think: 1ms
          chunks: {count: 1, interval: 0ms}
          reply_delay: 0ms
          done_delay: 0ms

        """#
}
