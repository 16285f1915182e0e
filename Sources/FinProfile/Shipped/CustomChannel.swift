// Written by .ci/embed-profiles.py from profiles/custom-channel.yaml; a test compares the two.

extension ShippedProfile {
    static let customChannel = ShippedProfile(name: "custom-channel", text: customChannelText)

    private static let customChannelText = #"""
        # How fast does the custom channel take its events? Each visit opens a conversation and sends
        # the three other notifications.
        name: custom-channel
        description: The four notifications of a custom channel, simulated.

        conversation:
          user_pool: {size: 200, id_prefix: load-u-}
          timeouts: {connect: 2s, response: 5s}

        scenarios:
          - name: channel
            think_time: 50ms
            operations:
              - channel_new_conversation
              - channel_new_message
              - {name: channel_quick_reply, settings: {option: "2"}}
              - {name: channel_attribute, settings: {id: plan, value: pro}}

        load:
          arrivals: poisson
          rate: 20/s
          duration: 10s
          warmup: 1s
          drain: 10s
          max_in_flight: 500

        # No slo: ten seconds decide none.

        """#
}
