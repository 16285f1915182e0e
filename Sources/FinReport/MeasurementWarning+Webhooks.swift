internal import FinMeasure

// What the deliveries to a run's receiver give reason to doubt.
extension MeasurementWarning {
    static func delivered(_ record: RunRecord) -> [MeasurementWarning] {
        guard let hooks = record.document.totals?.webhooks else { return [] }
        var found: [MeasurementWarning] = []
        if hooks.missing > 0 {
            let all = hooks.joined + hooks.missing + hooks.cut
            found.append(.webhooksMissing(hooks.missing, of: all))
        }
        if hooks.refused > 0 {
            found.append(.webhooksRefused(hooks.refused, of: hooks.received))
        }
        if hooks.foreign > 0 { found.append(.foreignWebhooks(hooks.foreign)) }
        if hooks.received == 0 { found.append(.noWebhooks) }
        return found
    }
}
