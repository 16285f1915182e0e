// Written by .ci/embed-profiles.py from profiles/identity-rotation.yaml; a test compares the two.

extension ShippedProfile {
    static let identityRotation = ShippedProfile(
        name: "identity-rotation", text: identityRotationText)

    private static let identityRotationText = #"""
        # Does a rotation of identity secrets ever give a wrong verdict? Each visit brings in a secret,
        # signs users with it while others come and go, deletes it, and tries it once more: that must be
        # refused. The check of a hash is the simulator's own path; no API of Intercom's answers one.
        name: identity-rotation
        description: Identity secrets made, used, deleted and tried again, simulated.

        conversation:
          user_pool: {size: 200, id_prefix: load-u-}
          timeouts: {connect: 2s, response: 5s}

        scenarios:
          - name: rotation
            think_time: 50ms
            operations:
              - secret_create
              - hash_check
              - secret_list
              - hash_check
              - secret_delete
              - revoked_hash_check       # a wrong verdict here or above is a malformed_response

        load:
          arrivals: poisson
          rate: 20/s
          duration: 10s
          warmup: 1s
          drain: 10s
          max_in_flight: 500

        # No slo: ten seconds decide none. What counts is an error_rate of 0.

        """#
}
