// Written by .ci/embed-profiles.py.

extension ShippedProfile {
    /// Every shipped profile, by name.
    public static let all: [ShippedProfile] = [
        allFaults,
        customChannel,
        customObjects,
        dataConnectors,
        freeze,
        helpdeskSync,
        hitl,
        identityRotation,
        liveUS,
        multiTurn,
        orchestration,
        quickstart,
        ramp,
        rollout,
        smoke,
        soak,
        spike,
        webhookOnly,
        webhooks,
    ]
}
