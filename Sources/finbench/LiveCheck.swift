import FinLoop
import FinProfile

/// Nothing is sent off this machine without being asked for.
enum LiveCheck {
    /// - Parameter isLive: whether `--live` was given.
    /// - Throws: `Complaint`, exit status 64, for a target or a proxy elsewhere without it.
    static func check(_ profile: Profile, isLive: Bool) throws {
        guard let target = profile.target else { return }
        guard let address = Address(url: target.url) else {
            throw Complaint(
                .usage, "target.url \"\(target.url)\" must be an http or https URL with a host")
        }
        if isLive { return }
        if let proxy = target.proxy, Address(url: proxy)?.isLoopback != true {
            throw Complaint(
                .usage,
                "the proxy \"\(proxy)\" is not this machine: what it forwards may cost "
                    + "money and reach real inboxes; add --live if that is meant")
        }
        // Both readings of the address must agree: one of them decides whether it is billed.
        if address.isLoopback && target.isLoopback { return }
        throw Complaint(
            .usage,
            "the target \"\(address.host)\" is not this machine: its conversations may cost money "
                + "and reach real inboxes; add --live if that is meant")
    }
}
