// Written by .ci/embed-profiles.py.

extension ShippedProfile {
    /// Every shipped profile, by name.
    public static let all: [ShippedProfile] = [
        allFaults,
        contentImport,
        customChannel,
        customObjects,
        dataConnectors,
        freeze,
        helpdeskSync,
        hitl,
        identityRotation,
        liveUS,
        mixed,
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
